use chalice::prelude::*;

#[on_sqs_message(queue = "orders")]
async fn nothing() {}

#[on_kinesis_record(stream = "clicks")]
async fn only_state(_state: State<u8>, _env: Env) {}

#[on_dynamodb_record(stream_arn = "${STREAM}")]
async fn another_event(_event: SqsEvent) {}

fn main() {}
