//! The end that Lambda announces: SIGTERM, which it sends only where an extension is registered. So a function with
//! `#[on_shutdown]` hooks registers one that does nothing, and has half a second from the signal on; two seconds where
//! extensions of others are there too, which the function cannot know. Then Lambda ends the process. What is not done
//! by the first is named in a log line.

use std::io;
use std::os::unix::net::UnixStream as StdStream;

use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;

use super::connection::Connection;
use super::head::Header;
use super::socket::Beside;

/// Resolves when the process is told to end.
pub(super) struct Termination {
    signals: UnixStream,
}

impl Termination {
    /// From now on SIGTERM no longer ends the process by itself.
    pub(super) fn announced() -> io::Result<Self> {
        let (signals, written) = StdStream::pair()?;
        signals.set_nonblocking(true)?;
        signal_hook::low_level::pipe::register(signal_hook::consts::SIGTERM, written)?;
        Ok(Self { signals: UnixStream::from_std(signals)? })
    }

    pub(super) async fn wait(&mut self) {
        // It fails as little as it ends: the other half lives in the signal handler.
        _ = self.signals.read_u8().await;
    }
}

/// Registers the extension, and then asks for events that never come, as each extension must before Lambda takes the
/// function for started. Elsewhere than in Lambda there may be no extensions; then the signal comes without.
pub(super) async fn register_extension(address: &str) {
    let body = br#"{"events":[]}"#;
    let mut connection = Connection::new(address, Beside::Futures);
    let (host, base) = (connection.host().to_owned(), connection.base().to_owned());
    let head = format!(
        "POST {base}/2020-01-01/extension/register HTTP/1.1\r\nHost: {host}\r\nLambda-Extension-Name: chalice\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let Ok(reply) = connection.exchange(head.as_bytes(), body).await else { return };
    let Some(id) = reply.head.get(Header::ExtensionId).map(str::to_owned) else { return };
    tokio::spawn(async move {
        let head = format!(
            "GET {base}/2020-01-01/extension/event/next HTTP/1.1\r\nHost: {host}\r\nLambda-Extension-Identifier: {id}\r\n\r\n"
        );
        _ = connection.exchange(head.as_bytes(), b"").await;
    });
}
