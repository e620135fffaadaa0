"""Cognito: tokens that API Gateway takes. MiniStack signs and verifies with a package that the sandbox does not have."""

import base64
import hashlib
import hmac
import os

from gaps import replaces
from ministack.services import apigateway_v1 as gateway
from ministack.services import cognito

# Of this run of the sandbox: there is no one else to verify its tokens.
_KEY = os.urandom(32)


def _signature(signed):
    return base64.urlsafe_b64encode(hmac.digest(_KEY, signed.encode(), hashlib.sha256)).rstrip(b"=").decode()


@replaces(cognito)
def _signed_jwt(original, *arguments, **named):
    """A token is signed with noise."""
    signed, _, _ = original(*arguments, **named).rpartition(".")
    return f"{signed}.{_signature(signed)}"


@replaces(gateway)
def _verify_rs256_signature(_original, token, _key):
    """No signature is accepted."""
    signed, _, signature = token.rpartition(".")
    return hmac.compare_digest(signature, _signature(signed))
