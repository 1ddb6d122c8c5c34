"""Shapley values of trees as shap works them out; trained by scikit-learn, handed over as JSON.

Writes the models to the folder given, then answers a line "model algorithm" with the CPU seconds of explaining 1,000 rows,
and leaves the values (float64, row-major) in a file of that name.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
import shap
import sklearn
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

warnings.filterwarnings("ignore")
folder = sys.argv[1]
ROWS, BACKGROUND, FEATURES = 1_000, 100, 15

random = np.random.default_rng(1)
# scikit-learn compares float32 with float64 thresholds: inputs that are float32 already leave no doubt on either side.
x = random.normal(size=(5_000, FEATURES)).astype(np.float32).astype(np.float64)
y = np.sin(x[:, 0] * x[:, 1]) + np.abs(x[:, 2]) + 0.5 * x[:, 3] * (x[:, 4] > 0) + x[:, 5:10].sum(axis=1) / 5
y = (y + 0.2 * random.normal(size=len(y))) / y.std()
train, rows, background = slice(0, 4_000), x[4_000 : 4_000 + ROWS], x[:BACKGROUND]

models = {
    "boosting": GradientBoostingRegressor(n_estimators=100, max_depth=5, random_state=1),
    "forest": RandomForestRegressor(n_estimators=100, max_depth=10, random_state=1),
}


def export(tree, scale):
    leaf = tree.children_left < 0
    return {
        "output": 0,
        "feature": np.where(leaf, -1, tree.feature).tolist(),
        "threshold": np.where(leaf, 0, tree.threshold).tolist(),
        "left": np.where(leaf, 0, tree.children_left).tolist(),
        "right": np.where(leaf, 0, tree.children_right).tolist(),
        "missingLeft": [0] * tree.node_count,
        "values": np.where(leaf, tree.value[:, 0, 0] * scale, 0).tolist(),
        "cover": tree.weighted_n_node_samples.tolist(),
    }


for name, model in models.items():
    model.fit(x[train], y[train])
    boosted = name == "boosting"
    trees = [each[0] for each in model.estimators_] if boosted else model.estimators_
    scale = model.learning_rate if boosted else 1 / len(trees)
    baseline = [float(np.ravel(model.init_.constant_)[0])] if boosted else [0.0]
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump({"baseline": baseline, "trees": [export(tree.tree_, scale) for tree in trees]}, file)
rows.tofile(os.path.join(folder, "rows.f64"))
background.tofile(os.path.join(folder, "background.f64"))


def explainer(model, algorithm):
    if algorithm == "interventional":
        return shap.TreeExplainer(model, data=background, feature_perturbation="interventional")
    return shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")


def say(answer):
    print(json.dumps(answer), flush=True)


say({"shap": shap.__version__, "sklearn": sklearn.__version__, "features": FEATURES})
for line in sys.stdin:
    name, algorithm = line.split()
    began = time.process_time()
    values = explainer(models[name], algorithm).shap_values(rows, check_additivity=False)
    seconds = time.process_time() - began
    np.asarray(values, dtype=np.float64).tofile(os.path.join(folder, f"{name}-{algorithm}.f64"))
    say({"seconds": seconds})
