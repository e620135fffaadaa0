//! Lambda's Runtime API, version 2018-06-01.

use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

use super::connection::{Connection, Reply, is_gone};
use super::head::{Framing, Header, invalid};
use super::socket::Beside;
use crate::Error;
use crate::context::Invocation;
use crate::env::Env;
use crate::instance::Failure;
use crate::response::BodyStream;
use crate::running;

const USER_AGENT: &str = concat!("chalice/", env!("CARGO_PKG_VERSION"));

pub(super) struct RuntimeApi {
    connection: Connection,
    /// The request that asks for an invocation, always the same.
    next: Vec<u8>,
    /// The head of every other request, written anew for each.
    head: Vec<u8>,
}

/// An invocation to answer.
pub(super) struct Next {
    pub(super) invocation: Invocation,
    pub(super) event: Bytes,
}

const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const UNFRAMED: &str = "/2018-06-01/runtime/invocation/next answered without a Content-Length, so where the event ends \
                        is not known";

impl RuntimeApi {
    /// `address` is what `AWS_LAMBDA_RUNTIME_API` says.
    pub(super) fn new(address: &str, beside: Beside) -> Self {
        let connection = Connection::new(address, beside);
        let (base, host) = (connection.base(), connection.host());
        let next = format!("GET {base}{NEXT} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {USER_AGENT}\r\n\r\n");
        Self { connection, next: next.into_bytes(), head: Vec::with_capacity(512) }
    }

    /// Waits for an invocation, however long that takes.
    pub(super) async fn next(&mut self) -> io::Result<Next> {
        // Its thread starts once, in the time of the first wait.
        let Reply { head, body } = self.connection.exchange_and(&self.next, b"", running::watch).await?;
        if head.status != 200 {
            return Err(unexpected(NEXT, head.status, &body));
        }
        if head.framing == Framing::UntilClosed {
            return Err(invalid(UNFRAMED));
        }
        let text = |header: Header| head.get(header).map(str::to_owned);
        let missing = || io::Error::other("an invocation without Lambda-Runtime-Aws-Request-Id");
        let deadline = head.get(Header::Deadline).and_then(|millis| millis.parse().ok());
        let invocation = Invocation {
            request_id: text(Header::RequestId).filter(|id| is_plain(id)).ok_or_else(missing)?,
            function_arn: text(Header::FunctionArn).unwrap_or_default(),
            deadline: UNIX_EPOCH + Duration::from_millis(deadline.unwrap_or_default()),
            trace_id: text(Header::TraceId),
            client_context: text(Header::ClientContext),
            identity: text(Header::Identity),
        };
        Ok(Next { invocation, event: body })
    }

    pub(super) async fn response(&mut self, request_id: &str, response: &[u8]) -> io::Result<Accepted> {
        self.post(&["/2018-06-01/runtime/invocation/", request_id, "/response"], "", response).await
    }

    /// Sends a body while it is made. What ends it early goes into the trailers, as Lambda has it and as `failure`
    /// says it. A body that Lambda takes no more of is not asked for the rest.
    pub(super) async fn stream(
        &mut self,
        request_id: &str,
        prelude: &[u8],
        stream: &mut BodyStream,
        failure: impl FnOnce(Error) -> Failure,
    ) -> io::Result<Accepted> {
        let env = Env::default();
        let path = ["/2018-06-01/runtime/invocation/", request_id, "/response"];
        self.write_head(&path, STREAMING);
        let mut chunks = self.connection.begin(&self.head).await?;
        // Eight zeros part it from the body.
        let mut sent = chunks.send(&[prelude, &[0; 8]].concat()).await;
        let mut after = String::new();
        while sent.is_ok() {
            match stream.next(&env).await {
                Ok(Some(part)) => sent = chunks.send(&part).await,
                Ok(None) => break,
                Err(error) => {
                    after = trailers(&failure(error));
                    break;
                }
            }
        }
        match self.connection.end(chunks, &after, sent).await {
            Ok(reply) => accepted(&path, &reply),
            // It cannot be sent again; whether there is still an API, the next request shows.
            Err(error) if is_gone(&error) => Ok(Accepted::No(error.to_string())),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn error(&mut self, request_id: &str, failure: &Failure) -> io::Result<Accepted> {
        self.failure(&["/2018-06-01/runtime/invocation/", request_id, "/error"], failure).await
    }

    pub(super) async fn init_error(&mut self, failure: &Failure) -> io::Result<Accepted> {
        self.failure(&["/2018-06-01/runtime/init/error"], failure).await
    }

    async fn failure(&mut self, path: &[&str], failure: &Failure) -> io::Result<Accepted> {
        let report = report(failure)?;
        let shown = shown(&failure.error_type);
        self.post(path, &format!("Lambda-Runtime-Function-Error-Type: {shown}\r\n"), &report).await
    }

    async fn post(&mut self, path: &[&str], headers: &str, body: &[u8]) -> io::Result<Accepted> {
        self.write_head(path, headers);
        // Over the empty line that ends the head.
        self.head.truncate(self.head.len() - 2);
        let length = body.len();
        // Writing to a Vec does not fail.
        _ = write!(self.head, "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        let reply = self.connection.exchange(&self.head, body).await?;
        accepted(path, &reply)
    }

    fn write_head(&mut self, path: &[&str], headers: &str) {
        self.head.clear();
        let start = ["POST ", self.connection.base()];
        let host = [" HTTP/1.1\r\nHost: ", self.connection.host()];
        let agent = ["\r\nUser-Agent: ", USER_AGENT, "\r\n", headers, "\r\n"];
        for part in start.iter().chain(path).chain(&host).chain(&agent) {
            self.head.extend_from_slice(part.as_bytes());
        }
    }
}

/// Whether Lambda took what was posted.
#[must_use]
pub(super) enum Accepted {
    Yes,
    /// Why not.
    No(String),
}

fn accepted(path: &[&str], Reply { head, body }: &Reply) -> io::Result<Accepted> {
    match head.status {
        // Lambda says 202, `cargo lambda watch` 200.
        200..=299 => Ok(Accepted::Yes),
        // The invocation is over, or what was sent is refused: the next one can still be served.
        400..=499 => Ok(Accepted::No(unexpected(&path.concat(), head.status, body).to_string())),
        status => Err(unexpected(&path.concat(), status, body)),
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

/// Whether an id can stand in a path.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic())
}

fn unexpected(path: &str, status: u16, body: &Bytes) -> io::Error {
    let body = String::from_utf8_lossy(body);
    io::Error::other(format!("{path} answered {status}: {}", body.trim()))
}
