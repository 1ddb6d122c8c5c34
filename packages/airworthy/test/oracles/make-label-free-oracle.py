"""Writes what scikit-learn says about performance without labels, for the tests of src/stats/label-free.

    python3 make-label-free-oracle.py > ../fixtures/label-free-oracle.json   # the committed fixture (seed 1)
    python3 make-label-free-oracle.py 7                                      # other inputs

Each sample: a map fitted on labelled reference scores, and metrics of later scores whose outcomes are as likely as the
map says (each row both outcomes, weighted). Needs numpy and scikit-learn >= 1.7.
"""

import json
import sys

import numpy as np
from sklearn import metrics as sk
from sklearn.datasets import load_breast_cancer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def expected(score, chance, threshold=0.5):
    y = np.repeat([1, 0], len(score))
    weight = np.concatenate([chance, 1 - chance])
    twice = np.concatenate([score, score])
    label = (twice >= threshold).astype(int)
    return {
        "log-loss": sk.log_loss(y, twice, sample_weight=weight),
        "roc-auc": sk.roc_auc_score(y, twice, sample_weight=weight),
        "brier": sk.brier_score_loss(y, twice, sample_weight=weight),
        "accuracy": sk.accuracy_score(y, label, sample_weight=weight),
        "balanced-accuracy": sk.balanced_accuracy_score(y, label, sample_weight=weight),
        "precision": sk.precision_score(y, label, sample_weight=weight),
        "recall": sk.recall_score(y, label, sample_weight=weight),
        "f1": sk.f1_score(y, label, sample_weight=weight),
        "mcc": sk.matthews_corrcoef(y, label, sample_weight=weight),
        "kappa": sk.cohen_kappa_score(y, label, sample_weight=weight),
    }


def sample(name, reference, y, later, truth=None):
    fitted = IsotonicRegression(out_of_bounds="clip").fit(reference, y)
    grid = np.linspace(0, 1, 101)
    found = {
        "name": name,
        "reference": reference.tolist(),
        "y": [int(each) for each in y],
        "later": later.tolist(),
        "map": fitted.predict(grid).tolist(),
        "expected": expected(later, fitted.predict(later)),
    }
    if truth is not None:
        label = (later >= 0.5).astype(int)
        found["realised"] = {
            "accuracy": sk.accuracy_score(truth, label),
            "f1": sk.f1_score(truth, label),
            "roc-auc": sk.roc_auc_score(truth, later),
        }
    return found


def breast_cancer():
    x, y = load_breast_cancer(return_X_y=True)
    scale = StandardScaler().fit(x[:300])
    model = LogisticRegression(C=1, tol=1e-10, max_iter=100_000).fit(scale.transform(x[:300]), y[:300])
    score = model.predict_proba(scale.transform(x[300:]))[:, 1]
    y = y[300:]
    return sample("breast cancer", score[:134], y[:134], score[134:], y[134:])


def simulated(name, n, slope, shift, decimals=6):
    random = np.random.default_rng([SEED, n])
    margin = random.normal(shift, 1.5, 2 * n)
    y = (random.random(2 * n) < 1 / (1 + np.exp(-margin))).astype(int)
    score = (1 / (1 + np.exp(-slope * (margin + random.normal(0, 0.3, 2 * n))))).round(decimals)
    return sample(name, score[:n], y[:n], score[n:])


json.dump(
    [
        breast_cancer(),
        simulated("overconfident", 700, 2.0, 0.0),
        simulated("diffident, few values", 600, 0.5, 0.3, decimals=2),
        simulated("rare", 1500, 1.0, -3.5),
    ],
    sys.stdout,
)
