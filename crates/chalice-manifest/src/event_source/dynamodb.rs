//! Streams of DynamoDB tables.

use serde::{Deserialize, Serialize};

use super::fault::EventSourceFault;
use super::is_whole;
use super::polling::{Polling, StartingPosition};

/// `#[on_dynamodb_record]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DynamodbStream {
    pub stream_arn: String,
    #[serde(flatten)]
    pub polling: Polling,
    pub starting_position: StartingPosition,
}

impl DynamodbStream {
    pub(super) fn faults(&self) -> Vec<EventSourceFault> {
        let stream = stream_arn_fault(&self.stream_arn);
        stream.into_iter().chain(self.polling.faults()).collect()
    }
}

/// `arn:aws:dynamodb:…:table/T/stream/2026-01-01T00:00:00.000`: the label has colons too.
fn stream_arn_fault(arn: &str) -> Option<EventSourceFault> {
    let resource = match arn.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "dynamodb", _, _, resource] => resource,
        _ => "",
    };
    let is_stream = match resource.split('/').collect::<Vec<_>>()[..] {
        ["table", table, "stream", label] => !table.is_empty() && !label.is_empty(),
        _ => false,
    };
    (is_whole(arn) && !is_stream).then(|| EventSourceFault::NoArn {
        option: "stream_arn",
        of: "a table's stream",
        example: "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000",
        arn: arn.to_owned(),
    })
}
