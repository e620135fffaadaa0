//! Medians as a Markdown table, each beside its ratio to the floor.

use std::fmt::Write;

use crate::Measured;
use crate::function::Function;

/// One function's medians.
pub(crate) struct Row {
    name: String,
    /// By [`COLUMNS`].
    values: [Option<f64>; COLUMNS.len()],
}

const COLUMNS: [&str; 7] = [
    "cold start, ms",
    "CPU per invocation, µs",
    "p50, µs",
    "p99, µs",
    "peak memory, MB",
    "binary, MB",
    "instructions per invocation, k",
];

impl Row {
    pub(crate) fn new(function: &Function, measured: Measured, instructions: Option<u64>) -> Self {
        let Measured { cold_start_ms, cpu_us, p50_us, p99_us, peak_mb } = measured;
        let median = |mut values: Vec<f64>| Some(quantile(&mut values, 0.5));
        let values = [
            median(cold_start_ms),
            median(cpu_us),
            median(p50_us),
            median(p99_us),
            median(peak_mb),
            function.size().map(|bytes| bytes as f64 / 1e6),
            instructions.map(|count| count as f64 / 1e3),
        ];
        Self { name: function.name.clone(), values }
    }
}

/// The first row is the floor.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = format!("| | {} |\n|---|{}\n", COLUMNS.join(" | "), "---:|".repeat(COLUMNS.len()));
    for row in rows {
        let cells = row.values.iter().zip(&rows[0].values).map(|(value, floor)| match (value, floor) {
            (Some(value), Some(floor)) => format!("{value:.2} ({:.2}×)", value / floor),
            _ => "–".to_owned(),
        });
        // Writing to a String does not fail.
        _ = writeln!(text, "| {} | {} |", row.name, cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

pub(crate) fn quantile(values: &mut [f64], quantile: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * quantile) as usize]
}
