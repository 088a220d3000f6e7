#!/usr/bin/env python3
"""Every object of the chart is one that Kubernetes knows, field by field, in two versions. Needs helm and kubectl-validate
(tools/kubernetes-tools.sh), which carries the schemas."""

import tempfile
import unittest
from pathlib import Path

from tools import CI_VALUES, need, rendered_text, run

VERSIONS = ("1.28", "1.30")
# Kinds of the Prometheus operator, whose schemas are not among them; chart_test looks at those.
FOREIGN = "monitoring.coreos.com/"


def validate(text, version):
    with tempfile.TemporaryDirectory() as folder:
        documents = [d for d in text.split("\n---") if "kind:" in d and FOREIGN not in d]
        (Path(folder) / "objects.yaml").write_text("\n---".join(documents), encoding="utf-8")
        return run("kubectl-validate", "--version", version, folder)


class Objects(unittest.TestCase):
    def test_are_valid(self):
        for version in VERSIONS:
            for values in CI_VALUES:
                with self.subTest(version=version, values=values.name):
                    done = validate(rendered_text(values, f"{version}.0"), version)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_are_looked_at_closely(self):
        """A misspelt field is found, so that the test above means something."""
        text = rendered_text(CI_VALUES[0]).replace("readOnlyRootFilesystem", "readOnlyRootFileSystem", 1)
        self.assertNotEqual(validate(text, VERSIONS[0]).returncode, 0)


if __name__ == "__main__":
    need("helm", "kubectl-validate")
    unittest.main()
