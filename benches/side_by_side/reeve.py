"""Reeve as it is measured: the release build on its own database in a folder of its own."""

import http.client
import json
import os
import subprocess
import time

import process


class Reeve:
    """One town: filled once, served as often as a measurement wants a cold start."""

    def __init__(self, program, var, size, log):
        self.program, self.var, self.size, self.log = program, var, size, log
        self.port = process.free_port()
        self.child = None

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.child.pid

    def _environment(self):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("REEVE_") and name != "DATABASE_URL"}
        return kept | {"REEVE_VAR": str(self.var), "REEVE_LOG": "warn",
                       "REEVE_PG_BIN": os.environ.get("REEVE_PG_BIN", "")}

    def _arguments(self):
        return ["serve", "--listen", f"127.0.0.1:{self.port}"]

    def fill(self):
        """Makes the town up, unless the folder holds one from an earlier run. Answers the seconds."""
        done = self.var / f"filled-{self.size}"
        if done.exists():
            return 0.0
        begun = time.perf_counter()
        subprocess.run([self.program, "demo", "--size", self.size], env=self._environment(), check=True,
                       stdout=self.log, stderr=self.log)
        done.touch()
        return time.perf_counter() - begun

    def start(self):
        """Starts the server and waits until it serves. Answers the seconds."""
        begun = time.perf_counter()
        self.child = subprocess.Popen([self.program, *self._arguments()], env=self._environment(), stdout=self.log,
                                      stderr=self.log)
        while True:
            if self.child.poll() is not None:
                raise RuntimeError(f"reeve ended with {self.child.returncode}; see {self.log.name}")
            try:
                if self.get("/readyz")[0] == 200:
                    return time.perf_counter() - begun
            except OSError:
                pass
            if time.perf_counter() - begun > 300:
                raise RuntimeError("reeve is not ready after 300 s")
            time.sleep(0.05)

    def restart(self):
        self.stop()
        self.start()

    def stop(self):
        if self.child:
            process.stop(self.child)
            self.child = None

    def get(self, path):
        """Status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def kinds(self):
        """How many there are of each kind, by slug."""
        return {kind["slug"]: kind["count"] for kind in json.loads(self.get("/api/kinds")[1])}
