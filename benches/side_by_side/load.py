"""Two ways of asking. `wrk` for rates: it costs little, but its percentiles are corrected for omitted requests, so they
are compared only with its own. `latencies` for times: plain sockets, each request timed by itself; it adds about a tenth
of a millisecond to every answer, which is Reeve's loss where the peer is asked by pgbench or psql."""

import re
import socket
import subprocess
import threading
import time
from pathlib import Path

LUA = Path(__file__).resolve().parent.parent / "wrk" / "list.lua"


def wrk(address, paths, connections, seconds, scratch, headers=()):
    """Asks for the paths over and over; answers what list.lua tells, as numbers, with `rate`."""
    listing = scratch / "paths.txt"
    listing.write_text("\n".join(paths) + "\n")
    done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(LUA), address,
                           "--", str(listing), *headers], capture_output=True, text=True)
    told = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or not told:
        raise RuntimeError(f"wrk: {done.stderr.strip()} {done.stdout}")
    result = {name: float(value) for name, value in (pair.split("=") for pair in told[1].split())}
    result["rate"] = result["requests"] / result["seconds"]
    return result


class Asker:
    """One connection that is kept."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def close(self):
        self.socket.close()

    def ask(self, path, headers=""):
        """Status, headers and body of one request."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
        head = self._until(b"\r\n\r\n").decode("latin-1")
        status = int(head.split(" ", 2)[1])
        length = re.search(r"(?im)^content-length: *(\d+)", head)
        if re.search(r"(?im)^transfer-encoding: *chunked", head):
            return status, head, self._chunks()
        return status, head, self._exactly(int(length[1]) if length else 0)

    def _more(self):
        got = self.socket.recv(1 << 18)
        if not got:
            raise ConnectionError("the server closed the connection")
        self.buffer += got

    def _until(self, mark):
        while mark not in self.buffer:
            self._more()
        found, self.buffer = self.buffer.split(mark, 1)
        return found

    def _exactly(self, length):
        parts, have = [self.buffer], len(self.buffer)
        while have < length:
            got = self.socket.recv(1 << 18)
            if not got:
                raise ConnectionError("the server closed the connection")
            parts.append(got)
            have += len(got)
        whole = b"".join(parts)
        self.buffer = whole[length:]
        return whole[:length]

    def _chunks(self):
        parts = []
        while size := int(self._until(b"\r\n"), 16):
            parts.append(self._exactly(size))
            self._exactly(2)
        self._until(b"\r\n")
        return b"".join(parts)


def latencies(port, paths, connections, headers="", keep=False):
    """Asks for each path once. Answers requests a second, each time in ms, the counts of statuses, and the bodies."""
    waiting = list(enumerate(paths))[::-1]
    times, statuses, bodies, errors = [], {}, [None] * len(paths), []
    lock = threading.Lock()

    def work():
        try:
            asker = Asker(port)
            while True:
                with lock:
                    if not waiting or errors:
                        break
                    number, path = waiting.pop()
                begun = time.perf_counter()
                status, _, body = asker.ask(path, headers)
                taken = (time.perf_counter() - begun) * 1000
                with lock:
                    times.append(taken)
                    statuses[status] = statuses.get(status, 0) + 1
                    if keep:
                        bodies[number] = body
            asker.close()
        except (OSError, ValueError) as error:
            errors.append(error)

    begun = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(times) / (time.perf_counter() - begun), times, statuses, bodies
