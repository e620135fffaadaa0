//! Lambda's Runtime API, version 2018-06-01.

use std::fmt::Write;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

use super::connection::{Connection, Reply};
use crate::Error;
use crate::context::Invocation;
use crate::env::Env;
use crate::instance::Failure;
use crate::response::BodyStream;

pub(super) struct RuntimeApi {
    connection: Connection,
}

/// An invocation to answer.
pub(super) struct Next {
    pub(super) invocation: Invocation,
    pub(super) event: Bytes,
}

impl RuntimeApi {
    /// `address` is `host:port`.
    pub(super) fn new(address: String) -> Self {
        Self { connection: Connection::new(address) }
    }

    /// Waits for an invocation, however long that takes.
    pub(super) async fn next(&mut self) -> io::Result<Next> {
        let path = "/2018-06-01/runtime/invocation/next";
        let reply = self.connection.exchange(&self.head("GET", path, ""), b"").await?;
        if reply.status != 200 {
            return Err(unexpected(path, &reply));
        }
        let header = |name: &str| reply.header(name).map(str::to_owned);
        let missing = || io::Error::other("an invocation without Lambda-Runtime-Aws-Request-Id");
        let deadline = reply.header("lambda-runtime-deadline-ms").and_then(|millis| millis.parse().ok());
        let invocation = Invocation {
            request_id: header("lambda-runtime-aws-request-id").ok_or_else(missing)?,
            function_arn: header("lambda-runtime-invoked-function-arn").unwrap_or_default(),
            deadline: UNIX_EPOCH + Duration::from_millis(deadline.unwrap_or_default()),
            trace_id: header("lambda-runtime-trace-id"),
            client_context: header("lambda-runtime-client-context"),
            identity: header("lambda-runtime-cognito-identity"),
        };
        Ok(Next { invocation, event: reply.body })
    }

    pub(super) async fn response(&mut self, request_id: &str, response: &[u8]) -> io::Result<()> {
        self.post(&format!("/2018-06-01/runtime/invocation/{request_id}/response"), "", response).await
    }

    /// Sends a body while it is made. What ends it early goes into the trailers, as Lambda has it.
    pub(super) async fn stream(
        &mut self,
        request_id: &str,
        prelude: &[u8],
        stream: &mut BodyStream,
        env: &Env,
    ) -> io::Result<Option<Error>> {
        let path = format!("/2018-06-01/runtime/invocation/{request_id}/response");
        let head = self.head("POST", &path, STREAMING);
        self.connection.begin(&head).await?;
        // Eight zeros part it from the body.
        self.connection.chunk(&[prelude, &[0; 8]].concat()).await?;
        let failure = loop {
            match stream.next(env).await {
                Ok(Some(part)) => self.connection.chunk(&part).await?,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        let trailers = failure.as_ref().map(|error| trailers(&Failure::of_error(error)));
        let reply = self.connection.end(&trailers.unwrap_or_default()).await?;
        if reply.status == 202 { Ok(failure) } else { Err(unexpected(&path, &reply)) }
    }

    pub(super) async fn error(&mut self, request_id: &str, failure: &Failure) -> io::Result<()> {
        self.failure(&format!("/2018-06-01/runtime/invocation/{request_id}/error"), failure).await
    }

    pub(super) async fn init_error(&mut self, failure: &Failure) -> io::Result<()> {
        self.failure("/2018-06-01/runtime/init/error", failure).await
    }

    async fn failure(&mut self, path: &str, failure: &Failure) -> io::Result<()> {
        let report = report(failure)?;
        let shown = shown(&failure.error_type);
        self.post(path, &format!("Lambda-Runtime-Function-Error-Type: {shown}\r\n"), &report).await
    }

    async fn post(&mut self, path: &str, headers: &str, body: &[u8]) -> io::Result<()> {
        let headers =
            format!("Content-Type: application/json\r\nContent-Length: {}\r\n{headers}", body.len());
        let reply = self.connection.exchange(&self.head("POST", path, &headers), body).await?;
        if reply.status == 202 { Ok(()) } else { Err(unexpected(path, &reply)) }
    }

    fn head(&self, method: &str, path: &str, headers: &str) -> String {
        let mut head = String::with_capacity(256);
        // Writing to a String does not fail.
        _ = write!(
            head,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: chalice/{}\r\n{headers}\r\n",
            self.connection.address(),
            env!("CARGO_PKG_VERSION")
        );
        head
    }
}

const STREAMING: &str = "\
Content-Type: application/vnd.awslambda.http-integration-response\r\n\
Lambda-Runtime-Function-Response-Mode: streaming\r\n\
Transfer-Encoding: chunked\r\n\
Trailer: Lambda-Runtime-Function-Error-Type\r\n\
Trailer: Lambda-Runtime-Function-Error-Body\r\n";

fn trailers(failure: &Failure) -> String {
    let body = STANDARD.encode(report(failure).unwrap_or_default());
    format!(
        "Lambda-Runtime-Function-Error-Type: {}\r\nLambda-Runtime-Function-Error-Body: {body}\r\n",
        shown(&failure.error_type)
    )
}

fn report(failure: &Failure) -> serde_json::Result<Vec<u8>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Report<'a> {
        error_type: &'a str,
        error_message: &'a str,
        stack_trace: [&'a str; 0],
    }
    let Failure { error_type, error_message } = failure;
    serde_json::to_vec(&Report { error_type, error_message, stack_trace: [] })
}

/// A type's name may hold what a header may not.
fn shown(error_type: &str) -> String {
    error_type.chars().filter(|character| matches!(character, '!'..='~')).collect()
}

fn unexpected(path: &str, reply: &Reply) -> io::Error {
    let body = String::from_utf8_lossy(&reply.body);
    io::Error::other(format!("{path} answered {}: {}", reply.status, body.trim()))
}
