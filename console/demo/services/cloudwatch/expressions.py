"""Owns metric math as far as the demo has it: the four operations, parentheses and ``FILL(id, number)``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from console.demo.services.cloudwatch import errors
from console.demo.wire.messages import ServiceError

Points = dict[int, float]
"""Start of a period in seconds since 1970 → value."""

_Value = float | Points
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(expression: str, series: Mapping[str, Points]) -> Points:
    """Return the expression's data points. Raises ``ServiceError`` for what the demo cannot calculate."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise _refused(expression, "it cannot be read") from error
    found = _value(tree, series, expression)
    if not isinstance(found, dict):
        raise _refused(expression, "it names no metric")
    return found


def _refused(expression: str, why: str) -> ServiceError:
    return errors.validation(f"Error in expression '{expression}': {why}.")


def _value(node: ast.expr, series: Mapping[str, Points], expression: str) -> _Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in series:
        return series[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left, series, expression), _value(node.right, series, expression)
        return _combined(_OPERATORS[type(node.op)], left, right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _combined(operator.sub, 0.0, _value(node.operand, series, expression))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FILL":
        return _filled(node, series, expression)
    raise _refused(expression, "the demo account calculates only + - * / and FILL with a number")


def _filled(node: ast.Call, series: Mapping[str, Points], expression: str) -> Points:
    values = [_value(argument, series, expression) for argument in node.args]
    if len(values) != 2 or not isinstance(values[0], dict) or not isinstance(values[1], float):
        raise _refused(expression, "FILL takes a metric and a number")
    times = {at for points in series.values() for at in points}
    return {at: values[0].get(at, values[1]) for at in sorted(times)}


def _combined(apply: Callable[[float, float], float], left: _Value, right: _Value) -> _Value:
    """Apply an operation point by point; a point that one side lacks, or a division by zero, is a gap."""
    if isinstance(left, float) and isinstance(right, float):
        found = _applied(apply, left, right)
        return 0.0 if found is None else found
    times = [set(side) for side in (left, right) if isinstance(side, dict)]
    points: Points = {}
    for at in sorted(set.intersection(*times)):
        found = _applied(apply, _at(left, at), _at(right, at))
        if found is not None:
            points[at] = found
    return points


def _at(side: _Value, at: int) -> float:
    return side[at] if isinstance(side, dict) else side


def _applied(apply: Callable[[float, float], float], left: float, right: float) -> float | None:
    try:
        return apply(left, right)
    except ZeroDivisionError:
        return None
