"""Starts MiniStack, corrected, as rchalice's sandbox.

Arguments: RUN_FILE, which is locked while the sandbox runs, so that the lock says whether one does.
Environment: GATEWAY_PORT, and all that MiniStack reads; RCHALICE_SANDBOX_OWNER, a process to end with (optional).
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
import uuid

import cognito_gaps  # noqa: F401: importing it is what corrects
import event_source_gaps  # noqa: F401
import eventbridge_gaps  # noqa: F401
import execute_api_gaps
import lambda_gaps  # noqa: F401
from ministack import app as server

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
        execute_api_gaps.asked.set(scope)
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
