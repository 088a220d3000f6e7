#!/usr/bin/env python3
"""Fails on what compilers cannot see: layers, drivers, clocks, sleeps, tests that nobody builds.

Each rule carries a line it must refuse; the rules are tried on those before they are tried on the tree.
A new rule is one more entry in RULES.
"""

import re
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
SELF = PurePosixPath("tests/tidy/tidy_test.py")
FOLDERS = ["common", "services", "protos", "tests", "deploy", "helm", "tools", "cmake", ".ci"]
TEXT = {".cc", ".h", ".proto", ".py", ".sh", ".cmake", ".txt", ".md", ".yaml", ".yml", ".json", ".sql", ".tpl",
        ".html", ".css", ".js", ""}
CODE = {".cc", ".h"}
SERVICES_THAT_SEE_OTHERS = {"standalone", "cli"}


def is_code(path):
    return path.suffix in CODE


def is_test(path):
    return path.name.endswith("_test.cc")


def is_for_tests(path):
    return is_test(path) or path.name.startswith("test_") or under("common/testing")(path)


def under(*folders):
    return lambda path: any(str(path).startswith(folder + "/") for folder in folders)


def layer(*names):
    """Files of these layers of a service."""
    return lambda path: is_code(path) and len(path.parts) > 3 and path.parts[0] == "services" and path.parts[2] in names


def crosses_services(path, line):
    """An include of another service's header."""
    match = re.search(r'#include "services/(\w+)/', line)
    return (match and path.parts[0] == "services" and path.parts[1] != match[1]
            and path.parts[1] not in SERVICES_THAT_SEE_OTHERS)


def guard_is_wrong(path, line):
    match = re.match(r"#ifndef (\w+_H_)$", line)
    return match and match[1] != "VG_" + re.sub(r"[/.-]", "_", str(path)).upper() + "_"


class Rule:
    """`broken(path, line)` for lines of files that `applies(path)` picks."""

    def __init__(self, why, applies, broken, example, raw=False):
        self.why, self.applies, self.example, self.raw = why, applies, example, raw
        self.broken = broken if callable(broken) else lambda _, line, p=re.compile(broken): p.search(line)


RULES = [
    Rule("the domain knows neither gRPC nor protobuf nor SQL",
         layer("domain"),
         r'#include ["<](grpc|google/protobuf|.*\.pb\.h|common/(sql|grpc|feed|requests|cache)/|sqlite3|libpq)',
         ("services/funding/domain/calculation/run.h", '#include "voortgang/funding/v1/run.pb.h"')),
    Rule("protos stop in api/",
         layer("storage"),
         r'#include ["<](grpc|google/protobuf|voortgang/.*\.pb\.h|common/grpc/)',
         ("services/funding/storage/store.h", "#include <grpcpp/grpcpp.h>")),
    Rule("layers are seen one way: api, storage, domain",
         lambda p: layer("domain")(p),
         r'#include "services/\w+/(api|storage|wiring)',
         ("services/funding/domain/calculation/run.h", '#include "services/funding/storage/store.h"')),
    Rule("layers are seen one way: api, storage, domain",
         lambda p: layer("storage")(p) and not is_test(p),
         r'#include "services/\w+/(api|wiring)',
         ("services/funding/storage/store.h", '#include "services/funding/api/funding_service.h"')),
    Rule("drivers live in common/sql and common/cache",
         lambda p: is_code(p) and not under("common/sql", "common/cache", "common/testing", "tests/bench")(p),
         r'#include [<"](sqlite3|libpq|hiredis)',
         ("services/survey/storage/store.cc", "#include <sqlite3.h>")),
    Rule("time comes from a Clock",
         lambda p: is_code(p) and under("services", "common")(p) and not under("common/time", "common/testing")(p)
         and not is_test(p),
         r"absl::Now\(\)|system_clock::now|\bgettimeofday\(|\btime\(nullptr\)",
         ("services/survey/api/survey.cc", "  const absl::Time now = absl::Now();")),
    Rule("tests wait for what they expect, they do not sleep",
         is_test,
         r"\b(absl::SleepFor|sleep_for|sleep_until|usleep|nanosleep|sleep)\(",
         ("common/sql/pool_test.cc", "  absl::SleepFor(absl::Seconds(1));")),
    Rule("common/ knows no service",
         lambda p: is_code(p) and under("common")(p),
         r'#include "services/',
         ("common/sql/pool.h", '#include "services/survey/domain/wave.h"')),
    Rule("common/ knows no service, nor its protos outside of tests",
         lambda p: is_code(p) and under("common")(p) and not is_for_tests(p),
         r'#include "voortgang/(registry|survey|catalogue|funding|indicators|report)/',
         ("common/grpc/paging.h", '#include "voortgang/survey/v1/wave.pb.h"')),
    Rule("two services meet in protos/ and nowhere else",
         is_code, crosses_services,
         ("services/survey/api/survey.cc", '#include "services/registry/domain/school.h"')),
    Rule("no floating point near money or exact numbers",
         lambda p: is_code(p) and not is_test(p)
         and under("services/funding", "common/numeric", "common/expression")(p),
         r"\b(double|float|strtod|stod|atof)\b",
         ("services/funding/domain/calculation/run.cc", "  double amount = 0;")),
    Rule("no floating point in the funding API",
         lambda p: p.suffix == ".proto" and under("protos/voortgang/funding", "protos/voortgang/type")(p),
         r"^\s*(optional |repeated )?(double|float)\b",
         ("protos/voortgang/funding/v1/run.proto", "  double amount = 1;")),
    Rule("the ledger only grows: nothing changes or removes an entry or a posting",
         lambda p: p.suffix in {".cc", ".h", ".sql"} and under("services/funding")(p) and not is_test(p),
         r"\b(UPDATE|DELETE FROM|REPLACE INTO|DROP TABLE|ALTER TABLE)\s+(ledger_entry|ledger_posting)\b",
         ("services/funding/storage/ledger_store.cc", '  "UPDATE ledger_entry SET reason = $1"'), raw=True),
    Rule("no exceptions of ours",
         lambda p: is_code(p) and not is_for_tests(p), r"\bthrow\b",
         ("common/text/csv.cc", '  throw std::runtime_error("no");')),
    Rule("an include guard is VG_<PATH>_H_",
         lambda p: p.suffix == ".h", guard_is_wrong,
         ("common/sql/pool.h", "#ifndef VG_SQL_POOL_H_")),
    Rule("include guards, as everywhere here",
         is_code, r"#pragma once",
         ("common/sql/pool.h", "#pragma once")),
    Rule("a to-do names its issue",
         lambda p: True, r"\b(TODO(?!\(#\d+\))|FIXME)\b",
         ("common/sql/pool.h", "// TO" "DO: later"), raw=True),
    Rule("no paths of one machine",
         lambda p: True, r"(?<![\w.$}~-])/(root|home|Users|work)/\w",
         ("tools/demo.sh", "cd /" "root/voortgang"), raw=True),
]


def strip(text):
    """C++ without comments and string contents, lines kept (include lines keep their path)."""

    def blank(match):
        token = match[0]
        if token.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", token)
        if token.startswith('R"'):
            return '""' + "\n" * token.count("\n")
        return token[0] * 2

    pattern = re.compile(
        r'(?m)^[ \t]*#[ \t]*include[^\n]*$|//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\'',
        re.S)
    return pattern.sub(lambda m: m[0] if m[0].lstrip().startswith("#") else blank(m), text)


def files():
    yield from (p for p in ROOT.iterdir() if p.is_file() and p.suffix in TEXT)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT and "node_modules" not in path.parts and "__pycache__" not in path.parts:
                yield path


def unbuilt_tests(paths):
    """Tests that no CMakeLists.txt above them names."""
    for path in paths:
        if not is_test(path):
            continue
        for folder in path.parents:
            lists = ROOT / folder / "CMakeLists.txt"
            name = re.escape(str(path.relative_to(folder)))
            if folder != PurePosixPath(".") and lists.exists() and re.search(
                    rf"(?<![\w/.]){name}(?![\w.])", lists.read_text(encoding="utf-8")):
                break
        else:
            yield path


def open_methods(text):
    """Methods of a proto that do not say who may call them, with their lines."""
    text = re.sub(r"//[^\n]*", "", text)
    for method in re.finditer(r"\brpc\s+(\w+)\s*\([^)]*\)\s*returns\s*\([^)]*\)(.*?)(?=\brpc\s|\Z)", text, re.S):
        if not re.match(r"\s*\{\s*option\s*\(voortgang\.api\.v1\.method\)\s*=\s*\{[^}]*\broles:", method[2]):
            yield text.count("\n", 0, method.start()) + 1, method[1]


def check_open_methods():
    """An open method is seen, a closed one is not, and a comment closes nothing."""
    sample = ("  rpc A(X) returns (Y) {\n    option (voortgang.api.v1.method) = {roles: ROLE_READER};\n  }\n"
              "  rpc B(stream X) returns (stream Y);\n"
              "  rpc C(X) returns (Y) {\n    // option (voortgang.api.v1.method) = {roles: ROLE_READER};\n  }\n"
              "  rpc D(X)\n      returns (Y) {\n    option (voortgang.api.v1.method) = {audited: true};\n  }\n")
    if [name for _, name in open_methods(sample)] != ["B", "C", "D"]:
        sys.exit(f"tidy: methods that anybody may call are not told from others: {list(open_methods(sample))}")


def check_rules():
    """Every rule refuses its own example, and comments and strings are no code."""
    sample = '#include "a.h"\nint a = 1\'000;  // double\nauto b = "double"; /* double\n */ auto c = R"(double)";\n'
    if "double" in strip(sample) or '#include "a.h"' not in strip(sample):
        sys.exit(f"tidy: comments and strings are not told from code: {strip(sample)}")
    for rule in RULES:
        path, line = PurePosixPath(rule.example[0]), rule.example[1]
        seen = line if rule.raw or path.suffix not in CODE else strip(line)
        if not (rule.applies(path) and rule.broken(path, seen)):
            sys.exit(f"tidy: the rule '{rule.why}' does not see its own example: {line}")


def main():
    check_rules()
    check_open_methods()
    findings, seen = [], []
    for full in files():
        path = PurePosixPath(full.relative_to(ROOT).as_posix())
        seen.append(path)
        try:
            text = full.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # Sample files in other encodings.
        if path.suffix == ".proto":
            findings += [f"{path}:{line}: {name} must say who may call it: option (voortgang.api.v1.method) = {{roles: …}}"
                         for line, name in open_methods(text)]
        raw_lines = text.splitlines()
        lines = strip(text).splitlines() if is_code(path) else raw_lines
        for rule in RULES:
            if rule.applies(path) and not (rule.raw and path == SELF):
                for number, line in enumerate(raw_lines if rule.raw else lines, 1):
                    if rule.broken(path, line):
                        findings.append(f"{path}:{number}: {rule.why}")
    findings += [f"{path}: no CMakeLists.txt builds this test" for path in unbuilt_tests(seen)]
    print("\n".join(findings) if findings else f"{len(seen)} files, {len(RULES)} rules, nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
