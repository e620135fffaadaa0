"""How MiniStack 1.5.33 is corrected.

MiniStack is near enough to AWS to run an application, and not near enough to prove a deploy: lambda_gaps.py,
event_source_gaps.py, eventbridge_gaps.py and api_gateway_gaps.py make it refuse what AWS refuses, execute_api_gaps.py
and cognito_gaps.py make an API answer as AWS's would. Each function there closes one gap, which its first line names.
Look at each again when the version that venv.rs pins changes; tests/cli/fidelity.rs holds them.
"""


def replaces(module):
    """The decorated function takes its namesake's place in `module`, and is given that one as its first argument."""

    def install(function):
        original = getattr(module, function.__name__)

        def replacement(*arguments, **named):
            return function(original, *arguments, **named)

        setattr(module, function.__name__, replacement)
        return replacement

    return install
