"""Writes nannyml's own example (the synthetic car loans) and what its CBPE says of it, chunk by chunk, as JSON."""

import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"

import nannyml

METRICS = ["roc_auc", "f1", "precision", "recall", "accuracy"]
CHUNK = 5000

reference, later, targets = nannyml.load_synthetic_car_loan_dataset()
later = later.merge(targets, left_index=True, right_index=True) if "repaid" not in later else later
columns = {"y_pred_proba": "y_pred_proba", "y_pred": "y_pred", "y_true": "repaid"}
estimator = nannyml.CBPE(problem_type="classification_binary", metrics=METRICS, chunk_size=CHUNK, **columns)
frame = estimator.fit(reference).estimate(later.drop(columns="repaid")).filter(period="analysis").to_df()


def rows(data):
    return {
        "score": data["y_pred_proba"].tolist(),
        "label": data["y_pred"].astype(int).tolist(),
        "y": data["repaid"].astype(int).tolist(),
    }


found = {
    "version": nannyml.__version__,
    "calibrated": bool(estimator.needs_calibration),
    "reference": rows(reference),
    "later": rows(later),
    "chunk": CHUNK,
    "metrics": {
        metric.replace("_", "-"): {
            "value": frame[(metric, "value")].tolist(),
            "standardError": frame[(metric, "sampling_error")].tolist(),
        }
        for metric in METRICS
    },
}
json.dump(found, sys.stdout)
