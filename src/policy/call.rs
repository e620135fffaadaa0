//! What rchalice's own calls to AWS need. The calls themselves, each with its row, are listed in `aws`.

/// One call to AWS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Call {
    pub service: &'static str,
    pub operation: &'static str,
    pub actions: &'static [&'static str],
    pub on: On,
    pub mode: Mode,
}

/// What a call is about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum On {
    /// Nothing that a permission is needed for.
    Nothing,
    /// A function, its versions and aliases.
    Function,
    /// A role of the application.
    Role,
    /// The log group of a function.
    LogGroup,
    /// All log groups: the call looks for one.
    LogGroups,
    /// All REST APIs: the call makes one, or looks for one.
    RestApis,
    /// A REST API, whose id AWS chooses.
    RestApi,
    ApiTags,
    /// The bucket for deployment packages.
    PackageBucket,
    /// An event source mapping, whose id AWS chooses.
    EventSourceMapping,
    /// All event source mappings: the call makes one, or looks for one.
    EventSources,
    /// A rule of EventBridge.
    Rule,
    /// It is made in the sandbox only.
    Sandbox,
}

/// Whether `plan`, `url` and `logs` make the call too.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    Read,
    Write,
}
