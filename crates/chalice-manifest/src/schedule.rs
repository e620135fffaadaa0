//! Schedule expressions of EventBridge: Chalice's `Rate` and `Cron` as text, and what is wrong with such a text.

use std::fmt;

/// `rate(2 hours)`: Chalice's `Rate`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    pub value: u32,
    pub unit: Unit,
}

/// What a rate counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unit {
    Minutes,
    Hours,
    Days,
}

impl Unit {
    /// The unit's name for one and for several.
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Self::Minutes => ["minute", "minutes"],
            Self::Hours => ["hour", "hours"],
            Self::Days => ["day", "days"],
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, several] = self.unit.names();
        write!(formatter, "rate({} {})", self.value, if self.value == 1 { one } else { several })
    }
}

/// `cron(0 9 ? * MON-FRI *)`: Chalice's `Cron`. Minutes, hours, day of month, month, day of week, year.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cron(pub [String; 6]);

impl fmt::Display for Cron {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cron({})", self.0.join(" "))
    }
}

/// Why EventBridge would refuse an expression.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ScheduleFault {
    /// Neither `rate(…)` nor `cron(…)`.
    Form,
    /// A rate that is not a number and a unit.
    RateForm,
    RateOfZero,
    /// `rate(1 hours)` or `rate(2 hour)`.
    UnitNumber {
        value: u32,
        expected: &'static str,
    },
    FieldCount {
        count: usize,
    },
    Field {
        name: &'static str,
        text: String,
        allowed: &'static str,
    },
    /// Exactly one of day of month and day of week is `?`.
    Days,
}

impl fmt::Display for ScheduleFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => formatter.write_str("a schedule is `rate(1 hour)` or `cron(0 12 ? * MON-FRI *)`"),
            Self::RateForm => formatter.write_str("a rate is a number and a unit, as in `rate(5 minutes)`"),
            Self::RateOfZero => formatter.write_str("a rate is at least 1"),
            Self::UnitNumber { value, expected } => write!(formatter, "write `rate({value} {expected})`"),
            Self::FieldCount { count } => write!(
                formatter,
                "a cron expression has 6 fields, not {count}: minutes, hours, day of month, month, day of week, year"
            ),
            Self::Field { name, text, allowed } => {
                write!(formatter, "`{text}` cannot be the {name} of a cron expression: {allowed}")
            }
            Self::Days => {
                formatter.write_str("one of day of month and day of week must be `?`, and not both")
            }
        }
    }
}

/// What is wrong with a schedule expression; None if nothing is.
pub fn schedule_fault(expression: &str) -> Option<ScheduleFault> {
    let inside = |start: &str| expression.strip_prefix(start)?.strip_suffix(')');
    match (inside("rate("), inside("cron(")) {
        (Some(rate), _) => rate_fault(rate),
        (_, Some(cron)) => cron_fault(cron),
        (None, None) => Some(ScheduleFault::Form),
    }
}

fn rate_fault(rate: &str) -> Option<ScheduleFault> {
    let parsed = rate.split_once(' ').and_then(|(value, unit)| Some((value.parse::<u32>().ok()?, unit)));
    let Some((value, unit)) = parsed else { return Some(ScheduleFault::RateForm) };
    let mut units = [Unit::Minutes, Unit::Hours, Unit::Days].into_iter().map(Unit::names);
    let Some([one, several]) = units.find(|names| names.contains(&unit)) else {
        return Some(ScheduleFault::RateForm);
    };
    let expected = if value == 1 { one } else { several };
    match value {
        0 => Some(ScheduleFault::RateOfZero),
        _ => (unit != expected).then_some(ScheduleFault::UnitNumber { value, expected }),
    }
}

/// What a field of a cron expression may hold.
struct Field {
    name: &'static str,
    allowed: &'static str,
    from: u32,
    to: u32,
    /// Beginning with the one that stands for `from`.
    words: &'static [&'static str],
    /// Beside `*`, `,`, `-` and `/`.
    marks: &'static str,
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 6] = [
    Field { name: "minutes", allowed: "0 to 59", from: 0, to: 59, words: &[], marks: "" },
    Field { name: "hours", allowed: "0 to 23", from: 0, to: 23, words: &[], marks: "" },
    Field {
        name: "day of month",
        allowed: "1 to 31, `L`, `W` or `?`",
        from: 1,
        to: 31,
        words: &[],
        marks: "LW?",
    },
    Field { name: "month", allowed: "1 to 12 or JAN to DEC", from: 1, to: 12, words: &MONTHS, marks: "" },
    Field {
        name: "day of week",
        allowed: "1 to 7, SUN to SAT, `L`, `#` or `?`",
        from: 1,
        to: 7,
        words: &WEEKDAYS,
        marks: "L#?",
    },
    Field { name: "year", allowed: "1970 to 2199", from: 1970, to: 2199, words: &[], marks: "" },
];

fn cron_fault(cron: &str) -> Option<ScheduleFault> {
    let texts: Vec<&str> = cron.split_whitespace().collect();
    let [_, _, day_of_month, _, day_of_week, _] = texts[..] else {
        return Some(ScheduleFault::FieldCount { count: texts.len() });
    };
    let wrong = texts.iter().zip(&FIELDS).find(|(text, field)| !field.takes(text));
    if let Some((text, Field { name, allowed, .. })) = wrong {
        return Some(ScheduleFault::Field { name, text: (*text).to_owned(), allowed });
    }
    ((day_of_month == "?") == (day_of_week == "?")).then_some(ScheduleFault::Days)
}

impl Field {
    fn takes(&self, text: &str) -> bool {
        text.split(',').all(|item| {
            let (range, step) =
                item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
            let is_step = |step: &str| step.parse::<u32>().is_ok_and(|step| step > 0);
            step.is_none_or(is_step) && self.takes_range(range)
        })
    }

    fn takes_range(&self, range: &str) -> bool {
        let is_mark = |mark: char| self.marks.contains(mark);
        match range {
            "*" => true,
            "?" => is_mark('?'),
            "L" => is_mark('L'),
            "LW" => is_mark('W'),
            _ => match range.split_once('-') {
                Some((from, to)) => self.takes_value(from) && self.takes_value(to),
                None => self.takes_value(range) || self.takes_marked(range),
            },
        }
    }

    /// `15W`, `5L`, `2#1`.
    fn takes_marked(&self, range: &str) -> bool {
        let before = |mark: char| range.strip_suffix(mark).filter(|_| self.marks.contains(mark));
        if let Some(value) = before('L').or(before('W')) {
            return self.takes_value(value);
        }
        let numbered = range.split_once('#').filter(|_| self.marks.contains('#'));
        numbered.is_some_and(|(day, week)| {
            self.takes_value(day) && week.parse::<u32>().is_ok_and(|week| (1..=5).contains(&week))
        })
    }

    fn takes_value(&self, value: &str) -> bool {
        let is_word = self.words.iter().any(|word| word.eq_ignore_ascii_case(value));
        is_word || value.parse::<u32>().is_ok_and(|number| (self.from..=self.to).contains(&number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_that_eventbridge_takes_have_no_fault() {
        for schedule in [
            "rate(1 minute)",
            "rate(2 days)",
            "cron(0 12 ? * MON,WED *)",
            "cron(0/15 8-17 L JAN-mar ? 2026-2030)",
            "cron(0 9 ? * 2#1 *)",
            "cron(0 9 15W * ? *)",
            "cron(0 9 ? * 6L *)",
        ] {
            assert_eq!(schedule_fault(schedule), None, "{schedule}");
        }
    }

    #[test]
    fn a_fault_says_what_to_write() {
        let cases = [
            ("hourly", "a schedule is `rate(1 hour)` or `cron(0 12 ? * MON-FRI *)`"),
            ("rate(hour)", "a rate is a number and a unit, as in `rate(5 minutes)`"),
            ("rate(2 weeks)", "a rate is a number and a unit, as in `rate(5 minutes)`"),
            ("rate(0 minutes)", "a rate is at least 1"),
            ("rate(1 hours)", "write `rate(1 hour)`"),
            ("rate(2 hour)", "write `rate(2 hours)`"),
            (
                "cron(0 12 * *)",
                "a cron expression has 6 fields, not 4: minutes, hours, day of month, month, day of week, year",
            ),
            ("cron(60 12 ? * MON *)", "`60` cannot be the minutes of a cron expression: 0 to 59"),
            (
                "cron(0 12 ? * MOO *)",
                "`MOO` cannot be the day of week of a cron expression: 1 to 7, SUN to SAT, `L`, `#` or `?`",
            ),
            ("cron(0 12 * * * *)", "one of day of month and day of week must be `?`, and not both"),
        ];
        for (schedule, message) in cases {
            assert_eq!(schedule_fault(schedule).map(|fault| fault.to_string()).as_deref(), Some(message));
        }
    }
}
