//! Which AWS operation a request is.

use super::wire::Request;

/// The service's name as it is signed for, the operation's as AWS documents it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operation {
    pub service: String,
    pub name: String,
    /// What it is about: a function, a role, a path.
    pub summary: String,
}

pub fn of(request: &Request) -> Operation {
    if let Some((api, path)) = user_request(request.path()) {
        let name = format!("{} {path}", request.method);
        return Operation { service: "execute-api".to_owned(), name, summary: api.to_owned() };
    }
    let service = service_of(request);
    let form = form(request);
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    if let Some(target) = request.headers.get("x-amz-target") {
        let name = target.rsplit('.').next().unwrap_or(target).to_owned();
        return Operation { summary: json_summary(&request.body), service, name };
    }
    if let Some(name) = field("Action") {
        let keys = ["RoleName", "StackName", "TopicArn", "QueueUrl"];
        let summary = keys.into_iter().find_map(field).unwrap_or_default();
        return Operation { service, name, summary };
    }
    let path = decode(request.path());
    let (table, start): (&[_], _) = match service.as_str() {
        "lambda" => (&LAMBDA, 1),
        "apigateway" => (&API_GATEWAY, 0),
        _ => (&[], 0),
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).skip(start).collect();
    let imports = request.query().contains("mode=import");
    let name = match name_in(table, &request.method, &parts) {
        Some("CreateRestApi") if imports => "ImportRestApi".to_owned(),
        Some(name) => name.to_owned(),
        None => format!("{} {path}", request.method),
    };
    Operation { summary: rest_summary(request, &parts), service, name }
}

/// Whether the operation changes something. What an application is called for is not looked at.
pub fn is_write(operation: &Operation) -> bool {
    const READS: [&str; 8] = ["Get", "List", "Describe", "Filter", "Head", "Invoke", "Validate", "Lookup"];
    operation.service != "execute-api"
        && !READS.iter().any(|read| operation.name.to_lowercase().starts_with(&read.to_lowercase()))
}

/// The API and the path in `/restapis/{api}/{stage}/_user_request_/{path}`.
fn user_request(path: &str) -> Option<(&str, String)> {
    let (api, rest) = path.strip_prefix("/restapis/")?.split_once('/')?;
    let (_, path) = rest.split_once("/_user_request_")?;
    Some((api, if path.is_empty() { "/".to_owned() } else { path.to_owned() }))
}

/// From `Credential=<key>/<date>/<region>/<service>/aws4_request`.
fn service_of(request: &Request) -> String {
    let authorization = request.headers.get("authorization").unwrap_or_default();
    authorization.split('/').nth(3).unwrap_or("unsigned").to_owned()
}

type Row = (&'static str, &'static str, &'static str);

/// Without the version's date, which stands before each.
const LAMBDA: [Row; 34] = [
    ("POST", "functions", "CreateFunction"),
    ("GET", "functions", "ListFunctions"),
    ("GET", "functions/*", "GetFunction"),
    ("DELETE", "functions/*", "DeleteFunction"),
    ("PUT", "functions/*/code", "UpdateFunctionCode"),
    ("GET", "functions/*/configuration", "GetFunctionConfiguration"),
    ("PUT", "functions/*/configuration", "UpdateFunctionConfiguration"),
    ("POST", "functions/*/versions", "PublishVersion"),
    ("GET", "functions/*/versions", "ListVersionsByFunction"),
    ("POST", "functions/*/aliases", "CreateAlias"),
    ("GET", "functions/*/aliases", "ListAliases"),
    ("GET", "functions/*/aliases/*", "GetAlias"),
    ("PUT", "functions/*/aliases/*", "UpdateAlias"),
    ("DELETE", "functions/*/aliases/*", "DeleteAlias"),
    ("GET", "functions/*/policy", "GetPolicy"),
    ("POST", "functions/*/policy", "AddPermission"),
    ("DELETE", "functions/*/policy/*", "RemovePermission"),
    ("GET", "functions/*/concurrency", "GetFunctionConcurrency"),
    ("PUT", "functions/*/concurrency", "PutFunctionConcurrency"),
    ("DELETE", "functions/*/concurrency", "DeleteFunctionConcurrency"),
    ("POST", "functions/*/invocations", "Invoke"),
    ("POST", "functions/*/response-streaming-invocations", "InvokeWithResponseStream"),
    ("GET", "functions/*/recursion-config", "GetFunctionRecursionConfig"),
    ("GET", "tags/*", "ListTags"),
    ("POST", "tags/*", "TagResource"),
    ("DELETE", "tags/*", "UntagResource"),
    ("GET", "event-source-mappings", "ListEventSourceMappings"),
    ("POST", "event-source-mappings", "CreateEventSourceMapping"),
    ("GET", "event-source-mappings/*", "GetEventSourceMapping"),
    ("PUT", "event-source-mappings/*", "UpdateEventSourceMapping"),
    ("DELETE", "event-source-mappings/*", "DeleteEventSourceMapping"),
    ("GET", "account-settings", "GetAccountSettings"),
    ("GET", "layers/*/versions/*", "GetLayerVersion"),
    ("POST", "layers/*/versions", "PublishLayerVersion"),
];

const API_GATEWAY: [Row; 22] = [
    ("POST", "restapis", "CreateRestApi"),
    ("GET", "restapis", "GetRestApis"),
    ("GET", "restapis/*", "GetRestApi"),
    ("PUT", "restapis/*", "PutRestApi"),
    ("PATCH", "restapis/*", "UpdateRestApi"),
    ("DELETE", "restapis/*", "DeleteRestApi"),
    ("POST", "restapis/*/deployments", "CreateDeployment"),
    ("GET", "restapis/*/deployments", "GetDeployments"),
    ("GET", "restapis/*/deployments/*", "GetDeployment"),
    ("DELETE", "restapis/*/deployments/*", "DeleteDeployment"),
    ("POST", "restapis/*/stages", "CreateStage"),
    ("GET", "restapis/*/stages", "GetStages"),
    ("GET", "restapis/*/stages/*", "GetStage"),
    ("PATCH", "restapis/*/stages/*", "UpdateStage"),
    ("DELETE", "restapis/*/stages/*", "DeleteStage"),
    ("GET", "restapis/*/stages/*/exports/*", "GetExport"),
    ("GET", "restapis/*/resources", "GetResources"),
    ("GET", "restapis/*/gatewayresponses", "GetGatewayResponses"),
    ("GET", "tags/**", "GetTags"),
    ("PUT", "tags/**", "TagResource"),
    ("DELETE", "tags/**", "UntagResource"),
    ("GET", "account", "GetAccount"),
];

fn name_in(table: &[Row], method: &str, parts: &[&str]) -> Option<&'static str> {
    let row = table.iter().find(|(wanted, pattern, _)| *wanted == method && matches(pattern, parts));
    row.map(|(_, _, name)| *name)
}

/// `*` is one part, `**` all that follow: an ARN of API Gateway has slashes.
fn matches(pattern: &str, parts: &[&str]) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    if let [head, "**"] = pattern[..] {
        return parts.first() == Some(&head) && parts.len() > 1;
    }
    pattern.len() == parts.len()
        && pattern.iter().zip(parts).all(|(wanted, part)| *wanted == "*" || wanted == part)
}

fn rest_summary(request: &Request, parts: &[&str]) -> String {
    match parts {
        [_] => json_summary(&request.body),
        [_, name, ..] => {
            let qualifier = request.query().split('&').find_map(|pair| pair.strip_prefix("Qualifier="));
            qualifier.map_or((*name).to_owned(), |qualifier| format!("{name}:{qualifier}"))
        }
        [] => String::new(),
    }
}

fn json_summary(body: &[u8]) -> String {
    let json: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let keys = ["FunctionName", "name", "logGroupName", "TableName", "QueueName"];
    keys.iter().find_map(|key| json[key].as_str()).unwrap_or_default().to_owned()
}

fn form(request: &Request) -> Vec<(String, String)> {
    let is_form = request.headers.get("content-type").is_some_and(|kind| kind.contains("urlencoded"));
    let text = if is_form { String::from_utf8_lossy(&request.body).into_owned() } else { String::new() };
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (decode(key), decode(&value.replace('+', " ")))).collect()
}

pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'%').then(|| tail.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::wire::Headers;

    #[test]
    fn each_kind_of_request_has_its_operation() {
        let cases = [
            ("lambda", "POST", "/2015-03-31/functions", r#"{"FunctionName":"a"}"#, "CreateFunction a"),
            ("lambda", "GET", "/2015-03-31/functions/a?Qualifier=live", "", "GetFunction a:live"),
            ("lambda", "GET", "/2017-03-31/tags/arn%3Aaws%3Alambda", "", "ListTags arn:aws:lambda"),
            ("apigateway", "PUT", "/restapis/x?mode=overwrite", "{}", "PutRestApi x"),
            ("apigateway", "POST", "/restapis?mode=import", "{}", "ImportRestApi "),
            ("apigateway", "PUT", "/tags/arn%3Aaws%3A%3A%2Frestapis%2Fx", "{}", "TagResource arn:aws::"),
            ("iam", "POST", "/", "Action=CreateRole&RoleName=a%2Db", "CreateRole a-b"),
            ("execute-api", "GET", "/restapis/x/api/_user_request_/a/b", "", "GET /a/b x"),
        ];
        for (service, method, target, body, expected) in cases {
            let kind =
                if service == "iam" { "application/x-www-form-urlencoded" } else { "application/json" };
            let credential = format!("AWS4-HMAC-SHA256 Credential=1/2/r/{service}/aws4_request");
            let headers = [("authorization", credential.as_str()), ("content-type", kind)];
            let operation = of(&Request {
                method: method.into(),
                target: target.into(),
                headers: Headers(headers.map(|(key, value)| (key.into(), value.into())).into()),
                body: body.into(),
            });
            assert_eq!(format!("{} {}", operation.name, operation.summary), expected);
            assert_eq!(operation.service, service);
        }
    }
}
