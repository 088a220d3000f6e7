#!/usr/bin/env python3
"""Measures dear figures and pages without a cache, with the cache in the process and with Redis, after the demo.

    bench-cache.py BIN
"""

import http.client
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 30
QUERY = "indicators query execution-well --wave 2022-winter"
# What of it is dear.
QUERIES = {
    "a crossing of two attributes": "--by sector,province",
    "calibrated weights": "--calibrate province,sector",
    "errors by jackknife": "--variance jackknife",
}
PAGE = "/editions/2022-04/nl/report.html"


def processor(process):
    """Milliseconds that all threads of a process have run, which other programs on the machine do not change."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{process.pid}/task").glob("*/schedstat")) / 1e6


def measure(programs, *flags):
    """Milliseconds of the server's processor time by what was asked, the first time left out."""
    with tempfile.TemporaryDirectory() as folder:
        suite = subprocess.Popen([programs / "voortgang-standalone", "--listen=127.0.0.1:50953", "--admin-listen=none",
                                  "--http-listen=127.0.0.1:50954", f"--data-dir={folder}/store", *flags],
                                 stderr=subprocess.DEVNULL)
        try:
            call = [programs / "voortgang", "--server", "127.0.0.1:50953", "--output", "json"]
            for _ in range(100):
                if subprocess.run([*call, "whoami"], capture_output=True, check=False).returncode == 0:
                    break
                time.sleep(0.05)
            subprocess.run([*call, "demo", "--folder", folder], check=True, capture_output=True, cwd=ROOT)
            times = {}
            for name, dear in QUERIES.items():
                command = [*call, *QUERY.split(), *dear.split()]
                subprocess.run(command, check=True, capture_output=True)
                before = processor(suite)
                for _ in range(ROUNDS):
                    subprocess.run(command, check=True, capture_output=True)
                times[name] = (processor(suite) - before) / ROUNDS
            connection = http.client.HTTPConnection("127.0.0.1", 50954)
            for rounds in (1, 10 * ROUNDS):
                before = processor(suite)
                for _ in range(rounds):
                    connection.request("GET", PAGE)
                    answer = connection.getresponse()
                    assert answer.status == 200 and answer.read()
                times["a page of an edition"] = (processor(suite) - before) / rounds
            return times
        finally:
            suite.terminate()
            suite.wait(timeout=30)


def main():
    programs = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        redis = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", f"{folder}/redis", "--save", ""],
                                 stdout=subprocess.DEVNULL)
        try:
            without = measure(programs, "--cache-bytes=0")
            process = measure(programs)
            shared = measure(programs, "--cache-bytes=0", f"--cache-url=unix://{folder}/redis")
        finally:
            redis.terminate()
            redis.wait(timeout=30)
    print(f"{'milliseconds of processor time':32} {'no cache':>10} {'in process':>12} {'in Redis':>10}")
    for name, time_without in without.items():
        print(f"{name:32} {time_without:10.2f} {process[name]:12.2f} {shared[name]:10.2f}")


if __name__ == "__main__":
    sys.exit(main())
