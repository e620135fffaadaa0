//! `logs`: what a function logged, as Chalice prints it.

use crate::aws::{Cloud, LogEvent, LogQuery};
use crate::cli::Logs;
use crate::connection::Context;
use crate::error::{Failure, Result, Status};
use crate::report::Report;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde_json::json;
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;
use thiserror::Error;

const FOLLOW_FROM: SignedDuration = SignedDuration::from_mins(10);
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

pub async fn run(args: Logs, context: &Context<'_>) -> Result<Status> {
    let Logs { target, name, since, follow, num_entries, include_lambda_messages } = args;
    let now = Timestamp::now();
    let since = since.map(|text| parse_since(&text, now)).transpose()?;
    let since = since.or_else(|| follow.then(|| now.checked_sub(FOLLOW_FROM).unwrap_or(now)));
    let deployed = context.existing(&target).await?;
    let function = super::invoke::function_name(&deployed, &name)?;
    let group = format!("/aws/lambda/{function}");
    let cloud = context.connect(&target).await?;
    deployed.check(&deployed.names(), &cloud.destination)?;

    let wanted = |event: &LogEvent| include_lambda_messages || !is_lambdas_own(&event.message);
    let mut query = LogQuery { group, since: since.map(Timestamp::as_millisecond) };
    let mut seen = HashSet::new();
    let mut last = VecDeque::new();
    let mut newest = None;
    cloud
        .log_events(&query, |events| {
            newest = newest.max(events.last().map(|event| event.timestamp));
            seen.extend(events.iter().filter(|_| follow).map(identity));
            let events: Vec<LogEvent> = events.into_iter().filter(wanted).collect();
            match num_entries {
                None => print(&events, context.report),
                Some(entries) => {
                    last.extend(events);
                    last.drain(..last.len().saturating_sub(entries));
                }
            }
        })
        .await?;
    print(last.make_contiguous(), context.report);
    if follow {
        query.since = query.since.max(newest.map(with_leeway));
        self::follow(&cloud, query, seen, wanted, context.report).await?;
    }
    Ok(Status::Done)
}

/// Goes on until it is interrupted.
async fn follow(
    cloud: &Cloud,
    mut query: LogQuery,
    mut seen: HashSet<u64>,
    wanted: impl Fn(&LogEvent) -> bool,
    report: &Report,
) -> Result<()> {
    let mut pause = SHORTEST_PAUSE;
    loop {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
        let mut newest = None;
        cloud
            .log_events(&query, |mut events| {
                newest = newest.max(events.last().map(|event| event.timestamp));
                events.retain(|event| seen.insert(identity(event)) && wanted(event));
                if !events.is_empty() {
                    pause = SHORTEST_PAUSE;
                }
                print(&events, report);
            })
            .await?;
        query.since = query.since.max(newest.map(with_leeway));
    }
}

/// Tells an event from all others. Its id alone does so on AWS, but not on every emulator.
fn identity(event: &LogEvent) -> u64 {
    let mut hasher = DefaultHasher::new();
    event.hash(&mut hasher);
    hasher.finish()
}

/// A stream may deliver late, so each look goes back a little behind the newest message.
fn with_leeway(newest: i64) -> i64 {
    newest - 60_000
}

fn print(events: &[LogEvent], report: &Report) {
    for event in events {
        let time = Timestamp::from_millisecond(event.timestamp).unwrap_or_default();
        if report.is_json() {
            let line = json!({"timestamp": time.to_string(), "stream": event.stream, "message": event.message.trim_end()});
            report.data(&line.to_string());
            continue;
        }
        let time = time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S.%6f");
        report.data(&format!("{time} {} {}", short_stream(&event.stream), event.message.trim()));
    }
}

/// The first six characters of what tells streams apart: `2026/01/31/[$LATEST]abcdef012` is `abcdef`.
fn short_stream(stream: &str) -> String {
    stream.rsplit([']', '/']).next().unwrap_or(stream).chars().take(6).collect()
}

fn is_lambdas_own(message: &str) -> bool {
    ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"]
        .iter()
        .any(|own| message.starts_with(own))
}

/// `10m`, `2h`, `1d`, `1w`; a time with its zone; a date or time in UTC.
fn parse_since(text: &str, now: Timestamp) -> Result<Timestamp, BadSince> {
    let relative = |span: Span| {
        let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        now.checked_sub(duration).ok()
    };
    let in_utc = |time: DateTime| Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let span = text.parse::<Span>().ok().and_then(relative);
    let absolute = || text.parse::<Timestamp>().ok();
    let naive = || text.parse::<DateTime>().ok().and_then(in_utc);
    span.or_else(absolute).or_else(naive).ok_or_else(|| BadSince { text: text.to_owned() })
}

#[derive(Debug, Error)]
#[error("`--since {text}` is neither a duration nor a time")]
struct BadSince {
    text: String,
}

impl Failure for BadSince {
    fn hint(&self) -> Option<String> {
        Some("write `10m`, `2h`, `1d` or `1w`, or a time such as `2026-01-31T12:00:00Z`".to_owned())
    }

    fn status(&self) -> Status {
        Status::BadUsage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str) -> Option<String> {
        let now: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        parse_since(text, now).ok().map(|time| time.to_string())
    }

    #[test]
    fn since_takes_what_chalice_takes() {
        let rows = [
            ("90s", "2026-01-31T11:58:30Z"),
            ("10m", "2026-01-31T11:50:00Z"),
            ("2h", "2026-01-31T10:00:00Z"),
            ("1d", "2026-01-30T12:00:00Z"),
            ("1w", "2026-01-24T12:00:00Z"),
            ("2026-01-01T00:00:00+01:00", "2025-12-31T23:00:00Z"),
            ("2026-01-01T06:00", "2026-01-01T06:00:00Z"),
            ("2026-01-01", "2026-01-01T00:00:00Z"),
        ];
        for (text, expected) in rows {
            assert_eq!(since(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(since("yesterday"), None);
    }

    #[test]
    fn streams_are_shortened_as_chalice_does() {
        assert_eq!(short_stream("2026/01/31/[$LATEST]abcdef0123456789"), "abcdef");
        assert_eq!(short_stream("2026/01/31/[17]abcdef0123456789"), "abcdef");
    }
}
