"""What others take for what `make bench-indicators` measures, and the ratios that the suite promises.

Arguments: the responses and the figures that `voortgang-bench-indicators --export FILE --figures FILE` wrote.
"""

import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
QUERY = "SELECT municipality, COUNT(*), AVG(positive) FROM responses GROUP BY municipality"


def milliseconds(work, times):
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)


def duckdb_milliseconds(responses):
    try:
        import duckdb
    except ImportError:
        print("SKIPPED: DuckDB (python package duckdb is not installed; it is on PyPI)")
        return None
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE responses AS SELECT * FROM read_csv_auto('{responses}')")
    groups = len(connection.execute(QUERY).fetchall())
    took = milliseconds(lambda: connection.execute(QUERY).fetchall(), 51)
    print(f"{f'DuckDB {duckdb.__version__}: GROUP BY municipality, {groups} groups, no errors':<78} {took:12.3f} ms")
    return took


def r_milliseconds(responses):
    try:
        run = subprocess.run(["Rscript", os.path.join(HERE, "indicators_baselines.R"), responses], capture_output=True,
                             text=True)
    except FileNotFoundError:
        print("SKIPPED: R (r-base-core and r-cran-survey are not installed)")
        return None
    if run.returncode != 0:
        print("SKIPPED: R: " + run.stderr.strip().splitlines()[-1])
        return None
    took, groups = run.stdout.split()[:2]
    print(f"{f'R survey: svyby over sums of schools, {groups} groups, with errors':<78} {float(took):12.3f} ms")
    return float(took)


def main(responses, figures):
    ours = {}
    with open(figures, encoding="utf-8") as lines:
        for line in lines:
            what, value, _ = line.rstrip("\n").split("\t")
            ours[what.strip()] = float(value)
    fresh = ours["answered, an answer folded before each"]
    again = ours["answered, nothing changed since"]
    others = {"R svyby": r_milliseconds(responses), "DuckDB GROUP BY": duckdb_milliseconds(responses)}
    for name in ("SQLite", "PostgreSQL"):
        key = f"{name}: GROUP BY municipality over the responses, no errors"
        if key in ours:
            others[f"{name} GROUP BY"] = ours[key]
    for name, took in others.items():
        if took is None:
            continue
        print(f"{'times faster than ' + name + ': again / after an answer':<78} {took / again:12.0f} / {took / fresh:.0f}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
