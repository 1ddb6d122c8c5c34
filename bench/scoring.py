"""The scikit-learn side of bench/scoring.ts.

scoring.py prepare FOLDER                     fits the models, writes them (joblib and JSON) and the rows
scoring.py kernel FOLDER MODEL ROWS CHUNK     prints CPU seconds of predict_proba over so many rows in memory
scoring.py files FOLDER MODEL INPUT OUTPUT    Parquet in, Parquet out
"""

import json
import os
import sys
import time

import joblib
import numpy as np

FEATURES = 10
TRAINING_ROWS = 20_000
ROWS = 1_000_000


def names():
    return [f"f{index}" for index in range(FEATURES)]


def prepare(folder):
    import pandas as pd
    from sklearn.datasets import make_classification
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = make_classification(TRAINING_ROWS, FEATURES, n_informative=7, class_sep=0.8, flip_y=0.05, random_state=1)
    # Values that single precision holds exactly: scikit-learn's trees compare in it.
    x = x.astype(np.float32).astype(np.float64)
    models = {
        "linear": make_pipeline(StandardScaler(), LogisticRegression()),
        "boosting": GradientBoostingClassifier(n_estimators=100, random_state=1),
        "forest": RandomForestClassifier(n_estimators=100, n_jobs=1, random_state=1),
    }
    rows = np.random.default_rng(2).normal(size=(ROWS, FEATURES)).astype(np.float32).astype(np.float64) * 1.5
    pd.DataFrame(rows, columns=names()).to_parquet(os.path.join(folder, "rows.parquet"))
    for name, model in models.items():
        model.fit(x, y)
        joblib.dump(model, os.path.join(folder, f"{name}.joblib"))
        exported = {**EXPORTS[name](model), "expected": model.predict_proba(rows[:1000])[:, 1].tolist()}
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(exported, file)


def export_linear(model):
    scaler, regression = model[0], model[1]
    return {
        "means": scaler.mean_.tolist(),
        "scales": scaler.scale_.tolist(),
        "estimator": {
            "kind": "linear",
            "coefficients": regression.coef_.tolist(),
            "intercepts": regression.intercept_.tolist(),
            "link": "logistic",
        },
    }


def export_boosting(model):
    prior = model.init_.class_prior_[1]
    trees = [export_tree(each[0].tree_, lambda value: value[:, 0, 0] * model.learning_rate) for each in model.estimators_]
    baseline = float(np.log(prior / (1 - prior)))
    return {"estimator": {"kind": "trees", "learner": "boosting", "baseline": [baseline], "trees": trees, "link": "logistic"}}


def export_forest(model):
    share = lambda value: value[:, 0, 1] / value[:, 0, :].sum(axis=1) / len(model.estimators_)
    trees = [export_tree(each.tree_, share) for each in model.estimators_]
    return {"estimator": {"kind": "trees", "learner": "forest", "baseline": [0], "trees": trees, "link": "identity"}}


def export_tree(tree, values):
    leaf = tree.children_left < 0
    return {
        "output": 0,
        "feature": np.where(leaf, -1, tree.feature).tolist(),
        "threshold": np.where(leaf, 0, tree.threshold).tolist(),
        "left": np.where(leaf, -1, tree.children_left).tolist(),
        "right": np.where(leaf, -1, tree.children_right).tolist(),
        "missingLeft": [0] * tree.node_count,
        "values": np.where(leaf, values(tree.value), 0).tolist(),
        "cover": tree.weighted_n_node_samples.tolist(),
    }


EXPORTS = {"linear": export_linear, "boosting": export_boosting, "forest": export_forest}


def kernel(folder, name, count, chunk):
    model = joblib.load(os.path.join(folder, f"{name}.joblib"))
    rows = np.random.default_rng(3).normal(size=(chunk, FEATURES)) * 1.5
    model.predict_proba(rows)
    started = time.process_time()
    for _ in range(count // chunk):
        model.predict_proba(rows)
    print(time.process_time() - started)


def files(folder, name, source, target):
    import pandas as pd

    model = joblib.load(os.path.join(folder, f"{name}.joblib"))
    frame = pd.read_parquet(source)
    probability = model.predict_proba(frame.to_numpy())[:, 1]
    pd.DataFrame({"label": probability >= 0.5, "probability": probability}).to_parquet(target)


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "prepare":
        prepare(*rest)
    elif command == "kernel":
        kernel(rest[0], rest[1], int(rest[2]), int(rest[3]))
    else:
        files(*rest)
