use chalice::prelude::*;

const QUEUE: u32 = 3;
const SIZE: &str = "ten";

#[on_sqs_message(queue = 3, batch_size = "ten", maximum_concurrency = -1, starting_position = "LATEST")]
async fn literals(_event: SqsEvent) {}

#[on_sqs_message(queue = QUEUE, batch_size = SIZE)]
async fn constants(_event: SqsEvent) {}

#[on_sqs_message(queue = "orders", name = "no name")]
async fn named(_event: SqsEvent) {}

fn main() {}
