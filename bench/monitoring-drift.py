"""Drift of columns as evidently, or scipy where it does not install, works it out: one statistic of all columns a line.

Reads two files of float64, column by column, and prints the CPU seconds of each statistic as JSON.
"""

import json
import sys
import time

import numpy as np
import pandas as pd

reference_path, current_path, columns, statistics = sys.argv[1:5]
columns = int(columns)
reference = np.fromfile(reference_path).reshape(columns, -1)
current = np.fromfile(current_path).reshape(columns, -1)


def of_evidently():
    import evidently
    from evidently.legacy.calculations.stattests import ks_stat_test, psi_stat_test, wasserstein_stat_test
    from evidently.legacy.core import ColumnType

    tests = {"psi": psi_stat_test, "ks": ks_stat_test, "wasserstein": wasserstein_stat_test}

    def run(name, a, b):
        return tests[name].func(pd.Series(a), pd.Series(b), ColumnType.Numerical, 0.1)

    return f"evidently {evidently.__version__}", run


def of_scipy():
    import scipy
    from scipy.stats import ks_2samp, wasserstein_distance

    def psi(a, b):
        edges = np.histogram_bin_edges(np.concatenate([a, b]), bins="sturges")
        shares = [np.histogram(x, edges)[0] / len(x) for x in (a, b)]
        r, c = [np.where(s == 0, 1e-4, s) for s in shares]
        return float(np.sum((c - r) * np.log(c / r)))

    tests = {"psi": psi, "ks": lambda a, b: ks_2samp(a, b, method="asymp"), "wasserstein": wasserstein_distance}
    return f"scipy {scipy.__version__}", lambda name, a, b: tests[name](a, b)


try:
    peer, run = of_evidently()
except Exception:
    peer, run = of_scipy()

seconds = {}
for name in statistics.split(","):
    began = time.process_time()
    for a, b in zip(reference, current):
        run(name, a, b)
    seconds[name] = time.process_time() - began
print(json.dumps({"peer": peer, "seconds": seconds}))
