use chalice::prelude::*;

#[on_sqs_message(queue = "orders")]
#[on_kinesis_record(stream = "orders")]
async fn two(_event: SqsEvent) {}

#[get("/")]
#[on_dynamodb_record(stream_arn = "${STREAM}")]
async fn route_and_event(_event: DynamodbEvent) {}

fn main() {}
