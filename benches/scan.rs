//! How long it takes to read the operations of a binary: `cargo bench --bench scan -- FILE…`. The promise is
//! 50 ms for 30 MB.

#![allow(clippy::print_stdout, clippy::expect_used, dead_code, reason = "a measurement for people to read")]

#[path = "../src/policy/binary.rs"]
mod binary;
#[path = "../src/policy/operations.rs"]
mod operations;

use std::time::Instant;

fn main() {
    for file in std::env::args().skip(1).filter(|argument| argument != "--bench") {
        let bytes = std::fs::read(&file).expect("the file can be read");
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..11 {
            let start = Instant::now();
            found = operations::operations(&binary::Binary::of(&bytes)).found.len();
            times.push(start.elapsed());
        }
        times.sort();
        println!(
            "{file}: {} MB, {found} operations, {:.1?} (median of 11)",
            bytes.len() / 1_000_000,
            times[5]
        );
    }
}
