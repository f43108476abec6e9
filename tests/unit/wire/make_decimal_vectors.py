#!/usr/bin/env python3
"""Writes tests/vectors/decimal-vectors.json: operations on decimals with results computed by Python's decimal module.

Results follow the rules of docs/protocol for DM8's DECIMAL: 38 significant digits, halves rounded away from zero, and
results up to 9.99…e123 (manual, 1.4.1).
Usage: make_decimal_vectors.py > tests/vectors/decimal-vectors.json
"""
import decimal
import json
import random
from decimal import Decimal

random.seed(8)
exact = decimal.Context(prec=600, rounding=decimal.ROUND_HALF_UP, Emax=99999, Emin=-99999)
result_context = decimal.Context(prec=38, rounding=decimal.ROUND_HALF_UP, Emax=99999, Emin=-99999)


def plain(value):
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def operand():
    kind = random.random()
    if kind < 0.1:
        return Decimal(random.choice(["0", "1", "-1", "99", "100", "-100", "0.01", "0.1", "9" * 38, "-" + "9" * 38]))
    digits = random.randint(1, 38)
    number = Decimal(random.randrange(10 ** digits)).scaleb(-random.randint(0, 45 if kind < 0.3 else 20), exact)
    return number.copy_negate() if random.random() < 0.5 else number


def outcome(operation, a, b):
    if operation in ("divide", "modulo") and b == 0:
        return {"fault": "divide_by_zero"}
    if operation == "modulo":
        value = exact.remainder(a, b)
    elif operation == "divide":
        value = result_context.divide(a, b)
    else:
        value = getattr(exact, operation)(a, b)
    value = result_context.plus(value)
    return {"fault": "overflow"} if value.copy_abs() >= Decimal("1e124") else {"result": plain(value)}


def main():
    cases = []
    for operation in ("add", "subtract", "multiply", "divide", "modulo"):
        for _ in range(200):
            a, b = operand(), operand()
            cases.append({"operation": operation, "a": plain(a), "b": plain(b), **outcome(operation, a, b)})
    for _ in range(200):
        a, scale = operand(), random.randint(-6, 30)
        for operation, rounding in (("rounded", decimal.ROUND_HALF_UP), ("truncated", decimal.ROUND_DOWN)):
            value = a.quantize(Decimal(1).scaleb(-scale), rounding=rounding, context=exact)
            cases.append({"operation": operation, "a": plain(a), "scale": scale, "result": plain(value)})
    print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")


main()
