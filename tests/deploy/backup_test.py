#!/usr/bin/env python3
"""What is backed up while the suite works is all there after a restore, with both engines (deploy/backup.md).

    backup_test.py BIN       BIN is the folder of the suite's programs
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from tools import ROOT, Postgres, free_port, need, run, wait_for

BIN = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/bin")
SERVICES = ["registry", "survey", "catalogue", "funding", "indicators", "report"]
SCHEME = ROOT / "deploy/examples/schemes/npo-schools-2021-2022.yaml"


class Suite:
    """Standalone on some store, driven by the command."""

    def __init__(self, *store):
        self.port = free_port()
        self.process = subprocess.Popen(
            [BIN / "voortgang-standalone", f"--listen=127.0.0.1:{self.port}", "--admin-listen=none",
             "--http-listen=none", *store], stderr=subprocess.DEVNULL)
        wait_for(lambda: run(*self.command("whoami")).returncode == 0)

    def command(self, *arguments):
        return [BIN / "voortgang", "--server", f"127.0.0.1:{self.port}", "--output", "json", *arguments]

    def say(self, *arguments):
        done = run(*self.command(*arguments))
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def fill(self, folder):
        """A programme up to its amounts."""
        if not (folder / "country").exists():
            self.say("generate", folder / "country")
        self.say("registry", "import", folder / "country/2021-10-01", "--id", "s", "--count-date", "2021-10-01")
        self.say("funding", "publish", SCHEME)
        self.say("funding", "allocate", "r", "--scheme", SCHEME.stem, "--snapshot", "s")
        self.say("catalogue", "publish", ROOT / "deploy/examples/menus/2021-autumn.yaml")
        self.say("survey", "publish", ROOT / "deploy/examples/questionnaires/staff.yaml")

    def figures(self):
        """What must be the same before and after, word for word."""
        return [self.say("registry", "schools", "s", "--province", "Utrecht"),
                self.say("funding", "explain", "r", "00AA00"),
                self.say("catalogue", "interventions", "2021-autumn")]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0


class Busy:
    """Keeps a suite writing while it is backed up."""

    def __init__(self, suite):
        self.suite, self.stop = suite, threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        number = 0
        while not self.stop.wait(0.01):
            self.suite.say("funding", "allocate", f"busy-{number}", "--scheme", SCHEME.stem, "--snapshot", "s")
            number += 1

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


class Backups(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)
        self.folder.chmod(0o755)

    def check(self, before, suite):
        self.assertEqual(suite.figures(), before)
        # It works on: what was there is taken for what it is, and new work is done.
        suite.say("funding", "allocate", "r", "--scheme", SCHEME.stem, "--snapshot", "s")
        suite.say("funding", "allocate", "after", "--scheme", SCHEME.stem, "--snapshot", "s")
        digests = {json.loads(suite.say("funding", "allocate", run_id, "--scheme", SCHEME.stem, "--snapshot", "s"))
                   ["digest"] for run_id in ("r", "after")}
        self.assertEqual(len(digests), 1)

    def test_of_sqlite_files_are_whole(self):
        suite = Suite(f"--data-dir={self.folder}/store")
        suite.fill(self.folder)
        before = suite.figures()
        (self.folder / "restored").mkdir()
        with Busy(suite):
            for service in SERVICES:
                source = sqlite3.connect(self.folder / f"store/{service}.db")
                target = sqlite3.connect(self.folder / f"restored/{service}.db")
                source.backup(target)
                self.assertEqual(target.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                source.close()
                target.close()
        suite.stop()
        restored = Suite(f"--data-dir={self.folder}/restored")
        self.check(before, restored)
        restored.stop()

    def test_of_postgresql_databases_are_whole(self):
        cluster = self.folder / "cluster"
        cluster.mkdir()
        postgres = Postgres(cluster)
        self.addCleanup(postgres.stop)
        for service in SERVICES:
            postgres.sql("postgres", f"CREATE DATABASE {service}")
            postgres.sql("postgres", f"CREATE DATABASE restored_{service}")
        suite = Suite(f"--database-url={postgres.url('{service}')}")
        suite.fill(self.folder)
        before = suite.figures()
        with Busy(suite):
            for service in SERVICES:
                postgres.do("pg_dump", "--format=custom", f"--file={cluster}/{service}.dump", postgres.url(service))
        suite.stop()
        for service in SERVICES:
            postgres.do("pg_restore", "--exit-on-error", f"--dbname={postgres.url('restored_' + service)}",
                        f"{cluster}/{service}.dump")
        restored = Suite(f"--database-url={postgres.url('restored_{service}')}")
        self.check(before, restored)
        restored.stop()


if __name__ == "__main__":
    need("psql")
    unittest.main()
