//! Handlers in crates of their own, as the linked binary has them.

use crate::harness::{Output, copy_of, quick};
use std::path::Path;
use std::sync::Mutex;

/// One copy at a time: all are `shop` to cargo, which takes one whose files are older than what it last built for that.
static ALONE: Mutex<()> = Mutex::new(());

fn package(project: &Path) -> Output {
    let mut output = quick(project).args(["--quiet", "package", "out"]).run();
    // Other tests build in the same folder.
    let own = output.stderr.lines().filter(|line| !line.trim_start().starts_with("Blocking"));
    output.stderr = own.flat_map(|line| [line, "\n"]).collect();
    output
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn a_crate_of_handlers_that_app_does_not_name_is_warned_of() {
    let _alone = ALONE.lock();
    let project = copy_of("blueprints");
    replace(&project.path().join("src/lib.rs"), "    blueprints: [billing => \"/billing\"],\n", "");
    let output = package(project.path()).ok();
    let expected = "warning: crate `billing` depends on chalice but is not linked: if it holds handlers, write \
                    `blueprints: [billing]` in `app!`\n";
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", expected));
}

#[test]
fn two_handlers_of_one_route_in_two_crates_are_named_with_their_places() {
    let _alone = ALONE.lock();
    let project = copy_of("blueprints");
    let again = "#[get(\"/billing/invoices/{number}\")]\nfn again(_number: u64) {}\n\n#[get(\"/\")]";
    replace(&project.path().join("src/lib.rs"), "#[get(\"/\")]", again);
    let output = package(project.path());
    let expected = "error: two handlers answer `GET /billing/invoices/{number}` (src/lib.rs:24 and \
                    billing/src/lib.rs:22)\n";
    assert_eq!((output.status, output.stdout.as_str(), output.stderr.as_str()), (1, "", expected));
}
