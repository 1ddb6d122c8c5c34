"""Trains the three pipelines that people serve, and writes each as joblib and as a model of ours: FOLDER/NAME.joblib, .json.

Feature values are multiples of 1/64, which float32 holds exactly, so that both forms compare the same numbers.
"""
import json
import sys

import joblib
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROWS, FEATURES, TREES, SEED = 20_000, 10, 100, 7


def data(rows, seed):
    random = np.random.default_rng(seed)
    x = np.round(random.normal(size=(rows, FEATURES)) * 64) / 64
    margin = x[:, 0] - 0.7 * x[:, 1] + x[:, 2] * x[:, 3] + 0.5 * np.abs(x[:, 4]) + random.normal(size=rows)
    return x, (margin > 0.3).astype(int)


def tree_of(tree, leaf_values):
    leaf = tree.children_left < 0
    return {
        "output": 0,
        "feature": np.where(leaf, -1, tree.feature).tolist(),
        "threshold": np.where(leaf, 0.0, tree.threshold).tolist(),
        "left": tree.children_left.tolist(),
        "right": tree.children_right.tolist(),
        "missingLeft": np.zeros(len(leaf), int).tolist(),
        "values": np.where(leaf, leaf_values, 0.0).tolist(),
        "cover": tree.weighted_n_node_samples.tolist(),
    }


def trees(kind, baseline, each, link):
    return {"kind": "trees", "learner": kind, "baseline": [float(baseline)], "trees": each, "link": link}


def linear(pipeline):
    last = pipeline[-1]
    coefficients, intercepts = last.coef_.tolist(), last.intercept_.tolist()
    return {"kind": "linear", "coefficients": coefficients, "intercepts": intercepts, "link": "logistic"}


def boosting(pipeline, x):
    last = pipeline[-1]
    each = [tree_of(e.tree_, last.learning_rate * e.tree_.value[:, 0, 0]) for e in last.estimators_[:, 0]]
    baseline = last._raw_predict_init(x[:1].astype(np.float32))[0, 0]
    return trees("boosting", baseline, each, "logistic")


def forest(pipeline):
    estimators = pipeline[-1].estimators_

    def share(tree):
        counts = tree.value[:, 0, :]
        return counts[:, 1] / counts.sum(axis=1) / len(estimators)

    return trees("forest", 0, [tree_of(e.tree_, share(e.tree_)) for e in estimators], "identity")


def write(folder, name, pipeline, estimator, x):
    joblib.dump(pipeline, f"{folder}/{name}.joblib")
    scaler = pipeline[0] if len(pipeline) > 1 else None
    mean = scaler.mean_ if scaler else np.zeros(FEATURES)
    scale = scaler.scale_ if scaler else np.ones(FEATURES)
    names = [f"f{index}" for index in range(FEATURES)]
    model = {
        "format": "airworthy-model/1",
        "task": {"kind": "binary", "target": "late", "classes": ["false", "true"]},
        "fields": [{"name": each, "kind": "number", "nullable": False} for each in names],
        "features": [
            {"op": "number", "field": each, "mean": mean[index], "scale": scale[index]}
            for index, each in enumerate(names)
        ],
        "estimator": estimator,
    }
    expected = pipeline.predict_proba(x)[:, 1].tolist()
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump({"model": model, "rows": x.tolist(), "expected": expected}, file)


def main(folder):
    x, y = data(ROWS, SEED)
    rows, _ = data(500, SEED + 1)
    one = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y)
    write(folder, "logistic", one, linear(one), rows)
    two = make_pipeline(GradientBoostingClassifier(n_estimators=TREES, random_state=SEED)).fit(x, y)
    write(folder, "boosting", two, boosting(two, x), rows)
    three = make_pipeline(RandomForestClassifier(n_estimators=TREES, random_state=SEED)).fit(x, y)
    write(folder, "forest", three, forest(three), rows)


main(sys.argv[1])
