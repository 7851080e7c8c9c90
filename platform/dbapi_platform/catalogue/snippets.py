"""A call in the languages that consumers write: quoted so that every value is just that value."""

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Final

from .calls import ExampleCall

TOKEN: Final = "DBAPI_TOKEN"  # noqa: S105 - the name of a variable
AUTHORIZATION: Final = "Authorization"


def snippets_of(call: ExampleCall) -> dict[str, str]:
    """The call by language."""
    return {name: write(call) for name, write in LANGUAGES.items()}


def curl(call: ExampleCall) -> str:
    """For a shell; the token is in a variable."""
    words = ["curl"]
    if call.method != "GET":
        words += ["-X", call.method]
    words.append(shlex.quote(call.url))
    if call.is_private:
        words += ["-H", f'"{AUTHORIZATION}: Bearer ${TOKEN}"']
    for name, value in call.headers.items():
        words += ["-H", shlex.quote(f"{name}: {value}")]
    if call.body is not None:
        words += ["-H", shlex.quote("Content-Type: application/json")]
        words += ["-d", shlex.quote(_json(call.body))]
    return " ".join(words)


def python(call: ExampleCall) -> str:
    """With httpx; the token is in the environment."""
    headers = [f"{name!r}: {value!r}" for name, value in call.headers.items()]
    if call.is_private:
        headers.insert(0, f'"{AUTHORIZATION}": "Bearer " + os.environ["{TOKEN}"]')
    lines = ["import os", ""] if call.is_private else []
    lines += ["import httpx", "", "response = httpx.request("]
    lines += [f"    {call.method!r},", f"    {call.url!r},"]
    if headers:
        lines.append("    headers={" + ", ".join(headers) + "},")
    if call.body is not None:
        lines.append(f"    json={dict(call.body)!r},")
    lines += [")", "response.raise_for_status()", 'print(response.json()["data"])']
    return "\n".join(lines)


def javascript(call: ExampleCall) -> str:
    """With fetch, as a module."""
    headers = {name: _json(value) for name, value in call.headers.items()}
    if call.is_private:
        headers = {AUTHORIZATION: "`Bearer ${token}`"} | headers
    if call.body is not None:
        headers["Content-Type"] = _json("application/json")
    options = [f"  method: {_json(call.method)},"]
    if headers:
        pairs = ", ".join(f"{_json(name)}: {value}" for name, value in headers.items())
        options.append("  headers: { " + pairs + " },")
    if call.body is not None:
        options.append(f"  body: JSON.stringify({_literal(call.body)}),")
    lines = ['const token = "the answer\'s access_token";'] if call.is_private else []
    lines += [f"const response = await fetch({_json(call.url)}, {{", *options, "});"]
    lines += ["const answer = await response.json();"]
    lines += ["if (!answer.success) throw new Error(answer.message);", "console.log(answer.data);"]
    return "\n".join(lines)


LANGUAGES: Final[Mapping[str, Callable[[ExampleCall], str]]] = {
    "curl": curl,
    "python": python,
    "javascript": javascript,
}


def token_snippet(base: str) -> str:
    """How to get a token, for a shell; the client's id and secret are in variables."""
    return (
        f"curl -X POST {shlex.quote(base + '/token/generate')} "
        '--data-urlencode "client_id=$DBAPI_CLIENT_ID" '
        '--data-urlencode "client_secret=$DBAPI_CLIENT_SECRET"'
    )


def _literal(value: object) -> str:
    """As a literal of JavaScript, which is JSON but for one key."""
    text = _json(value)
    # In a literal it would set the prototype and be no key.
    return f"JSON.parse({_json(text)})" if "__proto__" in text else text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
