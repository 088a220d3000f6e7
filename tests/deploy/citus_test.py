#!/usr/bin/env python3
"""On a Citus cluster of a coordinator and two workers the stores whose tables are spread do what they do on one PostgreSQL, and the
demo comes to what it comes to on SQLite. Needs Citus 12.1 (CONTRIBUTING.md says how it is built).

    citus_test.py BIN       BIN is the folder of the suite's programs
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import ROOT, SKIPPED, Postgres, free_port, run, wait_for

BIN = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/bin")
SPREAD = ["survey", "catalogue"]  # Those with tables that grow.
CONTRACTS = {"survey_storage_test": "survey", "survey_fieldwork_store_test": "survey", "catalogue_storage_test": "catalogue"}
# Of thousands of statements, each of which is a trip to a worker here: minutes.
TOO_LONG = ["QuotaTest.IsNeverExceededWhateverRacersDo", "TouchedProgrammesTest.LooksBeyondManyProgrammesThatAreNotTouched"]
SERVICES = ["registry", "survey", "catalogue", "funding", "indicators", "report"]


def demo(folder, *store):
    """What the demo says on a store, less what depends on the machine."""
    port = free_port()
    suite = subprocess.Popen([BIN / "voortgang-standalone", f"--listen=127.0.0.1:{port}", "--admin-listen=none",
                              "--http-listen=none", "--log-severity=warning", *store], stderr=subprocess.PIPE, text=True)
    command = [BIN / "voortgang", "--server", f"127.0.0.1:{port}"]
    try:
        wait_for(lambda: suite.poll() is not None or run(*command, "whoami").returncode == 0)
        done = run(*command, "demo", "--folder", folder, cwd=ROOT)
        if done.returncode != 0:
            suite.terminate()
            raise AssertionError(done.stdout + done.stderr + suite.communicate()[1])
        return re.sub(r"\(\d+\.\d+ s\)", "", done.stdout).replace(str(folder), "")
    finally:
        suite.terminate()
        suite.communicate(timeout=30)


def contract(program, originals):
    """Runs what a program tests on PostgreSQL on copies of a database instead."""
    return run(BIN.parent / "test" / program, "--gtest_filter=*/Postgres-" + ":".join(f"*{name}/*" for name in TOO_LONG), cwd=ROOT,
               env={**os.environ, "VOORTGANG_TEST_DATABASES": " ".join(originals)})


class Citus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        folder = cls.folder = Path(temporary.name)
        folder.chmod(0o755)
        nodes = cls.nodes = []
        for name in ("coordinator", "worker1", "worker2"):
            (folder / name).mkdir()
            nodes.append(Postgres(folder / name, port=free_port(), settings={
                "shared_preload_libraries": "citus", "max_connections": "300", "max_prepared_transactions": "300",
                "max_worker_processes": "40",  # One a database and node.
                # What is tried is where rows are, not whether they outlive a power cut.
                "fsync": "off", "synchronous_commit": "off"}))
            cls.addClassCleanup(nodes[-1].stop)
        coordinator, *workers = nodes
        for service in SERVICES:
            coordinator.sql("postgres", f"CREATE DATABASE {service}")
        for service in SPREAD:
            for node in workers:
                node.sql("postgres", f"CREATE DATABASE {service}")
            # Together: each takes a second or two.
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda node: node.sql(service, "CREATE EXTENSION citus"), nodes))
            coordinator.sql(service, f"SELECT citus_set_coordinator_host('127.0.0.1', {coordinator.port})")
            for worker in workers:
                coordinator.sql(service, f"SELECT citus_add_node('127.0.0.1', {worker.port})")
        migrated = run(BIN / "voortgang-standalone", "--migrations=only",
                       f"--database-url={coordinator.url('{service}')}")
        assert migrated.returncode == 0, migrated.stderr
        # Fewer shards than for real are as many kinds of them: on the same worker, on another.
        spread = (ROOT / "deploy/postgresql/citus.sql").read_text(encoding="utf-8").replace("shard_count => 32", "shard_count => 8")
        assert "=> 8" in spread
        (folder / "citus.sql").write_text(spread, encoding="utf-8")
        for service in SPREAD:
            coordinator.file(service, folder / "citus.sql")

    def test_keeps_the_contract_of_the_stores(self):
        # First, for nobody may be connected to what is copied: neither Citus itself nor, later, the demo.
        with ThreadPoolExecutor() as pool:
            list(pool.map(Postgres.restart, self.nodes))
            ran = {program: pool.submit(contract, program, [node.url(service) for node in self.nodes])
                   for program, service in CONTRACTS.items()}
        for program, done in ran.items():
            done = done.result()
            self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])
            suites = sorted(set(re.findall(r"OK \] \w+/(\w+)\.", done.stdout)))
            self.assertTrue(suites)
            passed = re.search(r"PASSED  \] (\d+)", done.stdout)[1]
            print(f"on Citus: {passed} tests of {program}: {', '.join(suites)}", flush=True)
        print(f"not on Citus, which take minutes there: {', '.join(TOO_LONG)}")

    def test_runs_the_demo_to_the_same_report(self):
        folder, (coordinator, *workers) = self.folder, self.nodes
        for service in SPREAD:
            self.assertGreater(int(coordinator.sql(service, "SELECT count(*) FROM pg_dist_partition")), 3)
        here = demo(folder / "sqlite", f"--data-dir={folder}/store")
        there = demo(folder / "citus", f"--database-url={coordinator.url('{service}')}", "--migrations=check")
        self.assertEqual(there, here)
        for worker in workers:
            rows = coordinator.sql("survey", f"""
                SELECT sum(counted.result::int) FROM run_command_on_shards('response_change', 'SELECT count(*) FROM %s') AS counted
                JOIN citus_shards AS placed USING (shardid) WHERE placed.nodeport = {worker.port}""")
            self.assertGreater(int(rows or 0), 1000, "answers are on this worker")


if __name__ == "__main__":
    if not list(Path("/usr/share/postgresql").glob("*/extension/citus.control")):
        print("SKIPPED: PostgreSQL here has no Citus; see CONTRIBUTING.md", file=sys.stderr)
        sys.exit(SKIPPED)
    unittest.main()
