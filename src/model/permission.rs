//! Who may invoke a function: one statement of the resource policy of its alias.

use super::{Attribute, Property, ResourceId, Tree, Value, arn};
use serde_json::json;

const EVENTBRIDGE: &str = "events.amazonaws.com";

#[derive(Clone, Debug, PartialEq)]
pub struct Permission {
    pub function: ResourceId,
    pub function_name: String,
    /// A service, such as `apigateway.amazonaws.com`.
    pub principal: &'static str,
    pub source_arn: Value,
    /// The start of the statement's id, which ends in a hash of principal and source.
    pub prefix: &'static str,
}

impl Permission {
    /// API Gateway, for every route of one API.
    pub fn for_rest_api(api: &ResourceId, function: &ResourceId, function_name: String) -> Self {
        let id = Value::Output(api.clone(), Attribute::Id);
        Self {
            function: function.clone(),
            function_name,
            principal: "apigateway.amazonaws.com",
            source_arn: arn("execute-api", vec![id, "/*".into()]),
            prefix: "rest-api",
        }
    }

    /// API Gateway, to ask the API's authorizers.
    pub fn for_authorizer(api: &ResourceId, function: &ResourceId, function_name: String) -> Self {
        let id = Value::Output(api.clone(), Attribute::Id);
        Self {
            function: function.clone(),
            function_name,
            principal: "apigateway.amazonaws.com",
            source_arn: arn("execute-api", vec![id, "/authorizers/*".into()]),
            prefix: "authorizer",
        }
    }

    /// EventBridge, for one rule.
    pub fn for_rule(rule_arn: Value, function: &ResourceId, function_name: String) -> Self {
        Self {
            function: function.clone(),
            function_name,
            principal: EVENTBRIDGE,
            source_arn: rule_arn,
            prefix: "rule",
        }
    }

    /// Whether it lets an event source in, which a template says together with the source.
    pub fn is_of_event_source(&self) -> bool {
        self.principal == EVENTBRIDGE
    }

    pub fn properties(&self) -> Vec<Property> {
        vec![
            Property::exact("principal", json!(self.principal)),
            Property::exact("source_arn", Tree::Value(self.source_arn.clone())),
        ]
    }
}
