//! Authorizers of the four kinds: what the manifest says of them, and what the test client does as API Gateway would.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value, clippy::missing_panics_doc)] // handlers as users write them

use chalice::prelude::*;
use chalice::test::Client;
use serde_json::{Value, json};

chalice::app! { name: "authorizers", main: false, cors: Cors::new("https://${HOST}") }

pub struct Tokens(&'static str);

#[init]
fn tokens() -> Tokens {
    Tokens("secret")
}

#[middleware]
async fn never_around_authorizers(event: AnyEvent, next: Next<AnyEvent>) -> Result<AnyOutput> {
    assert_ne!(event.json::<Value>()?["type"], "TOKEN");
    next.run(event).await
}

#[authorizer(ttl_seconds = 30)]
pub async fn check(request: AuthRequest, tokens: State<Tokens>) -> Result<AuthResponse> {
    assert_eq!(request.auth_type(), "TOKEN");
    Ok(match request.token() {
        token if token == tokens.0 => {
            AuthResponse::new(["*"], "ada").context("level", 3).context("admin", true)
        }
        "one" => AuthResponse::new([AuthRoute::new("/items/{id}", ["GET"])], "bob"),
        "none" => AuthResponse::deny("eve"),
        "denied" => AuthResponse::policy(
            json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
                {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": format!("{}*", request.method_arn())},
            ]}),
            "eve",
        ),
        "broken" => Err(std::io::Error::other("no database"))?,
        _ => return Err(Error::unauthorized("who is that?")),
    })
}

mod inner {
    use chalice::prelude::*;

    chalice::blueprint! { name_prefix: "inner_" }

    #[authorizer(name = "door", header = "X-Key", execution_role = "arn:aws:iam::123456789012:role/gateway")]
    pub(crate) fn by_key(request: AuthRequest) -> AuthResponse {
        AuthResponse::new([request.token()], "key")
    }

    pub(crate) const USERS: Authorizer = CognitoUserPoolAuthorizer::new(
        "users",
        &["arn:aws:cognito-idp:us-east-1:123456789012:userpool/${POOL}"],
    );
}

const IAM: Authorizer = IamAuthorizer::new();
const OUTSIDE: Authorizer =
    CustomAuthorizer::new("outside", "arn:uri").ttl_seconds(9).invoke_role("arn:role");

#[route("/items/{id}", methods = ["GET", "POST"], authorizer = check)]
async fn items(id: String, request: Request) -> Value {
    json!({"id": id, "authorizer": request.context()["authorizer"]})
}

#[get("/items/{id}/sub", authorizer = check)]
async fn sub(id: String) -> String {
    id
}

#[get("/items/new", authorizer = check)]
async fn new() {}

#[get("/door", authorizer = inner::by_key.with_scopes(&["s"]))]
async fn door() -> &'static str {
    "open"
}

#[get("/users", authorizer = crate::inner::USERS.with_scopes(&["read", "write"]))]
async fn users(request: Request) -> Value {
    request.context()["authorizer"]["claims"]["sub"].clone()
}

macro_rules! guarded {
    ($name:ident, $path:expr, $methods:expr, $authorizer:expr) => {
        #[route($path, methods = $methods, authorizer = $authorizer)]
        async fn $name() -> &'static str {
            "made"
        }
    };
}
guarded!(made, "/made", ["GET"], inner::by_key);
guarded!(made_of_scopes, "/made/of/scopes", ["GET"], inner::USERS.with_scopes(&["read"]));

#[tokio::test]
async fn an_authorizer_may_be_a_variable_of_a_macro() {
    let client = client();
    assert_eq!(client.get("/made").header("x-key", "/made").send().await.text(), "made");
    assert_eq!(client.get("/made/of/scopes").send().await.status(), 401);
}

#[get("/signed", authorizer = IAM)]
async fn signed() -> &'static str {
    "signed"
}

#[get("/outside", authorizer = OUTSIDE, cors = false)]
async fn outside() -> &'static str {
    "outside"
}

const EXPLICITLY_DENIED: &str = "{\"Message\":\"User is not authorized to access this resource with an explicit deny in \
                                 an identity-based policy\"}";

fn client() -> Client {
    Client::new().env("HOST", "example.com")
}

#[tokio::test]
async fn a_permitted_request_comes_through_with_its_context() {
    let response = client().get("/items/7").header("authorization", "secret").send().await;
    assert_eq!(
        response.json::<Value>(),
        json!({"id": "7", "authorizer": {"principalId": "ada", "level": "3", "admin": "true"}})
    );
}

#[tokio::test]
async fn a_route_with_parameters_is_reachable_and_others_are_not() {
    let client = client();
    assert_eq!(client.get("/items/7").header("Authorization", "one").send().await.status(), 200);
    assert_eq!(
        client.request("HEAD", "/items/7").header("Authorization", "secret").send().await.status(),
        200
    );
    let refused = client.post("/items/7").header("Authorization", "one").send().await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.text(), "{\"Message\":\"User is not authorized to access this resource\"}");
}

#[tokio::test]
async fn a_route_that_only_a_wildcard_permits_is_denied() {
    let client = client();
    for path in ["/items/7/sub", "/items/7/sub/", "/items/new", "/items/new/"] {
        let refused = client.get(path).header("Authorization", "one").send().await;
        assert_eq!((refused.status(), refused.text().as_str()), (403, EXPLICITLY_DENIED), "{path}");
        assert!(client.get(path).header("Authorization", "secret").send().await.status() < 300, "{path}");
    }
    let arn = |path: &str| format!("arn:aws:execute-api:r:1:api/dev/{path}");
    let event = json!({"type": "TOKEN", "authorizationToken": "one", "methodArn": arn("GET/x")});
    let statement = |effect: &str, resources: &[&str]| {
        let resources: Vec<String> = resources.iter().map(|path| arn(path)).collect();
        json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources})
    };
    assert_eq!(
        client.invoke("check", event).await.expect("an answer"),
        json!({"context": {}, "principalId": "bob", "policyDocument": {"Version": "2012-10-17", "Statement": [
            statement("Allow", &["GET/items/*"]),
            statement("Deny", &["GET/items/new", "GET/items/new/", "GET/items/*/sub", "GET/items/*/sub/"]),
        ]}})
    );
}

#[tokio::test]
async fn api_gateways_own_answers_are_401_403_and_500() {
    let client = client();
    let ask = |token: &'static str| client.get("/items/7").header("Authorization", token).send();
    for (token, status, body) in [
        ("", 401, "{\"message\":\"Unauthorized\"}"),
        ("unknown", 401, "{\"message\":\"Unauthorized\"}"),
        ("none", 403, "{\"Message\":\"User is not authorized to access this resource\"}"),
        ("denied", 403, EXPLICITLY_DENIED),
        ("broken", 500, "{\"message\":null}"),
    ] {
        let response = ask(token).await;
        assert_eq!((response.status(), response.text().as_str()), (status, body), "{token}");
    }
    assert_eq!(client.get("/items/7").send().await.status(), 401);
}

#[tokio::test]
async fn a_preflight_needs_no_token() {
    assert_eq!(client().request("OPTIONS", "/items/7").send().await.status(), 200);
}

#[tokio::test]
async fn the_header_is_the_authorizers_own() {
    let client = client();
    assert_eq!(client.get("/door").header("x-key", "/door").send().await.text(), "open");
    assert_eq!(client.get("/door").header("x-key", "/window").send().await.status(), 403);
    assert_eq!(client.get("/door").header("Authorization", "/door").send().await.status(), 401);
}

#[tokio::test]
async fn a_cognito_tokens_claims_are_handed_over() {
    let client = client();
    let ask = async |claims: &str| {
        let token = format!("e30.{}.signature", base64_url(claims.as_bytes()));
        client.get("/users").header("Authorization", &token).send().await
    };
    assert_eq!(ask(r#"{"sub":"ada","scope":"openid read"}"#).await.text(), "\"ada\"");
    assert_eq!(ask(r#"{"sub":"ada","scope":"openid"}"#).await.status(), 401);
    assert_eq!(ask(r#"{"sub":"ada"}"#).await.status(), 401);
    assert_eq!(client.get("/users").header("Authorization", "no token").send().await.status(), 401);
}

#[tokio::test]
async fn whoever_signs_or_brings_a_token_comes_through_to_what_is_decided_outside() {
    let client = client();
    for (path, status) in [("/signed", 403), ("/outside", 401)] {
        assert_eq!(client.get(path).send().await.status(), status);
        assert_eq!(client.get(path).header("Authorization", "x").send().await.text(), &path[1..]);
    }
}

fn base64_url(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes)
}

#[tokio::test]
async fn api_gateways_own_errors_carry_the_cors_on_which_all_routes_agree() {
    let client = client();
    for response in [client.get("/nowhere").send().await, client.get("/items/7").send().await] {
        assert_eq!(response.header("access-control-allow-origin"), Some("https://example.com"));
    }
}

#[tokio::test]
async fn an_authorizer_is_a_function_of_its_own_and_can_be_invoked_by_name() {
    let event = json!({
        "type": "TOKEN", "authorizationToken": "a/b",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/dev/GET/door",
    });
    let answer = client().invoke("inner_door", event).await.expect("an answer");
    let resource = "arn:aws:execute-api:us-east-1:123456789012:api/dev/*/a/b";
    assert_eq!(answer["policyDocument"]["Statement"][0]["Resource"], json!([resource]));
    let wrong = client().invoke("check", json!({})).await.expect_err("no event for an authorizer");
    assert!(wrong.error_message.starts_with("not an event for an authorizer: "), "{wrong}");
}
