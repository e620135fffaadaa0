//! `rchalice url`, `invoke` and `logs`: using what is deployed.

use crate::harness::{Hello, Version};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn url_prints_the_url_alone_and_asks_nobody() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    hello.proxy.clear();
    let output = hello.rchalice("url").run().ok();
    let id = hello.record("dev")["resources"][1]["attributes"]["id"].as_str().unwrap().to_owned();
    let url = format!("{}/restapis/{id}/api/_user_request_/", hello.proxy.url());
    assert_eq!((output.stdout, output.stderr), (format!("{url}\n"), String::new()));
    assert_eq!(hello.rchalice("url --json").run().ok().json(), json!({"rest_api_url": url}));
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}

#[test]
fn a_stage_without_an_api_has_no_url() {
    let hello = Hello::new();
    hello.deploy(Version::FunctionsOnly).ok();
    let output = hello.rchalice("url").run();
    assert_eq!(output.status, 1);
    assert_eq!(
        output.stderr,
        "error: stage `dev` has no REST API

hint: add a `#[route]` to the application and deploy it; `rchalice invoke` calls a function
"
    );
}

#[test]
fn commands_about_a_deploy_say_that_there_was_none() {
    let hello = Hello::new();
    for command in ["url --stage prod", "logs --stage prod", "invoke -n add --stage prod"] {
        let output = hello.rchalice(command).run();
        assert_eq!(output.status, 1, "{command}");
        let expected = "error: nothing is deployed to stage `prod`

hint: run `rchalice deploy --stage prod` first
";
        assert_eq!(output.stderr, expected, "{command}");
    }
}

#[test]
fn invoke_prints_what_the_function_answers() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    std::fs::write(hello.file("numbers.json"), "[1, 2, 39]").unwrap();
    let from_file = hello.rchalice("invoke -n add --payload numbers.json").run().ok();
    assert_eq!((from_file.stdout.as_str(), from_file.stderr.as_str()), ("42\n", ""));
    let from_stdin = hello.rchalice("invoke -n greet").stdin(r#""ada""#).run().ok();
    assert_eq!(from_stdin.stdout, "\"hello, ada\"\n");
    let dash = hello.rchalice("invoke -n greet --payload -").stdin(r#""bob""#).run().ok();
    assert_eq!(dash.stdout, "\"hello, bob\"\n");
}

#[test]
fn a_function_that_fails_is_a_failure_of_invoke() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let output = hello.rchalice("invoke -n add").stdin("[]").run();
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert_eq!(
        output.stderr,
        "error: the function `add` failed: BadRequestError: nothing to add

hint: `rchalice logs -n add` shows what it logged
"
    );
}

#[test]
fn an_unknown_function_and_a_bad_payload_are_refused_before_any_call() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    hello.proxy.clear();
    let unknown = hello.rchalice("invoke -n gret").run();
    assert_eq!(
        unknown.stderr,
        "error: stage `dev` has no function `gret`

hint: did you mean `greet`? it has `add`, `greet` and `api_handler`
"
    );
    let bad = hello.rchalice("invoke -n greet").stdin("ada").run();
    assert_eq!(
        bad.stderr,
        "error: the payload is not JSON
cause: expected value at line 1 column 1

hint: Lambda takes any JSON value: a text needs its quotes, as in `\"hello\"`
"
    );
    assert_eq!((unknown.status, bad.status), (1, 1));
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}

#[test]
fn logs_are_printed_as_chalice_prints_them() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    assert_eq!(hello.rchalice("logs -n add").run().ok().stdout, "");
    hello.rchalice("invoke -n add").stdin("[]").run();
    let output = hello.rchalice("logs -n add").run().ok();
    let line = output.stdout.lines().next().unwrap_or_default();
    let (time, rest) = line.split_at(26);
    assert!(time.parse::<jiff::civil::DateTime>().is_ok(), "{line}");
    let (stream, message) = rest.trim_start().split_once(' ').unwrap();
    assert_eq!(stream.len(), 6, "{line}");
    assert!(message.contains("nothing to add"), "{line}");
    assert!(!output.stdout.contains("RequestId:"), "{}", output.stdout);

    let all = hello.rchalice("logs -n add --include-lambda-messages").run().ok().stdout;
    assert!(all.contains("START RequestId: ") && all.contains("REPORT RequestId: "), "{all}");
    let last = hello.rchalice("logs -n add --include-lambda-messages --num-entries 1").run().ok().stdout;
    assert_eq!(last.lines().count(), 1);
    assert!(all.ends_with(&last), "{last}");
    assert_eq!(hello.rchalice("logs -n add --since 2099-01-01").run().ok().stdout, "");
    assert_ne!(hello.rchalice("logs -n add --since 1h").run().ok().stdout, "");
}

#[test]
fn logs_of_what_does_not_exist_are_a_clear_failure() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let output = hello.rchalice("logs -n nothing").run();
    assert_eq!(output.status, 1);
    assert_eq!(
        output.stderr,
        "error: stage `dev` has no function `nothing`

hint: it has `add`, `greet` and `api_handler`
"
    );
    let since = hello.rchalice("logs --since yesterday").run();
    assert_eq!(since.status, 2);
    assert_eq!(
        since.stderr,
        "error: `--since yesterday` is neither a duration nor a time

hint: write `10m`, `2h`, `1d` or `1w`, or a time such as `2026-01-31T12:00:00Z`
"
    );
}

#[test]
fn following_logs_shows_new_messages_as_they_come() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let mut cli = hello.rchalice("logs -n add -f");
    let mut following = cli.command().stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    hello.rchalice("invoke -n add").stdin("[]").run();
    let mut line = String::new();
    BufReader::new(following.stdout.take().unwrap()).read_line(&mut line).unwrap();
    following.kill().unwrap();
    following.wait().unwrap();
    assert!(line.contains("nothing to add"), "{line}");
}

#[test]
fn tests_run_with_the_variables_of_their_stage() {
    let hello = Hello::new();
    std::fs::create_dir(hello.file("tests")).unwrap();
    let test = r#"
        #[test]
        fn the_greeting_is_the_stages() {
            assert_eq!(std::env::var("GREETING").as_deref(), Ok("good day"));
        }
    "#;
    std::fs::write(hello.file("tests/greeting.rs"), test).unwrap();
    let prod = hello.rchalice("test --stage prod -- --test greeting").run().ok();
    assert!(prod.stdout.contains("the_greeting_is_the_stages ... ok"), "{}", prod.stdout);
    let dev = hello.rchalice("test -- --test greeting").run();
    assert_eq!(dev.status, 1, "{}", dev.stdout);
}
