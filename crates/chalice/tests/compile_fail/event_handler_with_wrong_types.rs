use chalice::prelude::*;

struct Event;

#[on_sqs_message(queue = "orders")]
async fn takes(event: Event) {
    let Event = event;
}

#[on_sqs_message(queue = "orders")]
async fn returns(_event: SqsEvent) -> BatchResponse {
    BatchResponse::new()
}

#[middleware(kinesis)]
async fn around(event: SqsEvent, next: Next<SqsEvent>) -> Result<SqsOutput> {
    next.run(event).await
}

fn main() {}
