"""The rules of the school schemes by columns, with NumPy: what `make bench-funding` prints beside the exact run.

Reads the file that `voortgang-bench-funding --export FILE` writes; reading is not measured.
"""

import sys
import time

import numpy as np


def cents(amount):
    return np.round(amount * 100) / 100


def main(path):
    data = np.genfromtxt(path, delimiter=",", names=True, dtype=np.int64)
    begin = time.process_time()
    score = data["score_hundredths"] / 100.0
    base = sum(cents(rate * data[name]) for name, rate in
               [("bo", 701.16), ("sbo", 1051.74), ("vo", 701.16), ("pro", 1051.74), ("vbo_upper", 1051.74)])
    base += cents(1402.31 * (data["so"] + data["vso"]))
    base += np.where(data["kind"] == 0, cents(251.16 * score), 0) + np.where(data["kind"] == 3, cents(1038.16 * score), 0)
    base += np.where(data["cumi"] > 4, cents(548.56 * (data["cumi"] - 4)), 0)
    total = sum(data[name] for name in ("bo", "sbo", "so", "vso", "vo", "pro", "vbo_upper", "vavo"))
    relative = np.where((data["kind"] == 1) | (data["kind"] == 2), data["cumi"], score) / total
    rate = np.select([data["kind"] == 0, data["kind"] == 1, data["kind"] == 2, data["pro"] == total],
                     [523.80, 1054.18, 2215.12, 748.67], 607.17)
    supplement = rate * total + np.where((data["kind"] == 0) & (total < 145), 17333.45 - 119.96 * total, 0)
    chosen = np.zeros(len(total), dtype=bool)
    for kind in range(4):
        members = np.flatnonzero(data["kind"] == kind)
        ranked = np.sort(relative[members])[::-1]
        chosen[members] = relative[members] >= ranked[int(np.ceil(0.15 * len(ranked))) - 1]
    supplement = np.where(chosen, cents(supplement), 0)
    used = time.process_time() - begin
    print(f"{len(total):>10}  {'NumPy, double, two schemes':<34} {used:9.3f} {used * 1e6 / len(total):9.2f}"
          f"{'':>21}total {base.sum() + supplement.sum():.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
