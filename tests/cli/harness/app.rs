//! A fixture as a user's project, in a stage of an account of its own: `fixtures/apps/hello`, or another.

use super::aws::Aws;
use super::cli::{Cli, Output, temporary_folder};
use super::proxy::Proxy;
use super::sandbox::{Account, Sandbox};
use super::wire::{Response, http};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A version of the fixture, by the features that choose it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    First,
    Changed,
    /// Without `add` and without `/shout/{name}`.
    Smaller,
    FunctionsOnly,
}

/// A copy of the fixture, an account, and the proxy between the CLI and the sandbox.
pub struct Hello {
    folder: TempDir,
    pub account: Account,
    pub proxy: Proxy,
}

impl Hello {
    pub fn new() -> Self {
        Self::of("hello")
    }

    /// Another fixture of `fixtures/apps`.
    pub fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixture = fixture(name);
        for file in ["Cargo.toml", "src/lib.rs", "src/main.rs", ".chalice/config.json"] {
            let to = folder.path().join(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(fixture.join(file), to).unwrap();
        }
        let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/crates");
        let manifest = std::fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
        std::fs::write(folder.path().join("Cargo.toml"), manifest.replace("../../../crates", crates))
            .unwrap();
        Self { folder, account: Account::new(), proxy: Proxy::start(Sandbox::shared().url()) }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes into config.json at a JSON pointer.
    pub fn configure(&self, pointer: &str, value: Value) {
        let file = self.file(".chalice/config.json");
        let mut config: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = config.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        parent.insert(key.to_owned(), value);
        std::fs::write(file, config.to_string()).unwrap();
    }

    /// One of the stage's environment variables.
    pub fn variable(&self, name: &str, value: &str) {
        self.configure(&format!("/stages/dev/environment_variables/{name}"), json!(value));
    }

    /// The account, for calls by hand.
    pub fn aws(&self) -> Aws {
        Aws { endpoint: Sandbox::shared().url().to_owned(), account: self.account.clone() }
    }

    /// A call by hand of a service that takes JSON and says in a header what is meant.
    #[track_caller]
    pub fn call(&self, service: &str, target: &str, body: &Value) -> Value {
        let response = self.aws().target(service, target, body);
        assert_eq!(response.status, 200, "{target}: {}", response.text());
        serde_json::from_str(&response.text()).unwrap_or_default()
    }

    /// Waits until the logs of a function hold this.
    #[track_caller]
    pub fn sees(&self, function: &str, text: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let logs = self.rchalice(&format!("logs -n {function}")).run().ok().stdout;
            if logs.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "no `{text}` in\n{logs}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// `rchalice`, with the proxy as its AWS.
    pub fn rchalice(&self, command: &str) -> Cli {
        Cli::new(self.path()).aws(&self.proxy.url(), &self.account).args(command.split(' '))
    }

    /// `rchalice deploy` or `rchalice plan` with a bootstrap that is built already.
    pub fn with_version(&self, command: &str, version: Version) -> Cli {
        self.rchalice(command).arg("--bootstrap").arg(bootstrap(version))
    }

    pub fn deploy(&self, version: Version) -> Output {
        self.with_version("deploy", version).run()
    }

    /// Deploys and returns the calls that change something.
    #[track_caller]
    pub fn writes_of_deploy(&self, version: Version) -> Vec<String> {
        self.proxy.clear();
        self.deploy(version).ok();
        self.proxy.writes()
    }

    pub fn url(&self, stage: &str) -> String {
        self.rchalice("url --stage").arg(stage).run().ok().stdout.trim().to_owned()
    }

    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path, "")
    }

    pub fn request(&self, method: &str, path: &str, body: &str) -> Response {
        let authorization = self.account.authorization("execute-api");
        let headers = [("x-test-account", authorization.as_str()), ("content-type", "application/json")];
        http(method, &format!("{}{path}", self.url("dev")), &headers, body)
    }

    /// What a stage's record knows of each resource.
    pub fn recorded_attributes(&self, stage: &str) -> Vec<Value> {
        let record = self.record(stage);
        let resources = record["resources"].as_array().unwrap();
        resources.iter().map(|resource| resource["attributes"].clone()).collect()
    }

    /// The record of the stage; null when nothing is recorded.
    pub fn record(&self, stage: &str) -> Value {
        let file = self.file(&format!(".chalice/deployed/{stage}.json"));
        std::fs::read(file).map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap())
    }

    /// The stages of the account's first REST API.
    pub fn stages(&self) -> Vec<String> {
        let aws = self.aws();
        let apis = aws.rest("apigateway", "GET", "/restapis", &Value::Null).json();
        let apis = if apis["items"].is_array() { &apis["items"] } else { &apis["item"] };
        let id = apis[0]["id"].as_str().unwrap();
        let stages = aws.rest("apigateway", "GET", &format!("/restapis/{id}/stages"), &Value::Null).json();
        let name = |stage: &Value| stage["stageName"].as_str().unwrap().to_owned();
        stages["item"].as_array().unwrap().iter().map(name).collect()
    }

    /// What the account holds: the names of its functions, roles and REST APIs.
    pub fn holdings(&self) -> Value {
        let aws = self.aws();
        let names = |list: &Value, key: &str| -> Vec<String> {
            let mut names: Vec<String> = list
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|item| Some(item[key].as_str()?.to_owned()))
                .collect();
            names.sort();
            names
        };
        let functions = aws.rest("lambda", "GET", "/functions", &Value::Null).json();
        let apis = aws.rest("apigateway", "GET", "/restapis", &Value::Null).json();
        let roles = aws.form("iam", "Action=ListRoles&Version=2010-05-08").text();
        let roles: Vec<&str> =
            roles.split("<RoleName>").skip(1).filter_map(|rest| rest.split("</RoleName>").next()).collect();
        let apis = if apis["items"].is_array() { &apis["items"] } else { &apis["item"] };
        json!({
            "functions": names(&functions["Functions"], "FunctionName"),
            "roles": roles,
            "rest_apis": names(apis, "name"),
        })
    }
}

/// The binary of `hello` in a version.
pub fn bootstrap(version: Version) -> PathBuf {
    let features = match version {
        Version::First => "",
        Version::Changed => "changed",
        Version::Smaller => "smaller",
        Version::FunctionsOnly => "functions-only",
    };
    bootstrap_of("hello", features)
}

/// A fixture's binary with these features, built once for all tests.
pub fn bootstrap_of(name: &str, features: &str) -> PathBuf {
    static BUILDING: LazyLock<Mutex<Vec<PathBuf>>> = LazyLock::new(Mutex::default);
    let binary = temporary_folder().join("bootstraps").join(format!("{name}-{features}"));
    let mut built = BUILDING.lock().unwrap();
    if built.contains(&binary) {
        return binary;
    }
    let target = temporary_folder().join("apps");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--profile", "quick", "--features", features])
        .current_dir(fixture(name))
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::create_dir_all(binary.parent().unwrap()).unwrap();
    std::fs::copy(target.join("quick").join(name), &binary).unwrap();
    built.push(binary.clone());
    binary
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps").join(name)
}
