"""fixture_commands.py DMKIT: `dmkit record`, `show`, `diff` and `replay` as programs: their lines, exit statuses and files."""
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

DMKIT = sys.argv.pop(1)
SECONDS = 30


class Listening:
    """A dmkit command that listens until it is told to end."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([DMKIT, *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8")
        line = self.process.stdout.readline()
        assert line.startswith("dmkit: listening on 127.0.0.1:"), line
        self.address = line.split()[-1]

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(SECONDS)
        self.process.stdout.close()
        return status


def dmkit(*arguments):
    return subprocess.run([DMKIT, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False)


class FixtureCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.server = Listening("serve", "--listen", "127.0.0.1:0", "--user", "APP:Kanarienvogel_7")
        self.addCleanup(self.server.end)

    def record(self, name, *statements, how=signal.SIGTERM, options=()):
        file = self.folder / name
        proxy = Listening("record", "--upstream", self.server.address, "--listen", "127.0.0.1:0", "--out", str(file), *options)
        for statement in statements:
            dmkit("sql", f"dm://APP:Kanarienvogel_7@{proxy.address}", "-c", statement)
        self.assertEqual(proxy.end(how), 0)
        return file

    def test_a_recording_is_shown_with_statements_rows_and_errors(self):
        file = self.record("a.conv", "CREATE TABLE BOOK(ID INT, NAME VARCHAR(20))", "INSERT INTO BOOK VALUES(7, '红楼梦')",
                           "SELECT ID, NAME, NULL FROM BOOK", "SELECT * FROM NOWHERE", "create user u identified by \"Kanarienvogel_8\"")
        shown = dmkit("show", file)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        for text in ("server 8.1.3.140, client 7.6.0.0", "masked: password, keys", "log in as APP", "> allocate a statement", "< $stmt1",
                     "SELECT ID, NAME, NULL FROM BOOK", "ID | NAME | NULL", "7 | '红楼梦' | NULL", "error -2106", "NOWHERE",
                     "executed, 1 row affected", " ms)", 'identified by "********"'):
            self.assertIn(text, shown.stdout)
        for text in (shown.stdout, file.read_text(encoding="utf-8")):
            for password in ("Kanarienvogel_7", "Kanarienvogel_8"):
                self.assertNotIn(password, text)
                self.assertNotIn(password.encode().hex(), text)
        raw = dmkit("show", "--raw", file)
        self.assertEqual(raw.returncode, 0)
        self.assertRegex(raw.stdout, r'@64 +client_version +07 00 00 00 37 2e 36 2e 30 2e 30 = "7\.6\.0\.0"\n')
        self.assertRegex(raw.stdout, r'@20 +autocommit +01 = 1\n')
        self.assertRegex(raw.stdout, r'@\d+ +columns\[1\]\.name +.*= "NAME"\n')

    def test_output_that_cannot_be_written_is_an_error(self):
        file = self.record("a.conv", "SELECT 1 FROM DUAL")
        with open("/dev/full", "w", encoding="utf-8") as full:
            shown = subprocess.run([DMKIT, "show", file], stdout=full, stderr=subprocess.PIPE, text=True, timeout=SECONDS, check=False)
        self.assertEqual((shown.returncode, shown.stderr), (1, "dmkit show: the output could not be written\n"))

    def test_a_recording_is_replayed(self):
        select = "SELECT 'recorded' FROM DUAL"
        file = self.record("a.conv", select)
        for how in (signal.SIGTERM, signal.SIGINT):
            replay = Listening("replay", str(file), "--listen", "127.0.0.1:0")
            dsn = f"dm://APP:whatever@{replay.address}"
            answer = dmkit("sql", dsn, "--format", "csv", "-c", select)
            self.assertEqual((answer.returncode, answer.stderr), (0, ""))
            self.assertIn("recorded", answer.stdout)
            missed = dmkit("sql", dsn, "-c", "SELECT 'other' FROM DUAL")
            self.assertEqual(missed.returncode, 1)
            self.assertIn("[-99999] dmkit: replay: PREPARE, message 7 of the recording; sql: expected \"SELECT 'recorded' FROM DUAL\", got \"SELECT 'other' FROM DUAL\"", missed.stderr)
            self.assertEqual(replay.end(how), 0)

    def test_unmasked_keeps_the_password(self):
        file = self.record("a.conv", "SELECT 1", options=["--unmasked"])
        self.assertIn("Kanarienvogel_7", file.read_text(encoding="utf-8"))
        self.assertIn("masked: nothing", dmkit("show", file).stdout)

    def test_two_recordings_of_the_same_are_equal(self):
        a = self.record("a.conv", "SELECT 1 FROM DUAL", "SELECT 2 FROM DUAL")
        b = self.record("b.conv", "SELECT 1 FROM DUAL", "SELECT 2 FROM DUAL", options=["--unmasked"], how=signal.SIGINT)
        self.assertNotEqual(a.read_bytes(), b.read_bytes())
        equal = dmkit("diff", a, b)
        self.assertEqual((equal.returncode, equal.stdout, equal.stderr), (0, "", ""))

    def test_a_difference_is_named(self):
        a = self.record("a.conv", "SELECT 1 FROM DUAL")
        b = self.record("b.conv", "SELECT 3 FROM DUAL")
        c = self.record("c.conv", "SELECT 1 FROM DUAL", "SELECT 1 FROM DUAL")
        different = dmkit("diff", a, b)
        self.assertEqual(different.returncode, 1)
        self.assertIn('PREPARE from the client: sql: "SELECT 1 FROM DUAL" in A, "SELECT 3 FROM DUAL" in B', different.stdout)
        self.assertIn("rows[0].values[0]: 1 in A, 3 in B", different.stdout)
        longer = dmkit("diff", a, c)
        self.assertEqual(longer.returncode, 1)
        self.assertRegex(longer.stdout, r"connection 2: is in B only, \d+ messages")

    def test_what_is_no_conversation_is_named_by_its_place(self):
        a = self.record("a.conv", "SELECT 1 FROM DUAL")
        lines = a.read_text(encoding="utf-8").splitlines(keepends=True)
        broken = self.folder / "broken.conv"
        broken.write_text("".join(lines).replace('"sql":"SELECT 1', '"sql":"SELECT 2'), encoding="utf-8")
        for command in (("show", broken), ("diff", a, broken), ("diff", broken, a), ("replay", broken)):
            answer = dmkit(*command)
            self.assertEqual(answer.returncode, 2)
            self.assertRegex(answer.stderr, r'broken\.conv:\d+: fields\.sql: the bytes say "SELECT 1 FROM DUAL", the line says "SELECT 2 FROM DUAL"\n')
        absent = dmkit("show", self.folder / "absent")
        self.assertEqual(absent.returncode, 2)
        self.assertIn("cannot be opened", absent.stderr)

    def certificate(self, name):
        """A certificate for 127.0.0.1 that signs itself. @return the options of a command that listens"""
        certificate, key = self.folder / f"{name}-cert.pem", self.folder / f"{name}-key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
                        "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=SECONDS)
        return "--tls-cert", str(certificate), "--tls-key", str(key)

    def test_tls_ends_at_the_proxy_and_begins_anew(self):
        server_options, proxy_options = self.certificate("server"), self.certificate("proxy")
        server = Listening("serve", "--listen", "127.0.0.1:0", "--user", "APP:Kanarienvogel_7", *server_options)
        self.addCleanup(server.end)
        file = self.folder / "secure.conv"
        select = "SELECT 'recorded' FROM DUAL"

        def query(address):
            return dmkit("sql", f"dm://APP:Kanarienvogel_7@{address}?tls=require&tlsCaFile={self.folder / 'proxy-cert.pem'}", "-c", select)

        def record(*options):
            proxy = Listening("record", "--upstream", server.address, "--out", str(file), *proxy_options, *options)
            answer = query(proxy.address)
            self.assertEqual(proxy.end(), 0)
            return answer
        for options in (("--upstream-tls-ca-file", str(self.folder / "server-cert.pem"), "--upstream-tls-min-version", "1.3"),
                        ("--upstream-tls-verify", "none"),
                        ("--upstream-tls-server-name", "127.0.0.1", "--upstream-tls-verify", "ca", "--upstream-tls-ca-file", str(self.folder / "server-cert.pem"))):
            answer = record(*options)
            self.assertEqual((answer.returncode, answer.stderr), (0, ""), options)
            self.assertIn("recorded", answer.stdout)
            shown = dmkit("show", file).stdout
            self.assertIn("TLS from here on", shown)
            self.assertIn(select, shown)
        replay = Listening("replay", str(file), *proxy_options)
        self.addCleanup(replay.end)
        self.assertIn("recorded", query(replay.address).stdout)
        # The system's authorities know nothing of this server.
        self.assertEqual(record().returncode, 1)

    def test_files_of_tls_that_cannot_be_used_are_wrong_use(self):
        record = ("record", "--upstream", "127.0.0.1:1", "--out", str(self.folder / "a.conv"))
        own = self.certificate("proxy")
        for options, why in ((("--tls-cert", "x"), "--tls-cert and --tls-key belong together"), (("--tls-client-ca", "x"), "needs --tls-cert"),
                             (("--tls-cert", "/nonexistent", "--tls-key", "x"), "TLS for clients: certificate /nonexistent"),
                             ((*own, "--upstream-tls-ca-file", "/nonexistent"), "TLS with the server: certificates of authorities, /nonexistent"),
                             ((*own, "--upstream-tls-cert", own[1]), "is given alone"),
                             ((*own, "--upstream-tls-verify", "some"), "--upstream-tls-verify some: one of full, ca, none is expected"),
                             ((*own, "--upstream-tls-min-version", "1.1"), "--upstream-tls-min-version 1.1: one of 1.2, 1.3 is expected"),
                             (("--upstream-tls-verify", "none"), "needs a certificate to show the clients")):
            answer = dmkit(*record, *options)
            self.assertEqual(answer.returncode, 2, options)
            self.assertIn(why, answer.stderr)

    def test_wrong_use(self):
        for command in (("record",), ("record", "--upstream", "x", "--out", "y"), ("record", "--upstream", "x:1"), ("show",), ("diff", "a"), ("replay",)):
            self.assertEqual(dmkit(*command).returncode, 2, command)
        self.assertEqual(dmkit("record", "--upstream", "127.0.0.1:1", "--out", "/nonexistent/file").returncode, 1)


if __name__ == "__main__":
    unittest.main()
