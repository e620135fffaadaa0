use chalice::prelude::*;

#[on_sqs_message(
    queue = "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
    batch_size = 10_001,
    maximum_batching_window_in_seconds = 301,
    maximum_concurrency = 1
)]
async fn out_of_range(_event: SqsEvent) {}

#[on_sqs_message(queue_arn = "orders", batch_size = 11)]
async fn no_arn_and_no_window(_event: SqsEvent) {}

#[on_sqs_message(queue = "orders.fifo", batch_size = 20, maximum_batching_window_in_seconds = 1)]
async fn fifo(_event: SqsEvent) {}

#[on_kinesis_record(stream = "arn:aws:kinesis:us-east-1:123456789012:stream/s", starting_position = "NOW")]
async fn no_name(_event: KinesisEvent) {}

#[on_dynamodb_record(stream_arn = "orders", batch_size = 0)]
async fn no_stream(_event: DynamodbEvent) {}

fn main() {}
