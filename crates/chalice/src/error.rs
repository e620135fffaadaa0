//! Errors as a caller sees them: a status, a code, a message. What caused them is for the log.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::guard::Panicked;

/// Any error, boxed.
///
/// ```
/// use chalice::BoxError;
/// use chalice::prelude::*;
///
/// #[get("/{number}")]
/// async fn half(number: String) -> Result<String, BoxError> {
///     let number: u32 = number.parse()?; // any error: a logged 500
///     Ok((number / 2).to_string())
/// }
/// ```
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A result whose error is, unless said otherwise, an [`Error`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[get("/{number}")]
/// async fn half(number: u32) -> Result<String> {
///     if number % 2 == 1 {
///         return Err(Error::bad_request(format!("{number} is odd")));
///     }
///     Ok((number / 2).to_string())
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The answer to a request that failed: Chalice's `ChaliceViewError`.
///
/// A route answers `{"Code":"NotFoundError","Message":"…"}` with the error's status. Any other error becomes one
/// through `?`: then the answer is a 500 that says nothing of the cause, and the cause is logged.
///
/// ```
/// use chalice::{Error, Result};
///
/// fn positive(text: &str) -> Result<u32> {
///     let number: i64 = text.parse().map_err(|_| Error::bad_request("not a number"))?;
///     Ok(u32::try_from(number)?) // out of range: a 500, logged
/// }
///
/// assert_eq!(positive("x").unwrap_err().status(), 400);
/// assert_eq!(positive("-1").unwrap_err().status(), 500);
/// ```
///
/// There is a function for each of Chalice's classes, and [`Error::new`] for others:
///
/// ```
/// use chalice::Error;
///
/// let errors = [
///     Error::bad_request("`page` is no number"),
///     Error::unauthorized("who are you?"),
///     Error::forbidden("not yours"),
///     Error::not_found("there is no user 42"),
///     Error::method_not_allowed("only GET"),
///     Error::request_timeout("too slow"),
///     Error::conflict("that user is there already"),
///     Error::unprocessable_entity("`age` is negative"),
///     Error::too_many_requests("slow down"),
///     Error::internal("the index is broken"), // for the log alone
/// ];
/// assert_eq!(errors.map(|error| error.status()), [400, 401, 403, 404, 405, 408, 409, 422, 429, 500]);
///
/// let missing = Error::not_found("there is no user 42");
/// assert_eq!((missing.code(), missing.message()), ("NotFoundError", "there is no user 42"));
///
/// let failed = Error::internal(std::io::Error::other("disk full"));
/// assert_eq!(failed.message(), "An internal server error occurred.");
/// assert_eq!(failed.cause().map(ToString::to_string).as_deref(), Some("disk full"));
/// assert!(failed.downcast_ref::<std::io::Error>().is_some());
/// ```
///
/// A handler may return errors of its own, boxed errors, and those of `anyhow` too: all that converts into a
/// `Box<dyn std::error::Error + Send + Sync>`. What such an error answers is for an
/// [`error_handler`](crate::error_handler) to say.
///
/// # Inside of other errors
///
/// An `Error` inside of another error decides what is answered, however deep it lies. `Error` is no
/// `std::error::Error`: if it were, it could not convert from all of them, which is what `?` does. As a [`BoxError`] it
/// is one, so an error of your own holds that, and `map_err` brings it there:
///
/// ```
/// use chalice::prelude::*;
/// use chalice::BoxError;
///
/// #[derive(Debug, thiserror::Error)]
/// enum OrderError {
///     #[error("{0} is sold out")]
///     SoldOut(String),
///     #[error(transparent)]
///     Other(#[from] BoxError), // not `#[from] chalice::Error`
/// }
///
/// fn table(env: &Env) -> Result<String, OrderError> {
///     Ok(env.get("TABLE_NAME").map_err(BoxError::from)?)
/// }
/// ```
///
/// A function that returns `anyhow::Result` takes an `Error` by `?` with the feature `anyhow`. A function that returns
/// [`Result`] takes a [`BoxError`] or an `anyhow::Error` by [`Error::from_boxed`].
///
/// With the environment variable `CHALICE_DEBUG=1` the cause of a 500 is the answer's body, as text.
pub struct Error(Box<Repr>);

struct Repr {
    status: u16,
    code: Cow<'static, str>,
    message: String,
    headers: Vec<(String, String)>,
    cause: Option<Cause>,
}

struct Cause {
    error: BoxError,
    type_name: &'static str,
}

/// What a caller learns of an error that is none of their business.
const INTERNAL_MESSAGE: &str = "An internal server error occurred.";

impl Error {
    /// An error with a status, a code and a message of your own; Chalice's subclass of `ChaliceViewError`.
    ///
    /// ```
    /// let error = chalice::Error::new(422, "ValidationError", "`age` must be positive");
    /// assert_eq!((error.status(), error.code()), (422, "ValidationError"));
    /// ```
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self(Box::new(Repr { status, code, message, headers: Vec::new(), cause: None }))
    }

    /// Adds a header to the answer, such as `Retry-After` or `WWW-Authenticate`.
    ///
    /// ```
    /// let busy = chalice::Error::too_many_requests("slow down").header("Retry-After", "30");
    /// assert_eq!(busy.status(), 429);
    /// ```
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.headers.push((name.into(), value.into()));
        self
    }

    /// 400, `BadRequestError`.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequestError", message)
    }

    /// 401, `UnauthorizedError`.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, "UnauthorizedError", message)
    }

    /// 403, `ForbiddenError`.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "ForbiddenError", message)
    }

    /// 404, `NotFoundError`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "NotFoundError", message)
    }

    /// 405, `MethodNotAllowedError`.
    pub fn method_not_allowed(message: impl Into<String>) -> Self {
        Self::new(405, "MethodNotAllowedError", message)
    }

    /// 408, `RequestTimeoutError`.
    pub fn request_timeout(message: impl Into<String>) -> Self {
        Self::new(408, "RequestTimeoutError", message)
    }

    /// 409, `ConflictError`.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "ConflictError", message)
    }

    /// 422, `UnprocessableEntityError`.
    pub fn unprocessable_entity(message: impl Into<String>) -> Self {
        Self::new(422, "UnprocessableEntityError", message)
    }

    /// 429, `TooManyRequestsError`.
    pub fn too_many_requests(message: impl Into<String>) -> Self {
        Self::new(429, "TooManyRequestsError", message)
    }

    /// 500, `InternalServerError`: the answer says nothing of the cause, the log says all of it.
    pub fn internal<E: Into<BoxError> + 'static>(cause: E) -> Self {
        Self::caused_by(unwrapped(cause), type_name::<E>())
    }

    /// What any error stands for, as a handler's is answered: an [`Error`] that was boxed is itself again, and one inside of
    /// another error says what is answered; without any, it is a 500. For what `?` does not convert.
    ///
    /// ```
    /// use chalice::{BoxError, Error, Result};
    ///
    /// fn find(user: u32) -> anyhow::Result<String> {
    ///     Err(Error::not_found(format!("there is no user {user}")))? // feature `anyhow`
    /// }
    ///
    /// fn greet(user: u32) -> Result<String> {
    ///     Ok(format!("hello {}", find(user).map_err(Error::from_boxed)?))
    /// }
    ///
    /// assert_eq!(greet(42).unwrap_err().status(), 404);
    /// assert_eq!(Error::from_boxed(BoxError::from("no reason")).status(), 500);
    /// ```
    pub fn from_boxed<E: Into<BoxError> + 'static>(error: E) -> Self {
        Self::unboxed(unwrapped(error), type_name::<E>())
    }

    fn unboxed(error: BoxError, type_name: &'static str) -> Self {
        let cause = match error.downcast::<Boxed>() {
            Ok(boxed) => return boxed.0.0,
            Err(cause) => cause,
        };
        let mut error = Self::caused_by(cause, type_name);
        let Repr { status, code, message, headers, cause } = &mut *error.0;
        let carried =
            cause.iter().flat_map(|cause| chain(&*cause.error)).find_map(|error| error.downcast_ref());
        if let Some(Carried(Self(inner))) = carried {
            *status = inner.status;
            code.clone_from(&inner.code);
            message.clone_from(&inner.message);
            headers.clone_from(&inner.headers);
        }
        error
    }

    /// What a handler's panic stands for.
    pub(crate) fn from_panic(panic: Panicked) -> Self {
        Self::caused_by(Box::new(panic), "Panic")
    }

    fn caused_by(error: BoxError, type_name: &'static str) -> Self {
        let cause = Some(Cause { error, type_name });
        let (code, message) = (Cow::Borrowed("InternalServerError"), INTERNAL_MESSAGE.to_owned());
        Self(Box::new(Repr { status: 500, code, message, headers: Vec::new(), cause }))
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The body's `Code`.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The body's `Message`.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The error that `?` or [`Error::internal`] brought, if it is a `T`.
    pub fn downcast_ref<T: StdError + 'static>(&self) -> Option<&T> {
        self.0.cause.as_ref()?.error.downcast_ref()
    }

    /// The error that `?` or [`Error::internal`] brought.
    pub fn cause(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.cause.as_ref().map(|cause| &*cause.error)
    }

    /// The first of the cause and of what caused it that is a `T`.
    pub(crate) fn find<T: StdError + 'static>(&self) -> Option<&T> {
        self.chain().find_map(|error| error.downcast_ref())
    }

    /// How far down it is.
    pub(crate) fn depth_of<T: StdError + 'static>(&self) -> Option<usize> {
        self.chain().position(<dyn StdError>::is::<T>)
    }

    pub(crate) fn headers(&self) -> &[(String, String)] {
        &self.0.headers
    }

    /// The Rust type of the cause, for a log line and for Lambda's `errorType`.
    pub(crate) fn cause_type(&self) -> Option<&'static str> {
        self.0.cause.as_ref().map(|cause| cause.type_name)
    }

    /// The messages of the cause and of what caused it, outermost first.
    pub(crate) fn causes(&self) -> Vec<String> {
        // The one that is carried says what its box said.
        self.chain().filter(|error| !error.is::<Carried>()).map(ToString::to_string).collect()
    }

    fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        self.cause().into_iter().flat_map(|cause| chain(cause))
    }
}

fn chain<'a>(first: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(first), |&error| error.source())
}

/// An `anyhow::Error` boxes what it holds in a type of its own, which nothing could be downcast from.
#[cfg(feature = "anyhow")]
#[expect(clippy::expect_used, reason = "only an `anyhow::Error` is taken out")]
fn unwrapped<E: Into<BoxError> + 'static>(error: E) -> BoxError {
    let mut slot = Some(error);
    let any: &mut dyn std::any::Any = &mut slot;
    match any.downcast_mut::<Option<anyhow::Error>>().and_then(Option::take) {
        Some(anyhow) => anyhow.reallocate_into_boxed_dyn_error_without_backtrace(),
        None => slot.expect("it is no `anyhow::Error`").into(),
    }
}

#[cfg(not(feature = "anyhow"))]
fn unwrapped<E: Into<BoxError>>(error: E) -> BoxError {
    error.into()
}

/// The type of an error, where it says something.
fn type_name<E>() -> &'static str {
    match std::any::type_name::<E>() {
        "alloc::string::String" | "&str" => "InternalServerError",
        boxed if boxed.starts_with("alloc::boxed::Box<dyn ") => "InternalServerError",
        name => name,
    }
}

/// The message, without its cause.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

/// Status, code, message and every cause: what a failed test should show.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {}", self.0.status, self.0.code, self.0.message)?;
        self.causes().iter().try_for_each(|cause| write!(formatter, "\n  caused by: {cause}"))
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::from_boxed(error)
    }
}

/// [`Error`] is no `std::error::Error`, or it could not convert from all of them; boxed, it is.
struct Boxed(Carried);

/// The source of its box: `#[error(transparent)]`, `anyhow` and `std::io::Error` show of what they hold nothing but its
/// source.
struct Carried(Error);

impl fmt::Debug for Boxed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl fmt::Display for Boxed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl StdError for Boxed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl StdError for Carried {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause().map(|cause| cause as &(dyn StdError + 'static))
    }
}

/// So that `?` takes an [`Error`] in a function that returns `anyhow::Result`; answered, it is itself again.
#[cfg(feature = "anyhow")]
impl From<Error> for anyhow::Error {
    fn from(error: Error) -> Self {
        Self::new(Boxed(Carried(error)))
    }
}

impl From<Error> for BoxError {
    fn from(error: Error) -> Self {
        Box::new(Boxed(Carried(error)))
    }
}
