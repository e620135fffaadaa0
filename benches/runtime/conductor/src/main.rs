//! Measures Lambda functions side by side: plays the Runtime API to each in turn, round after round, and prints
//! medians, beside the first function as the floor, and of the second as ratios to those behind it.
//!
//! `conductor EVENT ROUNDS COLD_STARTS INVOCATIONS NAME=COMMAND…`

mod api;
mod function;
mod instructions;
mod table;

use std::error::Error;
use std::time::Duration;

use function::Function;
use table::Row;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What was measured of one function, a value for each round.
#[derive(Default)]
struct Measured {
    cold_start_ms: Vec<f64>,
    cpu_us: Vec<f64>,
    p50_us: Vec<f64>,
    p99_us: Vec<f64>,
    peak_mb: Vec<f64>,
}

/// Invocations before the measured ones.
const WARM_UP: usize = 300;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, event, rounds, cold_starts, invocations, functions @ ..] = &arguments[..] else {
        return Err("conductor EVENT ROUNDS COLD_STARTS INVOCATIONS NAME=COMMAND…".into());
    };
    let event = std::fs::read(event)?;
    let functions = functions.iter().map(|given| Function::parse(given)).collect::<Result<Vec<_>>>()?;
    let mut measured: Vec<Measured> = functions.iter().map(|_| Measured::default()).collect();
    for round in 1..=rounds.parse()? {
        for (function, measured) in functions.iter().zip(&mut measured) {
            measure(function, &event, (cold_starts.parse()?, invocations.parse()?), measured)?;
            eprintln!("round {round}: {}", function.name);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    let mut rows = Vec::new();
    for (function, measured) in functions.iter().zip(measured) {
        let instructions = instructions::per_invocation(function, &event)?;
        rows.push(Row::new(function, measured, instructions));
    }
    print!("{}", table::table(&rows));
    if let [_, ours, peers @ ..] = &rows[..] {
        print!("\n{}", table::ratios(ours, peers));
    }
    Ok(())
}

fn measure(
    function: &Function,
    event: &[u8],
    (cold_starts, invocations): (usize, usize),
    measured: &mut Measured,
) -> Result<()> {
    let mut cold = Vec::new();
    for _ in 0..cold_starts {
        let run = function.start(event, 1)?;
        let answered = run.api.wait_for(1)?;
        cold.push((answered.answered[0] - run.started).as_secs_f64() * 1e3);
    }
    // The quickest of the round: what else runs on the machine only ever adds to one that is this short.
    measured.cold_start_ms.push(table::quantile(&mut cold, 0.0));

    let run = function.start(event, WARM_UP + invocations)?;
    run.api.wait_for(WARM_UP)?;
    let before = run.cpu_us()?;
    let times = run.api.wait_for(WARM_UP + invocations)?;
    measured.cpu_us.push((run.cpu_us()? - before) / invocations as f64);
    let latencies = times.sent.iter().zip(&times.answered).skip(WARM_UP);
    let mut latencies: Vec<f64> =
        latencies.map(|(sent, answered)| (*answered - *sent).as_secs_f64() * 1e6).collect();
    measured.p50_us.push(table::quantile(&mut latencies, 0.5));
    measured.p99_us.push(table::quantile(&mut latencies, 0.99));
    measured.peak_mb.push(run.peak_mb()?);
    Ok(())
}
