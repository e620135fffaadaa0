//! The application: a function that Lambda calls with what it has taken from a queue, and one that is called every hour.

use chalice::prelude::*;
use serde::Deserialize;

chalice::app! {}

#[derive(Deserialize)]
struct Order {
    item: String,
    count: u32,
}

/// Take orders
///
/// What is no order stays in the queue, and comes again.
#[on_sqs_message(queue = "${ORDERS_QUEUE}", batch_size = 10)]
async fn take_orders(event: SqsEvent) -> Result<BatchResponse> {
    let mut response = BatchResponse::new();
    for record in &event {
        match record.json_body::<Order>() {
            Ok(order) => println!("ordered {} of {}", order.count, order.item),
            Err(error) => {
                println!("message {} is no order: {error}", record.message_id());
                response.add_failure(record);
            }
        }
    }
    Ok(response)
}

/// Say what time it is
#[schedule("rate(1 hour)")]
async fn strike(event: ScheduleEvent) -> Result<()> {
    println!("it is {}", event.time());
    Ok(())
}
