"""EventBridge: what MiniStack lets pass, and AWS does not."""

import re

from api_gateway_gaps import is_permitted
from gaps import replaces
from ministack.core.responses import error_response_json
from ministack.services import eventbridge as events


def _refusal(message, code="ValidationException"):
    return error_response_json(code, message, 400)


def _unknown(data):
    """The refusal where there is no such rule; else None."""
    name, bus = data.get("Rule") or data.get("Name"), data.get("EventBusName", "default")
    if events._rule_key(name, bus) in events._rules:
        return None
    return _refusal(f"Rule {name} does not exist on EventBus {bus}.", "ResourceNotFoundException")


@replaces(events)
def _put_rule(original, data):
    """A rule keeps what it is not given, its tags are put anew, and a schedule may stand on any bus."""
    if data.get("ScheduleExpression") and data.get("EventBusName", "default") != "default":
        return _refusal("ScheduleExpression is supported only on the default event bus.")
    if not data.get("ScheduleExpression") and not data.get("EventPattern"):
        return _refusal("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    data = {"State": "ENABLED", "Description": "", "RoleArn": "", **data}
    if not _unknown(data):
        data.pop("Tags", None)
    return original(data)


@replaces(events)
def _validate_schedule_expression(original, expression):
    """`rate(0 minutes)`, `rate(1 minutes)` and `rate(2 minute)` are taken, and two `?` for days."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", expression):
        number = int(rate[1])
        return number > 0 and (number == 1) == (rate[3] == "")
    if expression.startswith("rate("):
        return False
    return original(expression) and expression.count("?") < 2


@replaces(events)
def _delete_rule(original, data):
    """A rule goes together with its targets."""
    if events._targets.get(events._rule_key(data.get("Name"), data.get("EventBusName", "default"))):
        return _refusal("Rule can't be deleted since it has targets.")
    return original(data)


@replaces(events)
def _list_targets_by_rule(original, data):
    """A rule that is not there has no targets, where AWS says that it is not there."""
    return _unknown(data) or original(data)


@replaces(events)
def _remove_targets(original, data):
    return _unknown(data) or original(data)


@replaces(events)
def _invoke_target(original, target, event, rule, view=None):
    """A function is called although its resource policy does not say that the rule may."""
    arn = target.get("Arn", "")
    if arn.split(":")[2:3] == ["lambda"] and not is_permitted(arn, "events.amazonaws.com", rule["Arn"]):
        return None
    return original(target, event, rule, view)
