//! Invoking.

use crate::aws::{AwsError, Cloud};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use std::time::Duration;

/// What a function answered.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub payload: Vec<u8>,
    /// `Handled` or `Unhandled`, when the function failed.
    pub error: Option<String>,
}

impl Cloud {
    /// Invokes once, waiting as long as the function may take.
    pub async fn invoke(
        &self,
        name: &str,
        qualifier: &str,
        payload: Vec<u8>,
        timeout: Duration,
    ) -> Result<Invocation, AwsError> {
        let patience = timeout + Duration::from_secs(10);
        let overrides =
            aws_sdk_lambda::config::Config::builder().retry_config(RetryConfig::disabled()).timeout_config(
                TimeoutConfig::builder().read_timeout(patience).operation_timeout(patience).build(),
            );
        let call = self.lambda.invoke().function_name(name).qualifier(qualifier).payload(Blob::new(payload));
        let output = call.customize().config_override(overrides).send().await;
        let output = output.map_err(|error| AwsError::call("lambda", "Invoke", error))?;
        Ok(Invocation {
            payload: output.payload.map(Blob::into_inner).unwrap_or_default(),
            error: output.function_error,
        })
    }
}
