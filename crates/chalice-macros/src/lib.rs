//! The attributes of the crate `chalice`, which documents them. Each is parsed, checked, and expanded; every
//! mistake is reported at once, and the user's function is emitted whatever is wrong.

mod check;
mod expand;
mod mistakes;
mod parse;

use proc_macro::TokenStream;

macro_rules! route_shims {
    ($($(#[$doc:meta])* $attribute:ident $method:literal,)*) => {$(
        $(#[$doc])*
        #[proc_macro_attribute]
        pub fn $attribute(options: TokenStream, item: TokenStream) -> TokenStream {
            expand::route::attribute(options.into(), &item.into(), Some($method)).into()
        }
    )*};
}

route_shims! {
    /// `#[route(path, methods = ["GET"])]`: see [`macro@route`].
    get "GET",
    /// `#[route(path, methods = ["POST"])]`: see [`macro@route`].
    post "POST",
    /// `#[route(path, methods = ["PUT"])]`: see [`macro@route`].
    put "PUT",
    /// `#[route(path, methods = ["PATCH"])]`: see [`macro@route`].
    patch "PATCH",
    /// `#[route(path, methods = ["DELETE"])]`: see [`macro@route`].
    delete "DELETE",
    /// `#[route(path, methods = ["HEAD"])]`: see [`macro@route`]. Without it, HEAD is answered by the GET route.
    head "HEAD",
    /// `#[route(path, methods = ["OPTIONS"])]`: see [`macro@route`]. Not beside CORS, which answers OPTIONS itself.
    options "OPTIONS",
}

/// Answers HTTP requests: Chalice's `@app.route`.
///
/// `#[route("/users/{id}", methods = ["GET"], name = "…", cors = true, authorizer = check,
/// content_types = ["application/json"], api_key_required = true, stream = true)]`; only the path is required.
///
/// - `{name}` in the path matches one segment, `{name+}` the rest. An argument of that name is the parameter, of any
///   type that implements `FromStr`; what does not parse is answered 400.
/// - Every other argument is an extractor: `Json<T>`, `Query<T>`, `State<T>`, `Request`, `Headers`, `Bytes`, `Env`,
///   `LambdaContext`, or a type of yours that implements `FromRequest`.
/// - `methods`: `["GET"]` unless given.
/// - `cors`: `true`, `false`, or a constant `Cors`; without it, what `app!` says.
/// - `content_types`: what the arguments accept, else `["application/json"]`. Another is answered 415.
/// - `authorizer`: the path of a function with `#[authorizer]` or of a constant `Authorizer`; without it, everyone may
///   call the route.
/// - `stream = true`: the body of `Response::stream` is sent while it is made.
/// - `crate`: the path of this crate where the dependency is not called `chalice`.
///
/// Several route attributes may stand on one function.
#[proc_macro_attribute]
pub fn route(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::route::attribute(options.into(), &item.into(), None).into()
}

/// A Lambda function of its own, invoked by name: Chalice's `@app.lambda_function`.
///
/// `#[lambda_function] async fn resize(event: Job, context: LambdaContext) -> Result<Report>`. The event is any one
/// argument that deserializes; `State<T>`, `Env` and `LambdaContext` may stand beside it. It returns nothing, or a
/// `Result` whose value serializes; an error is reported to Lambda as a failed invocation. Options: `name = "…"`.
#[proc_macro_attribute]
pub fn lambda_function(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::lambda_function::attribute(options.into(), &item.into()).into()
}

/// Decides whether a request comes through to a route: Chalice's `@app.authorizer`.
///
/// `#[authorizer(ttl_seconds = 30, header = "Authorization")] async fn check(request: AuthRequest) ->
/// Result<AuthResponse>`; a route names it with `authorizer = check`. It is a Lambda function of its own, which API
/// Gateway asks and whose answer it remembers for `ttl_seconds` (its default, unless given: 300). `State<T>`, `Env` and
/// `LambdaContext` may stand beside the request. `Error::unauthorized` is answered 401, any other error 500.
/// `execution_role` is the ARN of the role that API Gateway invokes it with; `name` is as with
/// [`macro@lambda_function`].
#[proc_macro_attribute]
pub fn authorizer(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::authorizer::attribute(options.into(), &item.into()).into()
}

/// Processes the messages of an SQS queue: Chalice's `@app.on_sqs_message`.
///
/// `#[on_sqs_message(queue = "orders", batch_size = 10)] async fn orders(event: SqsEvent) -> Result<()>`. It is a Lambda
/// function of its own, which Lambda calls with what it has taken from the queue.
///
/// - `queue`: the queue's name, in the account and region that the application is deployed to; or `queue_arn`.
/// - `batch_size`: the most messages of one event, 1 unless given. More than 10 need a batching window.
/// - `maximum_batching_window_in_seconds`: how long to wait for as many, from 0, the default, to 300.
/// - `maximum_concurrency`: how many events are processed at the same time, from 2 to 1000; unlimited unless given.
/// - `name` is as with [`macro@lambda_function`].
///
/// Values are literals or constants. `${NAME}` in the queue is filled from the function's environment variables.
///
/// The event is an `SqsEvent`, or any one argument that deserializes; `State<T>`, `Env` and `LambdaContext` may stand
/// beside it. An error gives the whole batch back to the queue; `Result<BatchResponse>` says which messages. The
/// queue's visibility timeout must not be below the function's `lambda_timeout`, and should be six times as long.
#[proc_macro_attribute]
pub fn on_sqs_message(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::sqs::KIND, options.into(), &item.into()).into()
}

/// Processes the records of a Kinesis stream: Chalice's `@app.on_kinesis_record`.
///
/// `#[on_kinesis_record(stream = "clicks", batch_size = 500)] async fn count(event: KinesisEvent) -> Result<()>`.
///
/// - `stream`: the stream's name, in the account and region that the application is deployed to.
/// - `batch_size`: the most records of one event, 100 unless given.
/// - `starting_position`: `"LATEST"`, the default, or `"TRIM_HORIZON"`, the oldest record; read when the stream is first
///   deployed.
/// - `maximum_batching_window_in_seconds`, `name`, and all that is said of values, arguments and errors, are as with
///   [`macro@on_sqs_message`]. An error stops the shard until the batch is processed, or its records expire.
#[proc_macro_attribute]
pub fn on_kinesis_record(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::kinesis::KIND, options.into(), &item.into()).into()
}

/// Processes the changes of a DynamoDB table: Chalice's `@app.on_dynamodb_record`.
///
/// `#[on_dynamodb_record(stream_arn = "${ORDERS_STREAM_ARN}")] async fn orders(event: DynamodbEvent) -> Result<()>`.
///
/// - `stream_arn`: the ARN of the table's stream, which AWS makes up: most often a variable.
/// - `batch_size`, `starting_position`, `maximum_batching_window_in_seconds` and `name`, and all that is said of values,
///   arguments and errors, are as with [`macro@on_kinesis_record`].
#[proc_macro_attribute]
pub fn on_dynamodb_record(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::dynamodb::KIND, options.into(), &item.into()).into()
}

/// Makes a state, once per cold start and before the first event: `State<T>` then takes it.
///
/// The function takes `State<U>` of other `#[init]` functions and `Env`, and returns `T`, `Result<T, E>`, or nothing.
/// It runs in each Lambda function that needs its `T`; one that returns nothing runs in all.
#[proc_macro_attribute]
pub fn init(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::init::attribute(options.into(), &item.into()).into()
}

/// Runs when Lambda ends the process: to send what is buffered, to say goodbye to a database.
///
/// `#[on_shutdown] async fn flush(metrics: State<Metrics>)`. It takes `State<T>` and `Env`, and returns nothing or a
/// `Result`. It runs in the Lambda functions that have made its states, and has about half a second.
#[proc_macro_attribute]
pub fn on_shutdown(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::on_shutdown::attribute(options.into(), &item.into()).into()
}

/// Answers errors in place of chalice.
///
/// `#[error_handler] fn f(error: &OutOfStock, request: &Request) -> Response`. The error's type says which errors:
/// those that are an `OutOfStock`, or were caused by one, wherever `?` brought it. With `&Error` it answers all that
/// no other handler does: those of extractors, of unknown methods (405) and content types (415), and panics too.
/// `&Request` and extractors such as `State<T>` may stand beside it. There is one handler for each type.
#[proc_macro_attribute]
pub fn error_handler(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::error_handler::attribute(options.into(), &item.into()).into()
}

/// Stands around handlers: Chalice's `@app.middleware`.
///
/// `#[middleware(http, order = 10)] async fn auth(request: Request, next: Next) -> Result<Response>`. The first
/// argument's type says around what; the attribute may repeat it, and is then checked:
///
/// | kind | first argument | returns `Result` of |
/// |---|---|---|
/// | `http` | `Request` | `Response` |
/// | `pure_lambda` | `LambdaFunctionEvent` | `AnyOutput` |
/// | `sqs`, `kinesis`, `dynamodb` | `SqsEvent`, `KinesisEvent`, `DynamodbEvent` | `SqsOutput`, `KinesisOutput`, `DynamodbOutput` |
/// | `all` | `AnyEvent` | `AnyOutput` |
///
/// After `next` it may take what a handler of that event takes: `State<T>`, `Env`, an extractor.
///
/// Lower `order` is further out, 0 unless given. Where it is equal: the app's crate, then `blueprints` as listed, then
/// by file and line. `all` stands outside of the others. A handler's error comes out of `next.run(…)` as an `Err`, and
/// `?` passes it on; `next.respond(…)` gives the response that the error becomes. Middleware runs for 404, 405 and 415
/// too, not for the OPTIONS requests that CORS answers.
#[proc_macro_attribute]
pub fn middleware(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::middleware::attribute(options.into(), &item.into()).into()
}

/// The application, once, in the crate's root: makes `pub fn main()`, and a test that checks the wiring.
///
/// ```text
/// chalice::app! {
///     name: "todo-api",                        // default: the package's name
///     cors: Cors::new("https://example.com"),  // for every route that does not say otherwise
///     blueprints: [billing, users => "/users"], // crates that hold handlers, with a URL prefix or without
///     binary_types: ["image/png"],             // sent as bytes; default: Chalice's list
///     main: false,                             // no `main`: call `chalice::run()` yourself
/// }
/// ```
#[proc_macro]
pub fn app(input: TokenStream) -> TokenStream {
    expand::app::app(input.into()).into()
}

/// Prefixes for the handlers of this module and of those below it: Chalice's `register_blueprint` options.
///
/// `chalice::blueprint! { url_prefix: "/users", name_prefix: "users_" }`
#[proc_macro]
pub fn blueprint(input: TokenStream) -> TokenStream {
    expand::app::blueprint(input.into()).into()
}
