//! How long it takes to read a binary's operations, and other ways to AWS: `cargo run --release --manifest-path benches/scan/Cargo.toml
//! FILE…`. The promise is 50 ms for 30 MB.

#![allow(dead_code, reason = "rchalice has more uses for what it reads")]

#[path = "../../../src/policy/binary.rs"]
mod binary;
#[path = "../../../src/policy/operations.rs"]
mod operations;
#[path = "../../../src/policy/other_means.rs"]
mod other_means;

use std::time::Instant;

fn main() {
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file).expect("the file can be read");
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..11 {
            let start = Instant::now();
            let binary = binary::Binary::of(&bytes);
            let operations = operations::operations(&binary);
            other_means::other_means(&binary, operations.has_sdk, false);
            found = operations.found.len();
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
