//! Authorizers as routes name them: built in const evaluation, because the manifest holds them.

mod denied;
mod request;
mod response;

pub use request::AuthRequest;
pub use response::{AuthResponse, AuthRoute, IntoAuthResponse, answer};

/// Who decides whether a request comes through to a route: what `authorizer = …` of a [`macro@crate::route`] takes.
///
/// A function with [`macro@crate::authorizer`] is one too, by its path.
///
/// ```
/// use chalice::prelude::*;
///
/// const USERS: Authorizer =
///     CognitoUserPoolAuthorizer::new("users", &["arn:aws:cognito-idp:us-east-1:123456789012:userpool/${POOL}"]);
///
/// #[get("/orders", authorizer = USERS.with_scopes(&["orders/read"]))]
/// async fn orders(request: Request) -> String {
///     request.context()["authorizer"]["claims"]["sub"].to_string()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Authorizer {
    pub(crate) kind: Kind,
    pub(crate) scopes: &'static [&'static str],
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Builtin { name: &'static str, module: &'static str },
    Iam,
    Cognito { name: &'static str, header: &'static str, provider_arns: &'static [&'static str] },
    Custom(Custom),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Custom {
    pub(crate) name: &'static str,
    pub(crate) header: &'static str,
    pub(crate) uri: &'static str,
    pub(crate) ttl_seconds: u32,
    pub(crate) invoke_role: Option<&'static str>,
}

const AUTHORIZATION: &str = "Authorization";

impl Authorizer {
    const fn of(kind: Kind) -> Self {
        Self { kind, scopes: &[] }
    }

    /// A function with `#[authorizer]`.
    #[doc(hidden)]
    pub const fn builtin(name: &'static str, module: &'static str) -> Self {
        Self::of(Kind::Builtin { name, module })
    }

    /// The OAuth scopes that a token must have, one of them at least.
    ///
    /// # Panics
    /// For signed requests, which have no scopes: in an attribute, a compile error.
    #[must_use]
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn with_scopes(mut self, scopes: &'static [&'static str]) -> Self {
        assert!(!matches!(self.kind, Kind::Iam), "requests signed for IAM have no scopes");
        self.scopes = scopes;
        self
    }

    /// The request's header that holds the token; `Authorization` unless given.
    ///
    /// # Panics
    /// For signed requests, and for a function with `#[authorizer]`, whose attribute says it: in an attribute, a
    /// compile error.
    #[must_use]
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn header(mut self, header: &'static str) -> Self {
        match &mut self.kind {
            Kind::Cognito { header: own, .. } | Kind::Custom(Custom { header: own, .. }) => *own = header,
            Kind::Builtin { .. } => panic!("write `header` into the `#[authorizer]` itself"),
            Kind::Iam => panic!("requests signed for IAM are not told by a header"),
        }
        self
    }

    /// How long API Gateway remembers an answer, in seconds; 300 unless given.
    ///
    /// # Panics
    /// For another kind than [`CustomAuthorizer`]: in an attribute, a compile error.
    #[must_use]
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn ttl_seconds(mut self, seconds: u32) -> Self {
        match &mut self.kind {
            Kind::Custom(custom) => custom.ttl_seconds = seconds,
            _ => panic!("only a `CustomAuthorizer` has `ttl_seconds` here"),
        }
        self
    }

    /// The ARN of the role that API Gateway invokes the function with. `${NAME}` is filled from the environment
    /// variables.
    ///
    /// # Panics
    /// For another kind than [`CustomAuthorizer`]: in an attribute, a compile error.
    #[must_use]
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn invoke_role(mut self, arn: &'static str) -> Self {
        match &mut self.kind {
            Kind::Custom(custom) => custom.invoke_role = Some(arn),
            _ => panic!("only a `CustomAuthorizer` has an `invoke_role` here"),
        }
        self
    }
}

/// Requests that an AWS identity signed: Chalice's `IAMAuthorizer`.
///
/// ```
/// use chalice::prelude::*;
///
/// const IAM: Authorizer = IamAuthorizer::new();
///
/// #[get("/internal", authorizer = IAM)]
/// async fn internal() -> &'static str {
///     "for signed requests"
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct IamAuthorizer;

impl IamAuthorizer {
    /// API Gateway checks the signature, and IAM whether the identity may invoke the API.
    #[allow(clippy::new_ret_no_self)] // each kind is made as in Chalice, and is one type
    pub const fn new() -> Authorizer {
        Authorizer::of(Kind::Iam)
    }
}

/// Tokens of Cognito user pools: Chalice's `CognitoUserPoolAuthorizer`. [`Authorizer`] has an example.
///
/// ```
/// use chalice::prelude::*;
///
/// const USERS: Authorizer = CognitoUserPoolAuthorizer::new("Users", &["${USER_POOL_ARN}"]).header("X-Token");
///
/// #[get("/orders", authorizer = USERS.with_scopes(&["orders/read"]))]
/// async fn orders(request: Request) -> Option<String> {
///     request.context()["authorizer"]["claims"]["email"].as_str().map(str::to_owned)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CognitoUserPoolAuthorizer;

impl CognitoUserPoolAuthorizer {
    /// `provider_arns` are those of the user pools; `${NAME}` is filled from the environment variables.
    ///
    /// # Panics
    /// Where the list is empty: in an attribute, a compile error.
    #[allow(clippy::new_ret_no_self)] // each kind is made as in Chalice, and is one type
    #[allow(clippy::panic)] // runs in const evaluation, where it is the compile error
    pub const fn new(name: &'static str, provider_arns: &'static [&'static str]) -> Authorizer {
        assert!(!provider_arns.is_empty(), "a `CognitoUserPoolAuthorizer` needs at least one user pool");
        Authorizer::of(Kind::Cognito { name, header: AUTHORIZATION, provider_arns })
    }
}

/// A Lambda function outside of the application: Chalice's `CustomAuthorizer`.
///
/// ```
/// use chalice::prelude::*;
///
/// const PARTNERS: Authorizer = CustomAuthorizer::new(
///     "partners",
///     "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${PARTNERS_ARN}/invocations",
/// )
/// .header("X-Partner-Token")
/// .ttl_seconds(60)
/// .invoke_role("arn:aws:iam::123456789012:role/${PARTNERS_ROLE}");
///
/// #[get("/partners", authorizer = PARTNERS)]
/// async fn partners() -> &'static str {
///     "for partners"
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CustomAuthorizer;

impl CustomAuthorizer {
    /// `uri` is API Gateway's invocation URI of the function; `${NAME}` is filled from the environment variables.
    #[allow(clippy::new_ret_no_self)] // each kind is made as in Chalice, and is one type
    pub const fn new(name: &'static str, uri: &'static str) -> Authorizer {
        let header = AUTHORIZATION;
        Authorizer::of(Kind::Custom(Custom { name, header, uri, ttl_seconds: 300, invoke_role: None }))
    }
}

/// What stands in for a function's own type where `authorizer = PATH` names a constant.
#[doc(hidden)]
pub mod fallback {
    #[allow(non_camel_case_types)] // stands beside the name that the expansion gives the path
    #[derive(Clone, Copy, Debug)]
    pub struct __Authorizer {}

    impl __Authorizer {
        pub const fn pick(authorizer: super::Authorizer) -> super::Authorizer {
            authorizer
        }
    }
}
