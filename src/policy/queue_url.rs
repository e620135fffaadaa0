//! The URLs of queues, as they stand in environment variables, → ARNs.

use crate::model::{Location, Value};

/// Whether a text is a URL, of a queue or of anything else. No resource's ARN has one in it.
pub fn is_url(text: &str) -> bool {
    let is_scheme = |scheme: &str| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric());
    text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// The ARN of the queue at `http(s)://HOST/ACCOUNT/NAME`, whatever the host: SQS has several names, dual-stack and FIPS
/// endpoints, those of VPCs, and sandboxes have hosts of their own. A host that names no region is of the application's.
pub fn queue_arn(url: &str) -> Option<Value> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let (account, name) = path.trim_end_matches('/').split_once('/')?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || "-_.*?".contains(c);
    if host.is_empty() || !is_account || name.is_empty() || !name.chars().all(is_in_name) {
        return None;
    }
    let named = host.split('.').find(|label| is_region(label));
    let region = named.or_else(|| LEGACY.contains(&host).then_some("us-east-1"));
    let mut parts = vec!["arn:".into(), Value::Location(Location::Partition)];
    match region {
        Some(region) => parts.push(format!(":sqs:{region}:{account}:{name}").into()),
        None => parts.extend([
            ":sqs:".into(),
            Value::Location(Location::Region),
            format!(":{account}:{name}").into(),
        ]),
    }
    Some(Value::Joined(parts))
}

/// Hosts from the time when there was one region.
const LEGACY: [&str; 2] = ["queue.amazonaws.com", "sqs.amazonaws.com"];

/// `eu-west-1`, `us-gov-west-1`.
fn is_region(label: &str) -> bool {
    let words: Vec<&str> = label.split('-').collect();
    let [area, places @ .., number] = &words[..] else { return false };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    !places.is_empty()
        && std::iter::once(area).chain(places).all(is_word)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(url: &str) -> Option<String> {
        let text = |part: &Value| match part {
            Value::Known(text) => text.clone(),
            Value::Location(location) => format!("{location:?}"),
            other => panic!("{other:?}"),
        };
        let Value::Joined(parts) = queue_arn(url)? else { panic!("{url}") };
        Some(parts.iter().map(text).collect())
    }

    #[test]
    fn a_queues_url_is_read_whatever_its_host() {
        let rows = [
            ("https://sqs.eu-west-1.amazonaws.com", "eu-west-1"),
            ("https://sqs-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
            ("https://sqs.eu-west-1.api.aws", "eu-west-1"),
            ("https://eu-west-1.queue.amazonaws.com", "eu-west-1"),
            ("https://queue.amazonaws.com", "us-east-1"),
            ("https://sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("https://vpce-0a1b2c3d-4e5f6a7b.sqs.us-east-1.vpce.amazonaws.com", "us-east-1"),
            ("https://vpce-0a1b2c3d-4e5f6a7b-us-east-1a.sqs.us-east-1.vpce.amazonaws.com", "us-east-1"),
            ("http://sqs.eu-central-1.localhost.localstack.cloud:4566", "eu-central-1"),
            ("http://127.0.0.1:4566", "Region"),
        ];
        for (host, region) in rows {
            let expected = format!("arn:Partition:sqs:{region}:123456789012:orders.fifo");
            assert_eq!(arn(&format!("{host}/123456789012/orders.fifo")), Some(expected), "{host}");
        }
    }

    #[test]
    fn what_is_no_queues_url_has_no_arn() {
        let none = [
            "https://sqs.eu-west-1.amazonaws.com/orders",
            "https://sqs.eu-west-1.amazonaws.com/123456789012",
            "https://sqs.eu-west-1.amazonaws.com/123456789012/",
            "https://sqs.eu-west-1.amazonaws.com/123456789012/a/b",
            "https://sqs.eu-west-1.amazonaws.com/1234/orders",
            "https:///123456789012/orders",
            "ftp://sqs.eu-west-1.amazonaws.com/123456789012/orders",
            "orders",
        ];
        for text in none {
            assert_eq!(arn(text), None, "{text}");
        }
        assert!(
            is_url("ftp://x")
                && is_url("https://x/1")
                && is_url("s3://b/in")
                && !is_url("b/in://x")
                && !is_url("orders")
        );
    }
}
