"""Event source mappings: what MiniStack lets pass, and AWS does not."""

import json
import time

from gaps import replaces
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc as functions
from ministack.services import sqs

# How long a mapping is being created or updated. AWS takes up to a minute.
_SETTLING = 0.3
_changing = {}


def _duplicate(data):
    name, qualifier, _ = functions._resolve_existing_esm_function(data.get("FunctionName", ""))
    source = data.get("EventSourceArn")
    for mapping in functions._esms.values():
        led_to = (mapping["FunctionName"], mapping["Qualifier"])
        if mapping["EventSourceArn"] == source and led_to == (name, qualifier):
            return mapping
    return None


def _short_visibility(data):
    """The message of AWS where a queue shows a message again before its function is over; else None."""
    source = data.get("EventSourceArn", "")
    queue = next((queue for queue in sqs._queues.values() if queue["attributes"].get("QueueArn") == source), None)
    name, qualifier, _ = functions._resolve_existing_esm_function(data.get("FunctionName", ""))
    _, config = functions._get_func_record_for_qualifier(name, qualifier) if name else (None, None)
    if not queue or not config:
        return None
    visibility = int(queue["attributes"].get("VisibilityTimeout", "30"))
    timeout = int(config.get("Timeout", 3))
    if visibility >= timeout:
        return None
    return f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"


@replaces(functions)
def _create_esm(original, data):
    """A second mapping of a source to a function is made; a queue that is too impatient is accepted."""
    if duplicate := _duplicate(data):
        message = (
            f"An event source mapping with event source arn (\" {data['EventSourceArn']} \") and function name "
            f"(\" {data['FunctionName']} \") already exists. Please update or delete the existing mapping with "
            f"UUID {duplicate['UUID']}"
        )
        return error_response_json("ResourceConflictException", message, 409)
    if message := _short_visibility(data):
        return error_response_json("InvalidParameterValueException", message, 400)
    return _settles("Creating", original(data))


def _settles(state, response):
    """A mapping is ready at once."""
    status, headers, body = response
    if status < 300:
        mapping = json.loads(body)
        _changing[mapping["UUID"]] = (state, time.monotonic() + _SETTLING)
        body = json.dumps({**mapping, "State": state}).encode()
    return status, headers, body


def _state_while_changing(mapping_id):
    state, until = _changing.get(mapping_id, (None, 0))
    return state if time.monotonic() < until else None


@replaces(functions)
def _esm_response(original, esm):
    shown = original(esm)
    state = _state_while_changing(esm.get("UUID"))
    return {**shown, "State": state} if state else shown


def _refusal_while_settling(mapping_id, change):
    if not _state_while_changing(mapping_id):
        return None
    message = f"Cannot {change} the event source mapping because it is in use."
    return error_response_json("ResourceInUseException", message, 400)


@replaces(functions)
def _update_esm(original, esm_id, data):
    """A mapping is changed while another change of it is not over."""
    return _refusal_while_settling(esm_id, "update") or _settles("Updating", original(esm_id, data))


@replaces(functions)
def _delete_esm(original, esm_id):
    return _refusal_while_settling(esm_id, "delete") or original(esm_id)
