//! HTTP/1.1 over one kept-alive connection: all that the Runtime API needs of it.

use std::io;

use bytes::{Buf, Bytes, BytesMut};

use super::head::{Framing, Head, invalid};
use super::socket::{Beside, Socket};

/// What a buffer has room for: a usual event with its head.
const USUAL: usize = 16 * 1024;
/// A line within a chunked body beyond this is not the Runtime API's.
const LONGEST_LINE: usize = 16 * 1024;
/// A buffer that a large event made is given back after it.
const LARGEST_KEPT: usize = 1024 * 1024;
/// Lambda's largest event, with what JSON and base64 add.
const LARGEST_ANNOUNCED: usize = 8 * 1024 * 1024;

pub(super) struct Connection {
    /// `host:port`
    host: String,
    /// What stands before every path; nothing in Lambda.
    base: String,
    socket: Option<Socket>,
    beside: Beside,
    /// What a reply leaves behind is used again as soon as nobody holds a part of it.
    received: BytesMut,
}

/// A response with its whole body.
pub(super) struct Reply {
    pub(super) head: Head,
    pub(super) body: Bytes,
}

/// A request whose body is being sent.
pub(super) struct Chunks(Socket);

impl Chunks {
    /// Nothing where it is empty: an empty chunk would be the end.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let size = format!("{:x}\r\n", bytes.len());
        self.0.write(&[size.as_bytes(), bytes, b"\r\n"]).await
    }
}

impl Connection {
    /// `address` is `host:port` in Lambda; `cargo lambda watch` says `http://host:port/function`.
    pub(super) fn new(address: &str, beside: Beside) -> Self {
        let address = address.strip_prefix("http://").unwrap_or(address).trim_end_matches('/');
        let (host, base) = address.split_at(address.find('/').unwrap_or(address.len()));
        let (host, base) = (host.to_owned(), base.to_owned());
        Self { host, base, socket: None, beside, received: BytesMut::new() }
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request and reads its reply. A kept-alive connection that has gone is made anew, once.
    pub(super) async fn exchange(&mut self, head: &[u8], body: &[u8]) -> io::Result<Reply> {
        self.exchange_and(head, body, || ()).await
    }

    /// Does something too, while the other side does its part.
    pub(super) async fn exchange_and(
        &mut self,
        head: &[u8],
        body: &[u8],
        meanwhile: fn(),
    ) -> io::Result<Reply> {
        let mut is_kept_alive = self.socket.is_some();
        loop {
            let mut socket = self.take()?;
            let sent = socket.write(&[head, body]).await;
            meanwhile();
            match self.reply_to(sent, socket).await {
                Err(error) if is_kept_alive && self.received.is_empty() && is_gone(&error) => {
                    is_kept_alive = false;
                }
                result => return result,
            }
        }
    }

    /// Sends the head of a request whose body follows in chunks, which [`Connection::end`] ends. A body that is made
    /// while it is sent cannot be sent again, so whether a kept-alive connection has gone is looked for before.
    pub(super) async fn begin(&mut self, head: &[u8]) -> io::Result<Chunks> {
        self.socket = self.socket.take().filter(Socket::is_open);
        let mut socket = self.take()?;
        socket.write(&[head]).await?;
        Ok(Chunks(socket))
    }

    /// Ends the body, with headers behind it, and reads the reply. `sent` is what became of the body so far.
    pub(super) async fn end(
        &mut self,
        Chunks(mut socket): Chunks,
        trailers: &str,
        mut sent: io::Result<()>,
    ) -> io::Result<Reply> {
        if sent.is_ok() {
            sent = socket.write(&[b"0\r\n", trailers.as_bytes(), b"\r\n"]).await;
        }
        self.reply_to(sent, socket).await
    }

    /// The reply, `sent` being what became of the request.
    async fn reply_to(&mut self, sent: io::Result<()>, socket: Socket) -> io::Result<Reply> {
        let reply = self.reply(socket).await;
        let Err(error) = sent else { return reply };
        // Who refuses a body closes the connection over it, and has said why before.
        self.socket = None;
        reply.map_err(|_| error)
    }

    fn take(&mut self) -> io::Result<Socket> {
        self.received.clear();
        match self.socket.take() {
            Some(socket) => Ok(socket),
            None => Socket::connect(&self.host, self.beside),
        }
    }

    /// The reply to what was written to `socket`.
    async fn reply(&mut self, mut socket: Socket) -> io::Result<Reply> {
        let head = self.read_head(&mut socket).await?;
        let body = match head.framing {
            Framing::Length(length) => self.read_exactly(&mut socket, length).await?,
            Framing::Chunked => self.read_chunks(&mut socket).await?,
            // Nobody needs what else is said; an event without a length is refused.
            Framing::UntilClosed => Bytes::new(),
        };
        if body.len() > LARGEST_KEPT {
            self.received = BytesMut::new();
        }
        if !head.closes {
            self.socket = Some(socket);
        }
        Ok(Reply { head, body })
    }

    async fn read_head(&mut self, socket: &mut Socket) -> io::Result<Head> {
        loop {
            // Nothing was received yet in most cases, and then there is nothing to parse.
            if !self.received.is_empty()
                && let Some(head) = Head::take(&mut self.received)?
            {
                return Ok(head);
            }
            self.read_more(socket).await?;
        }
    }

    async fn read_exactly(&mut self, socket: &mut Socket, length: usize) -> io::Result<Bytes> {
        // Memory comes with what is received, not with what is announced.
        self.received.reserve(length.min(LARGEST_ANNOUNCED).saturating_sub(self.received.len()));
        while self.received.len() < length {
            self.read_more(socket).await?;
        }
        Ok(self.received.split_to(length).freeze())
    }

    async fn read_chunks(&mut self, socket: &mut Socket) -> io::Result<Bytes> {
        let mut body = BytesMut::new();
        loop {
            let size = match httparse::parse_chunk_size(&self.received) {
                Ok(httparse::Status::Complete((line, size))) => {
                    self.received.advance(line);
                    usize::try_from(size).map_err(|_| invalid("a chunk is too large"))?
                }
                Ok(httparse::Status::Partial) if self.received.len() > LONGEST_LINE => {
                    return Err(invalid("a chunk has no size"));
                }
                Ok(httparse::Status::Partial) => {
                    self.read_more(socket).await?;
                    continue;
                }
                Err(_) => return Err(invalid("a chunk has no size")),
            };
            if size == 0 {
                self.skip_trailers(socket).await?;
                return Ok(body.freeze());
            }
            body.extend_from_slice(&self.read_exactly(socket, size).await?);
            if self.read_exactly(socket, 2).await? != b"\r\n"[..] {
                return Err(invalid("a chunk does not end where its size says"));
            }
        }
    }

    /// To the empty line that ends a chunked body.
    async fn skip_trailers(&mut self, socket: &mut Socket) -> io::Result<()> {
        loop {
            let Some(end) = self.received.windows(2).position(|pair| pair == b"\r\n") else {
                if self.received.len() > LONGEST_LINE {
                    return Err(invalid("a trailer does not end"));
                }
                self.read_more(socket).await?;
                continue;
            };
            self.received.advance(end + 2);
            if end == 0 {
                return Ok(());
            }
        }
    }

    async fn read_more(&mut self, socket: &mut Socket) -> io::Result<()> {
        if self.received.capacity() - self.received.len() < USUAL / 2 {
            self.received.reserve(USUAL);
        }
        match socket.read(&mut self.received).await? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed")),
            _ => Ok(()),
        }
    }
}

/// What a peer leaves behind that closed the connection while it was idle.
pub(super) fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}
