"""Starts MiniStack as rchalice's sandbox.

MiniStack 1.5.33 is near enough to AWS to run an application, and not near enough to prove a deploy: what is below
makes it refuse what AWS refuses. Each function under "Lambda" and "API Gateway" closes one gap, which its first
line names. Written against the version that is pinned in venv.rs; look at each gap again when that changes.

Arguments: RUN_FILE, which is locked while the sandbox runs, so that the lock says whether one does.
Environment: GATEWAY_PORT, and all that MiniStack reads; RCHALICE_SANDBOX_OWNER, a process to end with (optional).
"""

import contextlib
import contextvars
import copy
import fcntl
import json
import os
import re
import signal
import sys
import threading
import time
import types
import uuid

import yaml
from ministack import app as server
from ministack.core.responses import AccountRegionScopedDict, error_response_json, get_account_id, json_response
from ministack.services import apigateway_v1 as gateway
from ministack.services import iam
from ministack.services import lambda_svc as functions


def replaces(module):
    """The decorated function takes its namesake's place in `module`, and is given that one as its first argument."""

    def install(function):
        original = getattr(module, function.__name__)

        def replacement(*arguments, **named):
            return function(original, *arguments, **named)

        setattr(module, function.__name__, replacement)
        return replacement

    return install


# ---- Lambda ----------------------------------------------------------------------------------------------------

# How long a function stays Pending, or its update InProgress. AWS takes seconds; tests have less.
functions._LAMBDA_STATE_TRANSITION_DELAY = 0.3


def _conflict(message):
    return error_response_json("ResourceConflictException", message, 409)


def _refusal_while_changing(config):
    if config.get("State") == "Pending":
        return _conflict(
            "The operation cannot be performed at this time. "
            "The function is currently in the following state: Pending"
        )
    if config.get("LastUpdateStatus") == "InProgress":
        return _conflict(
            "The operation cannot be performed at this time. "
            f"An update is in progress for resource: {config['FunctionArn']}"
        )
    return None


_CHANGES_A_FUNCTION = re.compile(r"/functions/[^/]+/(code|configuration|versions)$")


@replaces(functions)
async def handle_request(original, method, path, headers, body, query_params):
    """Code, configuration and versions change although the function is Pending or still being updated."""
    if method in ("PUT", "POST") and (call := _CHANGES_A_FUNCTION.search(path.rstrip("/"))):
        name = functions._resolve_request_scoped_name(functions.unquote(path.rstrip("/").split("/")[-2]))
        function = functions._functions.get(name)
        if function and (refusal := _refusal_while_changing(function["config"])):
            return refusal
    return await original(method, path, headers, body, query_params)


@replaces(functions)
async def _invoke(original, name, event, headers, path_qualifier=None, query_params=None):
    """A function that is still Pending can be invoked."""
    qualifier = path_qualifier or functions._qp_first(query_params or {}, "Qualifier") or None
    _, config = functions._get_func_record_for_qualifier(name, qualifier)
    if config and config.get("State") == "Pending":
        return _refusal_while_changing(config)
    return await original(name, event, headers, path_qualifier, query_params)


@replaces(functions)
def _get_func_record_for_ref_in_scope(original, function_ref, **scope):
    """Called through an alias by another service, a function is told its version's ARN, not the alias's."""
    record, config, name = original(function_ref, **scope)
    if config and function_ref.startswith("arn:"):
        config = {**config, "FunctionArn": function_ref}
    return record, config, name


def _active_while_updated(name, response):
    """A function that is being updated says State=Pending, though the old one goes on serving."""
    status, headers, body = response
    if status >= 300:
        return response
    stays = {"State": "Active", "StateReason": "", "StateReasonCode": ""}
    functions._functions[name]["config"].update(stays)
    return json_response({**json.loads(body), **stays}, status)


@replaces(functions)
def _update_code(original, name, data):
    return _active_while_updated(name, original(name, data))


@replaces(functions)
def _update_config(original, name, data):
    role = data.get("Role")
    return (_refusal_of_role(role) if role else None) or _active_while_updated(name, original(name, data))


def _refusal_of_role(arn):
    """A role that is not there, or that Lambda may not assume, is accepted. Roles of other accounts are not judged."""
    parts = arn.split(":")
    if len(parts) < 6 or parts[4] != get_account_id():
        return None
    role = iam._roles.get(arn.rsplit("/", 1)[-1])
    if role and "lambda.amazonaws.com" in json.dumps(role.get("AssumeRolePolicyDocument", "")):
        return None
    return error_response_json(
        "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.", 400
    )


@replaces(functions)
def _create_function(original, data):
    """The version that Publish=true makes has the function's own ARN, and is published again when nothing changed."""
    if refusal := _refusal_of_role(data.get("Role") or ""):
        return refusal
    response = original(data)
    if response[0] < 300 and data.get("Publish"):
        function = functions._functions[data["FunctionName"]]
        for number, version in function["versions"].items():
            version["config"]["FunctionArn"] = f"{functions._func_arn(data['FunctionName'])}:{number}"
            version["function_revision"] = function["config"]["RevisionId"]
    return response


@replaces(functions)
def _publish_version(original, name, data):
    """CodeSha256 and RevisionId, with which a caller says what it means to publish, are not looked at."""
    config = (functions._functions.get(name) or {}).get("config")
    if config and (refusal := functions._check_revision(config, data)):
        return refusal
    wanted = data.get("CodeSha256")
    if config and wanted and wanted != config["CodeSha256"]:
        return error_response_json(
            "InvalidParameterValueException",
            f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({config['CodeSha256']}). "
            "Please try again with the CodeSHA256 in $LATEST.",
            400,
        )
    return original(name, data)


def _refusal_of_version(name, data):
    """An alias can point at a version that is not there."""
    version = data.get("FunctionVersion")
    function = functions._functions.get(name)
    if function is None or version in (None, "$LATEST") or version in function["versions"]:
        return None
    return functions._function_qualifier_not_found(name, version)


@replaces(functions)
def _create_alias(original, func_name, data):
    return _refusal_of_version(func_name, data) or original(func_name, data)


@replaces(functions)
def _update_alias(original, func_name, alias_name, data):
    return _refusal_of_version(func_name, data) or original(func_name, alias_name, data)


@contextlib.contextmanager
def _policy_of(name, qualifier):
    """All qualifiers of a function share one policy; AWS keeps one each, with its own statement ids."""
    function = functions._functions.get(name)
    if function is None:
        yield
        return
    policy = function["policy"]
    resource = functions._policy_resource_arn(name, qualifier)
    others = [statement for statement in policy["Statement"] if statement.get("Resource") != resource]
    policy["Statement"] = [statement for statement in policy["Statement"] if statement.get("Resource") == resource]
    try:
        yield
    finally:
        policy["Statement"] = others + policy["Statement"]


@replaces(functions)
def _add_permission(original, func_name, data, query_params=None, path_qualifier=None):
    statement = data.get("StatementId", "")
    if not re.fullmatch(r"[a-zA-Z0-9-_]{1,100}", statement):
        return error_response_json(
            "ValidationException",
            f"1 validation error detected: Value '{statement}' at 'statementId' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
            400,
        )
    with _policy_of(func_name, functions._qualifier_from_path_or_query(path_qualifier, query_params)):
        return original(func_name, data, query_params, path_qualifier)


@replaces(functions)
def _remove_permission(original, func_name, sid, query_params, path_qualifier=None):
    with _policy_of(func_name, functions._qualifier_from_path_or_query(path_qualifier, query_params)):
        return original(func_name, sid, query_params, path_qualifier)


@replaces(functions)
def _get_policy(original, func_name, query_params=None, path_qualifier=None):
    """Without a qualifier, statements of all qualifiers come back; without statements, an empty policy."""
    function = functions._functions.get(func_name)
    with _policy_of(func_name, functions._qualifier_from_path_or_query(path_qualifier, query_params)):
        if function and not function["policy"]["Statement"]:
            return error_response_json(
                "ResourceNotFoundException", "The resource you requested does not exist.", 404
            )
        return original(func_name, query_params, path_qualifier)


# ---- API Gateway -----------------------------------------------------------------------------------------------


class _BadBody(Exception):
    """What AWS says to a document that it cannot import."""


@replaces(gateway)
def _create_rest_api(original, data):
    """An API without a type is REGIONAL, where AWS makes it EDGE; TagResource is not seen by GetRestApi."""
    response = original({"endpointConfiguration": {"types": ["EDGE"]}, **data})
    if response[0] < 300:
        api = gateway._rest_apis[json.loads(response[2])["id"]]
        gateway._v1_tags[gateway._rest_api_arn(api["id"])] = api["tags"]
    return response


@replaces(gateway)
def _update_rest_api(original, api_id, data):
    """A size comes back as the text that was sent, and so does the empty text that clears it; a list is replaced."""
    api = gateway._rest_apis.get(api_id)
    if api is None:
        return original(api_id, data)
    others = []
    for operation in data.get("patchOperations", []):
        head, _, rest = operation.get("path", "").lstrip("/").partition("/")
        rest = rest.replace("~1", "/").replace("~0", "~")
        if head == "binaryMediaTypes" and rest:
            types_ = [kind for kind in api["binaryMediaTypes"] or [] if kind != rest]
            api["binaryMediaTypes"] = types_ + ([rest] if operation.get("op") == "add" else [])
        elif head == "endpointConfiguration" and rest.startswith("types"):
            api["endpointConfiguration"] = {**api["endpointConfiguration"], "types": [operation.get("value")]}
        else:
            others.append(operation)
    original(api_id, {"patchOperations": others})
    size = str(api.get("minimumCompressionSize") or "")
    api["minimumCompressionSize"] = int(size) if size.isdigit() else None
    return gateway._v1_response(gateway._rest_api_view(api))


@replaces(gateway)
async def handle_request(original, method, path, headers, body, query_params):  # noqa: F811: in another module
    """PutRestApi is not there, and ImportRestApi does not look at the document."""
    parts = [part for part in path.strip("/").split("/") if part]
    if parts == ["restapis"] and method == "POST" and gateway._qp(query_params, "mode") == "import":
        types_ = query_params.get("endpointConfigurationTypes") or ["EDGE"]
        _, _, made = gateway._create_rest_api({"endpointConfiguration": {"types": types_}})
        return _put_rest_api(json.loads(made)["id"], body, True, 201)
    if len(parts) == 2 and parts[0] == "restapis" and method == "PUT":
        if parts[1] not in gateway._rest_apis:
            message = f"Invalid API identifier specified {get_account_id()}:{parts[1]}"
            return gateway._v1_error("NotFoundException", message, 404)
        return _put_rest_api(parts[1], body, gateway._qp(query_params, "mode") == "overwrite", 200)
    return await original(method, path, headers, body, query_params)


def _put_rest_api(api_id, body, overwrite, status):
    try:
        document = yaml.safe_load(body)  # JSON is YAML
        if not isinstance(document, dict) or not ("swagger" in document or "openapi" in document):
            raise _BadBody("Invalid OpenAPI input.")
        _refuse_two_variables_in_one_place(document)
    except (_BadBody, yaml.YAMLError) as error:
        return gateway._v1_error("BadRequestException", str(error), 400)
    if overwrite:
        _empty_rest_api(api_id)
    _fill_rest_api(gateway._rest_apis[api_id], document)
    return gateway._v1_response(gateway._rest_api_view(gateway._rest_apis[api_id]), status)


def _refuse_two_variables_in_one_place(document):
    """`/users/{id}` beside `/users/{name}/posts`: AWS has one variable in one place."""
    variables = {}
    for path in document.get("paths") or {}:
        segments = path.strip("/").split("/")
        for place, segment in enumerate(segments):
            if segment.startswith("{"):
                known = variables.setdefault(tuple(segments[:place]) + (segment.endswith("+}"),), segment)
                if known != segment:
                    raise _BadBody(
                        f"A sibling ({known}) of this resource already has a variable path part "
                        f"-- only one is allowed"
                    )


def _empty_rest_api(api_id):
    """What PutRestApi in mode overwrite takes away: all that the document could have said. Stages stay."""
    resources = gateway._resources[api_id]
    for resource_id in [key for key, resource in resources.items() if resource.get("path") != "/"]:
        del resources[resource_id]
    for resource in resources.values():
        resource["resourceMethods"] = {}
    for store in (gateway._authorizers_v1, gateway._models, gateway._gateway_responses, gateway._request_validators):
        store[api_id] = {}
    gateway._rest_apis[api_id].update(
        binaryMediaTypes=[], minimumCompressionSize=None, policy=None, apiKeySource="HEADER",
        disableExecuteApiEndpoint=False, description="", version="",
    )


def _fill_rest_api(api, document):
    info = document.get("info") or {}
    for key, source in (("name", "title"), ("version", "version"), ("description", "description")):
        if info.get(source):
            api[key] = str(info[source])
    prefix = "x-amazon-apigateway-"
    for key, source in (
        ("binaryMediaTypes", "binary-media-types"),
        ("minimumCompressionSize", "minimum-compression-size"),
        ("policy", "policy"),
        ("apiKeySource", "api-key-source"),
    ):
        if prefix + source in document:
            api[key] = document[prefix + source]
    for kind, response in (document.get(prefix + "gateway-responses") or {}).items():
        gateway._put_gateway_response(api["id"], kind, response)
    for name, schema in (document.get("definitions") or {}).items():
        gateway._create_model(
            api["id"], {"name": name, "contentType": "application/json", "schema": json.dumps(schema)}
        )
    schemes = gateway._import_security_schemes(api["id"], document)
    for path, item in (document.get("paths") or {}).items():
        _import_path(api["id"], path, item, schemes, document.get("security"))


def _import_path(api_id, path, item, schemes, security):
    gateway._import_path_item(api_id, path, item, schemes, security)
    if "x-amazon-apigateway-any-method" in item:
        root = next(iter(resource["id"] for resource in gateway._resources[api_id].values()
                         if resource["path"] == (path.rstrip("/") or "/")))
        gateway._import_operation(api_id, root, "ANY", item["x-amazon-apigateway-any-method"], schemes, security)


@replaces(gateway)
def _import_operation(_original, api_id, resource_id, http_method, operation, scheme_map=None, default_security=None):
    """An imported operation loses its templates, its parameters and all its responses, so that no mock answers."""
    operation = operation or {}
    security = operation.get("security", default_security)
    method = gateway._method_security(security, scheme_map or {})
    kinds = {"path": "path", "query": "querystring", "header": "header"}
    method["requestParameters"] = {
        f"method.request.{kinds[parameter['in']]}.{parameter['name']}": bool(parameter.get("required"))
        for parameter in operation.get("parameters") or []
        if parameter.get("in") in kinds
    }
    method["operationName"] = operation.get("operationId", "")
    gateway._put_method(api_id, resource_id, http_method, method)
    for status, response in (operation.get("responses") or {}).items():
        headers = (response or {}).get("headers") or {}
        parameters = {f"method.response.header.{name}": False for name in headers}
        gateway._put_method_response(
            api_id, resource_id, http_method, str(status), {"responseParameters": parameters}
        )
    integration = operation.get("x-amazon-apigateway-integration")
    if integration:
        _import_integration(api_id, resource_id, http_method, integration)


def _import_integration(api_id, resource_id, http_method, integration):
    kept = {key: value for key, value in integration.items() if key not in ("responses", "type")}
    kept["type"] = str(integration.get("type", "")).upper()
    kept["passthroughBehavior"] = str(integration.get("passthroughBehavior", "when_no_match")).upper()
    gateway._put_integration(api_id, resource_id, http_method, kept)
    for pattern, response in (integration.get("responses") or {}).items():
        gateway._put_integration_response(
            api_id, resource_id, http_method, str(response.get("statusCode", "200")),
            {**response, "selectionPattern": "" if pattern == "default" else pattern},
        )


@replaces(gateway)
def find_api_scope(original, api_id):
    """An API answers only who signs as its own account, and so not a plain HTTP client if that is not account 0."""
    return original(api_id) or next(
        ((account, region) for (account, region, known), _ in gateway._rest_apis.all_items() if known == api_id), None
    )


# What each deployment serves: API id -> deployment id -> resources.
_deployed = AccountRegionScopedDict()
# The deployment that the current request is for: (API id, deployment id).
_serving = contextvars.ContextVar("serving", default=(None, None))


@replaces(gateway)
def _create_deployment(original, api_id, data):
    """A deployment is no snapshot: what PutRestApi brings is live at once. Also, tracingEnabled is dropped."""
    response = original(api_id, data)
    if response[0] < 300:
        resources = copy.deepcopy(gateway._resources.get(api_id, {}))
        _deployed.setdefault(api_id, {})[json.loads(response[2])["id"]] = resources
        stage = gateway._stages_v1.get(api_id, {}).get(data.get("stageName"))
        if stage and data.get("tracingEnabled") is not None:
            stage["tracingEnabled"] = data["tracingEnabled"]
        if stage and data.get("variables") is not None:
            stage["variables"] = data["variables"]
    return response


@replaces(gateway)
def _delete_rest_api(original, api_id):
    _deployed.pop(api_id, None)
    return original(api_id)


@replaces(gateway)
async def _execute_in_scope(original, request, api_id, stage_name, *arguments):
    stage = gateway._stages_v1.get(api_id, {}).get(stage_name) or {}
    _serving.set((api_id, stage.get("deploymentId")))
    return await original(request, api_id, stage_name, *arguments)


def _on_what_is_deployed(function, api_id, *arguments):
    """Calls `function` with the resources of the deployment that is served in place of the newest ones."""
    served, deployment = _serving.get()
    snapshot = _deployed.get(api_id, {}).get(deployment) if served == api_id else None
    if snapshot is None:  # made through CloudFormation, or not for a request
        return function(api_id, *arguments)
    view = {**vars(gateway), "_resources": {api_id: snapshot}}
    return types.FunctionType(function.__code__, view)(api_id, *arguments)


@replaces(gateway)
def _match_resource_tree(original, api_id, segments):
    return _on_what_is_deployed(original, api_id, segments)


@replaces(gateway)
def _match_greedy_fallback(original, api_id, segments, http_method):
    return _on_what_is_deployed(original, api_id, segments, http_method)


@replaces(gateway)
async def _invoke_lambda_proxy_v1(original, integration, api_id, stage_name, stage, resource, path, method, *rest,
                                  **named):
    """A function is called although its policy does not allow API Gateway to."""
    if not integration.get("credentials"):
        source = f"arn:aws:execute-api:{named['owner_region']}:{named['owner_account_id']}:{api_id}"
        if not _may_call(integration.get("uri", ""), f"{source}/{stage_name}/{method}{path}"):
            return gateway._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
    return await original(integration, api_id, stage_name, stage, resource, path, method, *rest, **named)


def _may_call(uri, source):
    reference = gateway._extract_lambda_ref_from_integration_uri(uri)
    function, _, _ = functions._get_base_func_record_for_ref(reference)
    if function is None:
        return False
    statements = function["policy"]["Statement"]
    return any(
        statement["Resource"] == reference
        and statement["Principal"] in ({"Service": "apigateway.amazonaws.com"}, "*")
        and _arn_like(statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "*"), source)
        for statement in statements
    )


def _arn_like(pattern, arn):
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, arn) is not None


# ---- The run ---------------------------------------------------------------------------------------------------

# Names what is in the sandbox now: another run, or a reset, has another one.
_instance = uuid.uuid4().hex


def identified(inner):
    """MiniStack, answering `GET /_rchalice/instance` too."""

    async def application(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/_rchalice/instance":
            body = json.dumps({"pid": os.getpid(), "instance": _instance}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        resets = scope["type"] == "http" and scope["path"] == "/_ministack/reset" and scope["method"] == "POST"

        async def answer(message):
            global _instance
            if resets and message["type"] == "http.response.start":
                _instance = uuid.uuid4().hex
            await send(message)

        await inner(scope, receive, answer)

    return application


def hold(run_file):
    """Locks `run_file` for as long as this process lives, and writes into it which run this is."""
    run = open(run_file, "a+")
    fcntl.flock(run, fcntl.LOCK_EX)
    run.truncate(0)
    json.dump({"pid": os.getpid(), "port": int(os.environ["GATEWAY_PORT"]), "started": int(time.time())}, run)
    run.flush()
    return run


def end_with(owner):
    """Ends the whole process group soon after the process `owner` has ended."""

    def watch():
        while True:
            time.sleep(1)
            try:
                os.kill(owner, 0)
            except ProcessLookupError:
                os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def main():
    run = hold(sys.argv.pop(1))
    if owner := os.environ.pop("RCHALICE_SANDBOX_OWNER", None):
        end_with(int(owner))
    server.app = identified(server.app)
    server.main()
    run.close()


if __name__ == "__main__":
    main()
