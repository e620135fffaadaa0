//! The table of keys. Validation, the README's table and the JSON schema are all made from it.

use std::str::FromStr;

/// A key of config.json.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub scopes: &'static [Scope],
    pub kind: Kind,
    /// What holds where nobody sets it; empty: nothing does, or it is required.
    pub default: &'static str,
    pub doc: &'static str,
}

/// Where in the file a key may stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// At the top.
    Top,
    /// In `stages.<stage>`.
    Stage,
    /// In a `lambda_functions.<function>`, at the top or in a stage.
    Function,
}

/// What a key's value is.
#[derive(Debug)]
pub enum Kind {
    /// The version of the file's format.
    Version,
    Text,
    /// A string that becomes a part of names on AWS.
    Name,
    RoleArn,
    PolicyArn,
    /// The path of a role.
    RolePath,
    Bool,
    Whole {
        /// What is counted, in the plural.
        unit: &'static str,
        least: u32,
        most: u32,
    },
    /// One of these numbers of days.
    Days(&'static [u32]),
    OneOf(&'static [&'static str]),
    /// An object of strings.
    Texts,
    /// An object of strings, named as Lambda wants environment variables to be.
    Environment,
    TextList,
    TextOrList,
    /// A list of ARNs of policies.
    PolicyArns,
    /// A list of IAM statements.
    Statements,
    /// An object of lists: the resources of services.
    Resources,
    /// An object with these keys.
    Section(&'static [Key]),
    /// Stages by name, or functions by name: each an object with the keys of that scope.
    Named(Scope),
    /// Only `false` has a meaning.
    Never {
        why: &'static str,
    },
    /// A key of Chalice that rchalice does not follow.
    Refused {
        why: &'static str,
        instead: &'static str,
    },
}

const TOP: &[Scope] = &[Scope::Top];
const STAGE: &[Scope] = &[Scope::Top, Scope::Stage];
const FUNCTION: &[Scope] = &[Scope::Top, Scope::Stage, Scope::Function];
const FUNCTIONS: &[Scope] = &[Scope::Top, Scope::Stage];

const fn key(
    name: &'static str,
    scopes: &'static [Scope],
    kind: Kind,
    default: &'static str,
    doc: &'static str,
) -> Key {
    Key { name, scopes, kind, default, doc }
}

/// Every key of the file but those within `build` and `iam`, which their [`Kind::Section`] holds.
pub static KEYS: &[Key] = &[
    key("$schema", TOP, Kind::Text, "", "The JSON schema, for editors"),
    key("version", TOP, Kind::Version, "1.0", "The version of this file's format, at most 2.0"),
    key("app_name", TOP, Kind::Name, "", "The application's name, the first part of names on AWS; required"),
    key("stages", TOP, Kind::Named(Scope::Stage), "", "The stages by name; without it there is `dev`"),
    key(
        "lambda_functions",
        FUNCTIONS,
        Kind::Named(Scope::Function),
        "",
        "What holds for one function, by its handler's name; the REST API's is `api_handler`",
    ),
    key("api_gateway_stage", STAGE, Kind::Name, "api", "The REST API's stage, the first part of its URLs"),
    key("api_gateway_endpoint_type", STAGE, Kind::OneOf(ENDPOINT_TYPES), "EDGE", "Who reaches the REST API"),
    key(
        "api_gateway_endpoint_vpce",
        STAGE,
        Kind::TextOrList,
        "",
        "The id or ids of the VPC endpoints that reach a private REST API",
    ),
    key(
        "api_gateway_policy_file",
        STAGE,
        Kind::Text,
        "",
        "The REST API's resource policy: a file, relative to `.chalice`",
    ),
    key(
        "minimum_compression_size",
        STAGE,
        Kind::Whole { unit: "bytes", least: 0, most: 10_485_760 },
        "",
        "The size in bytes from which on API Gateway compresses a response",
    ),
    key("autogen_policy", FUNCTION, Kind::Bool, "true", "Whether rchalice writes the policy of the role"),
    key(
        "iam_policy_file",
        FUNCTION,
        Kind::Text,
        "policy-<stage>.json",
        "The role's policy where `autogen_policy` is false: a file, relative to `.chalice`",
    ),
    key("manage_iam_role", FUNCTION, Kind::Bool, "true", "Whether rchalice makes the role"),
    key("iam_role_arn", FUNCTION, Kind::RoleArn, "", "The role where `manage_iam_role` is false"),
    key("iam", STAGE, Kind::Section(IAM), "", "What the roles may do beside what is found in the program"),
    key(
        "lambda_memory_size",
        FUNCTION,
        Kind::Whole { unit: "MB", least: 128, most: 10_240 },
        "128",
        "Memory in MB; the share of CPU grows with it",
    ),
    key(
        "lambda_timeout",
        FUNCTION,
        Kind::Whole { unit: "seconds", least: 1, most: 900 },
        "60",
        "How many seconds an invocation may take",
    ),
    key("lambda_architecture", STAGE, Kind::OneOf(ARCHITECTURES), "x86_64", "The processor"),
    key(
        "environment_variables",
        FUNCTION,
        Kind::Environment,
        "{}",
        "Environment variables; scopes are merged",
    ),
    key("tags", FUNCTION, Kind::Texts, "{}", "Tags of the functions; scopes are merged"),
    key(
        "reserved_concurrency",
        FUNCTION,
        Kind::Whole { unit: "concurrent invocations", least: 0, most: u32::MAX },
        "",
        "How many invocations may run at a time, kept free for this function",
    ),
    key("subnet_ids", FUNCTION, Kind::TextList, "[]", "The VPC's subnets; goes with `security_group_ids`"),
    key("security_group_ids", FUNCTION, Kind::TextList, "[]", "The VPC's groups; goes with `subnet_ids`"),
    key("layers", FUNCTION, Kind::TextList, "[]", "ARNs of Lambda layers, in their order"),
    key(
        "automatic_layer",
        STAGE,
        Kind::Never { why: "a Rust binary has no dependencies to put in a layer" },
        "false",
        "For Chalice's sake; only false has a meaning",
    ),
    key("xray", FUNCTION, Kind::Bool, "", "Active tracing with X-Ray"),
    key(
        "debug",
        FUNCTION,
        Kind::Bool,
        "false",
        "Whether an error that is a 500 says its cause to the client",
    ),
    key("log_retention_in_days", FUNCTION, Kind::Days(RETENTION), "", "How many days logs are kept"),
    key("build", STAGE, Kind::Section(BUILD), "", "How the bootstrap is built"),
    key("api_gateway_custom_domain", STAGE, CUSTOM_DOMAIN, "", "Not built yet"),
    key("websocket_api_custom_domain", STAGE, CUSTOM_DOMAIN, "", "Not built yet"),
    key(
        "profile",
        TOP,
        Kind::Refused {
            why: "a profile belongs to who deploys, not to the project",
            instead: "remove it, and give `--profile` or set `AWS_PROFILE`",
        },
        "",
        "Given with `--profile`",
    ),
];

/// What holds where nobody sets the key `name`.
pub fn default_of<T: FromStr + Default>(name: &str) -> T {
    let key = KEYS.iter().find(|key| key.name == name);
    key.and_then(|key| key.default.parse().ok()).unwrap_or_default()
}

const CUSTOM_DOMAIN: Kind =
    Kind::Refused { why: "rchalice has no custom domains yet", instead: "remove it for now" };

const BUILD: &[Key] = &[
    key("package", STAGE, Kind::Text, "", "The Cargo package; needed where the workspace has several"),
    key("bin", STAGE, Kind::Text, "", "The binary; needed where the package has several"),
    key("features", STAGE, Kind::TextList, "[]", "Cargo features to turn on"),
    key("profile", STAGE, Kind::Text, "release", "The Cargo profile"),
    key("builder", STAGE, Kind::OneOf(BUILDERS), "auto", "What compiles for Lambda"),
    key("bucket", STAGE, Kind::Text, "", "The S3 bucket for deployment packages over 50 MB"),
];

const IAM: &[Key] = &[
    key(
        "resources",
        STAGE,
        Kind::Resources,
        "{}",
        "The resources that the program uses, by service; `${NAME}` is an environment variable; an empty list grants \
         nothing of its service",
    ),
    key(
        "statements",
        STAGE,
        Kind::Statements,
        "[]",
        "IAM statements, added to the policy of every role; `${NAME}` in resources and in the values of conditions is an \
         environment variable",
    ),
    key("permissions_boundary", STAGE, Kind::PolicyArn, "", "The ARN of the policy that bounds every role"),
    key("path", STAGE, Kind::RolePath, "/", "The path of every role"),
    key("managed_policies", STAGE, Kind::PolicyArns, "[]", "ARNs of policies to attach to every role"),
];

const ENDPOINT_TYPES: &[&str] = &["EDGE", "REGIONAL", "PRIVATE"];
const ARCHITECTURES: &[&str] = &["x86_64", "arm64"];
const BUILDERS: &[&str] = &["auto", "cargo", "zigbuild", "cross"];

/// What CloudWatch Logs takes.
const RETENTION: &[u32] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
