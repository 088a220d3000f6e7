"""What the tests of deployment share: the chart, programs that may be missing, rendered objects."""

import fcntl
import functools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/voortgang"
CI_VALUES = sorted((CHART / "ci").glob("*.yaml"))
SKIPPED = 77  # What CMake takes for a test that could not run here.

# Where `go install` puts programs, unless told otherwise.
os.environ["PATH"] += os.pathsep + str(Path.home() / "go/bin")


def need(*programs):
    """Ends the test as skipped, and says so, if one of the programs is not on this machine."""
    for program in programs:
        if shutil.which(program) is None:
            print(f"SKIPPED: {program} is not on this machine; see CONTRIBUTING.md", file=sys.stderr)
            sys.exit(SKIPPED)


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)


@functools.lru_cache(maxsize=None)
def _render(values, version):
    done = run("helm", "template", "voortgang", CHART, "--namespace", "voortgang", "--kube-version", version,
               "--values", values)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


def rendered_text(values, version="1.30.0"):
    return _render(values, version)


def render(values):
    """Every object of the chart with a file of values."""
    return [thing for thing in yaml.safe_load_all(rendered_text(values)) if thing]


def objects_of(things, *kinds):
    return [thing for thing in things if thing["kind"] in kinds]


RESERVED = []


def free_port():
    """A port that no test is given before this process ends: common/testing/free_port.h, and the same locks."""
    folder = Path(f"/tmp/voortgang-test-ports-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    start = secrets.randbelow(12000)
    for i in range(12000):
        port = 20000 + (start + i) % 12000
        lock = open(folder / str(port), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        RESERVED.append(lock)
        return port
    raise AssertionError("no port is free")


def wait_for(attempt, seconds=60, what="it"):
    """Until `attempt` answers something; what it raised last if it never does, and otherwise `what` never answered."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if answer := attempt():
                return answer
        except OSError:
            if time.monotonic() > deadline:
                raise
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} never answered")
        time.sleep(0.1)


class Postgres:
    """A cluster of a test's own in a folder of its own, as the user postgres where we are root. Without a port: over a Unix
    socket in that folder."""

    def __init__(self, folder, port=None, settings=()):
        self.folder, self.port = folder, port
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres")
        self.do("initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-N")
        with (folder / "data/postgresql.conf").open("a", encoding="utf-8") as config:
            config.write(f"unix_socket_directories = '{folder}'\n"
                         f"listen_addresses = '{'127.0.0.1' if port else ''}'\nport = {port or 5432}\n")
            config.writelines(f"{name} = '{value}'\n" for name, value in dict(settings).items())
        self.start()

    def do(self, program, *arguments):
        # pg_ctl's server keeps standard output open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run([*self.user, str(self.bin / program), *map(str, arguments)], cwd="/", text=True,
                                  stdout=output, stderr=subprocess.STDOUT, check=False)
            output.seek(0)
            if done.returncode != 0:
                raise AssertionError(output.read())

    def url(self, database):
        host = f"127.0.0.1:{self.port}/{database}" if self.port else f"/{database}?host={self.folder}"
        return f"postgresql://postgres@{host}"

    def psql(self, database, *arguments):
        done = run("psql", "-qAt", "-v", "ON_ERROR_STOP=1", self.url(database), *arguments)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout.strip()

    def sql(self, database, statement):
        return self.psql(database, "-c", statement)

    def file(self, database, path):
        return self.psql(database, "-f", path)

    def start(self):
        self.do("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "start")

    def restart(self):
        self.stop()
        self.start()

    def stop(self):
        self.do("pg_ctl", "-D", self.folder / "data", "-m", "fast", "stop")
