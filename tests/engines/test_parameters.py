"""Declarations and binding: every problem is named, and all of them at once."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbapi_platform.engines.errors import InvalidDefinition, InvalidParameters
from dbapi_platform.engines.parameters import (
    Binder,
    Parameter,
    Sources,
    dump_parameters,
    parse_parameters,
)


def binder(**declared: Any) -> Binder:
    return Binder(parse_parameters(declared))


def told(declared: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as caught:
        parse_parameters(declared)
    return {p.field: f"{p.message} {p.hint or ''}".strip() for p in caught.value.problems}


def wrong(binder: Binder, **sources: Any) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as caught:
        binder.bind(Sources(**sources))
    return {problem.name: problem.message for problem in caught.value.problems}


def test_a_type_alone_is_a_declaration() -> None:
    (parameter,) = parse_parameters({"since": "date"})
    assert parameter == Parameter("since", type=parameter.type)
    assert str(parameter.type) == "date"


def test_every_problem_of_every_declaration_is_named() -> None:
    found = told(
        {
            "1st": {"type": "string"},
            "loop": {},
            "a": {"type": "integr"},
            "b": {"type": "integer", "default": "x", "in": "qury"},
            "c": {"type": "boolean", "minimum": 1, "min_length": 2},
            "d": {"tpye": "integer", "required": "yes"},
            "e": {"type": "string", "items": "integer", "header": "X-E"},
            "f": {"type": "integer", "minimum": 5, "default": 4},
            "g": {"enum": []},
            "h": 5,
            "i": {"pattern": "(a", "format": "mail"},
            "j": {"type": "integer", "pattern": "a"},
            "k": {"type": "array", "format": "email"},
        }
    )
    assert set(found) == {
        "params.1st", "params.loop", "params.a.type", "params.b.in", "params.c.minimum",
        "params.c.min_length", "params.d.tpye", "params.d.required", "params.e.items",
        "params.e.header", "params.f.default", "params.g.enum", "params.h",
        "params.i.pattern", "params.i.format", "params.j.pattern", "params.k.format",
    }  # fmt: skip
    assert "did you mean 'integer'?" in found["params.a.type"]
    assert "did you mean 'query'?" in found["params.b.in"]
    assert "did you mean 'type'?" in found["params.d.tpye"]
    assert "expected 5 or more, got 4" in found["params.f.default"]
    assert "unclosed group" in found["params.i.pattern"]
    assert "did you mean 'email'?" in found["params.i.format"]


def test_a_declaration_survives_being_stored() -> None:
    parameters = parse_parameters(
        {
            "since": {
                "type": "date",
                "in": "query",
                "default": "2026-01-01",
                "minimum": "2020-01-01",
            },
            "ids": {"type": "array", "items": "integer", "max_length": 3, "enum": [1, 2]},
            "key": {"in": "header", "header": "X-Key", "required": True},
            "code": {"pattern": "[A-Z]{2}", "format": "hostname", "max_length": 2},
        }
    )
    assert parse_parameters(dump_parameters(parameters)) == parameters


@pytest.mark.parametrize(
    ("location", "sources"),
    [
        ("path", {"path": {"a": "5"}}),
        ("query", {"query": {"a": ["5"]}}),
        ("header", {"headers": {"a": "5"}}),
        ("body", {"body": {"a": 5}}),
    ],
)
def test_a_parameter_is_taken_from_its_place_only(location: str, sources: dict[str, Any]) -> None:
    bound = binder(a={"type": "integer", "in": location, "required": True})
    assert bound.bind(Sources(**sources)) == {"a": 5}
    everywhere = {
        "path": {"a": "1"}, "query": {"a": ["1"]}, "headers": {"a": "1"}, "body": {"a": 1},
    }  # fmt: skip
    key = next(iter(sources))
    elsewhere = {place: values for place, values in everywhere.items() if place != key}
    assert wrong(bound, **elsewhere) == {"a": "is required"}


def test_without_a_place_the_query_goes_before_the_body() -> None:
    bound = binder(a="string")
    assert bound.bind(Sources(query={"a": ["q"]}, body={"a": "b"})) == {"a": "q"}
    assert bound.bind(Sources(body={"a": "b"})) == {"a": "b"}


def test_headers_are_found_whatever_their_case_and_by_another_name() -> None:
    bound = binder(trace_id={"in": "header"}, key={"in": "header", "header": "X-Api-Key"})
    found = bound.bind(Sources(headers={"trace-id": "t", "x-api-key": "k"}))
    assert found == {"trace_id": "t", "key": "k"}


def test_blank_is_the_default_and_else_absent() -> None:
    bound = binder(a={"type": "integer", "default": 7}, b="integer")
    for blank in ("", "  "):
        assert bound.bind(Sources(query={"a": [blank], "b": [blank]})) == {"a": 7, "b": None}
    assert bound.bind(Sources(body={"a": None})) == {"a": 7, "b": None}


def test_false_and_zero_are_values() -> None:
    bound = binder(a={"type": "integer", "default": 7}, b={"type": "boolean", "default": True})
    assert bound.bind(Sources(query={"a": ["0"], "b": ["false"]})) == {"a": 0, "b": False}


def test_a_repeated_key_is_a_list_and_nothing_else() -> None:
    bound = binder(ids={"type": "array", "items": "integer"}, name="string")
    assert bound.bind(Sources(query={"ids": ["1", "2"]}))["ids"] == [1, 2]
    assert wrong(bound, query={"name": ["a", "b"]}) == {"name": "expected once, given 2 times"}


def test_every_wrong_parameter_is_named_at_once() -> None:
    bound = binder(
        a={"type": "integer", "minimum": 1, "maximum": 10},
        b={"enum": ["x", "y"]},
        c={"type": "string", "min_length": 2, "max_length": 3},
        d={"type": "date", "minimum": "2026-01-01"},
        e={"type": "array", "items": "integer", "max_length": 2},
        f={"type": "array", "items": "integer"},
        g={"required": True},
    )
    found = wrong(
        bound,
        query={
            "a": ["11"], "b": ["z"], "c": ["a"], "d": ["2025-12-31"], "e": ["1,2,3"],
            "f": ["1,x"],
        },
    )  # fmt: skip
    assert found == {
        "a": "expected 10 or less, got 11",
        "b": "expected one of x, y, got 'z'",
        "c": "expected at least 2 characters, got 1",
        "d": "expected 2026-01-01 or more, got 2025-12-31",
        "e": "expected at most 2 elements, got 3",
        "f[1]": "expected a whole number, got 'x'",
        "g": "is required",
    }


def test_a_text_has_to_look_as_declared() -> None:
    bound = binder(
        code={"pattern": "[A-Z]{2}[0-9]+"},
        codes={"type": "array", "items": "string", "pattern": "[a-z]+"},
        mail={"format": "email", "default": "ann@example.com"},
    )
    good = {"code": ["AB12"], "codes": ["a,b"], "mail": ["x@y.org"]}
    expected = {"code": "AB12", "codes": ["a", "b"], "mail": "x@y.org"}
    assert bound.bind(Sources(query=good)) == expected
    assert wrong(bound, query={"code": ["AB12x"], "codes": ["a,B"], "mail": ["nobody"]}) == {
        "code": "expected a text that matches [A-Z]{2}[0-9]+, got 'AB12x'",
        "codes": "expected a text that matches [a-z]+, got 'B'",
        "mail": "expected a text of the format email, got 'nobody'",
    }
    assert bound.bind(Sources())["mail"] == "ann@example.com"
    assert "params.a.default" in told({"a": {"pattern": "x+", "default": "y"}})


def test_an_example_is_a_value_that_a_call_might_give_and_is_never_taken() -> None:
    declared = {"day": {"type": "date", "example": "2026-01-31"}}
    (parameter,) = parse_parameters(declared)
    assert parameter.example == date(2026, 1, 31)
    assert dump_parameters((parameter,)) == declared
    assert Binder((parameter,)).bind(Sources()) == {"day": None}
    assert "params.a.example" in told({"a": {"pattern": "x+", "example": "y"}})
    assert "params.a.example" in told({"a": {"type": "integer", "example": "many"}})


def test_unknown_parameters_are_refused_when_told_to() -> None:
    declared = parse_parameters({"a": "string"})
    sources = Sources(query={"b": ["1"]}, body={"c": 1})
    assert Binder(declared).bind(sources) == {"a": None}
    strict = Binder(declared, refuse_unknown=True)
    assert set(wrong(strict, query={"b": ["1"]}, body={"c": 1})) == {"b", "c"}


def test_a_debug_run_takes_plain_values_and_refuses_unknown_ones() -> None:
    bound = binder(since={"type": "date", "in": "query"}, a={"in": "path"})
    assert bound.bind_flat({"since": "2026-01-31", "a": 5}) == {
        "since": date(2026, 1, 31),
        "a": "5",
    }
    with pytest.raises(InvalidParameters, match="sinse: is not a parameter here"):
        bound.bind_flat({"sinse": "2026-01-31"})


FIELDS = st.sampled_from(
    ["type", "in", "required", "default", "example", "description", "enum", "minimum", "maximum",
     "min_length", "max_length", "items", "header", "other"]
)  # fmt: skip
VALUES: Any = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["string", "integer", "date", "array", "object", "query", "header", "path"])
    | st.lists(st.integers() | st.text(max_size=4), max_size=3)
    | st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=6), VALUES | st.dictionaries(FIELDS, VALUES), max_size=3))
def test_any_declaration_is_either_understood_or_refused(declared: dict[str, Any]) -> None:
    try:
        parameters = parse_parameters(declared)
    except InvalidDefinition:
        return
    assert parse_parameters(dump_parameters(parameters)) == parameters


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.text(), min_size=1, max_size=3)),
    st.dictionaries(st.sampled_from("abcdefg"), VALUES),
)
def test_any_call_is_either_bound_or_refused_by_name(
    query: dict[str, list[str]], body: dict[str, Any]
) -> None:
    types = ("string", "integer", "number", "boolean", "date", "datetime", "object")
    bound = binder(**dict(zip("abcdefg", types, strict=True)))
    try:
        named = set(bound.bind(Sources(query=query, body=body)))
    except InvalidParameters as error:
        named = {problem.name for problem in error.problems}
    assert named
    assert named <= set("abcdefg")
