//! Rules of EventBridge: when, or for which events, a function is called.

use super::{Attribute, Kind, Names, Permission, Property, Resource, ResourceId, Spec, Tree, Value, arn};
use chalice_manifest::{CloudwatchEvents, EventSource, Schedule};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const DEFAULT_BUS: &str = "default";

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The name on AWS.
    pub name: String,
    /// The event bus; None: the account's default one.
    pub bus: Option<String>,
    pub trigger: Trigger,
    /// May be empty.
    pub description: String,
    pub function: ResourceId,
    pub tags: Tree,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// `rate(1 hour)`, `cron(…)`.
    Schedule(String),
    /// EventBridge's event pattern.
    Pattern(Json),
}

impl Rule {
    /// The rule for a handler of events, and what lets it call the function; None: it is polled for.
    pub fn of_handler(names: &Names, handler: &str, source: &EventSource) -> Option<[Resource; 2]> {
        let (trigger, description, bus) = match source {
            EventSource::Schedule(Schedule { expression, description }) => {
                (Trigger::Schedule(expression.clone()), description.clone(), None)
            }
            EventSource::Cloudwatch(CloudwatchEvents { pattern, bus }) => {
                // By its name it is the same bus, and a rule of it has the same ARN.
                let bus = bus.clone().filter(|bus| bus != DEFAULT_BUS);
                (Trigger::Pattern(json!(pattern)), String::new(), bus)
            }
            EventSource::Sqs(_) | EventSource::Kinesis(_) | EventSource::Dynamodb(_) => return None,
        };
        let function = ResourceId::new(Kind::LambdaFunction, handler);
        let tags = names.tags(&BTreeMap::new());
        let rule = Self { name: names.rule(handler), bus, trigger, description, function, tags };
        let permission = Permission::for_rule(rule.arn(), &rule.function, names.function(handler));
        // On another bus it is another rule: it is made before the old one goes.
        let name = match &rule.bus {
            Some(bus) => format!("{handler}-event/{bus}"),
            None => format!("{handler}-event"),
        };
        let permission = Resource {
            id: ResourceId::new(Kind::Permission, name.clone()),
            spec: Spec::Permission(permission),
        };
        Some([permission, Resource { id: ResourceId::new(Kind::Rule, name), spec: Spec::Rule(rule) }])
    }

    /// A function of the rule's name, so known before the rule exists.
    pub fn arn(&self) -> Value {
        let bus = self.bus.as_ref().map(|bus| format!("{bus}/")).unwrap_or_default();
        arn("events", vec![format!("rule/{bus}{}", self.name).into()])
    }

    pub fn schedule(&self) -> Option<&str> {
        match &self.trigger {
            Trigger::Schedule(expression) => Some(expression),
            Trigger::Pattern(_) => None,
        }
    }

    pub fn pattern(&self) -> Option<&Json> {
        match &self.trigger {
            Trigger::Schedule(_) => None,
            Trigger::Pattern(pattern) => Some(pattern),
        }
    }

    /// What the rule calls.
    pub fn target(&self) -> Value {
        Value::Output(self.function.clone(), Attribute::InvokeArn)
    }

    pub fn properties(&self) -> Vec<Property> {
        let description = (!self.description.is_empty()).then_some(&self.description);
        vec![
            Property::exact("schedule", json!(self.schedule())),
            Property::exact("pattern", json!(self.pattern())),
            Property::exact("description", json!(description)),
            Property::exact("target", Tree::Value(self.target())),
            Property::tags(self.tags.clone()),
        ]
    }
}
