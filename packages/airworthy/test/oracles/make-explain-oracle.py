"""What shap, scikit-learn and fairlearn say about explanations and fairness: python make-explain-oracle.py [seed] > explain-oracle.json

The parts under "published" do not depend on the seed: they are the inputs of published figures.
"""

import json
import sys
import warnings

import numpy as np
import shap
from fairlearn import metrics as fair
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, make_classification
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, precision_score
from sklearn.tree import DecisionTreeRegressor

warnings.filterwarnings("ignore")
seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
random = np.random.default_rng(seed)


def tree_of(estimator, output, scale, outputs=1):
    tree = estimator.tree_
    leaf = tree.children_left < 0
    values = tree.value[:, 0, :] if output < 0 else tree.value[:, 0, :1]
    if output < 0:
        values = values / values.sum(axis=1, keepdims=True)
    return {
        "output": output,
        "feature": [-1 if is_leaf else int(feature) for feature, is_leaf in zip(tree.feature, leaf)],
        "threshold": [0.0 if is_leaf else float(value) for value, is_leaf in zip(tree.threshold, leaf)],
        "left": [int(max(0, node)) for node in tree.children_left],
        "right": [int(max(0, node)) for node in tree.children_right],
        "missingLeft": [0] * tree.node_count,
        "values": [float(value) if leaf[node] else 0.0 for node in range(tree.node_count) for value in values[node] * scale],
        "cover": [float(cover) for cover in tree.weighted_n_node_samples],
    }


def single(values):
    """scikit-learn's trees compare float32 inputs: with inputs that are float32 already both sides agree."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def flat(values):
    return [float(value) for value in np.asarray(values, dtype=float).ravel()]


def attributions(model, rows, background, outputs):
    def ordered(explainer):
        values = np.asarray(explainer.shap_values(rows, check_additivity=False))
        values = values[:, None, :] if values.ndim == 2 else np.moveaxis(values, 2, 1)
        return {"base": flat(np.ravel(explainer.expected_value)), "values": flat(values)}

    return {
        "interventional": ordered(shap.TreeExplainer(model, data=background, feature_perturbation="interventional")),
        "byCover": ordered(shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")),
    }


def ensembles():
    x = single(random.normal(size=(400, 6)))
    y = np.tanh(x[:, 0] * x[:, 1]) + 0.5 * np.sin(x[:, 2]) + 0.3 * x[:, 3] + 0.1 * random.normal(size=400)
    classes = np.digitize(y, np.quantile(y, [0.3, 0.7]))
    rows, background = x[:5], x[200:220]
    shared = {"columns": 6, "rows": flat(rows), "background": flat(background)}
    boosting = GradientBoostingRegressor(n_estimators=12, max_depth=4, random_state=seed).fit(x, y)
    binary = GradientBoostingClassifier(n_estimators=8, max_depth=3, random_state=seed).fit(x, y > 0)
    forest = RandomForestClassifier(n_estimators=5, max_depth=5, random_state=seed).fit(x, classes)
    prior = float(binary.init_.class_prior_[1])
    return [
        {
            "name": "boosted trees",
            **shared,
            "baseline": [float(np.ravel(boosting.init_.constant_)[0])],
            "trees": [tree_of(each[0], 0, boosting.learning_rate) for each in boosting.estimators_],
            **attributions(boosting, rows, background, 1),
        },
        {
            "name": "boosted classification trees",
            **shared,
            "baseline": [float(np.log(prior / (1 - prior)))],
            "trees": [tree_of(each[0], 0, binary.learning_rate) for each in binary.estimators_],
            **attributions(binary, rows, background, 1),
        },
        {
            "name": "forest of three classes",
            **shared,
            "baseline": [0.0, 0.0, 0.0],
            "trees": [tree_of(each, -1, 1 / 5) for each in forest.estimators_],
            **attributions(forest, rows, background, 3),
        },
    ]


def kernel():
    """A function of six inputs with interactions; 2^6 coalitions all fit, so shap's Kernel is exact."""
    x = random.normal(size=(21, 6))
    of = lambda v: np.tanh(v[:, 0] * v[:, 1]) + v[:, 2] * v[:, 3] - v[:, 4] ** 2 + v[:, 5]
    explainer = shap.KernelExplainer(of, x[1:])
    values = explainer.shap_values(x[:1], l1_reg=False, silent=True)
    return {"row": flat(x[0]), "background": flat(x[1:]), "base": float(explainer.expected_value), "values": flat(values)}


def importance():
    x = random.normal(size=(60, 3))
    y = 2 * x[:, 0] - x[:, 1] + 0.1 * random.normal(size=60)
    model = LinearRegression().fit(x, y)
    scoring = "neg_mean_squared_error"
    found = permutation_importance(model, x, y, scoring=scoring, n_repeats=4, random_state=np.random.RandomState(seed))
    # scikit-learn draws one seed, shuffles from it again for every column, and shuffles what is shuffled already.
    drawn = np.random.RandomState(np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1))
    order, reached, orders = np.arange(60), np.arange(60), []
    for _ in range(4):
        drawn.shuffle(order)
        reached = reached[order]
        orders.append([int(row) for row in reached])
    return {
        "rows": flat(x),
        "y": flat(y),
        "coefficients": flat(model.coef_),
        "intercept": float(model.intercept_),
        "orders": orders,
        "importances": [flat(each) for each in found.importances],
    }


def dependence():
    x = single(random.normal(size=(50, 3)))
    y = x[:, 0] * x[:, 1] + np.abs(x[:, 2])
    model = GradientBoostingRegressor(n_estimators=6, max_depth=3, random_state=seed).fit(x, y)
    found = partial_dependence(model, x, [0], kind="both", grid_resolution=7, method="brute")
    return {
        "columns": 3,
        "rows": flat(x),
        "baseline": [float(np.ravel(model.init_.constant_)[0])],
        "trees": [tree_of(each[0], 0, model.learning_rate) for each in model.estimators_],
        "grid": flat(found["grid_values"][0]),
        "average": flat(found["average"][0]),
        "individual": flat(found["individual"][0]),
    }


def fairness(y, predicted, groups):
    frame = fair.MetricFrame(
        metrics={
            "selection-rate": fair.selection_rate,
            "tpr": fair.true_positive_rate,
            "fpr": fair.false_positive_rate,
            "ppv": lambda a, b: precision_score(a, b, zero_division=0),
            "accuracy": accuracy_score,
        },
        y_true=y,
        y_pred=predicted,
        sensitive_features=groups,
    )
    sensitive = {"sensitive_features": groups}
    difference = frame.difference()
    return {
        "y": [int(value) for value in y],
        "predicted": [int(value) for value in predicted],
        "groups": [str(value) for value in groups],
        "byGroup": {str(group): {name: float(value) for name, value in row.items()} for group, row in frame.by_group.iterrows()},
        "gaps": {
            "selection-rate-gap": float(fair.demographic_parity_difference(y, predicted, **sensitive)),
            "selection-rate-ratio": float(fair.demographic_parity_ratio(y, predicted, **sensitive)),
            "tpr-gap": float(fair.equal_opportunity_difference(y, predicted, **sensitive)),
            "fpr-gap": float(difference["fpr"]),
            "ppv-gap": float(difference["ppv"]),
            "accuracy-gap": float(difference["accuracy"]),
            "equalised-odds-gap": float(fair.equalized_odds_difference(y, predicted, **sensitive)),
            "equalised-odds-mean-gap": float(fair.equalized_odds_difference(y, predicted, agg="mean", **sensitive)),
        },
    }


def random_fairness():
    groups = random.choice(["a", "b", "c"], size=300, p=[0.5, 0.3, 0.2])
    y = random.random(300) < 0.5
    predicted = np.where(random.random(300) < 0.75, y, ~y)
    return fairness(y, predicted, groups)


def published():
    iris, diabetes, cancer = load_iris(), load_diabetes(), load_breast_cancer()
    logistic = LogisticRegression(tol=1e-12, max_iter=10000).fit(iris.data, iris.target)
    tree = DecisionTreeRegressor(max_depth=3, random_state=0).fit(diabetes.data, diabetes.target)
    train, test = cancer.data[:300], cancer.data[300:]
    mean, scale = train.mean(axis=0), train.std(axis=0)
    model = LogisticRegression(tol=1e-10, max_iter=10000).fit((train - mean) / scale, cancer.target[:300])
    predicted = model.predict((test - mean) / scale)
    groups = np.where(test[:, 1] >= np.median(train[:, 1]), "g1", "g0")
    return {
        "iris": {
            "coefficients": [flat(row) for row in logistic.coef_],
            "intercepts": flat(logistic.intercept_),
            "row": flat(iris.data[100]),
            "background": flat(iris.data[0:150:15]),
        },
        "diabetes": {"baseline": [0.0], "trees": [tree_of(tree, 0, 1)], "rows": flat(single(diabetes.data[:100])), "columns": 10},
        "cancer": {
            "columns": 30,
            "names": [str(name) for name in cancer.feature_names],
            "coefficients": flat(model.coef_),
            "intercept": float(model.intercept_[0]),
            "row": flat((cancer.data[300] - mean) / scale),
            "radius": {"mean": float(mean[0]), "scale": float(scale[0]), "train": flat(train[:, 0])},
            "margins": flat(model.decision_function((train - mean) / scale)),
        },
        "fairness": fairness(cancer.target[300:], predicted, groups),
    }


json.dump(
    {
        "seed": seed,
        "ensembles": ensembles(),
        "kernel": kernel(),
        "importance": importance(),
        "dependence": dependence(),
        "fairness": random_fairness(),
        **({"published": published()} if len(sys.argv) < 3 else {}),
    },
    sys.stdout,
    separators=(",", ":"),
)
