"""Runs the scenarios of ../scenarios.json through dmPython, unmodified and with its defaults.

Environment: DMKIT_HOST, DMKIT_PORT, DMKIT_SCENARIOS (file with the scenarios to run, all of them).
"""

import json
import os
import pathlib
import re
import sys

import dmPython

from values import PYTHON_TYPES, canonical, expand_rows, expected_text, kind_of, to_parameter


# What a step may hold; the runner takes out what this driver cannot say (runner/drivers.py).
FIELDS = {"on", "sql", "params", "query", "rows", "columns", "affected", "error", "prepare", "run", "run_params", "close", "begin", "isolation",
          "commit", "rollback", "batch", "params_rows", "connect", "user", "password", "disconnect",
          "call", "block", "returns", "out", "results", "explain", "plan"}


class Mismatch(Exception):
    pass


def shorten(value):
    text = str(value)
    return f"{text[:100]}… ({len(text)} characters)" if len(text) > 120 else text


def check(what, expected, actual):
    if expected != actual:
        raise Mismatch(f"{what}: expected {shorten(expected)}, got {shorten(actual)}")


def plain(value):
    return value.read() if hasattr(value, "read") else value


class Session:
    """What the steps of one scenario have opened."""

    def __init__(self):
        self.connections = {}
        self.prepared = {}

    def connection(self, step):
        return self.connections[step.get("on", "a")]

    def open(self, step):
        self.connections[step["connect"]] = dmPython.connect(
            user=step.get("user", "SYSDBA"), password=step.get("password", "SYSDBA"),
            server=os.environ.get("DMKIT_HOST", "127.0.0.1"), port=int(os.environ.get("DMKIT_PORT", "5236")))

    def check_rows(self, step, cursor):
        if "columns" in step:
            check("columns", step["columns"], [column[0] for column in cursor.description])
        actual = cursor.fetchall() or []
        if isinstance(step["rows"], dict) and "count" in step["rows"]:
            return check("number of rows", step["rows"]["count"], len(actual))
        expected = expand_rows(step["rows"])
        check("number of rows", len(expected), len(actual))
        for r, row in enumerate(expected):
            check(f"row {r}, number of columns", len(row), len(actual[r]))
            for c, value in enumerate(row):
                check(f"row {r}, column {c}", expected_text(value), canonical(kind_of(value), plain(actual[r][c])))

    def check_result(self, step, cursor):
        if "rows" in step:
            self.check_rows(step, cursor)
        if "affected" in step:
            check("affected rows", step["affected"], cursor.rowcount)

    def execute(self, step, cursor, sql, parameters):
        values = [to_parameter(value) for value in step.get(parameters, [])]
        if values:
            cursor.execute(sql, values)
        else:
            cursor.execute(sql)
        self.check_result(step, cursor)

    def text(self, step):
        cursor = self.connection(step).cursor()
        try:
            self.execute(step, cursor, step["sql"], "params")
        finally:
            cursor.close()

    def batch(self, step):
        cursor = self.connection(step).cursor()
        try:
            cursor.executemany(step["batch"], [[to_parameter(value) for value in row] for row in expand_rows(step["params_rows"])])
            self.check_result(step, cursor)
        finally:
            cursor.close()

    def parameter(self, step, cursor, given):
        """What to bind for one parameter of a call or block."""
        if not isinstance(given, dict) or "out" not in given:
            return to_parameter(given)
        if given["out"] == "cursor":
            return self.connection(step).cursor()
        if "block" not in step:  # the driver has the parameter described
            return to_parameter(given.get("in"))
        variable = cursor.var(PYTHON_TYPES[given["out"]])
        if "in" in given:
            variable.setvalue(0, to_parameter(given["in"]))
        return variable

    def call(self, step):
        """callproc, callfunc and execute all give the values of all parameters, callfunc that of the function before them."""
        given = step.get("params", [])
        cursor = self.connection(step).cursor()
        try:
            parameters = [self.parameter(step, cursor, one) for one in given]
            if "block" in step:
                values = cursor.execute(step["block"], parameters) if parameters else [cursor.execute(step["block"])][:0]
            elif "returns" in step:
                values, given = cursor.callfunc(step["call"], *parameters), [{"out": step["returns"]}, *given]
            else:
                values = cursor.callproc(step["call"], *parameters)
            self.check_results(step, cursor)
            actual = [value for one, value in zip(given, values, strict=True) if isinstance(one, dict) and "out" in one]
            check("number of OUT parameters", len(step.get("out", [])), len(actual))
            for at, (expected, value) in enumerate(zip(step.get("out", []), actual)):
                if isinstance(expected, dict) and "rows" in expected:
                    self.check_rows(expected, value)
                    value.close()
                else:
                    check(f"OUT parameter {at}", expected_text(expected), canonical(kind_of(expected), plain(value)))
        finally:
            cursor.close()

    def check_results(self, step, cursor):
        results = 0
        more = bool(cursor.description)
        while more:
            check("more results than expected", True, results < len(step.get("results", [])))
            self.check_rows(step["results"][results], cursor)
            results += 1
            more = cursor.nextset()
        check("number of results", len(step.get("results", [])), results)

    def explain(self, step):
        plan = self.connection(step).explain(step["explain"])
        for part in step["plan"]:
            if part not in plan:
                raise Mismatch(f"the plan has no {part}: {plan}")

    def begin(self, step):
        self.connection(step).autoCommit = False
        if "isolation" in step:
            cursor = self.connection(step).cursor()
            cursor.execute("SET TRANSACTION ISOLATION LEVEL " + step["isolation"].replace("_", " "))
            cursor.close()

    def end(self, step):
        connection = self.connection(step)
        connection.commit() if "commit" in step else connection.rollback()
        connection.autoCommit = True

    def prepare(self, step):
        cursor = self.connection(step).cursor()
        self.prepared[step["prepare"]] = cursor
        cursor.prepare(step["sql"])
        if "run_params" in step:
            self.execute(step, cursor, None, "run_params")

    def run(self, step):
        if "connect" in step:
            self.open(step)
        elif "disconnect" in step:
            self.connections.pop(step["disconnect"]).close()
        elif "begin" in step:
            self.begin(step)
        elif "commit" in step or "rollback" in step:
            self.end(step)
        elif "call" in step or "block" in step:
            self.call(step)
        elif "explain" in step:
            self.explain(step)
        elif "batch" in step:
            self.batch(step)
        elif "prepare" in step:
            self.prepare(step)
        elif "run" in step:
            self.execute(step, self.prepared[step["run"]], None, "params")
        elif "close" in step:
            self.prepared.pop(step["close"]).close()
        else:
            self.text(step)

    def step(self, step):
        if unknown := set(step) - FIELDS:
            raise Mismatch(f"this harness does not know {', '.join(sorted(unknown))}")
        if "error" not in step:
            return self.run(step)
        expected = step["error"]
        try:
            self.run(step)
        except dmPython.Error as error:
            text = str(error)
            match = re.search(r"\[CODE:(-?\d+)\]", text)
            check("error code", expected["code"], int(match[1]) if match else text)
            texts = [expected[language] for language in ("zh", "en") if language in expected]
            if texts and not any(part in text for part in texts):
                raise Mismatch(f"error text: expected one of {texts}, got {text}") from error
            return None
        raise Mismatch(f"expected error {expected['code']}, got success")

    def close(self):
        for connection in self.connections.values():
            try:
                connection.close()
            except dmPython.Error:
                pass  # the scenario has its verdict already


def run_scenario(scenario):
    session = Session()
    number, current = 0, "login"
    try:
        session.run({"connect": "a"})
        for number, current in enumerate(scenario["steps"], 1):
            session.step(current)
        return None
    except Mismatch as mismatch:
        return f"step {number}: {shorten(current)}\n    {mismatch}"
    except Exception as error:  # whatever the driver raises is a finding
        return f"step {number}: {shorten(current)}\n    {type(error).__name__}: {error}"
    finally:
        session.close()


def main():
    file = os.environ.get("DMKIT_SCENARIOS", pathlib.Path(__file__).parent.parent / "scenarios.json")
    passed = failed = 0
    for scenario in json.loads(pathlib.Path(file).read_text(encoding="utf-8"))["scenarios"]:
        name = scenario["name"]
        if failure := run_scenario(scenario):
            failed += 1
            print(f"FAILED {name}\n    {failure}", flush=True)
        else:
            passed += 1
            print("passed", name, flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
