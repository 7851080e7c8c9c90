"""Snippets give every value as it is, whatever is in it: read back in each language."""

import ast
import json
import shlex
import shutil
import subprocess
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbapi_platform.catalogue.calls import ExampleCall, example_call
from dbapi_platform.catalogue.examples import example_of, is_sound
from dbapi_platform.catalogue.places import declared_parameters
from dbapi_platform.catalogue.snippets import curl, javascript, python, token_snippet
from dbapi_platform.engines.coercion import coercer
from dbapi_platform.engines.parameters import Parameter, ParameterType
from dbapi_platform.publishing.definition import Definition

BASE = "http://127.0.0.1:8000/api"
# What ends strings, lines, words and comments somewhere.
MARKS = "'\"`\\$!#&;|<>(){}[]*?~%=+ \n\r\t\x00\x7f"
ODD = st.sampled_from([*MARKS, "é", "日", "\u2028", "😀", "${x}", "$(x)", "*/"])
TEXT = st.lists(ODD | st.text(max_size=3), max_size=8).map("".join).filter(str.strip)
SAFE = TEXT.map(lambda text: text.replace("\x00", "").strip() or "x")
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | SAFE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SAFE | st.just("__proto__"), inner),
    max_leaves=6,
)


def call_of(method: str, access: str, **examples: tuple[str, str, Any]) -> ExampleCall:
    """A call whose parameters have these places, types and examples."""
    params = {
        name: {"in": place, "type": type_, "example": value, "required": True}
        for name, (place, type_, value) in examples.items()
    }
    path = "/".join(["a", *(f"{{{name}}}" for name, one in examples.items() if one[0] == "path")])
    definition = Definition(
        method=method, path=path, engine="sql", datasource_id="", content="", params=params,
        access="private" if access == "private" else "public",
    )  # fmt: skip
    return example_call(definition, declared_parameters(definition), BASE)


CALLS = st.builds(
    call_of,
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.sampled_from(["public", "private"]),
    p=st.tuples(st.just("path"), st.just("string"), SAFE),
    q=st.tuples(st.just("query"), st.just("string"), SAFE),
    l=st.tuples(st.just("query"), st.just("array"), st.lists(SAFE, min_size=1, max_size=3)),
    h=st.tuples(st.just("header"), st.just("string"), SAFE),
    b=st.tuples(st.just("body"), st.just("string"), SAFE),
    o=st.tuples(st.just("body"), st.just("object"), st.dictionaries(SAFE, JSON, max_size=3)),
)


@given(CALLS)
def test_a_url_holds_the_values(call: ExampleCall) -> None:
    parts = urlsplit(call.url)
    assert parts.path.startswith("/api/a/")
    assert parts.path.count("/") == 3
    assert call.url.isascii()
    assert unquote(parts.path.rpartition("/")[2]).strip()
    assert {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} == {"q", "l"}
    assert all(value.isascii() and value.isprintable() for value in call.headers.values())


@given(CALLS)
def test_a_shell_reads_what_is_meant(call: ExampleCall) -> None:
    words = shlex.split(curl(call))
    assert words[0] == "curl"
    options = {"-X": [], "-H": [], "-d": []}
    rest = []
    at = iter(words[1:])
    for word in at:
        options[word].append(next(at)) if word in options else rest.append(word)
    assert rest == [call.url]
    assert options["-X"] == ([] if call.method == "GET" else [call.method])
    expected = [f"{name}: {value}" for name, value in call.headers.items()]
    if call.is_private:
        expected.insert(0, "Authorization: Bearer $DBAPI_TOKEN")
    if call.body is None:
        assert options["-d"] == []
    else:
        expected.append("Content-Type: application/json")
        assert [json.loads(body) for body in options["-d"]] == [call.body]
    assert options["-H"] == expected


@given(CALLS)
@settings(max_examples=25)
def test_a_real_shell_reads_the_same(call: ExampleCall) -> None:
    """Nothing is expanded but the token."""
    script = 'curl() { printf "%s\\0" curl "$@"; }; ' + curl(call)
    done = subprocess.run(
        ["bash", "-c", script], env={"DBAPI_TOKEN": "t"}, capture_output=True, check=True
    )
    words = [word.replace("$DBAPI_TOKEN", "t") if word.startswith("Authorization: ") else word
             for word in shlex.split(curl(call))]  # fmt: skip
    assert done.stdout.decode().split("\0")[:-1] == words
    assert done.stderr == b""


@given(CALLS)
def test_python_reads_what_is_meant(call: ExampleCall) -> None:
    tree = ast.parse(python(call))
    (asked,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "request"
    ]
    assert [ast.literal_eval(argument) for argument in asked.args] == [call.method, call.url]
    named = {keyword.arg: keyword.value for keyword in asked.keywords}
    if call.body is None:
        assert "json" not in named
    else:
        assert ast.literal_eval(named["json"]) == call.body
    headers = named.get("headers")
    found = {}
    if isinstance(headers, ast.Dict):
        for key, value in zip(headers.keys, headers.values, strict=True):
            assert key is not None
            name = ast.literal_eval(key)
            if name == "Authorization":
                assert ast.unparse(value) == "'Bearer ' + os.environ['DBAPI_TOKEN']"
            else:
                found[name] = ast.literal_eval(value)
    assert found == call.headers


RUNNER = """
import { readFileSync } from 'node:fs';
const scripts = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const told = [];
console.log = () => {};
globalThis.fetch = async (url, options) => {
  told.push({ url, ...options });
  return { json: async () => ({ success: true, data: [] }) };
};
const AsyncFunction = (async () => {}).constructor;
for (const script of scripts) await new AsyncFunction(script)();
process.stdout.write(JSON.stringify(told));
"""


@given(st.lists(CALLS, min_size=5, max_size=30))
@settings(max_examples=8)
def test_javascript_reads_what_is_meant(
    tmp_path_factory: pytest.TempPathFactory, calls: list[ExampleCall]
) -> None:
    node = shutil.which("node")
    assert node, "Node.js is needed, as it is for the pages"
    directory = tmp_path_factory.mktemp("node")
    scripts = [javascript(call) for call in calls]
    (directory / "scripts.json").write_text(json.dumps(scripts), encoding="utf-8")
    (directory / "run.mjs").write_text(RUNNER)
    done = subprocess.run(
        [node, str(directory / "run.mjs"), str(directory / "scripts.json")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for call, sent in zip(calls, json.loads(done.stdout), strict=True):
        assert (sent["url"], sent["method"]) == (call.url, call.method)
        headers = dict(sent.get("headers", {}))
        if call.is_private:
            assert headers.pop("Authorization").startswith("Bearer ")
        if call.body is None:
            assert "body" not in sent
        else:
            assert headers.pop("Content-Type") == "application/json"
            assert same(json.loads(sent["body"]), call.body)
        assert headers == call.headers


def same(one: Any, other: Any) -> bool:
    """Equal as JavaScript's numbers are."""
    return json.loads(json.dumps(one), parse_int=float) == json.loads(
        json.dumps(other), parse_int=float
    )


@given(CALLS)
@settings(max_examples=5)
def test_javascript_is_a_module(
    tmp_path_factory: pytest.TempPathFactory, call: ExampleCall
) -> None:
    file = tmp_path_factory.mktemp("node") / "call.mjs"
    file.write_text(javascript(call), encoding="utf-8")
    checked = subprocess.run(
        [shutil.which("node") or "node", "--check", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_the_token_is_asked_for_without_a_secret_in_the_command() -> None:
    words = shlex.split(token_snippet("http://it's.example"))
    assert words == [
        "curl", "-X", "POST", "http://it's.example/token/generate", "--data-urlencode",
        "client_id=$DBAPI_CLIENT_ID", "--data-urlencode", "client_secret=$DBAPI_CLIENT_SECRET",
    ]  # fmt: skip


def test_only_what_is_needed_or_chosen_is_shown() -> None:
    definition = Definition(
        method="GET", path="a/{id}", engine="sql", datasource_id="", content="",
        params={
            "id": {"type": "integer", "in": "path", "required": True},
            "limit": {"type": "integer", "default": 20},
            "since": {"type": "date"},
            "tags": {"type": "array", "items": "string", "enum": ["x", "y"]},
            "flag": {"type": "boolean", "required": True},
        },
    )  # fmt: skip
    call = example_call(definition, declared_parameters(definition), BASE)
    assert call.url == f"{BASE}/a/1?limit=20&flag=true"


@pytest.mark.parametrize("type_", list(ParameterType))
def test_a_value_that_is_made_up_is_of_its_type(type_: ParameterType) -> None:
    parameter = Parameter("p", type=type_)
    assert is_sound(parameter)
    coercer(type_, None)(example_of(parameter))


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter("p", type=ParameterType.INTEGER, minimum=50),
        Parameter("p", type=ParameterType.INTEGER, maximum=-3),
        Parameter("p", type=ParameterType.NUMBER, minimum=2, maximum=2.5),
        Parameter("p", min_length=9),
        Parameter("p", max_length=2),
        Parameter("p", format="email"),
        Parameter("p", type=ParameterType.ARRAY, items=ParameterType.STRING, min_length=3),
        Parameter("p", type=ParameterType.ARRAY, items=ParameterType.STRING, format="ipv6"),
        Parameter("p", enum=("a", "b")),
    ],
)
def test_a_value_that_is_made_up_is_within_its_limits(parameter: Parameter) -> None:
    assert is_sound(parameter)
    assert parameter.problem(example_of(parameter)) is None


def test_what_a_made_up_text_matches_is_not_claimed() -> None:
    assert not is_sound(Parameter("p", pattern="[0-9]+"))
    assert not is_sound(Parameter("p", options="SELECT 1"))
    assert not is_sound(Parameter("p", min_length=1_000))
    assert is_sound(Parameter("p", pattern="[0-9]+", example="7"))
