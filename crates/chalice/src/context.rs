//! What Lambda says about one invocation.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The invocation that is running, Chalice's `lambda_context`.
///
/// ```
/// use chalice::prelude::*;
///
/// #[lambda_function]
/// async fn import(rows: Vec<String>, context: LambdaContext) -> Result<usize> {
///     let seconds = context.remaining_time().as_secs();
///     let fit = rows.iter().take(usize::try_from(seconds)? * 100).count();
///     Ok(fit)
/// }
/// ```
///
/// All that it says:
///
/// ```
/// use chalice::prelude::*;
///
/// #[lambda_function]
/// async fn describe(context: LambdaContext) -> Result<String> {
///     let function = format!("{} {}", context.function_name(), context.function_version());
///     println!("{} of {function}", context.aws_request_id());
///     println!("invoked as {}", context.invoked_function_arn());
///     println!("{} MB, until {:?}", context.memory_limit_in_mb(), context.deadline());
///     println!("logs to {} in {}", context.log_stream_name(), context.log_group_name());
///     println!("traced as {:?}", context.trace_id());
///     println!("by {:?} with {:?}", context.identity(), context.client_context());
///     Ok(function)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct LambdaContext {
    invocation: Arc<Invocation>,
    function: Arc<FunctionInfo>,
}

/// The part that changes from one invocation to the next.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    pub(crate) function_arn: String,
    pub(crate) deadline: SystemTime,
    pub(crate) trace_id: Option<String>,
    pub(crate) client_context: Option<String>,
    pub(crate) identity: Option<String>,
}

/// The part that Lambda sets once, as environment variables.
#[derive(Debug, Default)]
pub(crate) struct FunctionInfo {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) memory_in_mb: u32,
    pub(crate) log_group: String,
    pub(crate) log_stream: String,
}

impl LambdaContext {
    pub(crate) fn new(invocation: Invocation, function: Arc<FunctionInfo>) -> Self {
        Self { invocation: Arc::new(invocation), function }
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.invocation, &other.invocation)
    }

    /// Of an event that no invocation brought: its time is up.
    pub(crate) fn of_nothing() -> Self {
        let invocation = Invocation {
            request_id: String::new(),
            function_arn: String::new(),
            deadline: SystemTime::UNIX_EPOCH,
            trace_id: None,
            client_context: None,
            identity: None,
        };
        Self::new(invocation, Arc::default())
    }

    /// The id of this invocation, as Lambda's log lines carry it.
    pub fn aws_request_id(&self) -> &str {
        &self.invocation.request_id
    }

    /// The ARN that was invoked, with its version or alias if it was called by one.
    pub fn invoked_function_arn(&self) -> &str {
        &self.invocation.function_arn
    }

    /// When Lambda stops the invocation.
    pub fn deadline(&self) -> SystemTime {
        self.invocation.deadline
    }

    /// The time left until the deadline; Chalice's `get_remaining_time_in_millis()`.
    pub fn remaining_time(&self) -> Duration {
        self.deadline().duration_since(SystemTime::now()).unwrap_or_default()
    }

    /// The X-Ray trace that this invocation belongs to, as the header `X-Amzn-Trace-Id` would carry it.
    pub fn trace_id(&self) -> Option<&str> {
        self.invocation.trace_id.as_deref()
    }

    /// What a mobile SDK sent as its context: JSON.
    pub fn client_context(&self) -> Option<&str> {
        self.invocation.client_context.as_deref()
    }

    /// The Cognito identity that invoked the function: JSON.
    pub fn identity(&self) -> Option<&str> {
        self.invocation.identity.as_deref()
    }

    /// The function's name on AWS.
    pub fn function_name(&self) -> &str {
        &self.function.name
    }

    /// The function's version: a number, or `$LATEST`.
    pub fn function_version(&self) -> &str {
        &self.function.version
    }

    /// The memory that the function may use, in MB.
    pub fn memory_limit_in_mb(&self) -> u32 {
        self.function.memory_in_mb
    }

    /// The CloudWatch log group.
    pub fn log_group_name(&self) -> &str {
        &self.function.log_group
    }

    /// The log stream of this instance of the function.
    pub fn log_stream_name(&self) -> &str {
        &self.function.log_stream
    }
}

impl FunctionInfo {
    /// As Lambda's environment variables say.
    pub(crate) fn from_process() -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        Self {
            name: variable("AWS_LAMBDA_FUNCTION_NAME"),
            version: variable("AWS_LAMBDA_FUNCTION_VERSION"),
            memory_in_mb: variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").parse().unwrap_or_default(),
            log_group: variable("AWS_LAMBDA_LOG_GROUP_NAME"),
            log_stream: variable("AWS_LAMBDA_LOG_STREAM_NAME"),
        }
    }
}
