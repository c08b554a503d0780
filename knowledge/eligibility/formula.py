"""Formulas: arithmetic over facts and parameters, as an officer writes it in a rule.

``min(firm.rd_expense * base_rate + growth, cap)``: ``+ - * /``, brackets, ``min``, ``max``, percentages (``2%``), and
``days_since``, ``months_since``, ``years_since``, ``calendar_months_since`` of a date. A name with a dot is a fact, one
without a parameter.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from typing import Literal

from city.errors import BadInput
from knowledge.eligibility.ir import Arithmetic, Constant, Elapsed, Term, is_day

Resolve = Callable[[str], Term]
Since = Callable[[str, Term], Elapsed]
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_OPERATORS: dict[type[ast.operator], Literal["+", "-", "*", "/"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_SINCE = {
    "days_since": "days",
    "months_since": "months",
    "years_since": "years",
    "calendar_months_since": "calendar_months",
}
LONGEST = 500


def parse(text: str | float, resolve: Resolve, since: Since) -> Term:
    """The formula as a term. ``resolve`` gives the term of a name, ``since`` the time passed since a date.

    Raises BadInput naming what cannot be read.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return _number(text)
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise BadInput(f"{text!r} is no formula: write numbers, facts and parameters with + - * / min max")
    plain = _PERCENT.sub(r"(\1/100)", text.replace("×", "*").replace("÷", "/").replace("（", "(").replace("）", ")"))
    try:
        tree = ast.parse(plain.strip(), mode="eval")
        return _term(tree.body, resolve, since)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadInput(f"the formula {text!r} cannot be read: check its brackets and operators") from None


def _term(node: ast.expr, resolve: Resolve, since: Since) -> Term:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _number(value)
        case ast.Name(id=name):
            return resolve(name)
        case ast.Attribute(value=ast.Name(id=head), attr=tail):
            return resolve(f"{head}.{tail}")
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _folded("-", Constant(0.0), _counted(_term(inner, resolve, since)))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            made = (_counted(_term(left, resolve, since)), _counted(_term(right, resolve, since)))
            return _folded(_OPERATORS[type(operator)], *made)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name, [_term(one, resolve, since) for one in args], since)
        case _:
            raise BadInput(f"{ast.unparse(node)!r} is not part of a formula: use + - * / min max and *_since")


def _number(value: float) -> Constant:
    """A number that is written out; beyond what a number can hold it is a mistake."""
    try:
        made = float(value)
    except OverflowError:
        made = math.inf
    if not math.isfinite(made):
        raise BadInput("a number is larger than any that can be computed with")
    return Constant(made)


def _counted(term: Term) -> Term:
    """``term``, which must be a number: days are compared, or counted with days_since."""
    if is_day(term):
        raise BadInput(f"a date is no number: write {', '.join(_SINCE)} of it, or compare it in a condition")
    return term


def _call(name: str, args: list[Term], since: Since) -> Term:
    if name in ("min", "max") and len(args) >= 2:
        made = _counted(args[0])
        for other in args[1:]:
            made = Arithmetic("min" if name == "min" else "max", made, _counted(other))
        return made
    if name in _SINCE and len(args) == 1:
        if not is_day(args[0]):
            raise BadInput(f"{name} takes a date, which a number is not")
        return since(_SINCE[name], args[0])
    raise BadInput(f"there is no function {name!r} of {len(args)}: use min, max, {', '.join(_SINCE)}")


def _folded(operator: Literal["+", "-", "*", "/"], left: Term, right: Term) -> Term:
    """Constants are worked out at once: 2% is one number."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        one, other = left.value, right.value
        if isinstance(one, float) and isinstance(other, float) and (operator != "/" or other):
            return Constant(
                {"+": one + other, "-": one - other, "*": one * other, "/": one / other if other else 0}[operator]
            )
    return Arithmetic(operator, left, right)
