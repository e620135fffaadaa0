//! A panic as one JSON line with the request's id, in place of Rust's three lines of text.

use std::panic;
use std::sync::Mutex;

use crate::log;

/// The request that is running; one at a time.
static REQUEST: Mutex<String> = Mutex::new(String::new());

pub(super) fn set_request(request_id: &str) {
    if let Ok(mut current) = REQUEST.lock() {
        request_id.clone_into(&mut current);
    }
}

pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map_or_else(String::new, ToString::to_string);
        let text = info.payload_as_str().unwrap_or("a value that is no text");
        let line = log::Line::error("panicked").field("error", text).field("location", &location);
        match REQUEST.lock() {
            Ok(request) if !request.is_empty() => line.of_request(&request).write(),
            _ => line.write(),
        }
    }));
}
