"""Lambda: what MiniStack lets pass, and AWS does not."""

import contextlib
import json
import re

from gaps import replaces
from ministack.core.responses import error_response_json, get_account_id, json_response
from ministack.services import iam
from ministack.services import lambda_svc as functions

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
    if method in ("PUT", "POST") and _CHANGES_A_FUNCTION.search(path.rstrip("/")):
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
