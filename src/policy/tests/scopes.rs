//! Which ARNs the policy has for what `iam.resources` names.

use super::{Config, statements};
use serde_json::{Value as Json, json};

/// The statements for a service's operations on the resources that are named of it, where nothing is warned of.
fn granted(service: &str, resources: &[&str], operations: &[&str]) -> Json {
    let config = Config { resources: &[(service, resources)], ..Config::default() };
    let policy = config.policy(operations);
    assert_eq!(policy.warnings, Vec::<String>::new());
    statements(&policy)
}

/// One statement.
fn allow(action: &str, resources: &[&str]) -> Json {
    json!({"Effect": "Allow", "Action": [action], "Resource": resources})
}

#[test]
fn wildcards_at_the_start_are_of_buckets_and_objects_and_of_nothing_that_they_do_not_name() {
    let operations = ["s3/get_object", "s3/list_objects_v2"];
    let of = |resources: &[&str]| granted("s3", resources, &operations);
    assert_eq!(
        of(&["*-uploads", "*-uploads/*"]),
        json!([
            allow("s3:ListBucket", &["arn:aws:s3:::*-uploads"]),
            allow("s3:GetObject", &["arn:aws:s3:::*-uploads", "arn:aws:s3:::*-uploads/*"]),
        ])
    );
    let of = |resources: &[&str]| granted("s3", resources, &["s3/get_object"]);
    for resource in ["*/*", "*/in/*", "my-*/in/*", "app-*"] {
        let arn = format!("arn:aws:s3:::{resource}");
        assert_eq!(of(&[resource]), json!([allow("s3:GetObject", &[&arn])]), "{resource}");
    }
    let lists =
        Config { resources: &[("s3", &["*/*"])], ..Config::default() }.policy(&["s3/list_objects_v2"]);
    assert_eq!(
        statements(&lists),
        json!([{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "*"}])
    );
    assert_eq!(lists.warnings.len(), 1, "{lists:?}");
    // What is no object's ARN is not taken for one because a bucket could be called so.
    let misfit = Config { resources: &[("s3", &["accesspoint/a"])], ..Config::default() };
    let on_everything = json!([{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]);
    assert_eq!(statements(&misfit.policy(&["s3/get_object"])), on_everything);
    let of_access_point = "accesspoint/a/object/*";
    let arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/a/object/*";
    assert_eq!(of(&[of_access_point]), json!([allow("s3:GetObject", &[arn])]));
}

#[test]
fn wildcards_that_stand_for_the_types_name_are_of_every_type_that_the_action_knows() {
    assert_eq!(
        granted("bedrock", &["*/anthropic.claude-*"], &["bedrockruntime/invoke_model"]),
        json!([allow(
            "bedrock:InvokeModel",
            &[
                "arn:aws:bedrock:eu-west-1::*/anthropic.claude-*",
                "arn:aws:bedrock:eu-west-1:123456789012:*/anthropic.claude-*",
                "arn:aws:bedrock::123456789012:*/anthropic.claude-*",
            ]
        )])
    );
    assert_eq!(
        granted("bedrock", &["foundation-model/anthropic.claude-*"], &["bedrockruntime/invoke_model"]),
        json!([allow(
            "bedrock:InvokeModel",
            &["arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-*"]
        )])
    );
}

#[test]
fn a_function_is_invoked_by_its_alias_and_its_versions_where_those_are_named() {
    let of = |resources: &[&str]| granted("lambda", resources, &["lambda/invoke"]);
    let on = |resources: &[&str]| json!([allow("lambda:InvokeFunction", resources)]);
    let worker = "arn:aws:lambda:eu-west-1:123456789012:function:worker";
    let (live, every) = (format!("{worker}:live"), format!("{worker}:*"));
    assert_eq!(of(&["function:worker"]), on(&[worker]));
    assert_eq!(of(&["function:worker:live"]), on(&[&live]));
    assert_eq!(of(&[&live]), on(&[&live]));
    assert_eq!(of(&["function:worker:7"]), on(&[&format!("{worker}:7")]));
    assert_eq!(of(&["function:worker", "function:worker:*"]), on(&[worker, &every]));
}

#[test]
fn a_qualifier_is_of_no_use_to_what_is_about_the_function_as_a_whole() {
    let config = Config {
        resources: &[("lambda", &["function:worker", "function:worker:live"])],
        ..Config::default()
    };
    let policy = config.policy(&["lambda/update_function_code"]);
    let worker = "arn:aws:lambda:eu-west-1:123456789012:function:worker";
    assert_eq!(statements(&policy), json!([allow("lambda:UpdateFunctionCode", &[worker])]));
    let of_layer = ["layer:shared", "layer:shared:3"];
    assert_eq!(
        granted("lambda", &of_layer, &["lambda/publish_layer_version", "lambda/get_layer_version"]),
        json!([
            allow("lambda:PublishLayerVersion", &["arn:aws:lambda:eu-west-1:123456789012:layer:shared"]),
            allow("lambda:GetLayerVersion", &["arn:aws:lambda:eu-west-1:123456789012:layer:shared:3"]),
        ])
    );
}

#[test]
fn a_log_group_is_granted_with_its_streams_whatever_slashes_its_name_has() {
    let operations = ["cloudwatchlogs/create_log_stream", "cloudwatchlogs/filter_log_events"];
    for group in ["log-group:audit:*", "log-group:/app/audit:*", "log-group:/app/*"] {
        assert_eq!(
            granted("logs", &[group], &operations),
            json!([{
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:FilterLogEvents"],
                "Resource": [format!("arn:aws:logs:eu-west-1:123456789012:{group}")],
            }])
        );
    }
    let without_colon = Config { resources: &[("logs", &["log-group:/app/audit"])], ..Config::default() };
    assert_eq!(
        without_colon.policy(&operations).warnings[0],
        "`iam.resources` in .chalice/config.json names `log-group:/app/audit` of logs, which is no resource of it: they \
         look like `log-group:LOG_GROUP:*` or `log-group:LOG_GROUP:log-stream:*`"
    );
}

#[test]
fn a_call_for_the_parameters_below_a_path_is_about_the_path_too() {
    let of =
        |resources: &[&str]| granted("ssm", resources, &["ssm/get_parameter", "ssm/get_parameters_by_path"]);
    let arn = |name: &str| format!("arn:aws:ssm:eu-west-1:123456789012:parameter/{name}");
    let (path, below) = (arn("app"), arn("app/*"));
    let separate =
        json!([allow("ssm:GetParametersByPath", &[&path, &below]), allow("ssm:GetParameter", &[&below]),]);
    assert_eq!(of(&["parameter/app/*"]), separate);
    let both = json!([{"Effect": "Allow", "Action": ["ssm:GetParameter", "ssm:GetParametersByPath"], "Resource": [path, below]}]);
    assert_eq!(of(&["parameter/app", "parameter/app/*"]), both);
    let all = granted("ssm", &["parameter/*"], &["ssm/get_parameters_by_path"]);
    assert_eq!(all, json!([allow("ssm:GetParametersByPath", &[&arn("*")])]));
}

#[test]
fn a_queue_is_named_by_any_of_its_urls() {
    let urls = [
        ("https://sqs.eu-central-1.amazonaws.com/123456789012/q", "eu-central-1:123456789012"),
        ("https://sqs-fips.us-gov-west-1.amazonaws.com/123456789012/q", "us-gov-west-1:123456789012"),
        ("https://eu-north-1.queue.amazonaws.com/123456789012/q", "eu-north-1:123456789012"),
        ("https://queue.amazonaws.com/123456789012/q", "us-east-1:123456789012"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", "cn-north-1:123456789012"),
        ("https://vpce-1.sqs.us-east-1.vpce.amazonaws.com/123456789012/q", "us-east-1:123456789012"),
        ("http://127.0.0.1:4566/000000000000/q", "eu-west-1:000000000000"),
    ];
    for (url, place) in urls {
        let arn = format!("arn:aws:sqs:{place}:q");
        assert_eq!(
            granted("sqs", &[url], &["sqs/send_message"]),
            json!([allow("sqs:SendMessage", &[&arn])]),
            "{url}"
        );
    }
}

#[test]
fn a_url_that_is_no_queues_is_warned_of_and_is_in_no_arn() {
    let rows = [
        (
            "sqs",
            "sqs/send_message",
            "https://example.com/orders",
            "no URL of a queue: it looks like `https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE`",
        ),
        ("sns", "sns/publish", "https://example.com/orders", "no resource of it: they look like `TOPIC`"),
        (
            "s3",
            "s3/get_object",
            "https://b.s3.amazonaws.com/in",
            "no resource of it: they look like `BUCKET/*`",
        ),
        ("s3", "s3/get_object", "s3://b/in/*", "no resource of it: they look like `BUCKET/*`"),
    ];
    for (service, operation, url, what) in rows {
        let config = Config { resources: &[(service, &[url])], ..Config::default() };
        let policy = config.policy(&[operation]);
        let warning =
            format!("`iam.resources` in .chalice/config.json names `{url}` of {service}, which is {what}");
        assert_eq!(policy.warnings[0], warning);
        assert_eq!(statements(&policy)[0]["Resource"], "*");
    }
}

#[test]
fn a_resource_that_its_service_does_not_have_is_warned_of_with_what_the_programs_calls_are_about() {
    let warning = |service: &str, resource: &str, operations: &[&str]| {
        let config = Config { resources: &[(service, &[resource])], ..Config::default() };
        config.policy(operations).warnings[0].clone()
    };
    let expected = |service: &str, resource: &str, examples: &str| {
        format!(
            "`iam.resources` in .chalice/config.json names `{resource}` of {service}, which is no resource of it: they \
             look like {examples}"
        )
    };
    assert_eq!(
        warning("dynamodb", "orders", &["dynamodb/get_item", "dynamodb/query"]),
        expected("dynamodb", "orders", "`table/TABLE` or `table/TABLE/index/*`")
    );
    assert_eq!(
        warning("lambda", "worker", &["lambda/invoke"]),
        expected("lambda", "worker", "`function:FUNCTION` or `function:FUNCTION:*`")
    );
    assert_eq!(
        warning("kms", "1234abcd", &["s3/put_object"]),
        expected("kms", "1234abcd", "`key/KEY` or `alias/ALIAS`")
    );
}

#[test]
fn what_is_the_arn_of_nothing_is_warned_of_with_what_to_write() {
    let rows = [
        (
            "secretsmanager",
            "secret:prod/db",
            "in its ARN a secret's name is followed by a hyphen and six random characters",
            "secret:prod/db-??????",
        ),
        (
            "secretsmanager",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db",
            "in its ARN a secret's name is followed by a hyphen and six random characters",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-??????",
        ),
        (
            "ssm",
            "parameter//app/url",
            "in its ARN a parameter's name has one slash before it, its own or the ARN's",
            "parameter/app/url",
        ),
        ("kms", "key/alias/app", "an alias is no key's id", "alias/app"),
        (
            "s3",
            "in--use1-az4--x-s3/*",
            "directory buckets stand under `s3express`, without their objects",
            "bucket/in--use1-az4--x-s3",
        ),
    ];
    let warnings = |service: &str, resource: &str| {
        Config { resources: &[(service, &[resource])], ..Config::default() }.policy(&[]).warnings
    };
    for (service, resource, why, written) in rows {
        let expected = format!(
            "`iam.resources` in .chalice/config.json names `{resource}` of {service}, which is the ARN of nothing: \
             {why}, so write `{written}`"
        );
        assert_eq!(warnings(service, resource), [expected]);
        let service = if service == "s3" { "s3express" } else { service };
        assert_eq!(warnings(service, written), Vec::<String>::new());
    }
    for secret in ["secret:prod/db-a1B2c3", "secret:prod/*"] {
        assert_eq!(warnings("secretsmanager", secret), Vec::<String>::new());
    }
}

#[test]
fn actions_whose_ordinary_calls_name_no_resource_are_granted_on_everything_whatever_is_named() {
    let rows = [
        ("cloudwatch", "alarm:high", "cloudwatch/get_metric_data", "cloudwatch:GetMetricData"),
        ("cloudwatch", "alarm:high", "cloudwatch/list_metrics", "cloudwatch:ListMetrics"),
        ("polly", "lexicon/terms", "polly/synthesize_speech", "polly:SynthesizeSpeech"),
        ("translate", "terminology/terms", "translate/translate_text", "translate:TranslateText"),
        ("comprehend", "flywheel/f", "comprehend/detect_entities", "comprehend:DetectEntities"),
    ];
    for (service, resource, operation, action) in rows {
        let everything = json!([{"Effect": "Allow", "Action": [action], "Resource": "*"}]);
        assert_eq!(granted(service, &[resource], &[operation]), everything);
        let nothing_named = Config::default().policy(&[operation]);
        assert_eq!((statements(&nothing_named), nothing_named.warnings), (everything, Vec::new()));
    }
}
