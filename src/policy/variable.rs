//! How an environment variable stands in a resource of config.json: with what the resource's ARN has around its value.

use super::queue_url::{is_url, queue_arn};

/// An environment variable of the stage.
#[derive(Clone, Copy)]
pub struct Variable<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

impl Variable<'_> {
    /// Whether its value can be a part of a resource of the service: of URLs, only those of queues can.
    pub fn can_name(self, service: &str) -> bool {
        !is_url(self.value) || (service == "sqs" && queue_arn(self.value).is_some())
    }

    /// `${NAME}` as a resource of a type whose ARN has `before` and `after` around the name.
    pub fn within(self, service: &str, before: &str, after: &str) -> String {
        let reference = format!("${{{}}}", self.name);
        if self.value.starts_with("arn:") || is_url(self.value) {
            return format!("{reference}{after}");
        }
        let before = if (service, before) == ("kms", "key/") && self.is_alias() { "alias/" } else { before };
        if !before.is_empty() && self.value.starts_with(before) {
            return format!("{reference}{after}");
        }
        // A parameter's name may start with the slash that its ARN has anyway.
        let has_slash = self.value.starts_with('/');
        let before = if has_slash { before.strip_suffix('/').unwrap_or(before) } else { before };
        format!("{before}{reference}{after}{}", random_end(service, before))
    }

    /// The model that a profile of several of Bedrock's regions is for: `us.anthropic.claude` → `anthropic.claude`.
    pub fn model_of_profile(&self) -> Option<&str> {
        const AREAS: [&str; 8] = ["apac", "au", "ca", "eu", "global", "jp", "us", "us-gov"];
        self.value.split_once('.').filter(|(area, _)| AREAS.contains(area)).map(|(_, model)| model)
    }

    /// Whether it holds a key's alias, and not its id.
    fn is_alias(self) -> bool {
        let is_id = self.value.strip_prefix("mrk-").map_or(self.value.len() == 36, |id| id.len() == 32)
            && self.value.trim_start_matches("mrk-").chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let says_so = self.name.to_ascii_uppercase().split('_').any(|word| word == "ALIAS");
        self.value.starts_with("alias/") || (says_so && !is_id)
    }
}

/// What stands for the random characters that AWS puts behind a secret's name in its ARN.
pub fn random_end(service: &str, before: &str) -> &'static str {
    if (service, before) == ("secretsmanager", "secret:") { "-??????" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(service: &str, before: &str, name: &str, value: &str) -> String {
        Variable { name, value }.within(service, before, "")
    }

    #[test]
    fn a_secrets_name_has_random_characters_behind_it_and_its_arn_has_them_already() {
        let secret = |value| within("secretsmanager", "secret:", "DB_SECRET", value);
        assert_eq!(secret("prod/db"), "secret:${DB_SECRET}-??????");
        assert_eq!(secret("secret:prod/db-a1b2c3"), "${DB_SECRET}");
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-a1b2c3";
        assert_eq!(secret(arn), "${DB_SECRET}");
    }

    #[test]
    fn a_parameters_slash_is_written_once() {
        let parameter = |value| within("ssm", "parameter/", "DB_PARAMETER", value);
        assert_eq!(parameter("/app/db/url"), "parameter${DB_PARAMETER}");
        assert_eq!(parameter("app/db/url"), "parameter/${DB_PARAMETER}");
        assert_eq!(parameter("parameter/app"), "${DB_PARAMETER}");
    }

    #[test]
    fn a_key_is_named_by_its_id_or_by_its_alias() {
        let key = |name, value| within("kms", "key/", name, value);
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
        assert_eq!(key("KMS_KEY_ID", id), "key/${KMS_KEY_ID}");
        assert_eq!(key("KMS_KEY", "alias/app"), "${KMS_KEY}");
        assert_eq!(key("KMS_KEY_ALIAS", "app"), "alias/${KMS_KEY_ALIAS}");
        assert_eq!(key("KMS_KEY_ALIAS", id), "key/${KMS_KEY_ALIAS}");
        assert_eq!(key("KMS_KEY_ALIAS", "mrk-1234abcd12ab34cd56ef1234567890ab"), "key/${KMS_KEY_ALIAS}");
        assert_eq!(key("KMS_KEY", "key/1"), "${KMS_KEY}");
    }

    #[test]
    fn of_urls_only_a_queues_names_a_resource() {
        let can_name = |service, value| Variable { name: "A", value }.can_name(service);
        let queue = "http://127.0.0.1:4566/000000000000/orders";
        assert!(can_name("sqs", queue) && can_name("dynamodb", "orders"));
        assert!(!can_name("dynamodb", queue) && !can_name("sqs", "https://example.com/orders"));
    }
}
