"""The scikit-learn side of bench/learners.ts: makes the data sets, and fits its own learners on them.

learners.py prepare FOLDER                                        writes the data sets
learners.py fit FOLDER DATASET LEARNER THREADS SEED PREDICTIONS   fits, predicts, prints the seconds of the fits
"""

import json
import os
import sys
import time

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine, make_classification
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDS = 5
TRAINING_ROWS = 100_000
ALL_ROWS = 125_000


def prepare(folder):
    for name, load in {"breast cancer": load_breast_cancer, "digits": load_digits, "wine": load_wine}.items():
        x, y = load(return_X_y=True)
        write_folded(folder, name, x, y, "classes")
    x, y = load_diabetes(return_X_y=True)
    write_folded(folder, "diabetes", x, y, "value")
    for classes in (2, 5):
        x, y = make_classification(
            ALL_ROWS, 30, n_informative=15, n_redundant=5, n_classes=classes, class_sep=0.7, random_state=7
        )
        # The last rows are the test; -1 is a row that is always learnt from.
        folds = np.where(np.arange(ALL_ROWS) < TRAINING_ROWS, -1, 0)
        write(folder, f"synthetic {classes}", x, y, folds, "classes")


def write_folded(folder, name, x, y, kind):
    splitter = StratifiedKFold if kind == "classes" else KFold
    folds = np.zeros(len(y))
    for fold, (_, test) in enumerate(splitter(FOLDS, shuffle=True, random_state=1).split(x, y)):
        folds[test] = fold
    write(folder, name, x, y, folds, kind)


def write(folder, name, x, y, folds, kind):
    np.concatenate([x.T.ravel(), y, folds]).astype("<f8").tofile(os.path.join(folder, f"{name}.f64"))
    facts = {
        "rows": len(y),
        "categories": [None] * x.shape[1],
        "classes": int(y.max()) + 1 if kind == "classes" else 0,
        "folds": int(folds.max()) + 1,
    }
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(facts, file)


def read(folder, name):
    with open(os.path.join(folder, f"{name}.json")) as file:
        facts = json.load(file)
    numbers = np.fromfile(os.path.join(folder, f"{name}.f64")).reshape(-1, facts["rows"])
    return facts, np.ascontiguousarray(numbers[:-2].T), numbers[-2], numbers[-1]


def learner_of(learner, facts, threads, seed):
    is_class = facts["classes"] > 0
    categorical = [column for column, count in enumerate(facts["categories"]) if count is not None]
    if learner == "boosting":
        boosting = HistGradientBoostingClassifier if is_class else HistGradientBoostingRegressor
        return boosting(early_stopping=False, categorical_features=categorical or None, random_state=seed)
    if learner == "forest":
        forest = RandomForestClassifier if is_class else RandomForestRegressor
        return forest(n_jobs=threads, random_state=seed)
    numeric = [column for column, count in enumerate(facts["categories"]) if count is None]
    encode = make_column_transformer(
        (StandardScaler(), numeric), (OneHotEncoder(handle_unknown="ignore"), categorical)
    )
    # To the minimum: at the default tolerance it stops short of it, and the two sides would differ by that.
    return make_pipeline(encode, LogisticRegression(tol=1e-8, max_iter=10_000) if is_class else Ridge())


def fit(folder, name, learner, threads, seed, predictions):
    facts, x, y, folds = read(folder, name)
    scores = np.full((facts["rows"], max(1, facts["classes"])), np.nan)
    cpu = wall = 0.0
    for fold in range(facts["folds"]):
        model = learner_of(learner, facts, threads, seed)
        learnt, test = folds != fold, folds == fold
        x_learnt, y_learnt = x[learnt], y[learnt]
        begin_cpu, begin = time.process_time(), time.perf_counter()
        model.fit(x_learnt, y_learnt)
        cpu += time.process_time() - begin_cpu
        wall += time.perf_counter() - begin
        answer = model.predict_proba(x[test]) if facts["classes"] else model.predict(x[test])[:, None]
        scores[test] = answer
    scores.astype("<f8").tofile(predictions)
    print(json.dumps({"cpu": cpu, "wall": wall}))


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2])
    else:
        folder, name, learner, threads, seed, predictions = sys.argv[2:]
        fit(folder, name, learner, int(threads), int(seed), predictions)
