use chalice::prelude::*;

#[on_sqs_message(queue = "orders", queue_arn = "arn:aws:sqs:us-east-1:123456789012:orders")]
async fn twice(_event: SqsEvent) {}

#[on_sqs_message]
async fn not_at_all(_event: SqsEvent) {}

#[on_kinesis_record(batch_size = 5)]
async fn no_stream(_event: KinesisEvent) {}

#[on_dynamodb_record]
async fn no_stream_arn(_event: DynamodbEvent) {}

fn main() {}
