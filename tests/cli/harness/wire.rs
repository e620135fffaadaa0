//! HTTP/1.1 on loopback, as far as an AWS SDK, MiniStack and a test speak it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// The header as this hop has it, not as the last one had it.
    fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.0.push((name.to_owned(), value.to_owned()));
    }
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Request {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Response {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }
}

/// Sends one request to `http://host:port/path` and waits for the answer, whatever its status is.
pub fn http(method: &str, url: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Response {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("`{url}` is no http URL"));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut request = Request {
        method: method.to_owned(),
        target: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        headers: Headers(headers.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()),
        body: body.as_ref().to_vec(),
    };
    request.headers.set("Host", authority);
    send(authority, request).unwrap_or_else(|error| panic!("{method} {url}: {error}"))
}

/// Sends `request` on a connection of its own.
pub fn send(authority: &str, mut request: Request) -> io::Result<Response> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    for hop in ["transfer-encoding", "expect"] {
        request.headers.remove(hop);
    }
    request.headers.set("Connection", "close");
    request.headers.set("Content-Length", &request.body.len().to_string());
    let first = format!("{} {} HTTP/1.1", request.method, request.target);
    write_message(&mut stream, &first, &request.headers, &request.body)?;
    read_response(&mut BufReader::new(stream), &request.method)
}

/// The next request on a connection; None when the client has closed it.
pub fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let first = read_line(stream)?;
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let headers = read_headers(stream)?;
    if headers.get("expect").is_some() {
        stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let body = read_body(stream, &headers, Some(length))?;
    Ok(Some(Request { method: method.to_owned(), target: target.to_owned(), headers, body }))
}

fn read_response(stream: &mut BufReader<TcpStream>, method: &str) -> io::Result<Response> {
    let first = read_line(stream)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no status in `{first}`")))?;
    let headers = read_headers(stream)?;
    let length = match headers.get("content-length") {
        _ if method == "HEAD" || status == 204 || status == 304 => Some(0),
        length => length.and_then(|length| length.parse().ok()),
    };
    let body = read_body(stream, &headers, length)?;
    Ok(Response { status, headers, body })
}

pub fn write_response(stream: &mut TcpStream, mut response: Response) -> io::Result<()> {
    response.headers.remove("transfer-encoding");
    response.headers.set("Connection", "keep-alive");
    response.headers.set("Content-Length", &response.body.len().to_string());
    let first = format!("HTTP/1.1 {} -", response.status);
    write_message(stream, &first, &response.headers, &response.body)
}

fn write_message(stream: &mut TcpStream, first: &str, headers: &Headers, body: &[u8]) -> io::Result<()> {
    let lines: String = headers.0.iter().flat_map(|(key, value)| [key, ": ", value, "\r\n"]).collect();
    let mut message = format!("{first}\r\n{lines}\r\n").into_bytes();
    message.extend_from_slice(body);
    stream.write_all(&message)
}

fn read_headers(stream: &mut BufReader<TcpStream>) -> io::Result<Headers> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        let Some((key, value)) = line.split_once(':') else { return Ok(Headers(headers)) };
        headers.push((key.to_owned(), value.trim().to_owned()));
    }
}

/// `length` bytes, or chunks, or all that comes.
fn read_body(
    stream: &mut BufReader<TcpStream>,
    headers: &Headers,
    length: Option<usize>,
) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|encoding| encoding.contains("chunked")) {
        loop {
            let size = read_line(stream)?;
            let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)
                .map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + size, 0);
            stream.read_exact(&mut body[start..])?;
            read_line(stream)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    match length {
        Some(length) => {
            body.resize(length, 0);
            stream.read_exact(&mut body)?;
        }
        None => {
            stream.read_to_end(&mut body)?;
        }
    }
    Ok(body)
}

fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
