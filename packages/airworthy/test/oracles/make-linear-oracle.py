"""Writes test/fixtures/linear-oracle.json: small data sets and the coefficients scikit-learn finds for them.

Run: python3 test/oracles/make-linear-oracle.py   (in packages/airworthy; needs numpy and scikit-learn)
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

random = np.random.default_rng(7)
ROWS = 200
TIGHT = {"tol": 1e-12, "max_iter": 100_000}


def numbers(columns, means=0.0, scales=1.0):
    mixed = random.normal(size=(ROWS, columns)) @ random.normal(size=(columns, columns))
    return np.round(mixed * scales + means, 6)


def indicators(codes, categories):
    """One column a category; code -1 has none."""
    return (codes[:, None] == np.arange(categories)).astype(float)


def case(name, estimator, options, columns, target, weights=None):
    design = np.hstack([c["values"][:, None] if c["categories"] is None else indicators(c["values"], c["categories"]) for c in columns])
    fitted = estimator.fit(design, target, sample_weight=weights)
    return {
        "name": name,
        "options": options,
        "columns": [{"categories": c["categories"], "values": c["values"].tolist()} for c in columns],
        "target": target.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "intercepts": np.atleast_1d(fitted.intercept_).tolist(),
        "coefficients": np.atleast_2d(fitted.coef_).tolist(),
    }


def as_columns(matrix):
    return [{"categories": None, "values": column} for column in matrix.T]


plain = numbers(4)
margin = plain @ [1.0, -0.5, 0.3, 0.0] + 0.4
binary = (margin + random.logistic(size=ROWS) > 0).astype(int)
classes = np.argmax(plain @ random.normal(size=(4, 3)) + random.gumbel(size=(ROWS, 3)), axis=1)
values = np.round(3 + margin + random.normal(size=ROWS), 6)
weights = np.round(random.uniform(0, 3, size=ROWS), 3)
balanced = ROWS / (2 * np.bincount(binary))[binary]
codes = random.integers(-1, 5, size=ROWS)
other = random.integers(0, 3, size=ROWS)
mixed = [*as_columns(plain[:, :2]), {"categories": 5, "values": codes}, {"categories": 3, "values": other}]
wild = numbers(3, means=[1000, -5, 0.001], scales=[50, 1, 0.0001])

CASES = [
    case("logistic", LogisticRegression(C=1, **TIGHT), {"objective": "logistic", "l2": 1}, as_columns(plain), binary),
    case("logistic, strong penalty, weighted rows", LogisticRegression(C=0.05, **TIGHT), {"objective": "logistic", "l2": 20}, as_columns(plain), binary, weights),
    case("logistic, balanced classes", LogisticRegression(C=1, **TIGHT), {"objective": "logistic", "l2": 1}, as_columns(plain), binary, balanced),
    case("logistic, indicators", LogisticRegression(C=2, **TIGHT), {"objective": "logistic", "l2": 0.5}, mixed, binary),
    case("logistic, unscaled columns", LogisticRegression(C=1, solver="newton-cholesky", **TIGHT), {"objective": "logistic", "l2": 1}, as_columns(wild), binary),
    case("softmax", LogisticRegression(C=0.5, **TIGHT), {"objective": "softmax", "l2": 2}, as_columns(plain), classes),
    case("softmax, indicators, weighted rows", LogisticRegression(C=1, **TIGHT), {"objective": "softmax", "l2": 1}, mixed, classes, weights),
    case("ridge", Ridge(alpha=3), {"objective": "squared", "l2": 3}, as_columns(plain), values),
    case("ridge, indicators, weighted rows", Ridge(alpha=1), {"objective": "squared", "l2": 1}, mixed, values, weights),
    case("least squares, unscaled columns", Ridge(alpha=0, solver="svd"), {"objective": "squared", "l2": 0}, as_columns(wild), values),
]

fixture = {"scikit-learn": sklearn.__version__, "cases": CASES}
path = Path(__file__).parent.parent / "fixtures" / "linear-oracle.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
