//! `rchalice sandbox`.

use crate::harness::{Cli, Output, cache_with_shared_venv, http};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A cache folder whose sandbox is stopped when the test ends, well or not.
struct Cache(TempDir);

impl Cache {
    fn installed() -> Self {
        Self(cache_with_shared_venv())
    }

    fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn cli(&self, command: &str) -> Cli {
        Cli::new(self.0.path())
            .args(["sandbox", command])
            .env("RCHALICE_CACHE_DIR", self.0.path())
            .env("RCHALICE_SANDBOX_OWNER", std::process::id().to_string())
    }

    fn run(&self, command: &str) -> Output {
        self.cli(command).run()
    }

    fn start(&self) -> String {
        self.run("start").ok().stdout.trim().to_owned()
    }

    fn instance(&self) -> String {
        self.cli("status").arg("--json").run().ok().json()["instance"].as_str().unwrap().to_owned()
    }

    /// A program that stands in for Python.
    fn python(&self, script: &str) -> PathBuf {
        let program = self.0.path().join("python");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        program
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.cli("stop").run();
    }
}

fn process_in(cache: &Path) -> String {
    let run = std::fs::read(cache.join("sandbox/run.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&run).unwrap()["pid"].to_string()
}

fn send_signal(signal: &str, process: &str) {
    assert!(Command::new("kill").args([signal, process]).status().unwrap().success());
}

#[test]
fn a_started_sandbox_is_started_once_and_is_gone_when_it_is_stopped() {
    let cache = Cache::installed();
    let before = cache.run("status").ok();
    assert_eq!(before.stdout, "");
    assert_eq!(before.stderr, "The sandbox does not run; `rchalice sandbox start` starts it\n");
    assert_eq!(cache.cli("status").arg("--json").run().ok().json(), serde_json::json!({ "running": false }));

    let url = cache.start();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(http("GET", &format!("{url}/_ministack/health"), &[], "").status, 200);
    let instance = cache.instance();

    assert_eq!(
        cache.run("start").ok(),
        Output { status: 0, stdout: format!("{url}\n"), stderr: String::new() }
    );
    assert_eq!(cache.run("status").ok().stdout, format!("{url}\n"));
    assert_eq!(cache.instance(), instance);

    let stopped = "Stopped the sandbox; what was deployed to it is gone\n";
    assert_eq!(cache.run("stop").ok().stderr, stopped);
    assert_eq!(cache.run("stop").ok().stderr, "The sandbox does not run\n");
    assert_eq!(cache.run("status").ok().stdout, "");
}

#[test]
fn a_reset_sandbox_is_empty_and_another_instance() {
    let cache = Cache::installed();
    let output = cache.run("reset");
    assert_eq!(output.status, 1);
    let expected = "error: the sandbox does not run\n\nhint: start it with `rchalice sandbox start`\n";
    assert_eq!(output.stderr, expected);

    let url = cache.start();
    let bucket = format!("{url}/kept");
    assert_eq!(http("PUT", &bucket, &[], "").status, 200);
    let instance = cache.instance();
    assert_eq!(cache.run("reset").ok().stderr, format!("Emptied the sandbox at {url}\n"));
    assert_eq!(http("GET", &bucket, &[], "").status, 404);
    assert_ne!(cache.instance(), instance);
    assert_eq!(cache.start(), url);
}

#[test]
fn a_killed_sandbox_is_noticed_and_replaced() {
    let cache = Cache::installed();
    cache.start();
    let instance = cache.instance();
    let process = process_in(cache.0.path());
    send_signal("-KILL", &process);
    let deadline = Instant::now() + Duration::from_secs(5);
    while !cache.run("status").ok().stdout.is_empty() {
        assert!(Instant::now() < deadline);
    }
    cache.start();
    assert_ne!(cache.instance(), instance);
    assert_ne!(process_in(cache.0.path()), process);
}

#[test]
fn a_sandbox_that_does_not_answer_is_replaced() {
    let cache = Cache::installed();
    cache.start();
    let process = process_in(cache.0.path());
    send_signal("-STOP", &process);
    cache.start();
    assert_ne!(process_in(cache.0.path()), process);
}

#[test]
fn starts_at_the_same_time_start_one_sandbox() {
    let cache = Cache::installed();
    let urls: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3).map(|_| scope.spawn(|| cache.start())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert_eq!(urls[0], urls[1]);
    assert_eq!(urls[0], urls[2]);
}

#[test]
fn a_sandbox_ends_with_its_owner() {
    let cache = Cache::installed();
    let mut owner = Command::new("sleep").arg("60").spawn().unwrap();
    cache.cli("start").env("RCHALICE_SANDBOX_OWNER", owner.id().to_string()).run().ok();
    owner.kill().unwrap();
    owner.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !cache.run("status").ok().stdout.is_empty() {
        assert!(Instant::now() < deadline, "it outlives its owner");
    }
}

#[test]
fn the_port_that_is_asked_for_is_used_or_named_in_the_error() {
    let cache = Cache::installed();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();

    let output = cache.cli("start").env("RCHALICE_SANDBOX_PORT", &port).run();
    let hint = "hint: set RCHALICE_SANDBOX_PORT to a free port, or unset it to have one chosen";
    let message = format!("error: port {port}, which RCHALICE_SANDBOX_PORT names, is in use\n\n{hint}\n");
    assert_eq!(output, Output { status: 1, stdout: String::new(), stderr: message });

    drop(listener);
    let output = cache.cli("start").env("RCHALICE_SANDBOX_PORT", &port).run().ok();
    assert_eq!(output.stdout, format!("http://127.0.0.1:{port}\n"));

    let output = cache.cli("start").env("RCHALICE_SANDBOX_PORT", "1").run();
    let expected = format!("error: the sandbox runs on port {port}, and RCHALICE_SANDBOX_PORT says 1\n");
    assert!(output.stderr.starts_with(&expected), "{}", output.stderr);

    let output = cache.cli("start").env("RCHALICE_SANDBOX_PORT", "http").run();
    let expected = "error: RCHALICE_SANDBOX_PORT is `http`, which is no port\n";
    assert!(output.stderr.starts_with(expected), "{}", output.stderr);
}

#[test]
fn without_a_folder_to_keep_it_in_the_sandbox_says_which_variable_to_set() {
    let folder = tempfile::tempdir().unwrap();
    let cli = Cli::new(folder.path()).args(["sandbox", "start"]);
    let output = cli.without_env("HOME").without_env("RCHALICE_CACHE_DIR").run();
    assert_eq!(output.status, 1);
    let hint = "hint: set HOME, or set RCHALICE_CACHE_DIR to a folder that may be written to";
    assert_eq!(output.stderr, format!("error: there is no folder to keep the sandbox in\n\n{hint}\n"));
}

#[test]
fn a_missing_or_unfit_python_is_named_with_what_to_install() {
    let cache = Cache::empty();
    let start = |python: &Path| {
        let output = cache.cli("start").env("PYTHON", python).run();
        assert_eq!((output.status, output.stdout.as_str()), (1, ""));
        output.stderr.replace(&cache.0.path().display().to_string(), "<cache>")
    };
    let missing = start(Path::new("/nonexistent/python3"));
    assert!(
        missing.starts_with("error: cannot run `/nonexistent/python3`, which the sandbox needs\n"),
        "{missing}"
    );
    assert!(
        missing.contains("hint: install Python 3.10 or newer (Debian, Ubuntu: `apt-get install python3 ")
    );

    let old = start(&cache.python("echo 3 8 /usr"));
    let expected = "error: `<cache>/python` is Python 3.8, and the sandbox needs 3.10 or newer\n\n\
                    hint: install Python 3.10 or newer and set PYTHON to where it is\n";
    assert_eq!(old, expected);

    let none = start(&cache.python("echo this is no Python"));
    assert!(
        none.starts_with("error: `<cache>/python` is not a Python 3 that works\n\nthis is no Python"),
        "{none}"
    );

    let script = "test \"$1\" = -c && { echo 3 12 /usr; exit; }; echo ensurepip is not available; exit 1";
    let bare = start(&cache.python(script));
    let expected = "Installing MiniStack 1.5.33 for the sandbox (once)\n\
        error: `<cache>/python -m venv` failed, which makes the sandbox's private Python environment\n\n\
        ensurepip is not available\n\n\
        hint: install it (Debian, Ubuntu: `apt-get install python3-venv` or `python3.12-venv`)\n";
    assert_eq!(bare, expected);
}

#[test]
fn a_failed_install_shows_what_pip_said_and_leaves_nothing_behind() {
    let cache = Cache::empty();
    let nowhere = cache.cli("start").env("PIP_INDEX_URL", "http://127.0.0.1:9/").env("PIP_RETRIES", "0");
    let output = nowhere.env("PIP_CONFIG_FILE", "/dev/null").run();
    assert_eq!(output.status, 1);
    let expected = "error: pip could not install `ministack==1.5.33 aws-sam-translator==1.115.0`\n\nERROR: ";
    assert!(output.stderr.contains(expected), "{}", output.stderr);
    assert!(output.stderr.contains("hint: check that PyPI can be reached"), "{}", output.stderr);
    let left = std::fs::read_dir(cache.0.path().join("sandbox")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}
