//! The attributes and macros, each with an example.

/// The application, once, in the crate's root: makes `pub fn main()`, and a test that checks the wiring.
///
/// ```
/// # const _: &str = stringify! {
/// chalice::app! {
///     name: "todo-api",                         // default: the package's name
///     cors: Cors::new("https://example.com"),   // for every route that does not say otherwise
///     blueprints: [billing, users => "/users"], // crates that hold handlers, with a URL prefix or without
///     binary_types: ["image/png"],              // sent as bytes; default: Chalice's list
///     main: false,                              // no `main`: call `chalice::run()` yourself
/// }
/// # };
/// ```
pub use chalice_macros::app;

/// Decides whether a request comes through to a route: Chalice's `@app.authorizer`.
///
/// `#[authorizer(ttl_seconds = 30, header = "Authorization")] async fn check(request: AuthRequest) ->
/// Result<AuthResponse>`; a route names it with `authorizer = check`. It is a Lambda function of its own, which API
/// Gateway asks and whose answer it remembers for `ttl_seconds` (its default, unless given: 300). `State<T>`, `Env` and
/// `LambdaContext` may stand beside the request. `Error::unauthorized` is answered 401, any other error 500.
/// `execution_role` is the ARN of the role that API Gateway invokes it with; `name` is as with
/// [`macro@lambda_function`].
///
/// So that a route can name it, the attribute adds a hidden struct of the function's name. Nothing else that is a type or
/// a module may have that name beside it: put `fn check` into `mod auth`, not `fn auth` beside it.
///
/// ```
/// use chalice::prelude::*;
///
/// #[authorizer(ttl_seconds = 30)]
/// async fn check(request: AuthRequest) -> Result<AuthResponse> {
///     let token = request.token();
///     if token == "secret" { Ok(AuthResponse::new(["*"], "ada")) } else { Err(Error::unauthorized("unknown token")) }
/// }
///
/// #[get("/secret", authorizer = check)]
/// async fn secret() -> &'static str {
///     "42"
/// }
/// ```
pub use chalice_macros::authorizer;

/// Prefixes for the handlers of this module and of those below it: Chalice's `register_blueprint` options.
///
/// As in Chalice, `#[middleware]` and `#[error_handler]` hold for the whole application, in whichever module or crate
/// they stand.
///
/// ```
/// mod users {
///     use chalice::prelude::*;
///
///     chalice::blueprint! { url_prefix: "/users", name_prefix: "users_" }
///
///     /// Answers `/users/{id}`.
///     #[get("/{id}")]
///     async fn user(id: u32) -> String {
///         format!("user {id}")
///     }
/// }
/// ```
///
/// The attributes do not see the prefix, so a parameter in it is no argument by its name: `Path<T>` takes it, before those
/// of the route.
///
/// ```
/// mod members {
///     use chalice::prelude::*;
///
///     chalice::blueprint! { url_prefix: "/teams/{team}" }
///
///     /// Answers `/teams/{team}/members/{id}`.
///     #[get("/members/{id}")]
///     async fn member(Path((team, id)): Path<(String, u32)>) -> String {
///         format!("member {id} of {team}")
///     }
/// }
/// ```
pub use chalice_macros::blueprint;

/// `#[route(path, methods = ["DELETE"])]`: see [`macro@route`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[delete("/todos/{id}")]
/// async fn handler(id: u32) {
///     drop(id);
/// }
/// ```
pub use chalice_macros::delete;

/// Answers errors in place of chalice.
///
/// `#[error_handler] fn f(error: &OutOfStock, request: &Request) -> Response`. The error's type says which errors:
/// those that are an `OutOfStock`, or were caused by one, wherever `?` brought it. With `&Error` it answers all that
/// no other handler does: those of extractors, of unknown methods (405) and content types (415), and panics too.
/// `&Request` and extractors such as `State<T>` may stand beside it, and an `Extension<T>` that a middleware inserted.
/// There is one handler for each type, and it answers for the whole application, also where it is part of a blueprint.
/// Where several fit, that of the outermost error answers: `source()` leads from one error to what caused it. An error
/// that the handler of its type answers with a status below 500 is no fault of the application's, and is not logged.
///
/// ```
/// use chalice::prelude::*;
///
/// #[error_handler]
/// fn not_there(error: &std::io::Error, request: &Request) -> (u16, String) {
///     (503, format!("{} is not there: {}", request.path(), error.kind()))
/// }
/// ```
///
/// What `#[error(transparent)]` of `thiserror` holds is no cause: it shows the enum and then what caused the error inside.
/// Its type is found where the variant forwards the message alone:
///
/// ```
/// # #[derive(Debug, thiserror::Error)]
/// # #[error("out of stock")]
/// # struct OutOfStock;
/// #[derive(Debug, thiserror::Error)]
/// enum OrderError {
///     #[error("{0}")] // not `transparent`
///     OutOfStock(#[from] OutOfStock),
/// }
/// ```
///
/// An `anyhow::Error` hides the type of what it holds too, unless the feature `anyhow` is on; and one inside of an enum of
/// yours hides it always, so there the handler is one for the enum, or for `&Error`.
///
/// Chalice's `@app.errorhandler(ChaliceViewError)`, one form for all errors:
///
/// ```
/// use chalice::prelude::*;
/// use serde_json::{Value, json};
///
/// #[error_handler]
/// fn handle_errors(error: &Error, request: &Request) -> (u16, Value) {
///     let body = json!({"error": error.code(), "message": error.message(), "path": request.path()});
///     (error.status(), body)
/// }
/// ```
///
/// What stands for a `ChaliceViewError` itself is `Error::new(500, "ChaliceViewError", "…")`, whose message the caller
/// reads, or [`Error::internal`](crate::Error::internal) where only the log should say why.
pub use chalice_macros::error_handler;

/// `#[route(path, methods = ["GET"])]`: see [`macro@route`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[get("/todos")]
/// async fn handler() {}
/// ```
pub use chalice_macros::get;

/// `#[route(path, methods = ["HEAD"])]`: see [`macro@route`]. Without it, HEAD is answered by the GET route.
///
/// ```
/// use chalice::prelude::*;
///
/// #[head("/todos")]
/// async fn handler() {}
/// ```
pub use chalice_macros::head;

/// Makes a state, once per cold start and before the first event: `State<T>` then takes it.
///
/// The function takes `State<U>` of other `#[init]` functions and `Env`, and returns `T`, `Result<T, E>`, or nothing.
/// It runs in each Lambda function that needs its `T`; one that returns nothing runs in all.
///
/// Those that take no state and return nothing run first. Logging of your own, such as
/// `tracing_subscriber::fmt().init()`, belongs in one of them: with chalice's feature `log` or `tracing` too, chalice
/// takes what nobody has taken. What the others tell `log` and `tracing` is then written like what handlers tell them,
/// without a request id; what these first ones tell `tracing` is, up to their end, chalice's to write.
///
/// ```
/// use chalice::prelude::*;
///
/// struct Table(String);
///
/// #[init]
/// fn table(env: Env) -> Result<Table> {
///     env.get("TABLE_NAME").map(Table)
/// }
///
/// #[get("/")]
/// async fn index(table: State<Table>) -> String {
///     table.0.clone()
/// }
/// ```
pub use chalice_macros::init;

/// A Lambda function of its own, invoked by name: Chalice's `@app.lambda_function`.
///
/// `#[lambda_function] async fn resize(event: Job, context: LambdaContext) -> Result<Report>`. The event is any one
/// argument that deserializes; `State<T>`, `Env` and `LambdaContext` may stand beside it. It returns nothing, or a
/// `Result` whose value serializes; an error is reported to Lambda as a failed invocation. Options: `name = "…"`.
///
/// ```
/// use chalice::prelude::*;
///
/// #[lambda_function(name = "double")]
/// async fn twice(number: u32) -> Result<u32> {
///     Ok(number * 2)
/// }
/// ```
pub use chalice_macros::lambda_function;

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
/// | `scheduled`, `cloudwatch` | `ScheduleEvent`, `CloudWatchEvent` | `ScheduleOutput`, `CloudWatchOutput` |
/// | `all` | `AnyEvent` | `AnyOutput` |
///
/// After `next` it may take what a handler of that event takes: `State<T>`, `Env`, an extractor. It stands around every
/// handler of the application, also where it is part of a blueprint.
///
/// Lower `order` is further out, 0 unless given. Where it is equal: the app's crate, then `blueprints` as listed, then
/// by file and line. `all` stands outside of the others. A handler's error comes out of `next.run(…)` as an `Err`, and
/// `?` passes it on; `next.respond(…)` gives the response that the error becomes. A panic is such an error too, of a
/// middleware further in as well. Middleware runs for 404, 405 and 415 too, not for the OPTIONS requests that CORS
/// answers.
///
/// ```
/// use chalice::prelude::*;
///
/// #[middleware(http, order = 10)]
/// async fn request_id(request: Request, next: Next) -> Result<Response> {
///     let id = request.lambda_context().aws_request_id().to_owned();
///     Ok(next.respond(request).await.header("X-Request-ID", id))
/// }
/// ```
pub use chalice_macros::middleware;

/// Called for what happens in AWS, or in applications of your own: Chalice's `@app.on_cw_event`.
///
/// `#[on_cw_event(pattern = {"source": ["aws.ec2"]})] async fn f(event: CloudWatchEvent) -> Result<()>`. It is a Lambda
/// function of its own, which EventBridge calls with each event that matches the pattern.
///
/// - `pattern`: EventBridge's event pattern, as JSON.
/// - `bus`: the name of the event bus, a literal or a constant; the account's default one unless given.
/// - `name` is as with [`macro@lambda_function`]. The rule is called `<app>-<stage>-<name>-event`.
///
/// `${NAME}` in a text of the pattern, or in the bus, is filled from the function's environment variables.
///
/// The event is a `CloudWatchEvent`, or any one argument that deserializes; `State<T>`, `Env` and `LambdaContext` may
/// stand beside it. After an error Lambda calls the function with the same event twice more.
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_cw_event(pattern = {
///     "source": ["aws.ec2"],
///     "detail": {"state": ["stopped", {"prefix": "shutting-"}]},
/// })]
/// async fn stopped(event: CloudWatchEvent) -> Result<()> {
///     println!("{:?} at {}", event.resources(), event.time());
///     Ok(())
/// }
///
/// #[on_cw_event(pattern = {"source": ["shop.${STAGE}"], "detail-type": ["order placed"]}, bus = "shop")]
/// async fn placed(event: CloudWatchEvent) -> Result<()> {
///     let order: serde_json::Value = event.detail()?;
///     println!("{order}");
///     Ok(())
/// }
/// ```
pub use chalice_macros::on_cw_event;

/// Processes the changes of a DynamoDB table: Chalice's `@app.on_dynamodb_record`.
///
/// `#[on_dynamodb_record(stream_arn = "${ORDERS_STREAM_ARN}")] async fn orders(event: DynamodbEvent) -> Result<()>`.
///
/// - `stream_arn`: the ARN of the table's stream, which AWS makes up: most often a variable.
/// - `batch_size`, `starting_position`, `maximum_batching_window_in_seconds` and `name`, and all that is said of values,
///   arguments and errors, are as with [`macro@on_kinesis_record`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_dynamodb_record(stream_arn = "${ORDERS_STREAM_ARN}")]
/// async fn changes(event: DynamodbEvent) -> Result<()> {
///     event.records().iter().for_each(|record| println!("{}", record.event_name()));
///     Ok(())
/// }
/// ```
pub use chalice_macros::on_dynamodb_record;

/// Processes the records of a Kinesis stream: Chalice's `@app.on_kinesis_record`.
///
/// `#[on_kinesis_record(stream = "clicks", batch_size = 500)] async fn count(event: KinesisEvent) -> Result<()>`.
///
/// - `stream`: the stream's name, in the account and region that the application is deployed to.
/// - `batch_size`: the most records of one event, 100 unless given.
/// - `starting_position`: `"LATEST"`, the default, or `"TRIM_HORIZON"`, the oldest record; no constant. Read when the
///   stream is first deployed.
/// - `maximum_batching_window_in_seconds`, `name`, and all that is said of values, arguments and errors, are as with
///   [`macro@on_sqs_message`]. An error stops the shard until the batch is processed, or its records expire.
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_kinesis_record(stream = "clicks", starting_position = "TRIM_HORIZON")]
/// async fn clicks(event: KinesisEvent) -> Result<()> {
///     event.records().iter().for_each(|record| println!("{:?}", record.data()));
///     Ok(())
/// }
/// ```
pub use chalice_macros::on_kinesis_record;

/// Runs when Lambda ends the process: to send what is buffered, to say goodbye to a database.
///
/// `#[on_shutdown] async fn flush(metrics: State<Metrics>)`. It takes `State<T>` and `Env`, and returns nothing or a
/// `Result`. It runs in the Lambda functions that have made its states, and has about half a second.
///
/// ```
/// use chalice::prelude::*;
///
/// struct Metrics;
///
/// #[init]
/// fn metrics() -> Metrics {
///     Metrics
/// }
///
/// #[on_shutdown]
/// async fn flush(metrics: State<Metrics>) {
///     let Metrics = *metrics;
/// }
/// ```
pub use chalice_macros::on_shutdown;

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
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_sqs_message(queue = "orders", batch_size = 10)]
/// async fn orders(event: SqsEvent) -> Result<()> {
///     event.records().iter().for_each(|record| println!("{}", record.body()));
///     Ok(())
/// }
/// ```
pub use chalice_macros::on_sqs_message;

/// `#[route(path, methods = ["OPTIONS"])]`: see [`macro@route`]. Not beside CORS, which answers OPTIONS itself.
///
/// ```
/// use chalice::prelude::*;
///
/// #[options("/todos")]
/// async fn handler() {}
/// ```
pub use chalice_macros::options;

/// `#[route(path, methods = ["PATCH"])]`: see [`macro@route`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[patch("/todos/{id}")]
/// async fn handler(id: u32) {
///     drop(id);
/// }
/// ```
pub use chalice_macros::patch;

/// `#[route(path, methods = ["POST"])]`: see [`macro@route`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[post("/todos")]
/// async fn handler(Json(_): Json<String>) {}
/// ```
pub use chalice_macros::post;

/// `#[route(path, methods = ["PUT"])]`: see [`macro@route`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[put("/todos/{id}")]
/// async fn handler(id: u32) {
///     drop(id);
/// }
/// ```
pub use chalice_macros::put;

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
/// - `content_types`: what the arguments accept, else `["application/json"]`: also with `Bytes` and `Request`. Another is
///   answered 415.
/// - `authorizer`: the path of a function with `#[authorizer]` or of a constant `Authorizer`; without it, everyone may
///   call the route.
/// - `api_key_required = true`: whoever calls sends an API key of API Gateway's, as `X-Api-Key`; without it, 403.
/// - `stream = true`: the body of `Response::stream` is sent while it is made.
/// - `crate`: the path of this crate where the dependency is not called `chalice`.
///
/// A literal in the path holds letters, digits, `-`, `_`, `.`, `,`, `:` and `$`, as API Gateway has it. The function
/// stands by itself, not in an `impl`. Several route attributes may stand on one function. The first paragraph of its doc
/// comment is the operation's summary in the API's OpenAPI document, the rest the description.
///
/// ```
/// use chalice::prelude::*;
///
/// #[route("/todos/{id}", methods = ["GET", "HEAD"], cors = true)]
/// async fn todo(id: u32) -> String {
///     format!("todo {id}")
/// }
/// ```
pub use chalice_macros::route;

/// Called again and again: Chalice's `@app.schedule`.
///
/// `#[schedule("rate(1 hour)")] async fn f(event: ScheduleEvent) -> Result<()>`. It is a Lambda function of its own, which
/// EventBridge calls when it is time, by UTC.
///
/// - First the schedule, in one of these forms, which are the same to EventBridge: `"rate(5 minutes)"`, `rate(5, minutes)`;
///   `"cron(0 9 ? * MON-FRI *)"`, `cron(0, 9, "?", "*", "MON-FRI", "*")`; or a constant that holds such a text. A cron
///   expression has minutes, hours, day of month, month, day of week and year, and one of the two days is `?`.
/// - `description`: what EventBridge shows beside the rule.
/// - `name` is as with [`macro@lambda_function`]. The rule is called `<app>-<stage>-<name>-event`.
///
/// `${NAME}` in the schedule is filled from the function's environment variables. A rule that somebody disabled is left
/// disabled by a deploy, which says so.
///
/// The event is a `ScheduleEvent`, or any one argument that deserializes; `State<T>`, `Env` and `LambdaContext` may stand
/// beside it. After an error Lambda calls the function with the same event twice more.
///
/// ```
/// use chalice::prelude::*;
///
/// #[schedule("rate(1 hour)", description = "Forget what is done")]
/// async fn tidy(event: ScheduleEvent) -> Result<()> {
///     println!("it is {}", event.time());
///     Ok(())
/// }
///
/// #[schedule(cron(0, 9, "?", "*", "MON-FRI", "*"))]
/// async fn report(_event: ScheduleEvent, env: Env) -> Result<()> {
///     println!("to {}", env.get("RECIPIENT")?);
///     Ok(())
/// }
///
/// const OFTEN: &str = "rate(${MINUTES} minutes)";
///
/// #[schedule(OFTEN)]
/// async fn poll(_event: ScheduleEvent) {}
/// ```
pub use chalice_macros::schedule;
