//! Crates that call AWS without the SDK: their operations cannot be read from the binary, so they are named, with the
//! statement to add.

use super::binary::Binary;
use memchr::memmem;

/// What a crate leaves in a binary.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Trace {
    /// A path that it can panic at: the crate's folder without the version, and the start of what follows it.
    Path(&'static str, &'static str),
    /// A part of the names of its functions, mangled.
    Symbol(&'static str),
    /// A text that it sends.
    Text(&'static str),
}

/// A way to AWS that leaves no marks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Means {
    /// What a user calls it.
    pub name: &'static str,
    /// One of these is enough.
    traces: &'static [Trace],
    /// What it usually needs; none: it depends.
    pub actions: &'static [&'static str],
    /// An example for the statement.
    pub resource: &'static str,
}

const S3: &[&str] =
    &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"];
const BUCKET: &str = r#"["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"]"#;
const ANY: &str = r#""arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE""#;

const ALL: &[Means] = &[
    Means {
        name: "object_store",
        traces: &[Trace::Path("object_store", "/src/aws/"), Trace::Symbol("12object_store3aws")],
        actions: S3,
        resource: BUCKET,
    },
    Means {
        name: "opendal",
        traces: &[
            Trace::Path("opendal", "/src/services/s3/"),
            Trace::Path("opendal-service-s3", "/src/"),
            Trace::Symbol("7opendal8services2s3"),
            Trace::Symbol("18opendal_service_s3"),
        ],
        actions: S3,
        resource: BUCKET,
    },
    Means { name: "rust-s3", traces: &[Trace::Path("rust-s3", "/src/")], actions: S3, resource: BUCKET },
    Means {
        name: "rusoto",
        traces: &[Trace::Path("rusoto_core", "/src/"), Trace::Symbol("11rusoto_core")],
        actions: &[],
        resource: ANY,
    },
    Means {
        name: "aws-sign-v4",
        traces: &[Trace::Path("aws-sign-v4", "/src/"), Trace::Symbol("11aws_sign_v4")],
        actions: &[],
        resource: ANY,
    },
    Means {
        name: "reqsign",
        traces: &[
            Trace::Path("reqsign", "/src/aws/"),
            Trace::Path("reqsign-aws-v4", "/src/"),
            Trace::Symbol("7reqsign3aws"),
            Trace::Symbol("14reqsign_aws_v4"),
        ],
        actions: &[],
        resource: ANY,
    },
    Means {
        name: "the database tokens of aws-sdk-rds",
        traces: &[
            Trace::Path("aws-sdk-rds", "/src/auth_token.rs"),
            Trace::Symbol("11aws_sdk_rds10auth_token"),
        ],
        actions: &["rds-db:connect"],
        resource: r#""arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE_ID/USER""#,
    },
    Means {
        name: "the database tokens of aws-sdk-dsql",
        traces: &[
            Trace::Path("aws-sdk-dsql", "/src/auth_token.rs"),
            Trace::Symbol("12aws_sdk_dsql10auth_token"),
        ],
        actions: &["dsql:DbConnect"],
        resource: r#""arn:aws:dsql:REGION:ACCOUNT:cluster/ID""#,
    },
    Means {
        name: "the secrets of Lambda's extension",
        traces: &[Trace::Text("/secretsmanager/get?secretId=")],
        actions: &["secretsmanager:GetSecretValue"],
        resource: r#""arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-??????""#,
    },
    Means {
        name: "the parameters of Lambda's extension",
        traces: &[Trace::Text("/systemsmanager/parameters/get")],
        actions: &["ssm:GetParameter"],
        resource: r#""arn:aws:ssm:REGION:ACCOUNT:parameter/NAME""#,
    },
];

/// What nobody but a signer of requests needs to say.
const BY_HAND: Means = Means {
    name: "requests that it signs itself",
    traces: &[Trace::Text("AWS4-HMAC-SHA256")],
    actions: &[],
    resource: ANY,
};

/// The ways to AWS beside the SDK that are linked into the binary.
///
/// The SDK and the crates that are known by name sign requests too: beside them, what the program depends on tells
/// whether it does. `signs`: it depends on the SDK's signer.
pub fn other_means(binary: &Binary<'_>, has_sdk: bool, signs: bool) -> Vec<&'static Means> {
    let is_linked = |means: &&Means| means.traces.iter().any(|trace| trace.is_in(binary));
    let mut found: Vec<&Means> = ALL.iter().filter(is_linked).collect();
    if is_linked(&&BY_HAND) && (signs || (!has_sdk && found.is_empty())) {
        found.push(&BY_HAND);
    }
    found
}

impl Trace {
    fn is_in(self, binary: &Binary<'_>) -> bool {
        let in_constants = |found: &dyn Fn(&[u8]) -> bool| binary.constants.iter().any(|part| found(part));
        match self {
            Self::Path(krate, rest) => in_constants(&|part| has_path(part, krate, rest)),
            Self::Symbol(name) => {
                binary.symbols.is_some_and(|symbols| memmem::find(symbols, name.as_bytes()).is_some())
            }
            Self::Text(text) => in_constants(&|part| memmem::find(part, text.as_bytes()).is_some()),
        }
    }
}

/// Whether a path leads through the folder of this crate, with its version or without, and on to `rest`. The crate is
/// looked for, as it is rarer than `rest`.
fn has_path(constants: &[u8], krate: &str, rest: &str) -> bool {
    memmem::find_iter(constants, krate).any(|at| {
        let Some(separator) = at.checked_sub(1).map(|before| constants[before]) else { return false };
        let after = &constants[at + krate.len()..];
        let version = after.iter().position(|byte| *byte == separator).unwrap_or_default();
        let (version, path) = after.split_at(version);
        let is_version =
            version.is_empty() || (version[0] == b'-' && version.get(1).is_some_and(u8::is_ascii_digit));
        let same = |(one, other): (&u8, u8)| *one == if other == b'/' { separator } else { other };
        b"/\\".contains(&separator)
            && is_version
            && path.len() >= rest.len()
            && path.iter().zip(rest.bytes()).all(same)
    })
}

impl Means {
    /// What a user is told of it.
    pub fn warning(&self, stage: &str) -> String {
        let Self { name, actions, resource, .. } = self;
        let actions =
            if actions.is_empty() { r#"["SERVICE:ACTION"]"#.to_owned() } else { format!("{actions:?}") };
        format!(
            "the program calls AWS through {name}, whose calls cannot be read from the binary: add what they need \
             to stage `{stage}` in .chalice/config.json, such as\n\n\
             \x20   \"iam\": {{\"statements\": [\n\
             \x20     {{\"Effect\": \"Allow\", \"Action\": {actions}, \"Resource\": {resource}}}\n\
             \x20   ]}}\n"
        )
    }
}
