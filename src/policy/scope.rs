//! Which of the resources that config.json names an action is about, by the ARNs of AWS's resource types.

use super::actions::Prefix;
use super::pattern::{Wild, in_common, template, written};
use super::queue_url::{is_url, queue_arn};
use crate::model::{Location, Value};
use std::collections::BTreeSet;

/// A resource of config.json, as the rest of an ARN (`table/orders`) or as a whole one, variables filled.
#[derive(Clone, Copy)]
pub struct Named<'a>(pub &'a str);

/// What the policy names for a resource of config.json.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Resource<'a> {
    /// As config.json has it.
    pub text: &'a str,
    /// What comes before it in the ARNs of the types that it is of; none: it stands for itself.
    heads: BTreeSet<&'static str>,
}

impl<'a> Named<'a> {
    /// As a resource of those of `types` that it can be of; None: it is of none of them.
    pub fn among(self, prefix: Prefix, types: &[&str]) -> Option<Resource<'a>> {
        let all = prefix.types();
        let of = self.types(prefix).into_iter().filter(|name| types.contains(name));
        let heads: BTreeSet<&'static str> =
            of.filter_map(|name| all.get(name).copied()).map(head_of).collect();
        if heads.is_empty() {
            return None;
        }
        Some(Resource { text: self.0, heads: if self.is_whole() { BTreeSet::new() } else { heads } })
    }

    /// The types of the service that it can be of: those that it looks most like, and those whose ARNs its wildcards
    /// can stand for.
    pub fn types(self, prefix: Prefix) -> Vec<&'static str> {
        let all = prefix.types();
        let most = all.values().filter_map(|arn| self.alike(arn)).max();
        let is_best = |arn: &str| most.is_some() && self.alike(arn) == most;
        let fits = |(_, arn): &(&str, &'static str)| is_best(arn) || self.covers(arn);
        let fitting: Vec<(&str, &str)> = all.into_iter().filter(fits).collect();
        // `*-uploads/*` reaches into `accesspoint/${Name}`, but says nothing of access points, which are elsewhere.
        let said = fitting.iter().map(|(_, arn)| *arn).filter(|arn| self.says_the_words_of(arn));
        let places: BTreeSet<&str> = said.map(head_of).collect();
        let is_there =
            |arn: &'static str| self.is_whole() || places.is_empty() || places.contains(head_of(arn));
        fitting.into_iter().filter(|(_, arn)| is_there(arn)).map(|(name, _)| name).collect()
    }

    fn is_whole(self) -> bool {
        self.0.starts_with("arn:") || self.0 == "*"
    }

    /// How much of the type's ARN stands in it, where variables may stand for anything; None: it is another's.
    fn alike(self, arn: &str) -> Option<usize> {
        if self.0 == "*" {
            return Some(0);
        }
        if is_url(self.0) {
            return (service_of(arn)? == "sqs" && queue_arn(self.0).is_some()).then_some(0);
        }
        in_common(
            &written(self.resource_in(arn)?, Wild::Segment),
            &template(resource_of(arn)?, Wild::Anything),
        )
    }

    /// Whether its wildcards reach into the type's ARN.
    fn covers(self, arn: &str) -> bool {
        let (Some(mine), Some(its)) = (self.resource_in(arn), resource_of(arn)) else { return false };
        mine.contains(['*', '?'])
            && in_common(&written(mine, Wild::Anything), &template(its, held(its))).is_some()
    }

    /// Whether no wildcard of it has to stand for a word of the type's ARN.
    fn says_the_words_of(self, arn: &str) -> bool {
        let (Some(mine), Some(its)) = (self.resource_in(arn), resource_of(arn)) else { return false };
        in_common(&written(mine, Wild::NoWord), &template(its, Wild::Anything)).is_some()
    }

    /// The part that the type's ARN has after the account; None where it is another service's, or no part of an ARN.
    fn resource_in(self, arn: &str) -> Option<&'a str> {
        match self.0.starts_with("arn:") {
            true if service_of(self.0) != service_of(arn) => None,
            true => resource_of(self.0),
            false => (!is_url(self.0)).then_some(self.0),
        }
    }
}

impl<'a> Resource<'a> {
    /// What needs nothing before it: a whole ARN, or `*`.
    pub fn whole(text: &'a str) -> Self {
        Self { text, heads: BTreeSet::new() }
    }

    pub fn arns(&self) -> Vec<Value> {
        if let Some(arn) = queue_arn(self.text) {
            return vec![arn];
        }
        if self.heads.is_empty() {
            return vec![self.text.into()];
        }
        self.heads.iter().map(|head| located(head, self.text)).collect()
    }
}

/// An ARN of the application's partition, region and account, where the type's has them.
fn located(head: &str, resource: &str) -> Value {
    let mut parts = Vec::new();
    for (position, part) in head.split(':').enumerate() {
        if position > 0 {
            parts.push(":".into());
        }
        parts.push(match part {
            "${Partition}" => Value::Location(Location::Partition),
            "${Region}" => Value::Location(Location::Region),
            "${Account}" => Value::Location(Location::Account),
            text => text.into(),
        });
    }
    parts.push(format!(":{resource}").into());
    joined(parts)
}

fn joined(parts: Vec<Value>) -> Value {
    let mut joined: Vec<Value> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Value::Known(text)), Value::Known(more)) => text.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    Value::Joined(joined)
}

/// What the variables of a type's ARN hold: not what separates them. Names of log groups have slashes, as colons alone
/// separate them from their streams'.
fn held(resource: &str) -> Wild {
    if resource.contains(':') && !resource.contains('/') { Wild::Part } else { Wild::Segment }
}

/// What follows partition, service, region and account.
fn resource_of(arn: &str) -> Option<&str> {
    arn.splitn(6, ':').nth(5)
}

/// What stands before the resource, without the colon.
fn head_of(arn: &'static str) -> &'static str {
    resource_of(arn).map_or(arn, |resource| &arn[..arn.len() - resource.len() - 1])
}

/// The region that an ARN names; None: the application's, or none.
pub fn region_of(resource: &str) -> Option<&str> {
    let region = resource.starts_with("arn:").then(|| resource.split(':').nth(3)).flatten();
    region.filter(|region| !region.is_empty())
}

fn service_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn types(service: &str, resource: &str) -> String {
        Named(resource).types(Prefix::find(service).unwrap()).join(",")
    }

    #[test]
    fn a_resource_is_of_the_type_that_it_looks_most_like() {
        assert_eq!(types("dynamodb", "table/orders"), "table");
        assert_eq!(types("dynamodb", "table/orders/index/*"), "index");
        assert_eq!(types("dynamodb", "table/orders/stream/2026"), "stream");
        assert_eq!(types("s3", "my-bucket"), "bucket");
        assert_eq!(types("s3", "my-bucket/*"), "object");
        assert_eq!(types("s3", "my-bucket/in/*.txt"), "object");
        assert_eq!(types("lambda", "function:worker:live"), "function alias,function version");
        assert_eq!(types("sqs", "orders"), "queue");
        assert_eq!(types("ssm", "parameter/app/db/password"), "parameter");
        assert_eq!(types("secretsmanager", "secret:db-??????"), "Secret");
        assert_eq!(types("lambda", "function:worker"), "function");
        assert_eq!(types("dynamodb", "orders"), "");
    }

    #[test]
    fn a_wildcard_reaches_every_type_that_it_can_stand_for() {
        assert_eq!(types("dynamodb", "table/orders-*"), "backup,export,import,index,stream,table");
        assert_eq!(types("s3", "my-*"), "bucket,object");
        assert_eq!(types("s3", "*/*"), "object");
    }

    #[test]
    fn a_log_groups_name_may_have_slashes_and_has_a_colon_behind_it() {
        for group in ["log-group:audit:*", "log-group:/app/audit:*", "log-group:/app/*", "log-group:*"] {
            assert_eq!(types("logs", group), "log-group,log-stream", "{group}");
        }
        assert_eq!(types("logs", "log-group:/app/audit:log-stream:*"), "log-stream");
        assert_eq!(types("logs", "log-group:/app/audit"), "");
    }

    #[test]
    fn a_whole_arn_counts_for_its_own_service() {
        assert_eq!(types("dynamodb", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"), "table");
        assert_eq!(types("dynamodb", "arn:aws:sqs:eu-west-1:123456789012:orders"), "");
        assert_eq!(types("s3", "arn:aws:s3:::my-bucket/*"), "object");
        assert_eq!(types("sts", "arn:aws:iam::123456789012:role/other"), "role");
    }

    #[test]
    fn a_queue_may_be_given_by_its_url_and_nothing_else_by_any() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
        assert_eq!(types("sqs", url), "queue");
        assert_eq!(types("sqs", "https://sqs.eu-west-1.amazonaws.com/orders"), "");
        assert_eq!(types("sns", url), "");
        assert_eq!(types("s3", "https://my-bucket.s3.amazonaws.com/in"), "");
    }
}
