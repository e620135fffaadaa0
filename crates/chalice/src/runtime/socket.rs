//! A TCP connection that is read as cheaply as the moment allows.
//!
//! Between two invocations there is mostly nothing to do but to wait for bytes. Then the thread sleeps in `read` itself,
//! and saves what asking epoll first costs. Where a task of the application's lives, such as the connection of an AWS
//! client, the waiting is tokio's, so that the task goes on meanwhile. So it is wherever several invocations run at a
//! time: a client that they share has sockets and timers that belong to the thread on which they were made, and stand
//! still when it sleeps, whichever thread waits for them.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Handle;

/// What one read has room for: a usual event with its head. Every page of it costs a cold start.
const USUAL_READ: usize = 16 * 1024;
/// The same once large events have come.
const LARGE_READ: usize = 256 * 1024;

/// What is written at once: a head and a body; a chunk with its size.
const MOST_PARTS: usize = 3;

/// Who else runs on the thread that waits.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Beside {
    /// Nobody but the application's tasks: one invocation runs at a time, and nothing else of ours.
    Tasks,
    /// A future that is no task: another of our own, or another thread's, which may wait for a socket of this thread's.
    Futures,
}

pub(super) struct Socket {
    stream: TcpStream,
    /// The same connection as tokio waits for it, made when it first has to.
    awaited: Option<tokio::net::TcpStream>,
    /// What `stream` is set to.
    blocks: bool,
    beside: Beside,
    /// Where bytes arrive that no task is in the way of.
    arrived: Box<[u8]>,
}

impl Socket {
    pub(super) fn connect(address: &str, beside: Beside) -> io::Result<Self> {
        let stream = TcpStream::connect(address)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot connect to {address}: {error}")))?;
        stream.set_nodelay(true)?;
        let arrived = vec![0; USUAL_READ].into_boxed_slice();
        Ok(Self { stream, awaited: None, blocks: true, beside, arrived })
    }

    /// Whether the other side still listens. It has nothing to say now.
    pub(super) fn is_open(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek(&mut [0]));
        self.stream.set_nonblocking(!self.blocks).is_ok()
            && peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    /// Appends what has come, as soon as something has; 0: the other side has closed.
    pub(super) async fn read(&mut self, received: &mut BytesMut) -> io::Result<usize> {
        if !self.has_the_thread() {
            return self.awaited()?.read_buf(received).await;
        }
        self.block(true)?;
        let length = retried(|| self.stream.read(&mut self.arrived))?;
        received.extend_from_slice(&self.arrived[..length]);
        if length == self.arrived.len() && length < LARGE_READ {
            self.arrived = vec![0; LARGE_READ].into_boxed_slice();
        }
        Ok(length)
    }

    /// All of them, in one write where the other side takes that much: Lambda's side then needs one read.
    pub(super) async fn write(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        let mut slices = [IoSlice::new(b""); MOST_PARTS];
        let filled = parts.iter().filter(|part| !part.is_empty());
        let count = slices.iter_mut().zip(filled).map(|(slice, part)| *slice = IoSlice::new(part)).count();
        let mut slices = &mut slices[..count];
        while !slices.is_empty() {
            let written = if self.has_the_thread() {
                self.block(true)?;
                retried(|| self.stream.write_vectored(slices))
            } else {
                self.awaited()?.write_vectored(slices).await
            };
            match written? {
                0 => return Err(ErrorKind::WriteZero.into()),
                written => IoSlice::advance_slices(&mut slices, written),
            }
        }
        Ok(())
    }

    /// Whether nobody is kept waiting by a thread that sleeps.
    fn has_the_thread(&self) -> bool {
        self.beside == Beside::Tasks && Handle::current().metrics().num_alive_tasks() == 0
    }

    fn awaited(&mut self) -> io::Result<&mut tokio::net::TcpStream> {
        self.block(false)?;
        let awaited = match self.awaited.take() {
            Some(awaited) => awaited,
            None => tokio::net::TcpStream::from_std(self.stream.try_clone()?)?,
        };
        Ok(self.awaited.insert(awaited))
    }

    /// The clone of it is the same open file, so this holds for both.
    fn block(&mut self, blocks: bool) -> io::Result<()> {
        if self.blocks != blocks {
            self.stream.set_nonblocking(!blocks)?;
            self.blocks = blocks;
        }
        Ok(())
    }
}

/// A signal may end a system call early.
fn retried<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
