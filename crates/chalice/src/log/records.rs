//! Records of the crate `log`.

use log::{LevelFilter, Log, Metadata, Record};

use super::{Level, Line, settings};

struct Lines;

/// Nothing where the application has a logger of its own.
pub(super) fn install() {
    if log::set_logger(&Lines).is_ok() {
        log::set_max_level(match settings().least {
            Level::Trace => LevelFilter::Trace,
            Level::Debug => LevelFilter::Debug,
            Level::Info => LevelFilter::Info,
            Level::Warn => LevelFilter::Warn,
            Level::Error => LevelFilter::Error,
            Level::Fatal => LevelFilter::Off,
        });
    }
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        level(metadata.level()).is_written()
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = Line::new(level(record.level()), &record.args().to_string());
            line.field("target", record.target()).of_current_request().write();
        }
    }

    fn flush(&self) {}
}

fn level(level: log::Level) -> Level {
    match level {
        log::Level::Trace => Level::Trace,
        log::Level::Debug => Level::Debug,
        log::Level::Info => Level::Info,
        log::Level::Warn => Level::Warn,
        log::Level::Error => Level::Error,
    }
}
