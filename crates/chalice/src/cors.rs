//! CORS as the attributes take it: built in const evaluation, because the manifest holds it.

/// Which other sites may call a route from a browser: Chalice's `CORSConfig`.
///
/// Every function is `const`, so that the configuration is part of the compiled binary.
///
/// ```
/// use chalice::prelude::*;
///
/// const SHOP: Cors = Cors::new("https://example.com")
///     .allow_headers(&["X-Tenant"])
///     .expose_headers(&["X-Total"])
///     .allow_credentials(true)
///     .max_age(600);
/// const BRANCHES: Cors = Cors::origins(&["https://a.example.com", "https://b.example.com"]);
///
/// #[get("/cart", cors = SHOP)]
/// async fn cart() {}
///
/// #[get("/stock", cors = BRANCHES)]
/// async fn stock() {}
///
/// #[get("/news", cors = Cors::any().max_age(60))]
/// async fn news() {}
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Cors {
    pub(crate) origins: Origins,
    pub(crate) allow_headers: &'static [&'static str],
    pub(crate) expose_headers: &'static [&'static str],
    pub(crate) max_age: Option<u32>,
    pub(crate) allow_credentials: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Origins {
    One(&'static str),
    Several(&'static [&'static str]),
}

impl Cors {
    /// One origin, as in `https://example.com`; `*` is every one. `${NAME}` is filled from the function's
    /// environment variables.
    pub const fn new(origin: &'static str) -> Self {
        Self::of(Origins::One(origin))
    }

    /// Several origins: the one that asks is named in the answer.
    ///
    /// # Panics
    /// Where the list is empty: in an attribute, a compile error.
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn origins(origins: &'static [&'static str]) -> Self {
        assert!(!origins.is_empty(), "`Cors::origins` needs at least one origin");
        Self::of(Origins::Several(origins))
    }

    /// Every origin, Chalice's `cors=True`.
    pub const fn any() -> Self {
        Self::new("*")
    }

    const fn of(origins: Origins) -> Self {
        Self { origins, allow_headers: &[], expose_headers: &[], max_age: None, allow_credentials: false }
    }

    /// Request headers that are allowed beside the five that API Gateway and signed requests need.
    #[must_use]
    pub const fn allow_headers(mut self, headers: &'static [&'static str]) -> Self {
        self.allow_headers = headers;
        self
    }

    /// Response headers that a page may read.
    #[must_use]
    pub const fn expose_headers(mut self, headers: &'static [&'static str]) -> Self {
        self.expose_headers = headers;
        self
    }

    /// How long a browser may remember the answer to a preflight request, in seconds.
    #[must_use]
    pub const fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// Whether requests may carry cookies and other credentials.
    ///
    /// # Panics
    /// With an origin of `*`, which browsers refuse: in an attribute, a compile error. Where a variable makes an origin
    /// `*`, a deploy is refused, and so is the start.
    #[must_use]
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn allow_credentials(mut self, allow: bool) -> Self {
        assert!(
            !(allow && self.is_any()),
            "browsers refuse credentials together with any origin: name the origins, as in `Cors::new(\"https://example.com\")`"
        );
        self.allow_credentials = allow;
        self
    }

    const fn is_any(&self) -> bool {
        let mut rest = self.allowed_origins();
        while let [first, others @ ..] = rest {
            if let [b'*'] = first.as_bytes() {
                return true;
            }
            rest = others;
        }
        false
    }

    pub(crate) const fn allowed_origins(&self) -> &[&'static str] {
        match &self.origins {
            Origins::One(origin) => std::slice::from_ref(origin),
            Origins::Several(origins) => origins,
        }
    }
}
