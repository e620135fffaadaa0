//! What can be typed: clap types only.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// AWS Chalice, for Rust: attributed functions become a running serverless application.
#[derive(Debug, Parser)]
#[command(name = "rchalice", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Debug)]
pub struct Global {
    /// The project's folder, the one that holds `.chalice` [default: the current folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub project_dir: Option<PathBuf>,
    /// Show each call to AWS and what is run
    #[arg(long, global = true)]
    pub debug: bool,
    /// Show no progress and no notes
    #[arg(long, short, global = true, conflicts_with = "debug")]
    pub quiet: bool,
    /// When to use colour (`NO_COLOR` is honoured)
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorWhen::Auto)]
    pub color: ColorWhen,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new project
    NewProject(NewProject),
    /// Build the application and bring AWS in line with it
    Deploy(Deploy),
    /// Show what a deploy would change, without changing it
    Plan(Plan),
    /// Delete what was deployed
    Delete(Delete),
    /// Print the URL of the deployed REST API
    Url(Url),
    /// Show the logs of a function
    Logs(Logs),
    /// Invoke a function and print its answer
    Invoke(Invoke),
    /// Write a SAM template and the deployment package
    Package(Package),
    /// Run `cargo test` with a stage's environment variables
    Test(Test),
    /// Print the IAM policy that the program needs, read from its binary
    GenPolicy(GenPolicy),
    /// A local AWS that runs the real bootstrap, for trying and for tests
    Sandbox(Sandbox),
}

const DEFAULT_STAGE: &str = "dev";

/// Where to deploy to, or what was deployed.
#[derive(Args, Debug)]
pub struct Target {
    /// The stage in `.chalice/config.json`
    #[arg(long, default_value = DEFAULT_STAGE)]
    pub stage: String,
    /// The profile of your AWS configuration
    #[arg(long)]
    pub profile: Option<String>,
    /// Use the sandbox in place of AWS, and start it if need be
    #[arg(long, conflicts_with = "profile")]
    pub sandbox: bool,
}

impl Target {
    /// What names this target in a command that a hint shows.
    pub fn flags(&self) -> String {
        let stage =
            if self.stage == DEFAULT_STAGE { String::new() } else { format!(" --stage {}", self.stage) };
        let profile =
            self.profile.as_ref().map(|profile| format!(" --profile {profile}")).unwrap_or_default();
        let sandbox = if self.sandbox { " --sandbox" } else { "" };
        format!("{stage}{profile}{sandbox}")
    }
}

/// How the application is built.
#[derive(Args, Debug)]
pub struct Build {
    /// Use this bootstrap in place of building one
    #[arg(long, value_name = "FILE")]
    pub bootstrap: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct NewProject {
    /// The project's name; asked for when missing
    pub name: Option<String>,
    /// What the project starts with [default: rest-api]
    #[arg(long, short, value_enum)]
    pub template: Option<Template>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Template {
    /// A REST API behind API Gateway
    #[default]
    RestApi,
    /// Lambda functions that are invoked by name
    LambdaOnly,
    /// Functions for the messages of a queue, and for a schedule
    EventHandlers,
}

#[derive(Args, Debug)]
pub struct Deploy {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub build: Build,
    /// Show the plan, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The stage of the REST API, the first part of its URLs
    #[arg(long, value_name = "NAME")]
    pub api_gateway_stage: Option<String>,
    /// The bucket for deployment packages over 50 MB
    #[arg(long)]
    pub bucket: Option<String>,
    #[command(flatten)]
    pub policy: AutogenPolicy,
}

#[derive(Args, Debug)]
pub struct AutogenPolicy {
    /// Let rchalice write the role's policy
    #[arg(long, overrides_with = "no_autogen_policy")]
    pub autogen_policy: bool,
    /// Take the role's policy from the stage's policy file
    #[arg(long)]
    pub no_autogen_policy: bool,
}

impl AutogenPolicy {
    /// What was typed; None: nothing, so config.json decides.
    pub fn choice(&self) -> Option<bool> {
        match self {
            Self { autogen_policy: true, .. } => Some(true),
            Self { no_autogen_policy: true, .. } => Some(false),
            Self { autogen_policy: false, no_autogen_policy: false } => None,
        }
    }
}

#[derive(Args, Debug)]
pub struct Plan {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub build: Build,
    /// The stage of the REST API, the first part of its URLs
    #[arg(long, value_name = "NAME")]
    pub api_gateway_stage: Option<String>,
    #[command(flatten)]
    pub policy: AutogenPolicy,
    /// Exit with 3 when something would change
    #[arg(long)]
    pub exit_code: bool,
}

#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    pub target: Target,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Args, Debug)]
pub struct Url {
    #[command(flatten)]
    pub target: Target,
}

#[derive(Args, Debug)]
pub struct Logs {
    #[command(flatten)]
    pub target: Target,
    /// The function: a handler's name
    #[arg(long, short, default_value = "api_handler")]
    pub name: String,
    /// Only what is younger: `10m`, `2h`, `1d`, `1w`, or a time such as `2026-01-31T12:00:00Z`
    #[arg(long, short)]
    pub since: Option<String>,
    /// Go on with new messages, from the last ten minutes, until interrupted
    #[arg(long, short)]
    pub follow: bool,
    /// At most this many messages, the latest
    #[arg(long, value_name = "N")]
    pub num_entries: Option<usize>,
    /// Show Lambda's own START, END and REPORT lines too
    #[arg(long)]
    pub include_lambda_messages: bool,
}

#[derive(Args, Debug)]
pub struct Invoke {
    #[command(flatten)]
    pub target: Target,
    /// The function: a handler's name
    #[arg(long, short)]
    pub name: String,
    /// The JSON to send: a file, or `-` for standard input [default: standard input if it is not a terminal]
    #[arg(long, value_name = "FILE")]
    pub payload: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Package {
    /// The folder to write `sam.json` and `deployment.zip` to
    pub out: PathBuf,
    /// The stage in `.chalice/config.json`
    #[arg(long, default_value = DEFAULT_STAGE)]
    pub stage: String,
    #[command(flatten)]
    pub build: Build,
}

#[derive(Args, Debug)]
pub struct Test {
    /// The stage in `.chalice/config.json`
    #[arg(long, default_value = DEFAULT_STAGE)]
    pub stage: String,
    /// What is handed on to `cargo test`
    #[arg(last = true, value_name = "CARGO ARGS")]
    pub cargo_args: Vec<String>,
}

#[derive(Args, Debug)]
pub struct GenPolicy {
    /// The stage in `.chalice/config.json`
    #[arg(long, default_value = DEFAULT_STAGE)]
    pub stage: String,
    #[command(flatten)]
    pub build: Build,
    /// Show which operation of which crate each action is for, and how it was found
    #[arg(long, conflicts_with = "deployer")]
    pub explain: bool,
    /// How to print what `--explain` shows; a policy is the JSON that IAM takes, whatever stands here [default: text, or
    /// json with `--json`]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Print what the deployer of this application needs, in place of what the application does; who takes something out
    /// of the application also needs what this said before
    #[arg(long)]
    pub deployer: bool,
    /// With `--deployer`: only what `plan`, `url` and `logs` need
    #[arg(long, requires = "deployer")]
    pub read_only: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// A table
    Text,
    /// A list of objects
    Json,
}

#[derive(Args, Debug)]
pub struct Sandbox {
    #[command(subcommand)]
    pub command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Start it, installing it on first use, and print its endpoint
    Start,
    /// Stop it; what was deployed to it is gone
    Stop,
    /// Say whether it runs
    Status,
    /// Empty it
    Reset,
}
