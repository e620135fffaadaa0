//! What a test gets back.

use bytes::Bytes;
use serde::de::DeserializeOwned;

/// What a caller would get from API Gateway.
///
/// ```
/// use chalice::test::Client;
///
/// # async fn test() {
/// let response = Client::new().get("/users").send().await;
/// assert_eq!((response.status(), response.header("content-type")), (200, Some("application/json")));
/// assert_eq!(response.json::<Vec<String>>(), ["ada"]);
/// assert_eq!(response.text(), r#"["ada"]"#);
/// assert_eq!(response.bytes().len(), 7);
/// assert_eq!(response.header_list("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
/// for (name, value) in response.headers() {
///     println!("{name}: {value}");
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

impl TestResponse {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first value of a header; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_list(name).next()
    }

    /// Every header with its value, one that stands several times as often.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a header.
    pub fn header_list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as a `T`.
    ///
    /// # Panics
    /// Where it does not fit; the message shows the body.
    #[expect(clippy::panic, reason = "a test fails by a panic")]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => {
                panic!("the body does not fit: {error}\nstatus {}, body: {}", self.status, self.text())
            }
        }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }
}
