//! What can go wrong with a call to AWS, and what to do about it.

use super::calls;
use crate::error::Failure;
use crate::words::list;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error as StdError;
use std::time::Duration;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum AwsError {
    #[error("no AWS region is configured")]
    NoRegion,
    #[error("no AWS credentials were found")]
    NoCredentials,
    /// There are some, but they are of no use.
    #[error("the AWS credentials cannot be used")]
    UnusableCredentials { source: Box<dyn StdError + Send + Sync> },
    #[error("AWS does not answer `{service}:{operation}`")]
    Unreachable {
        service: &'static str,
        operation: &'static str,
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// AWS answered with an error.
    #[error("AWS refused `{service}:{operation}`: {code}: {message}")]
    Refused {
        service: &'static str,
        operation: &'static str,
        code: String,
        message: String,
        problem: Problem,
        /// How long AWS asks to be left alone.
        retry_after: Option<Duration>,
    },
    #[error("gave up waiting for {waiting_for} after {seconds} s")]
    GaveUp { waiting_for: String, seconds: u64, source: Box<AwsError> },
    /// Why it is waited for.
    #[error("{0}")]
    NotYet(String),
    #[error("{what}")]
    Unusable { what: String, hint: String },
}

/// What an error of AWS means to us.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Problem {
    NotFound,
    /// It exists already, or another change is under way.
    Conflict,
    AccessDenied,
    /// The credentials are not, or no longer, good.
    BadCredentials,
    Throttled,
    Other,
}

impl AwsError {
    pub fn call<E>(service: &'static str, operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        if let SdkError::ServiceError(context) = &error {
            let status = context.raw().status().as_u16();
            let code = context.err().code().unwrap_or("UnknownError").to_owned();
            let message = context.err().message().unwrap_or("no message").to_owned();
            let problem = problem(&code, status, &message);
            let retry_after = context.raw().headers().get("retry-after").and_then(|value| value.parse().ok());
            let retry_after = retry_after.map(Duration::from_secs);
            return Self::Refused { service, operation, code, message, problem, retry_after };
        }
        let source = error.into_source().unwrap_or_else(|error| Box::new(error));
        let none_there = {
            let mut causes = chain(&*source);
            let credentials = causes.find_map(|error| error.downcast_ref::<CredentialsError>());
            credentials.map(|error| matches!(error, CredentialsError::CredentialsNotLoaded(_)))
        };
        match none_there {
            Some(true) => Self::NoCredentials,
            Some(false) => Self::UnusableCredentials { source },
            None => Self::Unreachable { service, operation, source },
        }
    }

    /// A part of a call that failed, where the call did not.
    pub fn entry(
        service: &'static str,
        operation: &'static str,
        code: Option<&str>,
        message: Option<&str>,
    ) -> Self {
        let code = code.unwrap_or("UnknownError").to_owned();
        let message = message.unwrap_or("no message").to_owned();
        let problem = problem(&code, 200, &message);
        Self::Refused { service, operation, code, message, problem, retry_after: None }
    }

    pub fn problem(&self) -> Option<Problem> {
        if let Self::Refused { problem, .. } = self { Some(*problem) } else { None }
    }

    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Refused { retry_after, .. } = self { *retry_after } else { None }
    }

    pub fn is_not_found(&self) -> bool {
        self.problem() == Some(Problem::NotFound)
    }

    pub fn is_conflict(&self) -> bool {
        self.problem() == Some(Problem::Conflict)
    }

    /// Whether AWS's message contains `text`.
    pub fn says(&self, text: &str) -> bool {
        matches!(self, Self::Refused { message, .. } if message.contains(text))
    }
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| StdError::source(*error))
}

fn problem(code: &str, status: u16, message: &str) -> Problem {
    match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "AuthorizationError" => {
            Problem::AccessDenied
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "InvalidAccessKeyId" => Problem::BadCredentials,
        // A quota is not used up less by asking again.
        "LimitExceededException" if message.contains("aximum") => Problem::Other,
        "TooManyRequestsException" | "ThrottlingException" | "Throttling" | "LimitExceededException" => {
            Problem::Throttled
        }
        "ResourceNotFoundException"
        | "NotFoundException"
        | "NoSuchEntity"
        | "NoSuchEntityException"
        | "NoSuchBucket" => Problem::NotFound,
        "ResourceConflictException"
        | "ConflictException"
        | "EntityAlreadyExists"
        | "ResourceAlreadyExistsException"
        | "AlreadyExistsException"
        | "ResourceInUseException"
        | "ConcurrentModificationException"
        | "DeleteConflict" => Problem::Conflict,
        "ValidationError" if message.contains("does not exist") => Problem::NotFound,
        _ if status == 429 => Problem::Throttled,
        _ if status == 403 => Problem::AccessDenied,
        _ => Problem::Other,
    }
}

impl Failure for AwsError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoRegion => "set AWS_REGION, or \"region\" in your AWS configuration, or choose a profile with \
                `--profile`; to try without an account: `--sandbox`"
                .to_owned(),
            Self::NoCredentials | Self::UnusableCredentials { .. } => "sign in (`aws configure` or `aws sso login`), set AWS_ACCESS_KEY_ID and \
                AWS_SECRET_ACCESS_KEY, or choose a profile with `--profile`; to try without an account: `--sandbox`"
                .to_owned(),
            Self::Unreachable { .. } => {
                "check the network, the region, and AWS_ENDPOINT_URL if it is set; then run the command again"
                    .to_owned()
            }
            Self::Refused { service, operation, message, problem: Problem::AccessDenied, .. } => format!(
                "allow {} for the identity that runs rchalice, or choose another one with `--profile`; `rchalice \
                 gen-policy --deployer` prints all that it needs",
                action(service, operation, message)
            ),
            Self::Refused { problem: Problem::BadCredentials, .. } => {
                "the credentials are not valid or have expired: sign in again, or choose a profile with `--profile`"
                    .to_owned()
            }
            Self::GaveUp { source, .. } if source.says("role") || source.says("principal") => {
                "check that the role exists and trusts lambda.amazonaws.com, and that it may do what the function's \
                 VPC or event source needs; then run the command again"
                    .to_owned()
            }
            Self::Refused { operation: "CreateEventSourceMapping", message, .. }
                if message.contains("isibility timeout") =>
            {
                "give the queue a visibility timeout of six times the function's timeout, or shorten \"lambda_timeout\" of \
                 the function in .chalice/config.json"
                    .to_owned()
            }
            Self::Refused { operation: "CreateEventSourceMapping", problem: Problem::Conflict, .. } => {
                "something else maps the source to the function, not to its alias `live`: delete that mapping (`aws lambda \
                 delete-event-source-mapping --uuid UUID`), then run the command again"
                    .to_owned()
            }
            Self::Refused { operation: "PutRule", problem: Problem::NotFound, .. } => {
                "make the event bus (`aws events create-event-bus --name NAME`), or name another one in `bus`".to_owned()
            }
            Self::Refused { problem: Problem::Throttled, .. } | Self::GaveUp { .. } | Self::NotYet(_) => {
                "run the command again: it goes on where it stopped".to_owned()
            }
            Self::Refused { .. } => return None,
            Self::Unusable { hint, .. } => hint.clone(),
        })
    }
}

/// The IAM action that was denied: AWS names it in most messages, and some calls take others than their own.
fn action(service: &str, operation: &str, message: &str) -> String {
    let named = message.split_once("not authorized to perform: ").map(|(_, rest)| rest);
    let named = named.and_then(|rest| rest.split([' ', ',']).next()).filter(|action| action.contains(':'));
    match (named, calls::actions(service, operation)) {
        (Some(action), _) => format!("`{action}`"),
        (None, []) => format!("`{service}:{operation}`"),
        (None, actions) => list(actions, "and"),
    }
}
