#!/usr/bin/env python3
"""Access logs become traces: a call, and what it called, in one tree.

    otlp_test.py BIN       BIN is the folder of the suite's programs
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tools import ROOT, free_port, run, wait_for

BIN = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/bin")
SCHEME = ROOT / "deploy/examples/schemes/npo-schools-2021-2022.yaml"


def spans_of(log):
    """By name. What a service is called comes with each."""
    done = run(ROOT / "tools/otlp.py", input=log)
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        for resource in json.loads(line)["resourceSpans"]:
            for span in resource["scopeSpans"][0]["spans"]:
                found[span["name"].split(".")[-1]] = span
    return found


class Traces(unittest.TestCase):
    def test_show_what_a_call_called(self):
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            with (Path(folder) / "log").open("w+", encoding="utf-8") as log:
                suite = subprocess.Popen([BIN / "voortgang-standalone", f"--listen=127.0.0.1:{port}", "--admin-listen=none",
                                          "--http-listen=none", f"--data-dir={folder}/store"], stderr=log)
                command = [BIN / "voortgang", "--server", f"127.0.0.1:{port}"]
                wait_for(lambda: run(*command, "whoami").returncode == 0)
                run(*command, "generate", folder)
                run(*command, "registry", "import", f"{folder}/2021-10-01", "--id", "s", "--count-date", "2021-10-01")
                run(*command, "funding", "publish", SCHEME)
                run(*command, "funding", "allocate", "r", "--scheme", SCHEME.stem, "--snapshot", "s")
                suite.terminate()
                suite.wait(timeout=30)
                log.seek(0)
                spans = spans_of(log.read())
        allocate, read = spans["FundingService/Allocate"], spans["RegistryService/ExportSchools"]
        self.assertEqual(read["traceId"], allocate["traceId"])
        self.assertEqual(read["parentSpanId"], allocate["spanId"])
        self.assertNotIn("parentSpanId", allocate)
        self.assertLessEqual(int(allocate["startTimeUnixNano"]), int(read["startTimeUnixNano"]))
        self.assertLessEqual(int(read["endTimeUnixNano"]), int(allocate["endTimeUnixNano"]))

    def test_tell_failures_from_what_callers_did_wrong_and_pass_over_other_lines(self):
        line = {"time": "2022-01-01T00:00:01.5Z", "message": "call", "method": "/a.B/C", "duration_ms": 250.0, "caller": "x",
                "peer": "p", "request_id": "r", "trace_id": "0" * 31 + "1", "span_id": "0" * 15 + "2", "service": "s"}
        log = "no JSON\n" + json.dumps({"message": "other"}) + "\n" + "\n".join(
            json.dumps({**line, "method": f"/a.B/{code}", "code": code, "error": "why"}) for code in ("Internal", "NotFound"))
        spans = spans_of(log)
        self.assertEqual(spans["B/Internal"]["status"], {"code": 2, "message": "why"})
        self.assertEqual(spans["B/NotFound"]["status"], {})
        self.assertEqual(spans["B/Internal"]["startTimeUnixNano"], "1640995201250000000")
        self.assertEqual(spans["B/Internal"]["endTimeUnixNano"], "1640995201500000000")


if __name__ == "__main__":
    unittest.main()
