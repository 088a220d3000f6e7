#!/usr/bin/env python3
"""Measures what calls cost the server after the demo, from its own metrics, and holds them to tests/bench/call_budgets.yaml.

    bench-calls.py BIN
"""

import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
BUDGETS = ROOT / "tests/bench/call_budgets.yaml"
ROUNDS = 20
YARDSTICK = "AccessService/WhoAmI"
# Mixed traffic, as people and programs read a programme.
COMMANDS = [
    "whoami", "registry snapshots", "registry schools 2021-10-01 --province Utrecht", "registry boards 2021-10-01",
    "registry municipalities 2021-10-01", "catalogue editions", "catalogue interventions 2021-autumn",
    "catalogue search 2021-autumn lezen", "catalogue uptake 2021-2022 2021-autumn", "funding runs",
    "funding allocations npo-schools-2021-2022", "funding explain npo-schools-2021-2022 00AC00", "ledger books",
    "survey waves", "survey progress 2022-winter", "indicators list", "indicators query execution-well --wave 2022-winter",
    "indicators state", "report list",
]


def handled(port):
    """Seconds and calls so far by "Service/Method"."""
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    found = {}
    for line in text.splitlines():
        match = re.match(r"grpc_server_handling_seconds_(sum|count)\{(.*)\} (\S+)", line)
        if match and 'grpc_type="unary"' in match[2]:
            labels = dict(re.findall(r'(\w+)="([^"]*)"', match[2]))
            name = labels["grpc_service"].split(".")[-1] + "/" + labels["grpc_method"]
            found.setdefault(name, {})[match[1]] = float(match[3])
    return found


def main():
    programs = Path(sys.argv[1])
    budgets = yaml.safe_load(BUDGETS.read_text(encoding="utf-8"))["budgets"]
    with tempfile.TemporaryDirectory() as folder:
        suite = subprocess.Popen([programs / "voortgang-standalone", "--listen=127.0.0.1:50951", "--admin-listen=none",
                                  "--http-listen=127.0.0.1:50952", f"--data-dir={folder}/store"],
                                 stderr=subprocess.DEVNULL)
        try:
            call = [programs / "voortgang", "--server", "127.0.0.1:50951", "--output", "json"]
            for _ in range(100):
                if subprocess.run([*call, "whoami"], capture_output=True, check=False).returncode == 0:
                    break
                time.sleep(0.05)
            subprocess.run([*call, "demo", "--folder", folder], check=True, capture_output=True, cwd=ROOT)
            before = handled(50952)
            for _ in range(ROUNDS):
                for command in COMMANDS:
                    subprocess.run([*call, *command.split()], check=True, capture_output=True)
            after = handled(50952)
        finally:
            suite.terminate()
            suite.wait(timeout=30)
    means = {}
    for name, now in after.items():
        count = now["count"] - before[name]["count"]
        if count >= ROUNDS:
            means[name] = (now["sum"] - before[name]["sum"]) / count
    unit, failed = means.pop(YARDSTICK), False
    print(f"{'method':44} {'mean':>10} {'ratio':>8} {'budget':>8}    (an empty call: {unit * 1e6:.0f} µs)")
    for name, mean in sorted(means.items(), key=lambda item: item[1]):
        ratio, budget = mean / unit, budgets.get(name)
        verdict = "not listed" if budget is None else "TOO SLOW" if ratio > budget else ""
        failed = failed or bool(verdict)
        print(f"{name:44} {mean * 1e3:7.2f} ms {ratio:8.1f} {budget or 0:8}    {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
