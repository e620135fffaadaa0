//! Lambda's Runtime API, version 2018-06-01.

use std::fmt::Write;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use serde::Serialize;

use super::connection::{Connection, Reply};
use crate::context::Invocation;
use crate::instance::Failure;

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

    pub(super) async fn error(&mut self, request_id: &str, failure: &Failure) -> io::Result<()> {
        self.failure(&format!("/2018-06-01/runtime/invocation/{request_id}/error"), failure).await
    }

    pub(super) async fn init_error(&mut self, failure: &Failure) -> io::Result<()> {
        self.failure("/2018-06-01/runtime/init/error", failure).await
    }

    async fn failure(&mut self, path: &str, failure: &Failure) -> io::Result<()> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Report<'a> {
            error_type: &'a str,
            error_message: &'a str,
            stack_trace: [&'a str; 0],
        }
        let Failure { error_type, error_message } = failure;
        let report = serde_json::to_vec(&Report { error_type, error_message, stack_trace: [] })?;
        // A type's name may hold what a header may not.
        let shown: String = error_type.chars().filter(|character| matches!(character, '!'..='~')).collect();
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

fn unexpected(path: &str, reply: &Reply) -> io::Error {
    let body = String::from_utf8_lossy(&reply.body);
    io::Error::other(format!("{path} answered {}: {}", reply.status, body.trim()))
}
