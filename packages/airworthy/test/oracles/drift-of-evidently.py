"""Reads samples as JSON, writes what evidently says of them, and the counts it says it from."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import evidently
import pandas as pd
from evidently.legacy.calculations.stattests import chi_stat_test, jensenshannon_stat_test, ks_stat_test
from evidently.legacy.calculations.stattests import psi_stat_test, wasserstein_stat_test
from evidently.legacy.calculations.stattests.registry import _get_default_stattest
from evidently.legacy.calculations.stattests.utils import get_binned_data
from evidently.legacy.core import ColumnType


def of(sample):
    reference, current = pd.Series(sample["reference"]), pd.Series(sample["current"])
    kind = ColumnType.Numerical if sample["kind"] == "number" else ColumnType.Categorical
    value = lambda test: float(test.func(reference, current, kind, 0.1)[0])
    binned = get_binned_data(reference, current, kind, 30, False)
    found = {
        "name": sample["name"],
        "default": _get_default_stattest(reference, current, kind).name,
        "psi": value(psi_stat_test),
        "jensenShannon": value(jensenshannon_stat_test),
        "counts": [[round(share * len(each)) for share in shares] for shares, each in zip(binned, (reference, current))],
    }
    if kind == ColumnType.Numerical:
        return {**found, "wasserstein": value(wasserstein_stat_test), "ksP": value(ks_stat_test)}
    return {**found, "chiSquareP": value(chi_stat_test)}


json.dump({"version": evidently.__version__, "samples": [of(each) for each in json.load(sys.stdin)]}, sys.stdout)
