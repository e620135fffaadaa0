use chalice::prelude::*;

const POSITION: &str = "NOW";

#[on_kinesis_record(stream = "clicks", starting_position = POSITION)]
async fn constant(_event: KinesisEvent) {}

#[on_dynamodb_record(stream_arn = "${STREAM_ARN}", starting_position = 3)]
async fn number(_event: DynamodbEvent) {}

fn main() {}
