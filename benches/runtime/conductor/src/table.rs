//! Medians as Markdown tables: of each function beside its ratio to the floor, and of one as ratios to its peers.

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
    let line = |row: &Row| {
        let cells = cells(row, &rows[0], |value, floor| format!("{value:.2} ({:.2}×)", value / floor));
        (row.name.clone(), cells)
    };
    markdown(rows.iter().map(line))
}

/// What `ours` takes of what each of the peers takes.
pub(crate) fn ratios(ours: &Row, peers: &[Row]) -> String {
    let line = |peer: &Row| {
        let cells = cells(ours, peer, |ours, peer| format!("{:.2}×", ours / peer));
        (format!("{} to {}", ours.name, peer.name), cells)
    };
    markdown(peers.iter().map(line))
}

fn cells(row: &Row, other: &Row, cell: impl Fn(f64, f64) -> String) -> Vec<String> {
    let cell = |(value, other): (&Option<f64>, &Option<f64>)| match (value, other) {
        (Some(value), Some(other)) => cell(*value, *other),
        _ => "–".to_owned(),
    };
    row.values.iter().zip(&other.values).map(cell).collect()
}

fn markdown(lines: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let mut text = format!("| | {} |\n|---|{}\n", COLUMNS.join(" | "), "---:|".repeat(COLUMNS.len()));
    for (name, cells) in lines {
        // Writing to a String does not fail.
        _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    text
}

pub(crate) fn quantile(values: &mut [f64], quantile: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * quantile) as usize]
}
