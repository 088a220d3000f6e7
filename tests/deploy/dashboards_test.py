#!/usr/bin/env python3
"""Every panel of every dashboard shows data of the demo, in a real Prometheus. Needs prometheus and promtool.

    dashboards_test.py BIN       BIN is the folder of the suite's programs
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

import yaml

from tools import CHART, ROOT, free_port, need, run, wait_for

BIN = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/bin")


def fetch(url, **parameters):
    if parameters:
        url += "?" + urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


class Dashboards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """The demo, from nothing to report, with a Prometheus that watches it all the while."""
        cls.folder = tempfile.TemporaryDirectory()
        folder = Path(cls.folder.name)
        ports = [free_port() for _ in range(3)]
        cls.suite_http = f"http://127.0.0.1:{ports[1]}"
        cls.prometheus = f"http://127.0.0.1:{ports[2]}"
        config = {"global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"},
                  "rule_files": [str(CHART / "files/prometheus/rules.yaml")],
                  "scrape_configs": [{"job_name": "standalone",
                                      "static_configs": [{"targets": [f"127.0.0.1:{ports[1]}"]}]}]}
        (folder / "prometheus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        made = run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90",
                   "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                   "-out", folder / "tls.crt", "-keyout", folder / "tls.key")
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        cls.processes = [
            subprocess.Popen([BIN / "voortgang-standalone", f"--listen=127.0.0.1:{ports[0]}", "--admin-listen=none",
                              f"--http-listen=127.0.0.1:{ports[1]}", f"--data-dir={folder}/store",
                              f"--tls-cert={folder}/tls.crt", f"--tls-key={folder}/tls.key",
                              f"--principals={cls.two_people(folder)}"], stderr=subprocess.DEVNULL),
            subprocess.Popen(["prometheus", f"--config.file={folder}/prometheus.yaml",
                              f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{ports[2]}",
                              "--log.level=error"])]
        wait_for(lambda: fetch(cls.suite_http + "/readyz"))
        wait_for(lambda: fetch(cls.prometheus + "/-/ready"))
        wait_for(lambda: cls.query("voortgang_ready"))
        cls.begin = time.time()
        demo = run(BIN / "voortgang", "--server", f"127.0.0.1:{ports[0]}", "--tls-ca", folder / "tls.crt",
                   "--token-file", folder / "programme.token", "demo", "--folder", folder, "--approver-token-file", folder / "controller.token", cwd=ROOT)
        if demo.returncode != 0:
            raise AssertionError(demo.stdout + demo.stderr)
        for _ in range(3):
            fetch(cls.suite_http + "/editions/2022-04/nl/")
        # Two scrapes more, of which rates are made.
        scrapes = {cls.last_scrape()}
        wait_for(lambda: scrapes.add(cls.last_scrape()) or len(scrapes) > 2)

    @classmethod
    def tearDownClass(cls):
        for process in cls.processes:
            process.terminate()
        for process in cls.processes:
            process.wait(timeout=30)
        cls.folder.cleanup()

    @classmethod
    def two_people(cls, folder):
        entries = []
        for name, roles in (("programme", "editor, respondent, approver, treasurer, analyst"), ("controller", "approver")):
            made = run(BIN / "voortgang", "--output", "json", "token", "new", "--out", folder / f"{name}.token")
            digest = json.loads(made.stdout)["token_sha256"]
            entries.append(f"  - {{name: users/{name}, roles: [{roles}], token_sha256: {digest}}}")
        (folder / "principals.yaml").write_text("principals:\n" + "\n".join(entries) + "\n", encoding="utf-8")
        return folder / "principals.yaml"

    @classmethod
    def query(cls, expression):
        answer = json.loads(fetch(cls.prometheus + "/api/v1/query", query=expression))
        return answer["data"]["result"]

    @classmethod
    def last_scrape(cls):
        return max(float(series["value"][1]) for series in cls.query("timestamp(voortgang_ready)"))

    def values(self, expression):
        """What a panel would draw of the time since the demo began, without what is no number."""
        answer = json.loads(fetch(self.prometheus + "/api/v1/query_range", query=expression, start=self.begin - 1,
                                  end=time.time(), step="0.5"))
        self.assertEqual(answer["status"], "success", expression)
        return [value for series in answer["data"]["result"] for _, value in series["values"] if value != "NaN"]

    def test_show_data_in_every_panel(self):
        files = sorted((CHART / "files/grafana").glob("*.json"))
        self.assertEqual(len(files), 5)
        for path in files:
            for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
                for target in panel["targets"]:
                    expression = target["expr"].replace("$__rate_interval", "5s")
                    expression = re.sub(r'"\$\w+"', '".*"', expression)
                    with self.subTest(dashboard=path.stem, panel=panel["title"]):
                        # What is measured now and then may come after a demo that is over in less.
                        wait_for(lambda: self.values(expression), what=expression)

    def test_fill_their_variables(self):
        for path in (CHART / "files/grafana").glob("*.json"):
            for variable in json.loads(path.read_text(encoding="utf-8"))["templating"]["list"]:
                if variable["type"] != "query":
                    continue
                metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]).groups()
                self.assertTrue(all(label in series["metric"] for series in self.query(metric)), variable["query"])

    def test_are_what_is_written_down(self):
        done = run(ROOT / "tools/dashboards.py", "--check")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_of_a_programme_that_goes_well_raise_no_alarm(self):
        self.assertEqual([alert["metric"]["alertname"] for alert in self.query('ALERTS{alertstate="firing"}')], [])

    def test_rules_are_made_of_metrics_that_exist(self):
        known = set(json.loads(fetch(self.prometheus + "/api/v1/label/__name__/values"))["data"])
        text = (CHART / "files/prometheus/rules.yaml").read_text(encoding="utf-8")
        expressions = " ".join(re.findall(r"(?m)^\s+expr: (.*(?:\n {10,}.*)*)", text))
        used = set(re.findall(r"\b(?:voortgang|grpc_server|process)_\w+|\bup\b", re.sub(r"\w+:\w+", "", expressions)))
        self.assertGreater(len(used), 10)
        self.assertEqual(used - known, set())

    def test_metrics_are_named_by_convention(self):
        done = run("promtool", "check", "metrics", input=fetch(self.suite_http + "/metrics"))
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    need("prometheus", "promtool")
    unittest.main()
