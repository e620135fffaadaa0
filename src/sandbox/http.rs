//! The three requests that the sandbox's own process is asked, on loopback: too few for an HTTP client.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A process that listens and says nothing is as good as none.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body of a 200.
pub(super) async fn get(port: u16, path: &str) -> io::Result<Vec<u8>> {
    request("GET", port, path).await
}

pub(super) async fn post(port: u16, path: &str) -> io::Result<Vec<u8>> {
    request("POST", port, path).await
}

async fn request(method: &str, port: u16, path: &str) -> io::Result<Vec<u8>> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let exchange = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(head.as_bytes()).await?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await?;
        Ok::<_, io::Error>(response)
    };
    let response = tokio::time::timeout(PATIENCE, exchange)
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "it does not answer"))??;
    if !response.starts_with(b"HTTP/1.1 200 ") {
        let line = response.split(|byte| *byte == b'\r').next().unwrap_or_default();
        return Err(io::Error::other(format!("it answered `{}`", String::from_utf8_lossy(line))));
    }
    let body = response.windows(4).position(|end| end == b"\r\n\r\n").map_or(response.len(), |end| end + 4);
    Ok(response[body..].to_vec())
}
