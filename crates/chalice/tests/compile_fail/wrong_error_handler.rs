use chalice::prelude::*;

struct NoError;

#[error_handler]
fn by_value(error: Error) -> Response {
    let _ = error;
    Response::new("")
}

#[error_handler]
fn two(error: &Error, other: &std::io::Error) -> Response {
    let _ = (error, other);
    Response::new("")
}

#[error_handler]
fn no_error(error: &NoError) -> Response {
    let NoError = error;
    Response::new("")
}

#[error_handler]
fn wrong_return(error: &Error) -> u8 {
    let _ = error;
    1
}

fn main() {}
