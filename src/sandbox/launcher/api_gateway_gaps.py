"""API Gateway: PutRestApi, snapshots, permissions, and what else MiniStack lacks."""

import contextvars
import copy
import json
import re
import types

import yaml
from gaps import replaces
from ministack.core.responses import AccountRegionScopedDict, get_account_id
from ministack.services import apigateway_v1 as gateway
from ministack.services import lambda_svc as functions


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
async def handle_request(original, method, path, headers, body, query_params):
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


# What each deployment serves: API id -> deployment id -> MiniStack's name of a store -> what it held.
_deployed = AccountRegionScopedDict()
_SNAPSHOT = ("_resources", "_authorizers_v1")
# The deployment that the current request is for: (API id, deployment id).
_serving = contextvars.ContextVar("serving", default=(None, None))


@replaces(gateway)
def _create_deployment(original, api_id, data):
    """A deployment is no snapshot: what PutRestApi brings is live at once. Also, tracingEnabled is dropped."""
    response = original(api_id, data)
    if response[0] < 300:
        stores = {name: copy.deepcopy(getattr(gateway, name).get(api_id, {})) for name in _SNAPSHOT}
        _deployed.setdefault(api_id, {})[json.loads(response[2])["id"]] = stores
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


def snapshot_served(api_id):
    """MiniStack's variables with what the served deployment holds; None: it was made through CloudFormation, or there
    is no request."""
    served, deployment = _serving.get()
    stores = _deployed.get(api_id, {}).get(deployment) if served == api_id else None
    return stores and {**vars(gateway), **{name: {api_id: held} for name, held in stores.items()}}


def _on_what_is_deployed(function, api_id, *arguments):
    """Calls `function` with the resources of the deployment that is served in place of the newest ones."""
    view = snapshot_served(api_id)
    if view is None:
        return function(api_id, *arguments)
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
        if not may_call(integration.get("uri", ""), f"{source}/{stage_name}/{method}{path}"):
            return gateway._gw_error("API_CONFIGURATION_ERROR", "Internal server error")
    return await original(integration, api_id, stage_name, stage, resource, path, method, *rest, **named)


def may_call(uri, source):
    reference = gateway._extract_lambda_ref_from_integration_uri(uri)
    return is_permitted(reference, "apigateway.amazonaws.com", source)


def is_permitted(reference, principal, source):
    """Whether a function's resource policy lets a service call it for `source`."""
    function, _, _ = functions._get_base_func_record_for_ref(reference)
    if function is None:
        return False
    statements = function["policy"]["Statement"]
    return any(
        statement["Resource"] == reference
        and statement["Principal"] in ({"Service": principal}, "*")
        and _arn_like(statement.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn", "*"), source)
        for statement in statements
    )


def _arn_like(pattern, arn):
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, arn) is not None
