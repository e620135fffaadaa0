//! What Lambda polls for a function: queues and streams, and what the function's role needs to do so.

use super::{Attribute, Kind, Names, Property, Resource, ResourceId, Spec, Tree, Value, arn};
use chalice_manifest::{
    DynamodbStream, EventSource, KinesisStream, Polling, Queue, SqsQueue, StartingPosition,
};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub struct EventSourceMapping {
    pub function: ResourceId,
    /// The name on AWS.
    pub function_name: String,
    pub source: PolledSource,
    pub batch_size: u32,
    pub maximum_batching_window_in_seconds: u32,
    pub maximum_concurrency: Option<u32>,
    /// Of a stream; it counts when the mapping is made, and never again.
    pub starting_position: Option<StartingPosition>,
    pub report_batch_item_failures: bool,
    pub tags: Tree,
}

/// A queue or a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct PolledSource {
    pub service: PolledService,
    pub arn: Value,
    /// As a person calls it: a queue's or stream's name, the ARN of a table's stream.
    pub name: String,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum PolledService {
    Sqs,
    Kinesis,
    Dynamodb,
}

impl PolledService {
    pub const ALL: [Self; 3] = [Self::Sqs, Self::Kinesis, Self::Dynamodb];

    /// As in "SQS queue".
    pub fn words(self) -> &'static str {
        match self {
            Self::Sqs => "SQS queue",
            Self::Kinesis => "Kinesis stream",
            Self::Dynamodb => "DynamoDB stream",
        }
    }

    /// The end of what Chalice calls the resource.
    pub fn resource_suffix(self) -> &'static str {
        match self {
            Self::Sqs => "sqs-event-source",
            Self::Kinesis => "kinesis-event-source",
            Self::Dynamodb => "dynamodb-event-source",
        }
    }

    /// What Lambda does under the function's role: on the source, and on what knows no narrower resource.
    fn actions(self) -> (Json, Option<Json>) {
        match self {
            Self::Sqs => (json!(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]), None),
            // Without `SubscribeToShard`, which is for a registered consumer in place of the stream.
            Self::Kinesis => (
                json!([
                    "kinesis:DescribeStream",
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                ]),
                Some(json!(["kinesis:ListStreams"])),
            ),
            Self::Dynamodb => (
                json!(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]),
                Some(json!(["dynamodb:ListStreams"])),
            ),
        }
    }
}

impl PolledSource {
    /// None: Lambda does not poll it.
    fn of(source: &EventSource) -> Option<Self> {
        let (service, arn, name) = match source {
            EventSource::Sqs(SqsQueue { queue, .. }) => {
                let arn = match queue {
                    Queue::Name(name) => arn("sqs", vec![name.as_str().into()]),
                    Queue::Arn(arn) => arn.as_str().into(),
                };
                (PolledService::Sqs, arn, queue.name())
            }
            EventSource::Kinesis(KinesisStream { stream, .. }) => {
                let arn = arn("kinesis", vec![format!("stream/{stream}").into()]);
                (PolledService::Kinesis, arn, stream.as_str())
            }
            EventSource::Dynamodb(DynamodbStream { stream_arn, .. }) => {
                (PolledService::Dynamodb, stream_arn.as_str().into(), stream_arn.as_str())
            }
            EventSource::Schedule(_) | EventSource::Cloudwatch(_) => return None,
        };
        Some(Self { service, arn, name: name.to_owned() })
    }

    /// As in "SQS queue orders".
    pub fn words(&self) -> String {
        format!("{} {}", self.service.words(), self.name)
    }
}

impl EventSourceMapping {
    /// The mapping for a handler of events; None: something calls it.
    pub fn of_handler(names: &Names, handler: &str, source: &EventSource) -> Option<Resource> {
        let polled = PolledSource::of(source)?;
        let (polling, maximum_concurrency, starting_position) = match source {
            EventSource::Sqs(queue) => (&queue.polling, queue.maximum_concurrency, None),
            EventSource::Kinesis(stream) => (&stream.polling, None, Some(stream.starting_position)),
            EventSource::Dynamodb(stream) => (&stream.polling, None, Some(stream.starting_position)),
            EventSource::Schedule(_) | EventSource::Cloudwatch(_) => return None,
        };
        let Polling { batch_size, maximum_batching_window_in_seconds, report_batch_item_failures } = *polling;
        // Another source is another resource: a mapping keeps the one that it was made with.
        let name = format!("{handler}-{}/{}", polled.service.resource_suffix(), polled.name);
        let spec = Spec::EventSourceMapping(Self {
            function: ResourceId::new(Kind::LambdaFunction, handler),
            function_name: names.function(handler),
            source: polled,
            batch_size,
            maximum_batching_window_in_seconds,
            maximum_concurrency,
            starting_position,
            report_batch_item_failures,
            tags: names.tags(&BTreeMap::new()),
        });
        Some(Resource { id: ResourceId::new(Kind::EventSourceMapping, name), spec })
    }

    /// What the function is invoked by.
    pub fn invoke_arn(&self) -> Value {
        Value::Output(self.function.clone(), Attribute::InvokeArn)
    }

    /// Lambda has to look for failures of single messages before there is code that reports them, or it takes those
    /// messages for done; of code that reports none it takes all for done, as it should.
    pub fn grown(&self, observed: &Map<String, Json>) -> Option<Self> {
        let looks_for_them = observed.get("report_batch_item_failures") == Some(&json!(true));
        (self.report_batch_item_failures && !looks_for_them).then(|| self.clone())
    }

    pub fn properties(&self) -> Vec<Property> {
        vec![
            Property::exact("source", Tree::Value(self.source.arn.clone())),
            Property::exact("function", Tree::Value(self.invoke_arn())),
            Property::exact("batch_size", json!(self.batch_size)),
            Property::exact(
                "maximum_batching_window_in_seconds",
                json!(self.maximum_batching_window_in_seconds),
            ),
            Property::exact("maximum_concurrency", json!(self.maximum_concurrency)),
            Property::exact("report_batch_item_failures", json!(self.report_batch_item_failures)),
        ]
    }
}

/// What Lambda needs of the role to poll these sources: exactly them.
pub fn polling_statements<'a>(sources: impl Iterator<Item = &'a EventSource>) -> Vec<Tree> {
    let polled: Vec<PolledSource> = sources.filter_map(PolledSource::of).collect();
    PolledService::ALL.into_iter().flat_map(|service| statements(service, &polled)).collect()
}

fn statements(service: PolledService, polled: &[PolledSource]) -> Vec<Tree> {
    let mut sources: Vec<Tree> = Vec::new();
    for source in polled.iter().filter(|source| source.service == service) {
        let arn = Tree::Value(source.arn.clone());
        if !sources.contains(&arn) {
            sources.push(arn);
        }
    }
    if sources.is_empty() {
        return Vec::new();
    }
    let allow = |actions: Json, resource: Tree| {
        [("Effect", "Allow".into()), ("Action", actions.into()), ("Resource", resource)].into_iter().collect()
    };
    let (on_source, on_all) = service.actions();
    let on_all = on_all.map(|actions| allow(actions, "*".into()));
    [allow(on_source, Tree::List(sources))].into_iter().chain(on_all).collect()
}
