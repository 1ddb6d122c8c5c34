"""Reads samples as JSON, writes what nannyml says of them, and the bins it says it from."""

import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"

import nannyml
import numpy as np
import pandas as pd

CONTINUOUS = ["jensen_shannon", "kolmogorov_smirnov", "wasserstein"]
CATEGORICAL = ["jensen_shannon", "chi2"]


def of(sample):
    number = sample["kind"] == "number"
    frames = [pd.DataFrame({"x": sample[side]}) for side in ("reference", "current")]
    if not number:
        frames = [frame.astype("category") for frame in frames]
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=["x"], continuous_methods=CONTINUOUS, categorical_methods=CATEGORICAL, chunk_number=1
    )
    result = calculator.fit(frames[0]).calculate(frames[1]).filter(period="analysis").to_df()
    methods = CONTINUOUS if number else CATEGORICAL
    found = {method: float(result[("x", method, "value")].iloc[0]) for method in methods}
    edges = np.histogram_bin_edges(np.asarray(sample["reference"], float), bins="doane").tolist() if number else None
    return {"name": sample["name"], "edges": edges, **found}


json.dump({"version": nannyml.__version__, "samples": [of(each) for each in json.load(sys.stdin)]}, sys.stdout)
