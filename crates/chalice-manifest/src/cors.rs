//! What a CORS configuration means as headers.

use crate::few::sort_few;
use crate::record::Cors;

/// Allowed in every CORS configuration: what API Gateway and signed requests need.
pub const ALWAYS_ALLOWED_HEADERS: [&str; 5] =
    ["Authorization", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "X-Api-Key"];

impl Cors {
    /// Any origin, nothing else: what `cors = true` means where `app!` has no `cors`.
    #[must_use]
    pub fn any() -> Self {
        Self {
            allow_origins: vec!["*".to_owned()],
            allow_headers: Vec::new(),
            expose_headers: Vec::new(),
            max_age: None,
            allow_credentials: false,
        }
    }

    /// Which of the origins, once they are filled, is any origin, where requests carry credentials: every site could then
    /// act as its visitors.
    pub fn any_origin_with_credentials(&self) -> Option<usize> {
        if !self.allow_credentials {
            return None;
        }
        self.allow_origins.iter().position(|origin| origin == "*")
    }

    /// Whether the answer depends on the request's `Origin`: then the function itself answers OPTIONS, and every
    /// response says `Vary: Origin`.
    pub fn depends_on_origin(&self) -> bool {
        self.allow_origins.len() > 1
    }

    /// Whether both say the same to a browser, in whatever order and repetition their headers were written.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.allow_origins == other.allow_origins && self.headers() == other.headers()
    }

    /// The headers of a response beside `Access-Control-Allow-Origin`, which may depend on the request. In
    /// Chalice's spelling and order.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Access-Control-Allow-Headers", self.allowed_headers())];
        if !self.expose_headers.is_empty() {
            headers.push(("Access-Control-Expose-Headers", self.expose_headers.join(",")));
        }
        if let Some(seconds) = self.max_age {
            headers.push(("Access-Control-Max-Age", seconds.to_string()));
        }
        if self.allow_credentials {
            headers.push(("Access-Control-Allow-Credentials", "true".to_owned()));
        }
        headers
    }

    fn allowed_headers(&self) -> String {
        let mut allowed: Vec<&str> = ALWAYS_ALLOWED_HEADERS.to_vec();
        allowed.extend(self.allow_headers.iter().map(String::as_str));
        sort_few(&mut allowed, |a, b| a > b);
        allowed.dedup();
        allowed.join(",")
    }
}
