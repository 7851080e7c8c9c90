"""call: what a consumer does."""

import argparse

from ..arguments import Parser, add_endpoint, add_parameters
from ..errors import UsageError
from ..gateway import CallResult, build, client_token, send
from ..notebook import Notebook, endpoint_key
from ..parameters import read_json_object, read_params, read_values
from .base import Verb


def _arguments(parser: Parser) -> None:
    add_endpoint(parser)
    add_parameters(parser)
    parser.add_argument(
        "--client",
        metavar="NAME",
        help="call as this client, with its token (without it: the client of %%dbapi token)",
    )
    parser.add_argument("--json", metavar="BODY", help="the body, as a JSON object")
    parser.add_argument(
        "--header", metavar="NAME=VALUE", action="append", default=[], help="may be repeated"
    )
    parser.add_argument(
        "--expect", type=int, metavar="STATUS", help="this status is right, any other an error"
    )


def call(notebook: Notebook, options: argparse.Namespace) -> CallResult:
    """Through the gateway, like any other program."""
    method, path = endpoint_key(options.method, options.path)
    gateway_url = notebook.resources.about()["gateway_url"]
    known = notebook.resources.find_endpoint(method, path)
    given = {**read_params(options.params, notebook.variables), **read_values(options.values)}
    headers = _headers(options.header)
    client = options.client or notebook.caller
    if client:
        token = client_token(notebook, client, gateway_url)
        headers["Authorization"] = f"Bearer {token}"
    request = build(
        method,
        path,
        gateway_url=gateway_url,
        given=given,
        declared=known["params"] if known else [],
        headers=headers,
        body=read_json_object(options.json, "--json") if options.json else None,
    )
    return send(notebook, request, expect=options.expect, client=client)


def _headers(words: list[str]) -> dict[str, str]:
    headers = {}
    for word in words:
        name, separator, value = word.partition("=")
        if not separator:
            raise UsageError(f"--header {word} has no value", hint="--header NAME=VALUE")
        if name.lower() == "authorization":
            raise UsageError(
                "A token on the line would be saved with the notebook",
                hint="--client NAME gets a token and keeps it out of the notebook",
            )
        headers[name] = value
    return headers


VERBS = (
    Verb(
        "call",
        "Call a live endpoint through the gateway, as a consumer does",
        call,
        _arguments,
        completes=("method", "path", "parameter"),
        example="%dbapi call GET orders/{customer_id} customer_id=7 --client billing",
    ),
)
