"""conformance_runner.py: what tests/conformance/run does without any driver, and what the harnesses refuse."""
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest
from unittest import mock

CONFORMANCE = pathlib.Path(__file__).resolve().parent.parent / "conformance"
SECONDS = 60
sys.path.insert(0, str(CONFORMANCE))
from runner.drivers import all_drivers  # noqa: E402


def run(*arguments):
    """With no command to be found: no driver can be prepared."""
    with tempfile.TemporaryDirectory() as empty:
        return subprocess.run([sys.executable, CONFORMANCE / "run", "dmkit", *arguments], capture_output=True, text=True, encoding="utf-8",
                              env={"PATH": empty, "DMKIT_CONFORMANCE_DIR": empty}, timeout=SECONDS, check=False)


class ConformanceRunner(unittest.TestCase):
    def test_a_driver_that_is_missing_is_a_failure(self):
        done = run("--language", "node,java,orm-gorm")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r"FAILED: node \S+: left out: the command node is missing")
        javas = sum(driver.language == "java" for driver in all_drivers())
        self.assertEqual(done.stdout.splitlines()[-1], f"0 passed, {2 + javas} failed")

    def test_a_driver_may_be_missing_when_that_is_said(self):
        done = run("--language", "node", "--allow-missing")
        self.assertRegex(done.stdout, r"^left out: node \S+: the command node is missing")
        self.assertEqual(done.stdout.splitlines()[-1], "0 passed, 0 failed")

    def test_a_name_that_does_not_exist_is_refused(self):
        for option, name in (("--language", "go,jaav"), ("--charset", "utf8,gb1803")):
            done = run(option, name)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{option}: {name.split(',')[1]} is not known", done.stderr)

    def test_only_checks_that_a_driver_cannot_make_are_taken_out(self):
        scenario = {"name": "x", "steps": [{"sql": "s", "rows": [], "types": ["INT"], "columns": ["A"]}, {"sql": "t", "last_id": 7, "affected": 1}]}
        before = json.dumps(scenario)
        for driver in all_drivers():
            left = [sorted(step) for step in driver.sayable(scenario)["steps"]]
            self.assertEqual(left, {
                "python": [["columns", "rows", "sql"], ["affected", "sql"]],
                "node": [["columns", "rows", "sql", "types"], ["affected", "sql"]],
            }.get(driver.language, [["columns", "rows", "sql", "types"], ["affected", "last_id", "sql"]]), driver.name)
        self.assertEqual(json.dumps(scenario), before)


class PythonHarness(unittest.TestCase):
    """The other harnesses are in languages that need not be here."""

    def setUp(self):
        driver = types.ModuleType("dmPython")
        driver.Error = type("Error", (Exception,), {})
        patched = mock.patch.dict(sys.modules, {"dmPython": driver})
        patched.start()
        self.addCleanup(patched.stop)
        sys.path.insert(0, str(CONFORMANCE / "python"))
        self.addCleanup(sys.path.remove, str(CONFORMANCE / "python"))
        namespace = {"__name__": "harness", "__file__": str(CONFORMANCE / "python" / "run.py")}
        exec(compile((CONFORMANCE / "python" / "run.py").read_text(encoding="utf-8"), "run.py", "exec"), namespace)
        self.harness = types.SimpleNamespace(**namespace)

    def test_a_field_that_it_does_not_know_is_a_failure(self):
        with self.assertRaisesRegex(self.harness.Mismatch, "does not know types"):
            self.harness.Session().step({"sql": "select 1", "types": ["INT"]})

    def test_a_row_with_more_columns_is_a_failure(self):
        cursor = mock.Mock()
        cursor.fetchall.return_value = [(1, 2)]
        with self.assertRaisesRegex(self.harness.Mismatch, "row 0, number of columns: expected 1, got 2"):
            self.harness.Session().check_rows({"rows": [[1]]}, cursor)
        self.harness.Session().check_rows({"rows": [[1, 2]]}, cursor)


if __name__ == "__main__":
    unittest.main()
