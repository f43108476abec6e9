"""Commands of dmkit that listen, and a harness that runs against one."""

import os
import re
import subprocess
import threading

from runner.drivers import Broken

USERS = ["SYSDBA:SYSDBA", "APP:App_12345", "用户:口令_12345"]  # those that scenarios.json logs in with
LOCK_TIMEOUT = 2000  # milliseconds; one scenario waits for it
LISTEN_SECONDS = 30
STOP_SECONDS = 20
HARNESS_SECONDS = 900


class Listening:
    """A dmkit command that listens, from its listening line to its clean end."""

    def __init__(self, command, log):
        self.log = log
        with open(log, "w") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        timer = threading.Timer(LISTEN_SECONDS, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        match = re.fullmatch(r"dmkit: listening on (.+):(\d+)\n", line)
        if not match:
            self.process.kill()
            self.process.wait()
            raise Broken(f"{' '.join(command)} did not listen; first line {line!r}, log: {log.read_text()[-2000:]}")
        self.host, self.port = match[1], match[2]

    def stop(self):
        """Ends the server; returns what was wrong with its end, or None."""
        died = self.process.poll()
        if died is not None:
            return f"the server died with status {died}; log: {self.log}"
        self.process.terminate()
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"the server did not end within {STOP_SECONDS} s of SIGTERM; log: {self.log}"
        return f"the server ended with status {status}; log: {self.log}" if status else None


class Server(Listening):
    """`dmkit serve`."""

    def __init__(self, binary, charset, log, more=(), message_version=8):
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--profile", f"lock_timeout={LOCK_TIMEOUT}", "--profile", f"message_version={message_version}", *more]
        for user in USERS:
            command += ["--user", user]
        if charset != "utf8":
            command += ["--charset", charset]
        super().__init__(command, log)


def end_with_server(process, server, ended):
    """A harness without a server would only wait for its time-outs."""
    while not ended.wait(1):
        if server.process.poll() is not None:
            process.kill()
            return


def run_harness(command, variables, server):
    """Runs a harness to its end. Returns its lines, and what it says of each scenario by name: True or False."""
    environment = {**os.environ, **variables, "DMKIT_HOST": server.host, "DMKIT_PORT": server.port}
    process = subprocess.Popen([str(part) for part in command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, encoding="utf-8", errors="replace")
    timer = threading.Timer(HARNESS_SECONDS, process.kill)
    timer.start()
    ended = threading.Event()
    threading.Thread(target=end_with_server, args=(process, server, ended), daemon=True).start()
    lines, outcomes, counts = [], {}, None
    for line in process.stdout:
        if match := re.fullmatch(r"(\d+) passed, (\d+) failed\n", line):
            counts = int(match[1]), int(match[2])
            continue
        if match := re.match(r"(passed|FAILED) (\S+)", line):
            outcomes[match[2]] = match[1] == "passed"
        lines.append(line.rstrip("\n"))
    status = process.wait()
    ended.set()
    timer.cancel()
    told = sum(outcomes.values()), len(outcomes) - sum(outcomes.values())
    if counts != told or not outcomes:
        lines.append(f"FAILED: the harness ended with status {status}, its count is {counts}, its lines say {told}")
        outcomes[""] = False
    return lines, outcomes
