"""API Gateway, serving: what reaches a function, and what becomes of its answer."""

import contextvars
import json
import types
from urllib.parse import parse_qs

from api_gateway_gaps import may_call, snapshot_served
from gaps import replaces
from ministack.core import lambda_runtime
from ministack.services import apigateway_v1 as gateway

# The request that is being served, as the server has it.
asked = contextvars.ContextVar("asked")
# Its path below the stage, as sent.
_path = contextvars.ContextVar("path")

gateway._GATEWAY_RESPONSE_ERROR_TYPES["INVALID_API_KEY"] = "ForbiddenException"  # it says none


@replaces(gateway)
async def handle_execute(original, api_id, stage_name, method, path, headers, body, query_params):
    """The path is decoded before it is matched: `%2F` becomes a slash, and parameters lose what AWS leaves in them."""
    prefix = asked.get()["path"].removesuffix(path)
    _path.set(asked.get()["raw_path"].decode("ascii").removeprefix(prefix) or "/")
    return await original(api_id, stage_name, method, _path.get(), headers, body, query_params)


@replaces(gateway)
def _match_resource_tree(original, api_id, segments):
    """Empty segments are left out, where AWS has no resource for them. One slash at the end does not count."""
    sent = _path.get().removeprefix("/").removesuffix("/")
    resource, parameters = original(api_id, sent.split("/") if sent else [])
    if any(value == "" or value.startswith("/") for value in (parameters or {}).values()):
        return None, {}
    return resource, parameters


@replaces(gateway)
def _build_lambda_event_v1(original, *arguments, **named):
    """Of a header that comes twice there is one value, and of a parameter that does, the first stands alone."""
    event = original(*arguments, **named)
    event.pop("version", None)
    headers = {}
    for name, value in asked.get()["headers"]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    query = parse_qs(asked.get()["query_string"].decode("ascii"), keep_blank_values=True)
    event.update(
        multiValueHeaders=headers,
        headers={name: values[-1] for name, values in headers.items()},
        multiValueQueryStringParameters=query or None,
        queryStringParameters={name: values[-1] for name, values in query.items()} or None,
    )
    return event


@replaces(gateway)
def _media_type_matches(original, media_type, binary_media_types):
    """Several types in `Accept` match nothing, where AWS takes the first."""
    return original((media_type or "").split(",")[0], binary_media_types)


@replaces(gateway)
def _invoke_mock_v1(original, integration):
    """A mock without a template answers `{}`, where AWS answers nothing."""
    status, headers, body = original(integration)
    responses = (integration.get("integrationResponses") or {}).values()
    return status, headers, body if any(response.get("responseTemplates") for response in responses) else b""


class _Answer(Exception):
    """What a function's answer comes to, where MiniStack would make something else of it."""


class _BadGateway(gateway._GatewayError):
    """What a function did not answer, or what API Gateway cannot read."""


@replaces(gateway)
def _lambda_proxy_response(original, result):
    """What is no proxy response is sent as a body, a function's failure is told to the caller, and streams are not
    known."""
    payload = result.get("body")
    if result.get("throttle"):
        return original(result)
    if isinstance(payload, _Streamed):
        raise _Answer(_streamed(payload.whole))
    if result.get("error") or not isinstance(payload, dict) or "statusCode" not in payload:
        raise _Answer(_BadGateway("DEFAULT_5XX", "Internal server error"))
    return original(result)


@replaces(gateway)
async def _invoke_lambda_proxy_v1(original, *arguments, **named):
    try:
        return await original(*arguments, **named)
    except _Answer as answer:
        return answer.args[0]


@replaces(gateway)
def _gateway_error_response(original, error, request):
    status, headers, body = original(error, request)
    return 502 if isinstance(error, _BadGateway) and status == 500 else status, headers, body


class _Streamed(str):
    """What came of a function that streams its answer: MiniStack keeps text only."""

    whole = b""


@replaces(lambda_runtime.ProvidedWorker)
def _build_handler_class(original, worker, generation, pending):
    """A streamed answer is taken for text, and the trailers after it for the next request."""

    class Handler(original(worker, generation, pending)):
        def _read_body(self):
            if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
                return super()._read_body()
            chunks = []
            while size := int(self.rfile.readline().strip(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(chunks)

        def do_POST(self):
            if self.headers.get("Lambda-Runtime-Function-Response-Mode") != "streaming":
                return super().do_POST()
            whole = self._read_body()
            streamed = _Streamed(whole.decode("utf-8", errors="replace"))
            streamed.whole = whole
            request_id = self.path.rstrip("/").split("/")[-2]
            taken = worker._record_result(generation, request_id, "response", streamed)
            return self._respond(202 if taken else 400)

    return Handler


def _streamed(whole):
    head, separator, body = whole.partition(bytes(8))
    try:
        prelude = json.loads(head) if separator else None
    except ValueError:
        prelude = None
    if not isinstance(prelude, dict):
        return _BadGateway("DEFAULT_5XX", "Internal server error")
    headers = {"Content-Type": "application/json"}
    several = {**(prelude.get("multiValueHeaders") or {}), "Set-Cookie": prelude.get("cookies") or []}
    for name, value in [*(prelude.get("headers") or {}).items(), *several.items()]:
        for known in [known for known in headers if known.lower() == name.lower() and value]:
            del headers[known]
        if value:
            headers[name] = value
    return prelude.get("statusCode", 200), headers, body


@replaces(gateway)
def _extract_lambda_ref_from_integration_uri(original, uri):
    """The URI by which a function's answer is streamed is not known."""
    return original((uri or "").replace("/response-streaming-invocations", "/invocations"))


@replaces(gateway)
async def _invoke_authorizer_lambda(original, authorizer, event, account_id, region):
    """An authorizer's function is asked although its policy does not allow API Gateway to."""
    source = event["methodArn"].split("/")[0] + f"/authorizers/{authorizer['id']}"
    if not authorizer.get("authorizerCredentials") and not may_call(authorizer.get("authorizerUri", ""), source):
        return {"error": True, "body": {"errorMessage": "Invalid permissions on Lambda function"}}
    return await original(authorizer, event, account_id, region)


@replaces(gateway)
async def _authorize_request_v1(original, api_id, *arguments):
    """Authorizers are those of the newest document, not those of the deployment that is served."""
    view = snapshot_served(api_id)
    if view is None:
        return await original(api_id, *arguments)
    return await types.FunctionType(original.__code__, view)(api_id, *arguments)
