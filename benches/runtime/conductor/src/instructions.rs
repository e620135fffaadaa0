//! Instructions in user space per invocation, as callgrind counts them: the same on every machine, whatever else
//! runs there.

use crate::Result;
use crate::function::Function;

/// Two runs whose difference is nothing but invocations.
const FEW: usize = 200;
const MANY: usize = 700;

/// None where an interpreter runs the function, or valgrind is not installed.
pub(crate) fn per_invocation(function: &Function, event: &[u8]) -> Result<Option<u64>> {
    let is_installed = std::process::Command::new("valgrind").arg("--version").output().is_ok();
    if !function.is_native() || !is_installed {
        return Ok(None);
    }
    let (few, many) = (total(function, event, FEW)?, total(function, event, MANY)?);
    Ok(Some((many - few) / (MANY - FEW) as u64))
}

fn total(function: &Function, event: &[u8], invocations: usize) -> Result<u64> {
    let valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let run = function.start_under(&valgrind, event, invocations)?;
    run.api.wait_for(invocations)?;
    let text = run.end()?;
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.ok_or_else(|| format!("callgrind counted nothing:\n{text}"))?;
    Ok(count.trim().parse()?)
}
