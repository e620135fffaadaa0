//! Which of the resources that config.json names an action is about, by the ARNs of AWS's resource types.

use super::actions::Prefix;
use crate::model::{Location, Value};

/// A resource of config.json, as the rest of an ARN (`table/orders`) or as a whole one, variables filled.
#[derive(Clone, Copy)]
pub struct Named<'a>(pub &'a str);

impl Named<'_> {
    /// Whether it can be a resource of one of `types`.
    pub fn is_one_of(self, prefix: Prefix, types: &[&str]) -> bool {
        self.types(prefix).iter().any(|of| types.contains(of))
    }

    /// The types of the service that it can be of: those that it looks most like, and those whose ARNs its wildcards
    /// can stand for.
    pub fn types(self, prefix: Prefix) -> Vec<&'static str> {
        let all = prefix.types();
        let most = all.values().filter_map(|arn| self.alike(arn)).max();
        let is_best = |arn: &str| most.is_some() && self.alike(arn) == most;
        all.iter().filter(|(_, arn)| is_best(arn) || self.covers(arn)).map(|(name, _)| *name).collect()
    }

    /// As the policy names it, given a type that it is of.
    pub fn arn(self, prefix: Prefix) -> Value {
        if self.0.starts_with("arn:") || self.0 == "*" {
            return self.0.into();
        }
        if let Some(arn) = queue_arn(self.0) {
            return arn;
        }
        let types = prefix.types();
        let template = self.types(prefix).first().and_then(|name| types.get(name)).copied();
        let template = template.unwrap_or("arn:${Partition}:?:${Region}:${Account}:");
        let mut parts = Vec::new();
        for (position, part) in template.splitn(6, ':').take(5).enumerate() {
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
        parts.push(format!(":{}", self.0).into());
        joined(parts)
    }

    /// How much of the type's ARN stands in it, where variables may stand for anything; None: it is another's.
    fn alike(self, template: &str) -> Option<usize> {
        let (service, resource) = (template.split(':').nth(2)?, resource_of(template)?);
        let mine = match self.0.strip_prefix("arn:") {
            _ if self.0 == "*" => return Some(0),
            Some(_) if self.0.split(':').nth(2) != Some(service) => return None,
            Some(_) => resource_of(self.0)?,
            None if queue_arn(self.0).is_some() => return (service == "sqs").then_some(0),
            None => self.0,
        };
        let pieces = pieces(resource, Wild::Anything);
        intersects(&literal(mine, Wild::Segment), &pieces)
            .then(|| pieces.iter().filter(|piece| matches!(piece, Piece::Is(_))).count())
    }

    /// Whether its wildcards reach into the type's ARN, whose own variables hold no `/` and no `:`.
    fn covers(self, template: &str) -> bool {
        let is_whole = self.0.starts_with("arn:");
        if is_whole && self.0.split(':').nth(2) != template.split(':').nth(2) {
            return false;
        }
        let mine = if is_whole { resource_of(self.0) } else { Some(self.0) };
        let (Some(mine), Some(resource)) = (mine, resource_of(template)) else { return false };
        intersects(&literal(mine, Wild::Anything), &pieces(resource, Wild::Segment))
    }
}

/// The ARN of a queue by its URL, as queues stand in environment variables:
/// `https://sqs.eu-west-1.amazonaws.com/123456789012/orders`.
fn queue_arn(url: &str) -> Option<Value> {
    let (host, path) = url.strip_prefix("https://sqs.")?.split_once('/')?;
    let (region, _) = host.split_once('.')?;
    let (account, name) = path.split_once('/')?;
    Some(joined(vec![
        "arn:".into(),
        Value::Location(Location::Partition),
        format!(":sqs:{region}:{account}:{name}").into(),
    ]))
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

/// What follows partition, service, region and account.
fn resource_of(arn: &str) -> Option<&str> {
    arn.splitn(6, ':').nth(5)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Piece {
    Is(char),
    Any(Wild),
}

/// What a variable or a wildcard can stand for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wild {
    Anything,
    /// No `/` and no `:`.
    Segment,
}

impl Wild {
    fn holds(self, piece: Piece) -> bool {
        self == Self::Anything || !matches!(piece, Piece::Is('/' | ':') | Piece::Any(Self::Anything))
    }
}

/// A resource as a user writes it, its wildcards standing for `wild`.
fn literal(text: &str, wild: Wild) -> Vec<Piece> {
    text.chars().map(|c| if c == '*' || c == '?' { Piece::Any(wild) } else { Piece::Is(c) }).collect()
}

/// A type's ARN, its variables standing for `wild`.
fn pieces(template: &str, wild: Wild) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, tail)) = rest.split_once("${") {
        pieces.extend(text.chars().map(Piece::Is));
        pieces.push(Piece::Any(wild));
        rest = tail.split_once('}').map_or("", |(_, after)| after);
    }
    pieces.extend(rest.chars().map(|c| if c == '*' { Piece::Any(wild) } else { Piece::Is(c) }));
    pieces
}

/// Whether some text fits both.
fn intersects(one: &[Piece], other: &[Piece]) -> bool {
    match (one, other) {
        ([], []) => true,
        ([Piece::Any(_), rest @ ..], []) | ([], [Piece::Any(_), rest @ ..]) => intersects(rest, &[]),
        ([], [Piece::Is(_), ..]) | ([Piece::Is(_), ..], []) => false,
        ([Piece::Is(a), one @ ..], [Piece::Is(b), other @ ..]) => a == b && intersects(one, other),
        ([Piece::Any(wild), after @ ..], [next, other_after @ ..]) => {
            intersects(after, other) || (wild.holds(*next) && intersects(one, other_after))
        }
        ([next, one_after @ ..], [Piece::Any(wild), after @ ..]) => {
            intersects(one, after) || (wild.holds(*next) && intersects(one_after, other))
        }
    }
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
    }

    #[test]
    fn a_whole_arn_counts_for_its_own_service() {
        assert_eq!(types("dynamodb", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"), "table");
        assert_eq!(types("dynamodb", "arn:aws:sqs:eu-west-1:123456789012:orders"), "");
        assert_eq!(types("s3", "arn:aws:s3:::my-bucket/*"), "object");
        assert_eq!(types("sts", "arn:aws:iam::123456789012:role/other"), "role");
    }

    #[test]
    fn a_queue_may_be_given_by_its_url() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
        assert_eq!(types("sqs", url), "queue");
        let Value::Joined(parts) = Named(url).arn(Prefix::find("sqs").unwrap()) else { panic!() };
        assert_eq!(parts[2], ":sqs:eu-west-1:123456789012:orders".into());
    }
}
