#!/usr/bin/env python3
"""Every alert is tested, has a runbook, and is made of metrics that are named by convention. Needs promtool."""

import re
import unittest

import yaml

from tools import CHART, ROOT, need, run

RULES = CHART / "files/prometheus/rules.yaml"
TESTS = ROOT / "tests/deploy/rules_test.yaml"
RUNBOOKS = ROOT / "deploy/runbooks"


class Rules(unittest.TestCase):
    def setUp(self):
        groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
        self.alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]

    def test_are_well_formed(self):
        done = run("promtool", "check", "rules", "--lint=all", "--lint-fatal", RULES)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_fire_when_they_should_and_not_otherwise(self):
        done = run("promtool", "test", "rules", TESTS, cwd=TESTS.parent)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_have_each_a_test_that_fires_and_one_that_does_not(self):
        tested = {(case["alertname"], bool(case["exp_alerts"]))
                  for test in yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"] for case in test["alert_rule_test"]}
        self.assertEqual(tested, {(alert["alert"], fires) for alert in self.alerts for fires in (True, False)})

    def test_have_each_a_runbook_that_says_where_to_look_and_what_to_do(self):
        self.assertEqual({p.stem for p in RUNBOOKS.glob("*.md")}, {alert["alert"] for alert in self.alerts})
        for alert in self.alerts:
            name = alert["alert"]
            self.assertTrue(alert["annotations"]["runbook_url"].endswith(f"/deploy/runbooks/{name}.md"))
            text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
            self.assertRegex(text, rf"(?s)^# {name}\n.+\n## Look\n.+\n## Do\n.+")
            for link in re.findall(r"\]\((\w+\.md)\)", text):
                self.assertTrue((RUNBOOKS / link).exists(), f"{name} points to {link}")


if __name__ == "__main__":
    need("promtool")
    unittest.main()
