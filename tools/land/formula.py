"""Formulas of the rules: a small language of numbers, words and truths, read with Python's own grammar.

::

    (old if zone == 1 and project == "renewal" else factor) * gap.south.height
    sum(p.counted_area for p in program if p.use in commercial)

Allowed are names, fields, numbers, texts, lists, + - * /, comparisons, ``in``, and/or/not, ``a if b else c``, one-loop
generators, and the functions of ``functions.py``. Everything else is refused when the rules are read. A formula is
determined as soon as what is known determines it (see ``values.py``).
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from tools.land.functions import FUNCTIONS
from tools.land.rows import Row, Value
from tools.land.values import Number, Truth, Untold, Word, compare, conjunction, disjunction, hull

_SIGNS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}
_ALLOWED = (
    ast.Expression,
    ast.Name,
    ast.Load,
    ast.Store,
    ast.Attribute,
    ast.Constant,
    ast.List,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.Compare,
    ast.In,
    ast.NotIn,
    ast.NotEq,
    *_SIGNS,
    ast.IfExp,
    ast.Call,
    ast.GeneratorExp,
    ast.comprehension,
)


class Formula:
    """One formula, read once. Raises ValueError where it is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._body = ast.parse(" ".join(text.split()), mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"{text!r} is no formula: {error.msg}") from error
        for node in ast.walk(self._body):
            if not isinstance(node, _ALLOWED):
                raise ValueError(f"{text!r}: {type(node).__name__} is not allowed in a formula")
            if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
                raise ValueError(f"{text!r}: the functions are {', '.join(sorted(FUNCTIONS))}")

    @property
    def names(self) -> set[str]:
        """Names that it takes from outside, functions left out."""
        targets = [n.target for n in ast.walk(self._body) if isinstance(n, ast.comprehension)]
        loops = {target.id for target in targets if isinstance(target, ast.Name)}
        called = {n.func.id for n in ast.walk(self._body) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        return {n.id for n in ast.walk(self._body) if isinstance(n, ast.Name)} - loops - called

    def value(self, names: Mapping[str, Value]) -> Value:
        """What it comes to. Raises KeyError for an unknown name, TypeError for operands that do not fit."""
        return _value(self._body, names)


def _value(node: ast.AST, names: Mapping[str, Value]) -> Value:
    return _WAYS[type(node)](node, names)


def plain(value: Any) -> Value:  # a constant or a parameter of a rule
    """A constant or parameter as a value; lists and tables stay as they are."""
    if isinstance(value, bool):
        return Truth(value)
    if isinstance(value, int | float):
        return Number.of(float(value))
    return Word(value) if isinstance(value, str) else value


def _name(node: ast.Name, names: Mapping[str, Value]) -> Value:
    return plain(names[node.id])


def _constant(node: ast.Constant, names: Mapping[str, Value]) -> Value:
    return plain(node.value)


def _list(node: ast.List, names: Mapping[str, Value]) -> Value:
    return [_value(one, names) for one in node.elts]


def _attribute(node: ast.Attribute, names: Mapping[str, Value]) -> Value:
    owner = _value(node.value, names)
    if isinstance(owner, Row):
        return owner.get(node.attr)
    if isinstance(owner, Mapping):
        return plain(owner[node.attr])
    raise TypeError(f"{ast.unparse(node)}: only a part has fields")


def _binary(node: ast.BinOp, names: Mapping[str, Value]) -> Value:
    left, right = _value(node.left, names), _value(node.right, names)
    if not isinstance(left, Number) or not isinstance(right, Number):
        raise TypeError(f"{ast.unparse(node)}: reckoning needs numbers")
    ways: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
        ast.Add: Number.plus,
        ast.Sub: Number.minus,
        ast.Mult: Number.times,
        ast.Div: Number.over,
    }
    return ways[type(node.op)](left, right)


def _bool(node: ast.BoolOp, names: Mapping[str, Value]) -> Value:
    # One after the other, so that a later operand may rely on an earlier one.
    truths = (_truth(one, names) for one in node.values)
    return conjunction(truths) if isinstance(node.op, ast.And) else disjunction(truths)


def _truth(node: ast.AST, names: Mapping[str, Value]) -> Truth:
    value = _value(node, names)
    if not isinstance(value, Truth):
        raise TypeError(f"{ast.unparse(node)}: is neither true nor false")
    return value


def _unary(node: ast.UnaryOp, names: Mapping[str, Value]) -> Value:
    if isinstance(node.op, ast.Not):
        return _truth(node.operand, names).negated()
    return Number.of(0.0).minus(_value(node.operand, names))


def _comparison(node: ast.Compare, names: Mapping[str, Value]) -> Value:
    sides = [_value(one, names) for one in (node.left, *node.comparators)]
    return conjunction(
        _compared(sign, left, right) for sign, left, right in zip(node.ops, sides, sides[1:], strict=False)
    )


def _compared(sign: ast.cmpop, left: Value, right: Value) -> Truth:
    if isinstance(sign, ast.In | ast.NotIn):
        found = _membership(left, right)
        return found if isinstance(sign, ast.In) else found.negated()
    if isinstance(sign, ast.NotEq):
        return _compared(ast.Eq(), left, right).negated()
    if isinstance(left, Word) and isinstance(right, Word):
        if left.text is None or right.text is None:
            return Truth(None, left.lacks | right.lacks)
        return Truth(left.text == right.text)
    return compare(left, _SIGNS[type(sign)], right)


def _membership(member: Value, among: Value) -> Truth:
    if isinstance(among, Untold):
        return Truth(None, among.lacks)
    return disjunction(_compared(ast.Eq(), member, plain(one)) for one in among)


def _choice(node: ast.IfExp, names: Mapping[str, Value]) -> Value:
    test = _truth(node.test, names)
    if test.holds is not None:
        return _value(node.body if test.holds else node.orelse, names)
    yes, no = _value(node.body, names), _value(node.orelse, names)
    if isinstance(yes, Number):
        return hull((yes, no), test.lacks)
    if isinstance(yes, Truth):
        return yes if yes == no else Truth(None, test.lacks | yes.lacks | no.lacks)
    return yes if yes == no else Word(None, test.lacks)


def _call(node: ast.Call, names: Mapping[str, Value]) -> Value:
    assert isinstance(node.func, ast.Name)  # noqa: S101  # seen when the formula was read
    return FUNCTIONS[node.func.id](*(_value(one, names) for one in node.args))


def _generator(node: ast.GeneratorExp, names: Mapping[str, Value]) -> Value:
    loop = node.generators[0]
    among = _value(loop.iter, names)
    if isinstance(among, Untold):
        return among
    return list(_items(node, loop, among, names))


def _items(
    node: ast.GeneratorExp, loop: ast.comprehension, among: Value, names: Mapping[str, Value]
) -> Iterator[Value]:
    """Each item's value; where it is open whether an item belongs, a number is it or zero, a truth is open."""
    assert isinstance(loop.target, ast.Name)  # noqa: S101  # the grammar of formulas has no other
    for one in among:
        inner = ChainMap({loop.target.id: one}, cast(dict[str, Value], names))  # terms are worked out when asked
        belongs = conjunction(_truth(test, inner) for test in loop.ifs)
        if belongs.holds is False:
            continue
        value = _value(node.elt, inner)
        if belongs.holds is None and isinstance(value, Number):
            value = hull((value, Number.of(0.0)), belongs.lacks)
        elif belongs.holds is None and isinstance(value, Truth):
            value = Truth(None, belongs.lacks | value.lacks)
        yield value


_WAYS: dict[type[ast.AST], Callable[[Any, Mapping[str, Value]], Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.List: _list,
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _bool,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Call: _call,
    ast.GeneratorExp: _generator,
}
