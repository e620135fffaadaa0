//! What an application's module uses: `use chalice::prelude::*;`.

pub use crate::{
    AnyEvent, AnyOutput, AuthRequest, AuthResponse, AuthRoute, Authorizer, BatchRecord, BatchResponse, Bytes,
    CloudWatchEvent, CloudWatchOutput, CognitoUserPoolAuthorizer, Cors, CustomAuthorizer, DynamodbEvent,
    DynamodbOutput, DynamodbRecord, Env, Error, Extension, Form, FromEvent, FromRequest, Headers,
    IamAuthorizer, IntoResponse, Json, KinesisEvent, KinesisOutput, KinesisRecord, LambdaContext,
    LambdaFunctionEvent, Multipart, Next, Path, Query, Request, Response, Result, ScheduleEvent,
    ScheduleOutput, SqsEvent, SqsOutput, SqsRecord, State,
};
pub use crate::{
    authorizer, delete, error_handler, get, head, init, lambda_function, middleware, on_cw_event,
    on_dynamodb_record, on_kinesis_record, on_shutdown, on_sqs_message, options, patch, post, put, route,
    schedule,
};
