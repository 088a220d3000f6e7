#!/usr/bin/env python3
"""Images hold what their programs need and nothing else, and the compose file starts what there is. Needs dpkg and binutils;
running them also needs root, as CI is.

    images_test.py BIN       BIN is the folder of the suite's programs
"""

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

import yaml

from tools import CHART, ROOT, Postgres, free_port, need, run, wait_for

BIN = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/bin")
GRAPH = yaml.safe_load((CHART / "files/graph.yaml").read_text(encoding="utf-8"))
PROGRAMS = ["voortgang", "voortgang-standalone"] + [f"voortgang-{service}" for service in GRAPH]
MOST_BYTES = 120e6
# Runs a command in an image as its user, on a root file system that nobody can write to.
IN_IMAGE = """
root=$1; shift
mount --bind "$root" "$root" && mount -o remount,ro,bind "$root" && mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" &&
exec chroot --userspec=10001:10001 --groups=10001 "$root" "$@"
"""


def in_image(root, *arguments):
    return ["unshare", "-m", "bash", "-c", IN_IMAGE, "in_image", str(root), "/entrypoint", *arguments]


def may_run_images():
    return run("unshare", "-m", "true").returncode == 0 and os.geteuid() == 0


def contents(root):
    """Every path with its mode, owner, time and content."""
    entries = {}
    for path in sorted(root.rglob("*")):
        info = path.lstat()
        content = os.readlink(path) if path.is_symlink() else (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
        entries[str(path.relative_to(root))] = (info.st_mode, info.st_uid, int(info.st_mtime), content)
    return entries


class Images(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.roots = {program: cls.assemble(program, program) for program in PROGRAMS}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def assemble(cls, program, name):
        root = Path(cls.folder.name) / name
        done = run(ROOT / "deploy/images/root.sh", BIN / program, root,
                   env={**os.environ, "SOURCE_DATE_EPOCH": "1640995200"})
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return root

    def test_are_small(self):
        for program, root in self.roots.items():
            size = sum(p.lstat().st_size for p in root.rglob("*") if p.is_file() and not p.is_symlink())
            print(f"{program}: {size / 1e6:.0f} MB")
            self.assertLess(size, MOST_BYTES, program)

    def test_hold_one_program_and_libraries(self):
        for program, root in self.roots.items():
            for path in root.rglob("*"):
                mode = path.lstat().st_mode
                self.assertFalse(mode & (stat.S_ISUID | stat.S_ISGID), path)
                if stat.S_ISREG(mode) and mode & 0o111:
                    self.assertTrue(".so" in path.name or path == root / "usr/bin" / program, path)

    def test_are_the_same_bytes_when_made_again(self):
        again = self.assemble("voortgang-registry", "again")
        self.assertEqual(contents(again), contents(self.roots["voortgang-registry"]))

    @unittest.skipUnless(may_run_images(), "SKIPPED: needs root")
    def test_run_without_rights_on_a_file_system_that_nobody_can_write_to(self):
        for program, root in self.roots.items():
            done = run(*in_image(root, "--version"))
            self.assertEqual(done.returncode, 0, f"{program}: {done.stderr}")
            self.assertRegex(done.stdout, r"^\d+\.\d+\.\d+")

    @unittest.skipUnless(may_run_images(), "SKIPPED: needs root")
    def test_serve_and_end_when_told_to(self):
        port = free_port()
        process = subprocess.Popen(
            in_image(self.roots["voortgang-standalone"], "--data-dir=/tmp/data", "--listen=127.0.0.1:0",
                     "--admin-listen=none", f"--http-listen=127.0.0.1:{port}"), stderr=subprocess.DEVNULL)
        try:
            with wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)) as answer:
                self.assertEqual(answer.status, 200)
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
            self.assertRegex(status, r"Uid:\s+10001")
            self.assertRegex(status, r"CapEff:\s+0+\n")
        finally:
            process.terminate()
            self.assertEqual(process.wait(timeout=30), 0)

    def test_carry_a_bill_of_materials(self):
        for program, root in self.roots.items():
            bill = json.loads((root / "usr/share/doc/sbom.spdx.json").read_text(encoding="utf-8"))
            self.check_spdx(bill)
            names = {package["name"] for package in bill["packages"]}
            self.assertLess({program, "libc6", "libstdc++6", "libgrpc29", "libssl3"}, names)
            for name in names - {program}:
                self.assertTrue((root / "usr/share/doc" / name / "copyright").exists(), f"{program}: {name}")
            # Every library belongs to a package of the bill.
            files = "".join(p.read_text(encoding="utf-8") for name in names - {program}
                            for p in Path("/var/lib/dpkg/info").glob(f"{name}*.list"))
            for library in root.rglob("*.so*"):
                self.assertIn(f"/{library.name}\n", files)

    def check_spdx(self, bill):
        """What SPDX 2.3 demands of a document, as far as this one uses it."""
        self.assertEqual((bill["spdxVersion"], bill["dataLicense"], bill["SPDXID"]),
                         ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"))
        self.assertRegex(bill["documentNamespace"], r"^https://[^#\s]+$")
        self.assertRegex(bill["creationInfo"]["created"], r"^2022-01-01T00:00:00Z$")
        self.assertTrue(all(re.match(r"(Tool|Organization|Person): ", c) for c in bill["creationInfo"]["creators"]))
        ids = [package["SPDXID"] for package in bill["packages"]]
        self.assertEqual(len(ids), len(set(ids)))
        for package in bill["packages"]:
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            self.assertLess({"name", "versionInfo", "supplier", "downloadLocation", "licenseConcluded"}, set(package))
            for reference in package.get("externalRefs", []):
                self.assertRegex(reference["referenceLocator"], r"^pkg:deb/debian/[^@\s]+@[^?\s]+\?arch=\w+&distro=debian-12$")
        related = {r["relatedSpdxElement"] for r in bill["relationships"]}
        self.assertEqual(related, set(ids))


class TheContainerfile(unittest.TestCase):
    text = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")

    def test_makes_an_image_of_every_program(self):
        listed = re.search(r"for program in (.*?);", self.text, re.S)[1].replace("\\", " ").split()
        self.assertEqual(sorted(listed), sorted(PROGRAMS))

    def test_ends_in_an_image_from_nothing_that_runs_as_nobody_in_particular(self):
        last = self.text[self.text.rindex("\nFROM "):]
        self.assertIn("FROM scratch", last)
        self.assertIn("USER 10001:10001", last)
        self.assertIn('ENTRYPOINT ["/entrypoint"]', last)
        for label in ("title", "description", "version", "revision", "licenses"):
            self.assertIn(f"org.opencontainers.image.{label}=", last)


class TheComposeFile(unittest.TestCase):
    # As it is where nobody sets a variable.
    compose = yaml.safe_load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (ROOT / "deploy/compose.yaml").read_text(encoding="utf-8")))

    def test_runs_every_service_with_the_peers_of_the_graph(self):
        for service, peers in GRAPH.items():
            entry = self.compose["services"][service]
            self.assertTrue(entry["image"].startswith(f"voortgang-{service}:"))
            said = entry["environment"].get("VOORTGANG_PEERS", "")
            self.assertEqual(said, ",".join(f"{peer}={peer}:50051" for peer in peers))
            self.assertIs(entry["read_only"], True)
            self.assertEqual(entry["cap_drop"], ["ALL"])
            known = run(BIN / f"voortgang-{service}", "--help").stdout
            for variable in entry["environment"]:
                self.assertIn(f"(Env:{variable})", known)

    def test_is_for_this_machine_only(self):
        for name, entry in self.compose["services"].items():
            for port in entry.get("ports", []):
                self.assertTrue(port.startswith("127.0.0.1:"), f"{name}: {port}")

    def test_mounts_files_that_exist(self):
        for entry in self.compose["services"].values():
            for volume in entry.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("."):
                    self.assertTrue((ROOT / "deploy" / source).exists(), source)
                else:
                    self.assertIn(source, self.compose["volumes"])

    def test_has_a_database_for_every_service(self):
        text = (ROOT / "deploy/compose/databases.sql").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"CREATE DATABASE voortgang_(\w+);", text)), set(GRAPH))

    def test_scrapes_every_service_under_its_name(self):
        config = yaml.safe_load((ROOT / "deploy/compose/prometheus.yaml").read_text(encoding="utf-8"))
        scraped = {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}
        self.assertEqual(scraped, {service: [f"{service}:8080"] for service in GRAPH})

    def test_starts_as_it_says(self):
        """Programs with the environment, files and stores of their entries, but for the ports and for what names lead to."""
        services, places = self.compose["services"], {}
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        postgres = Postgres(folder / "postgres", port=free_port())
        self.addCleanup(postgres.stop)
        postgres.sql("postgres", "CREATE ROLE voortgang SUPERUSER LOGIN")
        postgres.file("postgres", ROOT / "deploy/compose/databases.sql")
        places["postgres:5432"] = f"127.0.0.1:{postgres.port}"
        redis_port = free_port()
        self.start([*services["redis"]["command"], "--port", str(redis_port), "--bind", "127.0.0.1"])
        places["redis:6379"] = f"127.0.0.1:{redis_port}"
        places.update({f"{service}:50051": f"127.0.0.1:{free_port()}" for service in GRAPH})
        pages = {service: free_port() for service in GRAPH}
        for service in GRAPH:
            files = {inside: ROOT / "deploy" / here for here, inside, _ in
                     (volume.split(":") for volume in services[service]["volumes"])}
            own = {"0.0.0.0:50051": places[f"{service}:50051"], "0.0.0.0:50052": "127.0.0.1:0",
                   "0.0.0.0:8080": f"127.0.0.1:{pages[service]}"}
            environment = {}
            for name, value in services[service]["environment"].items():
                for there, here in {**places, **own, **files}.items():
                    value = value.replace(there, str(here))
                environment[name] = value
            self.start([BIN / f"voortgang-{service}"], {**os.environ, **environment})
        for service, port in pages.items():
            wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5), what=service)
            wait_for(lambda: set(self.dependencies(port).values()) == {"1"}, what=f"all that {service} needs")
            self.assertEqual(set(self.dependencies(port)), {"database", "cache", *GRAPH[service]})

    def start(self, command, environment=None):
        process = subprocess.Popen([str(word) for word in command], env=environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)

    def dependencies(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return dict(re.findall(r'(?m)^voortgang_dependency_up\{.*dependency="(\w+)".*\} (\d)$', text))

    def test_shows_a_token_that_the_principals_know(self):
        token = (ROOT / "deploy/compose/example-suite.token").read_text(encoding="utf-8").strip()
        principals = yaml.safe_load((ROOT / "deploy/examples/principals.yaml").read_text(encoding="utf-8"))
        known = {p.get("token_sha256"): p["roles"] for p in principals["principals"]}
        self.assertEqual(known[hashlib.sha256(token.encode()).hexdigest()], ["service"])


if __name__ == "__main__":
    need("dpkg", "strip", "redis-server", "psql")
    unittest.main()
