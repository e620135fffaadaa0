//! HTTP/1.1 over one kept-alive connection: all that the Runtime API needs of it.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The Runtime API sends about ten headers.
const MOST_HEADERS: usize = 64;
/// A head beyond this is not the Runtime API's.
const LARGEST_HEAD: usize = 64 * 1024;

pub(super) struct Connection {
    address: String,
    stream: Option<TcpStream>,
    received: BytesMut,
}

/// A response with its whole body.
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

impl Reply {
    /// `name` in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

struct Head {
    /// Its bytes.
    length: usize,
    /// Without its body.
    reply: Reply,
    framing: Framing,
    /// Whether the connection ends with this response.
    closes: bool,
}

/// What follows the head.
enum Framing {
    Length(usize),
    Chunked,
}

impl Connection {
    pub(super) fn new(address: String) -> Self {
        Self { address, stream: None, received: BytesMut::new() }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request and reads its reply. A kept-alive connection that has gone is made anew, once.
    pub(super) async fn exchange(&mut self, head: &str, body: &[u8]) -> io::Result<Reply> {
        let kept_alive = self.stream.is_some();
        match self.try_exchange(head, body).await {
            Err(error) if kept_alive && self.received.is_empty() && is_gone(&error) => {
                self.stream = None;
                self.try_exchange(head, body).await
            }
            result => result,
        }
    }

    /// Sends the head of a request whose body follows in [`chunk`](Self::chunk)s.
    pub(super) async fn begin(&mut self, head: &str) -> io::Result<()> {
        self.received.clear();
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(&self.address).await?,
        };
        stream.write_all(head.as_bytes()).await?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Sends a part of the body, nothing where it is empty: an empty chunk would be the end.
    pub(super) async fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let framed = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.open()?.write_all(&framed).await
    }

    /// Ends the body, with headers behind it, and reads the reply.
    pub(super) async fn end(&mut self, trailers: &str) -> io::Result<Reply> {
        self.open()?.write_all(format!("0\r\n{trailers}\r\n").as_bytes()).await?;
        let stream = self.stream.take().ok_or_else(not_open)?;
        self.read_reply(stream).await
    }

    fn open(&mut self) -> io::Result<&mut TcpStream> {
        self.stream.as_mut().ok_or_else(not_open)
    }

    async fn try_exchange(&mut self, head: &str, body: &[u8]) -> io::Result<Reply> {
        self.received.clear();
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(&self.address).await?,
        };
        // One write: Lambda's side then needs one read.
        stream.write_all(&[head.as_bytes(), body].concat()).await?;
        self.read_reply(stream).await
    }

    async fn read_reply(&mut self, mut stream: TcpStream) -> io::Result<Reply> {
        let Head { mut reply, framing, closes, .. } = self.read_head(&mut stream).await?;
        reply.body = match framing {
            Framing::Length(length) => self.read_exactly(&mut stream, length).await?,
            Framing::Chunked => self.read_chunks(&mut stream).await?,
        };
        if !closes {
            self.stream = Some(stream);
        }
        Ok(reply)
    }

    async fn read_head(&mut self, stream: &mut TcpStream) -> io::Result<Head> {
        loop {
            if let Some(head) = parse_head(&self.received)? {
                self.received.advance(head.length);
                return Ok(head);
            }
            if self.received.len() > LARGEST_HEAD {
                return Err(invalid("the head of a response is larger than 64 KB"));
            }
            self.read_more(stream).await?;
        }
    }

    async fn read_exactly(&mut self, stream: &mut TcpStream, length: usize) -> io::Result<Bytes> {
        self.received.reserve(length.saturating_sub(self.received.len()));
        while self.received.len() < length {
            self.read_more(stream).await?;
        }
        Ok(self.received.split_to(length).freeze())
    }

    async fn read_chunks(&mut self, stream: &mut TcpStream) -> io::Result<Bytes> {
        let mut body = BytesMut::new();
        loop {
            let size = match httparse::parse_chunk_size(&self.received) {
                Ok(httparse::Status::Complete((line, size))) => {
                    self.received.advance(line);
                    usize::try_from(size).map_err(|_| invalid("a chunk is too large"))?
                }
                Ok(httparse::Status::Partial) => {
                    self.read_more(stream).await?;
                    continue;
                }
                Err(_) => return Err(invalid("a chunk has no size")),
            };
            if size == 0 {
                self.skip_trailers(stream).await?;
                return Ok(body.freeze());
            }
            body.extend_from_slice(&self.read_exactly(stream, size).await?);
            if self.read_exactly(stream, 2).await? != b"\r\n"[..] {
                return Err(invalid("a chunk does not end where its size says"));
            }
        }
    }

    /// To the empty line that ends a chunked body.
    async fn skip_trailers(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        loop {
            let Some(end) = self.received.windows(2).position(|pair| pair == b"\r\n") else {
                self.read_more(stream).await?;
                continue;
            };
            self.received.advance(end + 2);
            if end == 0 {
                return Ok(());
            }
        }
    }

    async fn read_more(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        self.received.reserve(16 * 1024);
        match stream.read_buf(&mut self.received).await? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed")),
            _ => Ok(()),
        }
    }
}

fn not_open() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "no request was begun")
}

async fn connect(address: &str) -> io::Result<TcpStream> {
    let because =
        |error: io::Error| io::Error::new(error.kind(), format!("cannot connect to {address}: {error}"));
    let stream = TcpStream::connect(address).await.map_err(because)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn parse_head(received: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let length = match parsed.parse(received) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(invalid(&format!("not an HTTP response: {error}"))),
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers: Vec<(String, String)> =
        parsed.headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect();
    let reply = Reply { status: parsed.code.unwrap_or_default(), headers, body: Bytes::new() };
    let says =
        |name: &str, word: &str| reply.header(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
    let framing = if says("transfer-encoding", "chunked") {
        Framing::Chunked
    } else {
        let length = reply.header("content-length").map_or(Ok(0), str::parse);
        Framing::Length(length.map_err(|_| invalid("Content-Length is no number"))?)
    };
    let closes = says("connection", "close");
    Ok(Some(Head { length, reply, framing, closes }))
}

/// What a peer leaves behind that closed the connection while it was idle.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.to_owned())
}
