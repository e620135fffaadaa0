//! One file per command: each translates what was typed, calls, and prints.

pub mod sandbox;
