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
    pub const fn names(self) -> [&'static str; 2] {
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
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScheduleFault<'a> {
    /// Neither `rate(…)` nor `cron(…)`.
    Form,
    /// A rate that is not a number and a unit.
    RateForm,
    RateOfZero,
    /// `rate(1 hours)` or `rate(2 hour)`.
    UnitNumber {
        value: &'a str,
        expected: &'static str,
    },
    FieldCount {
        count: usize,
    },
    /// `index` counts the fields from 0.
    Field {
        index: usize,
        text: &'a str,
    },
    /// Exactly one of day of month and day of week is `?`.
    Days,
}

impl<'a> ScheduleFault<'a> {
    /// The sentence in parts, which const evaluation can put together too.
    pub const fn parts(&self) -> [&'a str; 6] {
        match *self {
            Self::Form => ["a schedule is `rate(1 hour)` or `cron(0 12 ? * MON-FRI *)`", "", "", "", "", ""],
            Self::RateForm => ["a rate is a number and a unit, as in `rate(5 minutes)`", "", "", "", "", ""],
            Self::RateOfZero => ["a rate is at least 1", "", "", "", "", ""],
            Self::UnitNumber { value, expected } => ["write `rate(", value, " ", expected, ")`", ""],
            Self::FieldCount { count } => {
                let names = ": minutes, hours, day of month, month, day of week, year";
                ["a cron expression has 6 fields, not ", in_digits(count), names, "", "", ""]
            }
            Self::Field { index, text } => {
                let Field { name, allowed, .. } = FIELDS[index];
                ["`", text, "` cannot be the ", name, " of a cron expression: ", allowed]
            }
            Self::Days => {
                ["one of day of month and day of week must be `?`, and not both", "", "", "", "", ""]
            }
        }
    }
}

/// The number of fields that somebody wrote.
const fn in_digits(count: usize) -> &'static str {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    if count < DIGITS.len() { DIGITS[count] } else { "10 or more" }
}

impl fmt::Display for ScheduleFault<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().iter().try_for_each(|part| formatter.write_str(part))
    }
}

/// What is wrong with a schedule expression; None if nothing is. For const evaluation too, which knows the user's
/// constants; there are no iterators in it.
pub const fn schedule_fault(expression: &str) -> Option<ScheduleFault<'_>> {
    match (inside(expression, b"rate("), inside(expression, b"cron(")) {
        (Some(rate), _) => rate_fault(rate),
        (_, Some(cron)) => cron_fault(cron),
        (None, None) => Some(ScheduleFault::Form),
    }
}

/// What stands between `start` and the closing bracket.
const fn inside<'a>(expression: &'a str, start: &[u8]) -> Option<&'a [u8]> {
    let Some((head, rest)) = expression.as_bytes().split_at_checked(start.len()) else { return None };
    match rest {
        [inside @ .., b')'] if equal(head, start) => Some(inside),
        _ => None,
    }
}

const fn rate_fault(rate: &[u8]) -> Option<ScheduleFault<'_>> {
    let Some((value, unit)) = split_once(rate, b' ') else { return Some(ScheduleFault::RateForm) };
    let Some(number) = number(value) else { return Some(ScheduleFault::RateForm) };
    let units = [Unit::Minutes.names(), Unit::Hours.names(), Unit::Days.names()];
    let mut at = 0;
    while at < units.len() {
        let [one, several] = units[at];
        let expected = if number == 1 { one } else { several };
        if equal(unit, one.as_bytes()) || equal(unit, several.as_bytes()) {
            return match number {
                0 => Some(ScheduleFault::RateOfZero),
                _ if equal(unit, expected.as_bytes()) => None,
                _ => Some(ScheduleFault::UnitNumber { value: text(value), expected }),
            };
        }
        at += 1;
    }
    Some(ScheduleFault::RateForm)
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
    marks: &'static [u8],
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

static FIELDS: [Field; 6] = [
    Field { name: "minutes", allowed: "0 to 59", from: 0, to: 59, words: &[], marks: b"" },
    Field { name: "hours", allowed: "0 to 23", from: 0, to: 23, words: &[], marks: b"" },
    Field {
        name: "day of month",
        allowed: "1 to 31, `L`, `W` or `?`",
        from: 1,
        to: 31,
        words: &[],
        marks: b"LW?",
    },
    Field { name: "month", allowed: "1 to 12 or JAN to DEC", from: 1, to: 12, words: &MONTHS, marks: b"" },
    Field {
        name: "day of week",
        allowed: "1 to 7, SUN to SAT, `L`, `#` or `?`",
        from: 1,
        to: 7,
        words: &WEEKDAYS,
        marks: b"L#?",
    },
    Field { name: "year", allowed: "1970 to 2199", from: 1970, to: 2199, words: &[], marks: b"" },
];
/// Of them.
const DAY_OF_MONTH: usize = 2;
const DAY_OF_WEEK: usize = 4;

const fn cron_fault(cron: &[u8]) -> Option<ScheduleFault<'_>> {
    let mut texts: [&[u8]; 6] = [&[]; 6];
    let (mut rest, mut count) = (cron.trim_ascii(), 0);
    while !rest.is_empty() {
        let (field, behind) = head(rest, b' ');
        if count < texts.len() {
            texts[count] = field;
        }
        (rest, count) = (behind.trim_ascii_start(), count + 1);
    }
    if count != texts.len() {
        return Some(ScheduleFault::FieldCount { count });
    }
    let mut index = 0;
    while index < texts.len() {
        if !FIELDS[index].takes(texts[index]) {
            return Some(ScheduleFault::Field { index, text: text(texts[index]) });
        }
        index += 1;
    }
    match (texts[DAY_OF_MONTH], texts[DAY_OF_WEEK]) {
        (b"?", b"?") => Some(ScheduleFault::Days),
        (b"?", _) | (_, b"?") => None,
        _ => Some(ScheduleFault::Days),
    }
}

impl Field {
    /// A list, as in `MON,WED`.
    const fn takes(&self, list: &[u8]) -> bool {
        match split_once(list, b',') {
            Some((item, others)) => self.takes_item(item) && self.takes(others),
            None => self.takes_item(list),
        }
    }

    const fn takes_item(&self, item: &[u8]) -> bool {
        match split_once(item, b'/') {
            Some((range, step)) => matches!(number(step), Some(1..)) && self.takes_range(range),
            None => self.takes_range(item),
        }
    }

    const fn takes_range(&self, range: &[u8]) -> bool {
        match range {
            b"*" => true,
            b"?" | b"L" => self.has_mark(range[0]),
            b"LW" => self.has_mark(b'W'),
            _ => match split_once(range, b'-') {
                Some((from, to)) => self.takes_value(from) && self.takes_value(to),
                None => self.takes_value(range) || self.takes_marked(range),
            },
        }
    }

    /// `15W`, `5L`, `2#1`.
    const fn takes_marked(&self, range: &[u8]) -> bool {
        match range {
            [value @ .., mark @ (b'L' | b'W')] => self.has_mark(*mark) && self.takes_value(value),
            _ => match split_once(range, b'#') {
                Some((day, week)) => {
                    self.has_mark(b'#') && self.takes_value(day) && matches!(number(week), Some(1..=5))
                }
                None => false,
            },
        }
    }

    const fn takes_value(&self, value: &[u8]) -> bool {
        let mut at = 0;
        while at < self.words.len() {
            if value.eq_ignore_ascii_case(self.words[at].as_bytes()) {
                return true;
            }
            at += 1;
        }
        matches!(number(value), Some(number) if self.from <= number && number <= self.to)
    }

    const fn has_mark(&self, mark: u8) -> bool {
        let mut at = 0;
        while at < self.marks.len() {
            if self.marks[at] == mark {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// Before the first `mark` and behind it; all and nothing where there is none.
const fn head(bytes: &[u8], mark: u8) -> (&[u8], &[u8]) {
    match split_once(bytes, mark) {
        Some(parts) => parts,
        None => (bytes, &[]),
    }
}

const fn split_once(bytes: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == mark {
            let (before, behind) = bytes.split_at(at);
            return Some((before, behind.split_at(1).1));
        }
        at += 1;
    }
    None
}

/// Digits alone: no sign.
const fn number(digits: &[u8]) -> Option<u32> {
    match digits {
        [b'0'..=b'9', ..] => match u32::from_str_radix(text(digits), 10) {
            Ok(number) => Some(number),
            Err(_) => None,
        },
        _ => None,
    }
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// Of a part that begins and ends beside ASCII.
const fn text(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
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
            ("rate(+2 hours)", "a rate is a number and a unit, as in `rate(5 minutes)`"),
            ("rate(2 hours", "a schedule is `rate(1 hour)` or `cron(0 12 ? * MON-FRI *)`"),
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
            (
                "cron(0 12 ? * 2#6 *)",
                "`2#6` cannot be the day of week of a cron expression: 1 to 7, SUN to SAT, `L`, `#` or `?`",
            ),
            ("cron(é 12 ? * MON *)", "`é` cannot be the minutes of a cron expression: 0 to 59"),
            ("cron(0 12 ? * ? *)", "one of day of month and day of week must be `?`, and not both"),
            ("cron(0 12 * * * *)", "one of day of month and day of week must be `?`, and not both"),
        ];
        for (schedule, message) in cases {
            assert_eq!(schedule_fault(schedule).map(|fault| fault.to_string()).as_deref(), Some(message));
        }
    }
}
