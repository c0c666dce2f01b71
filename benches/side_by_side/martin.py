"""martin, the tile server that people use: built by cargo into var/bench, started on the same database."""

import contextlib
import http.client
import os
import subprocess
import time
from pathlib import Path

import process


def find(bench, layer):
    """martin serving the view bench.<layer> of the bench's database, or None if it is not there."""
    program = os.environ.get("REEVE_BENCH_MARTIN", "")
    return Martin(Path(program), bench, layer) if program and Path(program).is_file() else None


class Martin:
    def __init__(self, program, bench, layer):
        self.program, self.bench, self.layer = program, bench, layer
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()
        self.name = f"martin {told[-1]}"

    def paths(self, zoom, listed):
        return [f"/{self.layer}/{zoom}/{x}/{y}" for x, y in listed]

    @contextlib.contextmanager
    def serving(self, cache_mb):
        """Serves the same columns of the same rows while the block runs; gives the port."""
        port = process.free_port()
        settings = self.bench.scratch / "martin.yaml"
        settings.write_text(f"""
listen_addresses: '127.0.0.1:{port}'
worker_processes: 2
cache_size_mb: {cache_mb}
postgres:
  connection_string: '{self.bench.database().address}'
  auto_publish: false
  auto_bounds: skip
  tables:
    {self.layer}:
      schema: bench
      table: {self.layer}
      srid: 4326
      geometry_column: geom
      geometry_type: POINT
      properties:
        id: text
        label: text
""")
        child = subprocess.Popen([self.program, "--config", settings], stdout=self.bench.log, stderr=self.bench.log)
        try:
            self._wait(child, port)
            yield port
            self.bench.martin_mib = process.memory_mib(child.pid, "VmHWM")
        finally:
            process.stop(child)

    def _wait(self, child, port):
        for _ in range(600):
            if child.poll() is not None:
                raise RuntimeError(f"martin ended with {child.returncode}")
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError("martin does not answer")
