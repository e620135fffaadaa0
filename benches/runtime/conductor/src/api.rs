//! The Runtime API: hands out one event as often as it is told, and notes when.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Result;

const DEADLINE: Duration = Duration::from_secs(120);

pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    event: Vec<u8>,
    /// How many invocations there are.
    invocations: usize,
    log: Mutex<Log>,
    changed: Condvar,
}

/// What happened when, by invocation.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) sent: Vec<Instant>,
    pub(crate) answered: Vec<Instant>,
    asked: usize,
    failure: Option<String>,
    is_over: bool,
}

impl Api {
    pub(crate) fn start(event: &[u8], invocations: usize) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let shared = Arc::new(Shared {
            event: event.to_vec(),
            invocations,
            log: Mutex::default(),
            changed: Condvar::new(),
        });
        let address = listener.local_addr()?;
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.lock().is_over {
                    return;
                }
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Ok(Self { address, shared })
    }

    /// Until so many invocations are answered, and the function asks for another.
    pub(crate) fn wait_for(&self, invocations: usize) -> Result<Log> {
        let until = Instant::now() + DEADLINE;
        let mut log = self.shared.lock();
        while log.answered.len() < invocations || log.asked <= invocations {
            if let Some(failure) = log.failure.take() {
                return Err(failure.into());
            }
            if Instant::now() > until {
                return Err(
                    format!("{} of {invocations} invocations are answered", log.answered.len()).into()
                );
            }
            log = self.shared.wait(log);
        }
        Ok(log.clone())
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
        // Wakes the thread that accepts.
        _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn wait<'a>(&self, log: MutexGuard<'a, Log>) -> MutexGuard<'a, Log> {
        let waited = self.changed.wait_timeout(log, Duration::from_millis(200));
        waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
    }

    /// Until either side has gone.
    fn serve(&self, mut stream: TcpStream) {
        let mut received = Vec::with_capacity(32 * 1024);
        _ = stream.set_nodelay(true);
        while let Some((line, body)) = request(&mut stream, &mut received) {
            let now = Instant::now();
            let answered = if line.contains("/invocation/next") {
                let Some(number) = self.next() else { return };
                let reply = self.reply(number);
                self.lock().sent.push(Instant::now());
                stream.write_all(&reply)
            } else {
                self.note(&line, &body, now);
                stream.write_all(
                    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n",
                )
            };
            if answered.is_err() {
                return;
            }
        }
    }

    /// The number of the next invocation; None: there is none any more.
    fn next(&self) -> Option<usize> {
        let mut log = self.lock();
        let number = log.asked;
        log.asked += 1;
        self.changed.notify_all();
        while number >= self.invocations {
            if log.is_over {
                return None;
            }
            log = self.wait(log);
        }
        Some(number)
    }

    fn note(&self, line: &str, body: &[u8], now: Instant) {
        let mut log = self.lock();
        let body = String::from_utf8_lossy(body);
        if !line.contains("/response ") {
            log.failure = Some(format!("{line}: {body}"));
        } else if log.answered.is_empty() && !body.contains("Ada") {
            log.failure = Some(format!("a wrong answer: {body}"));
        }
        log.answered.push(now);
        self.changed.notify_all();
    }

    fn reply(&self, number: usize) -> Vec<u8> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
             Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-{number:012}\r\n\
             Lambda-Runtime-Deadline-Ms: {}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:bench\r\n\
             Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6e{number:012};Parent=9a9197af755a6419;Sampled=1\r\n\
             Date: Mon, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: {}\r\n\r\n",
            now.as_millis() + 30_000,
            self.event.len()
        );
        [head.as_bytes(), &self.event].concat()
    }
}

/// The request's first line and its body.
fn request(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let mut piece = [0; 32 * 1024];
    loop {
        if let Some(head) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
            let end = head + 4 + length.map_or(Some(0), |length| length.trim().parse().ok())?;
            if received.len() >= end {
                let line = text.lines().next()?.to_owned();
                let body = received[head + 4..end].to_vec();
                received.drain(..end);
                return Some((line, body));
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => received.extend_from_slice(&piece[..read]),
        }
    }
}
