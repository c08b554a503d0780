"""JSON schemas of outside tools as models: what fits, what is refused, what counts as a change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.errors import BadInput
from tools.mcp.mapping import arguments_of, misfit, result_of, sent
from tools.seam.fields import heard, shown


def model(required: tuple[str, ...] = (), **properties: Any) -> Any:
    return arguments_of("Asked", {"properties": properties, "required": list(required)}, {})


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string"}, "东区", 3),
        ({"type": "string", "minLength": 2, "maxLength": 3}, "东区", "东"),
        ({"type": "string", "pattern": "^[a-z]+$"}, "abc", "ABC"),
        ({"type": "string", "format": "date"}, "2026-11-26", "yesterday"),
        ({"type": "string", "format": "date-time"}, "2026-11-26T08:00:00+08:00", "soon"),
        ({"type": "string", "format": "uri"}, "x", 3),
        ({"type": "integer", "minimum": 1, "maximum": 5}, 5, 6),
        ({"type": "integer", "exclusiveMinimum": 1}, 2, 1),
        ({"type": "number"}, 2.5, "much"),
        ({"type": "number"}, 2.5, float("nan")),
        ({"type": "boolean"}, True, "perhaps"),
        ({"enum": ["day", "night"]}, "day", "noon"),
        ({"type": "integer", "enum": [1, 2]}, 2, 3),
        ({"const": "day"}, "day", "night"),
        ({"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 2}, [1, 2], [1, 2, 3]),
        ({"type": "array", "items": {"type": "integer", "minimum": 0}}, [1], [-1]),
        ({"type": "array", "items": {"enum": ["a"]}}, ["a"], ["b"]),
        ({"type": ["string", "null"]}, "x", 3),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 3, "x"),
    ],
)
def test_simple_forms(schema: dict[str, Any], good: Any, bad: Any) -> None:
    made = model(("value",), value=schema)
    assert sent(made(value=good))["value"] == good
    with pytest.raises(ValidationError):
        made(value=bad)
    with pytest.raises(ValidationError):
        made()
    with pytest.raises(ValidationError):
        made(value=good, more=1)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "object"}, "arguments.value: 'object'"),
        ({"$ref": "#/$defs/X"}, "arguments.value: a schema of"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "arguments.value"),
        ({"oneOf": [{"type": "integer"}]}, "arguments.value"),
        ({"type": ["string", "integer", "null"]}, "arguments.value"),
        ({"type": "string", "contentEncoding": "base64"}, "contentEncoding"),
        ({"type": "array"}, "what its items are"),
        ({"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, "list of lists"),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, "uniqueItems"),
        ({"type": "array", "items": {"type": "object"}}, "arguments.value.items"),
        ({"enum": [1.5]}, "texts, whole numbers"),
        ({"enum": []}, "texts, whole numbers"),
        ({"enum": [[1]]}, "texts, whole numbers"),
        ({"type": "string", "pattern": "("}, "Asked"),
        ({"type": "string", "pattern": 3}, "no pattern"),
        ({"type": "string", "pattern": "(?=a)b"}, "Asked"),
        ({"type": "integer", "minimum": "much"}, "no ge"),
        ({"type": "null"}, "arguments.value"),
        ("string", "must be a schema"),
    ],
)
def test_what_cannot_be_mapped_is_named(schema: Any, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        model(value=schema)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "array"}, "type must be object"),
        ({"properties": {}, "required": ["x"]}, "required"),
        ({"properties": {}, "required": "x"}, "list of names"),
        ({"properties": {}, "required": [[]]}, "list of names"),
        ({"properties": {}, "oneOf": []}, "oneOf"),
        ({"properties": []}, "properties"),
        ({"properties": {f"p{number}": {"type": "string"} for number in range(41)}}, "at most 40"),
    ],
)
def test_roots_that_cannot_be_mapped(schema: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        arguments_of("Asked", schema, {})


def test_optional_arguments_are_left_to_the_server() -> None:
    made = model(
        ("city",), city={"type": "string"}, hour={"type": "integer", "default": 8}, **{"max-items": {"type": "integer"}}
    )
    assert sent(made(city="东区")) == {"city": "东区"}
    assert sent(made(city="东区", hour=None)) == {"city": "东区"}
    assert sent(made.model_validate({"city": "东区", "hour": 9, "max-items": 3})) == {
        "city": "东区",
        "hour": 9,
        "max-items": 3,
    }


@pytest.mark.parametrize(
    "name", ["copy", "json", "schema", "model_dump", "class", "from", "_x", "a b", "max-items", "长"]
)
def test_names_that_python_could_not_bear_keep_their_meaning(name: str) -> None:
    made = model((name,), **{name: {"type": "string"}})
    asked = made.model_validate({name: "v"})
    assert sent(asked) == {name: "v"}
    assert sent(made.model_validate(asked.model_dump())) == {name: "v"}  # by our own name too


def test_arguments_can_be_heard() -> None:
    schema = {"properties": {"day": {"type": "string", "format": "date", "title": "哪天"}, "n": {"type": "integer"}}}
    made = arguments_of("Asked", schema, {"day": "day"})
    assert heard(made.model_fields["day"])[:2] == ("day", "哪天")
    assert heard(made.model_fields["n"])[:2] == ("none", "n")
    assert sent(made.model_validate({"day": date(2026, 11, 26)})) == {"day": "2026-11-26"}
    with pytest.raises(BadInput, match="slots"):
        arguments_of("Asked", schema, {"town": "place"})


def test_a_result_has_titles_units_and_rows() -> None:
    made = result_of(
        "Found",
        {
            "properties": {
                "pm25": {"type": "number", "title": "细颗粒物", "unit": "微克", "digits": 1},
                "station": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                "hours": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "integer"}}}},
            },
            "required": ["pm25"],
        },
    )
    assert shown(made.model_fields["pm25"]) == ("细颗粒物", "微克", 1)
    value: Any = made.model_validate(
        {"pm25": 3, "station": {"name": "东站", "secret": 1}, "hours": [{"at": 1}, {}], "more": 2}
    )
    assert value.model_dump() == {
        "lines": (),
        "cut": False,
        "pm25": 3.0,
        "station": {"name": "东站"},
        "hours": ({"at": 1}, {"at": None}),
    }
    for lost in ({}, {"pm25": "much"}, {"pm25": float("inf")}, {"pm25": 1, "station": {}}):
        with pytest.raises(ValidationError):
            made.model_validate(lost)


@pytest.mark.parametrize("name", ["lines", "cut", "copy", "model_x", "a-b"])
def test_a_result_cannot_have_every_name(name: str) -> None:
    with pytest.raises(BadInput, match="a name that a result cannot have"):
        result_of("Found", {"properties": {name: {"type": "string"}}})


CITY = {"type": "string", "title": "City", "description": "x"}


@pytest.mark.parametrize(
    ("live", "why"),
    [
        ({"properties": {"city": {"type": "string", "title": "Stadt", "default": "x"}}, "required": ["city"]}, ""),
        ({"properties": {"city": CITY, "more": {"type": "object"}}, "required": ["city"]}, ""),
        ({"properties": {"city": CITY}}, ""),
        ({"properties": {"city": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}, ""),
        ({"properties": {"town": CITY}, "required": ["town"]}, "no longer takes 'city'"),
        ({"properties": {"city": {"type": "integer"}}}, "'city' has another form"),
        ({"properties": {"city": {"type": "string", "enum": ["a"]}}}, "'city' has another form"),
        ({"properties": {"city": CITY, "pin": CITY}, "required": ["city", "pin"]}, "also asks for ['pin']"),
        ({}, "no longer takes 'city'"),
    ],
)
def test_what_counts_as_a_change(live: dict[str, Any], why: str) -> None:
    assert why in misfit({"properties": {"city": CITY}, "required": ["city"]}, live)
    assert bool(why) is bool(misfit({"properties": {"city": CITY}, "required": ["city"]}, live))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["type", "items", "enum", "anyOf", "minimum", "pattern", "format", "properties", "required", "const"]
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
SCHEMAS = st.dictionaries(KEYS, TYPES | ANY_JSON, max_size=4)


@given(st.dictionaries(st.text(min_size=1, max_size=8), SCHEMAS, max_size=3))
def test_any_schema_is_mapped_or_refused(properties: dict[str, Any]) -> None:
    """Nothing else may happen, whatever a server says it takes."""
    try:
        made = arguments_of("Asked", {"properties": properties}, {})
        made.model_json_schema()
    except BadInput:
        return
    assert len(made.model_fields) == len(properties)


@given(SCHEMAS, SCHEMAS)
def test_any_live_schema_is_the_same_or_a_change(ours: dict[str, Any], live: dict[str, Any]) -> None:
    pinned = {"properties": {"x": ours}}
    try:
        arguments_of("Asked", pinned, {})
    except BadInput:
        return
    assert misfit(pinned, pinned) == ""
    assert isinstance(misfit(pinned, {"properties": {"x": live}}), str)
    assert isinstance(misfit(pinned, {"properties": live, "required": live.get("required", [])}), str)
