//! `rchalice deploy`: what it prints, what it calls, what it leaves, and that the API answers.

use crate::harness::{Hello, Version};
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn a_first_deploy_gives_an_api_that_answers() {
    let hello = Hello::new();
    let output = hello.deploy(Version::First).ok();

    let (account, url) = (hello.account.id(), hello.url("dev"));
    assert_eq!(
        output.stdout,
        format!(
            "Resources deployed:
  - Lambda ARN: arn:aws:lambda:us-east-1:{account}:function:hello-dev-add
  - Lambda ARN: arn:aws:lambda:us-east-1:{account}:function:hello-dev-greet
  - Lambda ARN: arn:aws:lambda:us-east-1:{account}:function:hello-dev
  - Rest API URL: {url}
"
        )
    );
    assert_eq!(
        output.stderr,
        "Creating IAM role: hello-dev
Creating Rest API
Creating lambda function: hello-dev-add
Creating lambda function: hello-dev-greet
Creating lambda function: hello-dev
Deploying Rest API
"
    );
    let writes = hello.proxy.writes();
    let functions = ["CreateFunction", "CreateAlias"].repeat(3);
    let expected = [
        &["CreateRole", "PutRolePolicy", "CreateRestApi"][..],
        &functions,
        &["AddPermission", "PutRestApi", "CreateDeployment"],
    ];
    assert_eq!(writes, expected.concat());
    assert_eq!(hello.get("hello/ada").text(), "hello, ada");
    assert_eq!(hello.request("POST", "orders", r#"{"item": "tea", "count": 2}"#).status, 201);
    assert_eq!(hello.request("POST", "orders", r#"{"item": "tea", "count": 0}"#).status, 400);
    assert_eq!(hello.get("panic").status, 500);
    // All routes with CORS agree on it, and so API Gateway's own answers carry it.
    let nowhere = hello.get("nowhere");
    assert_eq!((nowhere.status, nowhere.header("access-control-allow-origin")), (403, Some("*")));
    let wrong_method = hello.request("DELETE", "hello/ada", "");
    assert_eq!((wrong_method.status, wrong_method.header("allow")), (405, Some("GET")));
}

#[test]
fn a_preflight_is_answered_with_the_routes_methods() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let response = hello.request("OPTIONS", "hello/ada", "");
    assert_eq!(response.status, 200);
    assert_eq!(response.header("access-control-allow-methods"), Some("GET,OPTIONS"));
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
}

#[test]
fn a_second_deploy_of_the_same_only_reads() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let record = hello.record("dev");
    hello.proxy.clear();
    let output = hello.deploy(Version::First).ok();
    assert_eq!(output.stderr, "Nothing to change\n");
    let function = ["GetFunction", "GetFunction"];
    let expected = [
        &["GetCallerIdentity", "GetRole", "GetRolePolicy", "GetRestApi"][..],
        &function.repeat(3),
        &["GetPolicy", "GetStage", "GetDeployment"],
    ];
    assert_eq!(hello.proxy.operations(), expected.concat());
    assert_eq!(hello.record("dev"), record);
}

#[test]
fn one_environment_variable_takes_three_calls() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let environment = json!({"environment_variables": {"GREETING": "good evening"}});
    hello.configure("/stages/dev/lambda_functions", json!({"api_handler": environment}));
    let writes = hello.writes_of_deploy(Version::First);
    assert_eq!(writes, ["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"]);
    assert_eq!(hello.get("hello/ada").text(), "good evening, ada");
}

#[test]
fn each_change_of_config_is_found_and_is_the_only_thing_sent() {
    let of_function = |value: Value| json!({"greet": value});
    let configuration = vec!["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"];
    let rows: [(&str, Value, Vec<&str>); 7] = [
        (
            "/stages/dev/lambda_functions",
            of_function(json!({"lambda_memory_size": 256})),
            configuration.clone(),
        ),
        ("/stages/dev/lambda_functions", of_function(json!({"lambda_timeout": 5})), configuration.clone()),
        ("/stages/dev/lambda_functions", of_function(json!({"tags": {"team": "a"}})), vec!["TagResource"]),
        (
            "/stages/dev/lambda_functions",
            of_function(json!({"reserved_concurrency": 3})),
            vec!["PutFunctionConcurrency"],
        ),
        (
            "/stages/dev/lambda_functions",
            of_function(json!({"log_retention_in_days": 14})),
            vec!["CreateLogGroup", "PutRetentionPolicy"],
        ),
        ("/stages/dev/minimum_compression_size", json!(1000), vec!["PutRestApi", "CreateDeployment"]),
        ("/stages/dev/api_gateway_stage", json!("v2"), vec!["PutRestApi", "CreateDeployment", "DeleteStage"]),
    ];
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    for (pointer, value, expected) in rows {
        let before = std::fs::read(hello.file(".chalice/config.json")).unwrap();
        hello.configure(pointer, value.clone());
        assert_eq!(hello.writes_of_deploy(Version::First), expected, "{pointer} {value}");
        assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new(), "{pointer} {value} again");
        std::fs::write(hello.file(".chalice/config.json"), before).unwrap();
        hello.deploy(Version::First).ok();
    }
}

#[test]
fn a_tag_that_was_taken_out_of_config_is_removed_and_others_stay() {
    let hello = Hello::new();
    hello.configure("/stages/dev/tags", json!({"team": "a", "cost": "b"}));
    hello.deploy(Version::First).ok();
    hello.configure("/stages/dev/tags", json!({"cost": "b"}));
    assert_eq!(hello.writes_of_deploy(Version::First), ["UntagResource"; 3]);
    assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new());
}

#[test]
fn changed_code_is_sent_to_each_function_and_nothing_else_is() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let function = ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"];
    assert_eq!(hello.writes_of_deploy(Version::Changed), function.repeat(3));
    assert_eq!(hello.get("").text(), "hello again");
}

#[test]
fn a_removed_handler_is_deleted_after_the_api_stops_naming_it() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    assert_eq!(hello.get("shout/ada").text(), "ADA");
    let writes = hello.writes_of_deploy(Version::Smaller);
    let function = ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"];
    let expected =
        [&function.repeat(2)[..], &["PutRestApi", "CreateDeployment", "PutRolePolicy", "DeleteFunction"]];
    assert_eq!(writes, expected.concat());
    assert_eq!(hello.get("shout/ada").status, 403);
    assert_eq!(hello.holdings()["functions"], json!(["hello-dev", "hello-dev-greet"]));
}

#[test]
fn an_api_whose_last_route_is_gone_is_deleted_with_its_function() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    hello.deploy(Version::FunctionsOnly).ok();
    let expected = json!({
        "functions": ["hello-dev-add", "hello-dev-greet"],
        "roles": ["hello-dev"],
        "rest_apis": [],
    });
    assert_eq!(hello.holdings(), expected);
    assert_eq!(hello.writes_of_deploy(Version::FunctionsOnly), Vec::<String>::new());
}

#[test]
fn two_stages_stand_side_by_side() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    hello.with_version("deploy --stage prod", Version::Changed).run().ok();
    assert!(hello.url("prod").ends_with("/v1/_user_request_/"), "{}", hello.url("prod"));
    assert_eq!(hello.get("").text(), "hello");
    let prod = crate::harness::http("GET", &format!("{}hello/ada", hello.url("prod")), &[], "");
    assert_eq!(prod.text(), "good day, ada");
    hello.rchalice("delete --stage prod").run().ok();
    assert_eq!(hello.get("").text(), "hello");
}

#[test]
fn a_role_that_aws_does_not_know_yet_is_waited_for() {
    let hello = Hello::new();
    hello.proxy.refuse_roles_younger_than(Duration::from_secs(3));
    hello.deploy(Version::FunctionsOnly).ok();
    let refused = hello.proxy.calls().iter().filter(|call| call.status == 400).count();
    assert!(refused > 0, "no call was refused");
    assert_eq!(hello.holdings()["functions"], json!(["hello-dev-add", "hello-dev-greet"]));
}

#[test]
fn api_gateways_rate_limit_is_waited_out() {
    let hello = Hello::new();
    hello.proxy.throttle("CreateRestApi", 2);
    hello.proxy.throttle("CreateDeployment", 2);
    hello.deploy(Version::First).ok();
    assert_eq!(hello.get("").text(), "hello");
    assert_eq!(hello.holdings()["rest_apis"], json!(["hello"]));
}

#[test]
fn a_deploy_that_loses_its_connection_at_any_write_is_finished_by_the_next() {
    let expected = json!({
        "functions": ["hello-dev", "hello-dev-add", "hello-dev-greet"],
        "roles": ["hello-dev"],
        "rest_apis": ["hello"],
    });
    for writes in 0.. {
        let hello = Hello::new();
        hello.proxy.cut_after_writes(writes);
        let stopped = hello.deploy(Version::First);
        hello.proxy.heal();
        if stopped.status == 0 {
            assert!(writes > 10, "only {writes} writes");
            break;
        }
        let output = hello.deploy(Version::First);
        assert_eq!(output.status, 0, "cut after {writes} writes\n{}\n{}", stopped.stderr, output.stderr);
        assert_eq!(hello.holdings(), expected, "cut after {writes} writes");
        assert_eq!(hello.get("hello/ada").text(), "hello, ada", "cut after {writes} writes");
        assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new(), "after {writes} writes");
    }
}

#[test]
fn a_change_that_loses_its_connection_at_any_write_is_finished_by_the_next_deploy() {
    let expected = json!({
        "functions": ["hello-dev", "hello-dev-greet"],
        "roles": ["hello-dev"],
        "rest_apis": ["hello"],
    });
    for writes in 0.. {
        let hello = Hello::new();
        hello.deploy(Version::First).ok();
        hello.configure("/stages/dev/api_gateway_stage", json!("v2"));
        let statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
        hello.configure("/stages/dev/iam", json!({"statements": [statement]}));
        hello.proxy.cut_after_writes(writes);
        let stopped = hello.deploy(Version::Smaller);
        hello.proxy.heal();
        if stopped.status == 0 {
            assert!(writes > 8, "only {writes} writes");
            break;
        }
        let output = hello.deploy(Version::Smaller);
        assert_eq!(output.status, 0, "cut after {writes} writes\n{}\n{}", stopped.stderr, output.stderr);
        assert_eq!(hello.holdings(), expected, "cut after {writes} writes");
        assert!(hello.url("dev").contains("/v2/"), "cut after {writes} writes: {}", hello.url("dev"));
        assert_eq!(hello.get("hello/ada").text(), "hello, ada", "cut after {writes} writes");
        assert_eq!(hello.stages(), ["v2"], "cut after {writes} writes");
        assert_eq!(hello.writes_of_deploy(Version::Smaller), Vec::<String>::new(), "after {writes} writes");
    }
}

#[test]
fn a_first_deploy_that_loses_its_connection_at_any_write_is_undone_by_a_delete() {
    for writes in 0.. {
        let hello = Hello::new();
        hello.proxy.cut_after_writes(writes);
        let stopped = hello.deploy(Version::First);
        hello.proxy.heal();
        if stopped.status == 0 {
            break;
        }
        hello.rchalice("delete").run().ok();
        let expected = json!({"functions": [], "roles": [], "rest_apis": []});
        assert_eq!(hello.holdings(), expected, "cut after {writes} writes");
        assert_eq!(hello.record("dev"), Value::Null, "cut after {writes} writes");
    }
}

#[test]
fn an_api_that_another_checkout_made_anew_takes_the_place_of_the_recorded_one() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let stale = std::fs::read(hello.file(".chalice/deployed/dev.json")).unwrap();
    hello.rchalice("delete").run().ok();
    hello.deploy(Version::First).ok();
    let url = hello.url("dev");
    std::fs::write(hello.file(".chalice/deployed/dev.json"), stale).unwrap();
    assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new());
    assert_eq!(hello.url("dev"), url);
    hello.rchalice("delete").run().ok();
    assert_eq!(hello.holdings(), json!({"functions": [], "roles": [], "rest_apis": []}));
}

#[test]
fn functions_are_given_their_variables_anew_when_their_role_is() {
    let hello = Hello::new();
    hello.deploy(Version::FunctionsOnly).ok();
    let aws = crate::harness::Aws { endpoint: hello.proxy.url(), account: hello.account.clone() };
    let role = "Version=2010-05-08&RoleName=hello-dev";
    aws.form("iam", &format!("Action=DeleteRolePolicy&{role}&PolicyName=hello-dev"));
    aws.form("iam", &format!("Action=DeleteRole&{role}"));
    let function =
        ["UpdateFunctionConfiguration", "UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"];
    let expected = [&["CreateRole", "PutRolePolicy"][..], &function.repeat(2)].concat();
    assert_eq!(hello.writes_of_deploy(Version::FunctionsOnly), expected);
    assert_eq!(hello.rchalice("invoke -n greet").stdin("\"ada\"").run().ok().stdout, "\"hello, ada\"\n");
    assert_eq!(hello.writes_of_deploy(Version::FunctionsOnly), Vec::<String>::new());
}

#[test]
fn an_old_version_that_somebody_needs_is_no_reason_to_stop() {
    let hello = Hello::new();
    hello.deploy(Version::FunctionsOnly).ok();
    let aws = crate::harness::Aws { endpoint: hello.proxy.url(), account: hello.account.clone() };
    let alias = json!({"Name": "stable", "FunctionVersion": "1"});
    assert_eq!(aws.rest("lambda", "POST", "/functions/hello-dev-greet/aliases", &alias).status, 201);
    for memory in 129..136 {
        hello.configure("/stages/dev/lambda_memory_size", json!(memory));
        hello.deploy(Version::FunctionsOnly).ok();
    }
    let versions = aws.rest("lambda", "GET", "/functions/hello-dev-greet/versions", &Value::Null).json();
    let versions: Vec<&str> = versions["Versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["Version"].as_str().unwrap())
        .collect();
    assert_eq!(versions, ["$LATEST", "1", "4", "5", "6", "7", "8"]);
}

#[test]
fn a_stage_whose_record_is_lost_is_adopted_by_its_tags() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let recorded = hello.recorded_attributes("dev");
    std::fs::remove_file(hello.file(".chalice/deployed/dev.json")).unwrap();
    assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new());
    assert_eq!(hello.recorded_attributes("dev"), recorded);
}

#[test]
fn what_was_deleted_by_hand_is_made_again() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let aws = crate::harness::Aws { endpoint: hello.proxy.url(), account: hello.account.clone() };
    aws.rest("lambda", "DELETE", "/functions/hello-dev", &Value::Null);
    hello.deploy(Version::First).ok();
    assert_eq!(hello.get("").text(), "hello");
    assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new());
}
