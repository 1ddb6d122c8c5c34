"""Writes what scipy and scikit-learn say about seeded random inputs, for the tests of src/stats.

    python3 make-stats-oracle.py > ../fixtures/stats-oracle.json      # the committed fixture (seed 1), then `biome format --write` it
    python3 make-stats-oracle.py 7                                    # other inputs

Needs numpy, scipy >= 1.12 and scikit-learn >= 1.7.
"""

import json
import math
import sys
import warnings

import numpy as np
from scipy import special, stats
from sklearn import metrics as sk
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")


def plain(value):
    """Python numbers and lists; NaN as null."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(each) for each in value]
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    return value


# --- distributions ---------------------------------------------------------------------------------


def distributions():
    """[function, arguments, value], far tails included; where scipy itself is only good to 1e-9 is left out."""
    found = []

    def add(name, function, *arguments):
        value = float(function(*arguments))
        exact_zero = value == 0 and "Quantile" not in name  # a quantile of 0 has underflowed
        if exact_zero or 1e-300 < abs(value) < 1e300:
            found.append([name, list(arguments), value])

    probabilities = [1e-200, 1e-20, 1e-6, 0.001, 0.025, 0.2, 0.4, 0.7, 0.95, 0.999]
    for z in [-36, -8, -2.5, -0.3, 0, 1e-6, 0.7, 1.96, 6, 20, 36]:
        add("normalCdf", stats.norm.cdf, z)
        add("normalSurvival", stats.norm.sf, z)
        add("erfc", special.erfc, z / 2)
    for p in probabilities:
        add("normalQuantile", stats.norm.ppf, p)
        add("normalSurvivalQuantile", stats.norm.isf, p)
        for df in [1, 2.5, 11, 99, 1e4, 6e5]:
            if p > 1e-100:
                add("studentTQuantile", stats.t.ppf, p, df)
        for df in [1, 2, 9, 50, 1e5]:
            add("chiSquareQuantile", stats.chi2.ppf, p, df)
            add("chiSquareSurvivalQuantile", stats.chi2.isf, p, df)
        for a, b in [(0.5, 0.5), (1, 1), (3, 30), (9, 3), (81, 183), (200, 100), (3e5, 3e5)]:
            if p > 1e-100:
                add("betaQuantile", stats.beta.ppf, p, a, b)
                add("betaSurvivalQuantile", stats.beta.isf, p, a, b)
        for n, share in [(20, 0.31), (1000, 0.017), (600000, 0.31)]:
            if 1e-5 < p < 0.999:
                add("binomialQuantile", stats.binom.ppf, p, n, share)
    for x in [-50, -4, -0.2, 0, 0.9, 2.1, 12, 1e3]:
        for df in [1, 2.5, 11, 300, 6e5]:
            add("studentTCdf", stats.t.cdf, x, df)
            add("studentTSurvival", stats.t.sf, x, df)
    for x in [1e-8, 0.02, 0.5, 1.3, 4, 12, 47, 160, 900]:
        for df in [1, 2, 9, 50, 1000]:
            add("chiSquareCdf", stats.chi2.cdf, x, df)
            add("chiSquareSurvival", stats.chi2.sf, x, df)
        for shape in [0.05, 0.5, 3, 120]:
            add("gammaCdf", stats.gamma.cdf, x, shape)
            add("gammaSurvival", stats.gamma.sf, x, shape)
    for x in [1e-8, 0.01, 0.2, 0.5, 0.8, 0.99]:
        for a, b in [(0.5, 0.5), (0.05, 3), (3, 30), (81, 183), (3e5, 3e5)]:
            add("betaCdf", stats.beta.cdf, x, a, b)
            add("betaSurvival", stats.beta.sf, x, a, b)
    for n in [1, 20, 1000, 600000]:
        for share in [0, 0.1, 0.3, 0.31, 0.6]:
            for p in [0.001, 0.3, 0.9]:
                k = int(n * share)
                add("binomialCdf", stats.binom.cdf, k, n, p)
                add("binomialSurvival", stats.binom.sf, k, n, p)
                add("binomialPmf", stats.binom.pmf, k, n, p)
    return found


# --- metrics ---------------------------------------------------------------------------------------


def binary_metrics(y, p, weights=None):
    label = (p >= 0.5).astype(int)
    w = {"sample_weight": weights}
    two = len(set(y)) == 2
    return {
        "log-loss": sk.log_loss(y, p, labels=[0, 1], **w),
        "brier": float(np.average((p - y) ** 2, weights=weights)),
        "roc-auc": sk.roc_auc_score(y, p, **w) if two else None,
        "average-precision": sk.average_precision_score(y, p, **w) if y.any() else None,
        "accuracy": sk.accuracy_score(y, label, **w),
        "balanced-accuracy": sk.balanced_accuracy_score(y, label, **w),
        "precision": sk.precision_score(y, label, zero_division=0, **w) if label.any() else None,
        "recall": sk.recall_score(y, label, zero_division=0, **w) if y.any() else None,
        "f1": sk.f1_score(y, label, zero_division=0, **w) if y.any() or label.any() else None,
        "mcc": sk.matthews_corrcoef(y, label, **w) if two else None,
        "kappa": sk.cohen_kappa_score(y, label, **w) if two or len(set(label)) == 2 else None,
        "ece": None if weights is not None else ece(y, p, 10),
    }


def ece(y, p, bins):
    """Right-closed bins of equal width."""
    edges = np.linspace(0, 1, bins + 1)
    where = np.clip(np.digitize(p, edges, right=True) - 1, 0, bins - 1)
    return sum(abs((y - p)[where == b].sum()) for b in range(bins)) / len(y)


def binary_cases(random):
    n = 60
    y = random.integers(0, 2, n)
    noisy = np.clip(0.5 * y + 0.25 + random.normal(0, 0.3, n), 0, 1)
    shapes = {
        "continuous": (y, noisy),
        "ties": (y, np.round(noisy, 1)),
        "constant score": (y, np.full(n, 0.3)),
        "certain and wrong": (y, np.where(random.random(n) < 0.2, 1 - y, y).astype(float)),
        "perfect": (y, np.where(y == 1, 0.9, 0.2)),
        "extreme": (y, np.where(noisy < 0.5, 1e-300, 1 - 1e-15)),
        "one class": (np.ones(n, int), noisy),
        "no positives": (np.zeros(n, int), noisy),
        "two rows": (np.array([0, 1]), np.array([0.4, 0.35])),
    }
    cases = []
    for name, (truth, p) in shapes.items():
        p = np.round(p, 6) if name == "continuous" else p
        weights = np.round(random.random(len(truth)) * 3, 3)
        cases.append(
            {
                "name": name,
                "y": truth,
                "p": p,
                "weights": weights,
                "metrics": binary_metrics(truth, p),
                "weighted": binary_metrics(truth, p, weights),
            }
        )
    return cases


def multiclass_cases(random):
    cases = []
    for classes, n, strength in [(3, 60, 2.0), (5, 80, 1.0), (3, 40, 0.0)]:
        y = np.concatenate([np.arange(classes), random.integers(0, classes, n - classes)])
        logits = np.round(random.normal(0, 1, (n, classes)), 2) + strength * np.eye(classes)[y]
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        label = p.argmax(axis=1)
        known = list(range(classes))
        named = {"labels": known, "zero_division": 0}
        confidence = p.max(axis=1)
        cases.append(
            {
                "classes": classes,
                "y": y,
                "p": p.ravel(),
                "metrics": {
                    "log-loss": sk.log_loss(y, p, labels=known),
                    "accuracy": sk.accuracy_score(y, label),
                    "balanced-accuracy": sk.balanced_accuracy_score(y, label),
                    "f1-macro": sk.f1_score(y, label, average="macro", **named),
                    "f1-weighted": sk.f1_score(y, label, average="weighted", **named),
                    "precision-macro": sk.precision_score(y, label, average="macro", **named),
                    "precision-weighted": sk.precision_score(y, label, average="weighted", **named),
                    "recall-macro": sk.recall_score(y, label, average="macro", **named),
                    "roc-auc": sk.roc_auc_score(y, p, multi_class="ovr", average="macro"),
                    "brier": float(((p - np.eye(classes)[y]) ** 2).sum(axis=1).mean()),
                    "mcc": sk.matthews_corrcoef(y, label),
                    "kappa": sk.cohen_kappa_score(y, label),
                    "ece": ece((label == y).astype(int), confidence, 10),
                },
                "quadratic kappa": sk.cohen_kappa_score(y, label, weights="quadratic"),
                "linear kappa": sk.cohen_kappa_score(y, label, weights="linear"),
            }
        )
    return cases


def regression_cases(random):
    n = 50
    y = np.round(random.normal(10, 5, n), 3)
    shapes = {
        "noisy": (y, np.round(y + random.normal(0, 2, n), 3)),
        "constant prediction": (y, np.full(n, 10.0)),
        "perfect": (y, y.copy()),
        "huge": (np.round(y * 1e12), np.round(y * 1e12 + random.normal(0, 1e9, n))),
        "zero target": (np.where(random.random(n) < 0.2, 0.0, y), y),
        "heavy tail": (y, np.round(y + random.standard_cauchy(n), 3)),
    }
    cases = []
    for name, (truth, value) in shapes.items():
        size = np.abs(truth) + np.abs(value)
        smape = np.where(size == 0, 0, 2 * np.abs(truth - value) / np.where(size == 0, 1, size)).mean()
        cases.append(
            {
                "name": name,
                "y": truth,
                "p": value,
                "metrics": {
                    "mae": sk.mean_absolute_error(truth, value),
                    "mse": sk.mean_squared_error(truth, value),
                    "rmse": sk.root_mean_squared_error(truth, value),
                    "r2": sk.r2_score(truth, value),
                    "mape": None if (truth == 0).any() else sk.mean_absolute_percentage_error(truth, value),
                    "smape": smape,
                    "median-absolute-error": sk.median_absolute_error(truth, value),
                },
                "pinball": {q: sk.mean_pinball_loss(truth, value, alpha=float(q)) for q in ["0.1", "0.9"]},
            }
        )
    return cases


def breast_cancer():
    """The figures of a fixed real model: trained on rows 0-299, tested on the rest."""
    x, y = load_breast_cancer(return_X_y=True)
    center, scale = x[:300].mean(axis=0), x[:300].std(axis=0)
    z = (x - center) / scale
    model = LogisticRegression(C=1, tol=1e-10, max_iter=10000).fit(z[:300], y[:300])
    p = model.predict_proba(z[300:])[:, 1]
    return {"y": y[300:], "p": p, "metrics": binary_metrics(y[300:], p), "columnZero": x[:, 0]}


# --- intervals and tests ---------------------------------------------------------------------------


def delong(y, a, b):
    """The definition, in O(positives × negatives)."""

    def kernel(score):
        positives, negatives = score[y == 1], score[y == 0]
        wins = (positives[:, None] > negatives[None, :]) + 0.5 * (positives[:, None] == negatives[None, :])
        return wins.mean(), wins.mean(axis=1), wins.mean(axis=0)

    auc_a, v10_a, v01_a = kernel(a)
    auc_b, v10_b, v01_b = kernel(b)
    m, n = len(v10_a), len(v01_a)

    def deviation(v10, v01):
        return math.sqrt(v10.var(ddof=1) / m + v01.var(ddof=1) / n)

    return {
        "auc": [auc_a, auc_b],
        "error": [deviation(v10_a, v01_a), deviation(v10_b, v01_b)],
        "differenceError": deviation(v10_a - v10_b, v01_a - v01_b),
    }


def delong_cases(random):
    cases = []
    for n, digits in [(40, 6), (150, 1), (300, 2)]:
        y = np.concatenate([[0, 1, 0, 1], random.integers(0, 2, n - 4)])
        a = np.round(0.8 * y + random.normal(0, 1, n), digits)
        b = np.round(0.6 * a + 0.2 * y + random.normal(0, 1, n), digits)
        cases.append({"y": y, "a": a, "b": b, **delong(y, a, b)})
    return cases


def proportions(random):
    cases = [(0, 20), (29, 29), (45, 50), (81, 263)] + [
        (int(random.integers(0, n + 1)), n) for n in [1, 7, 60, 1000, 100000, 600000] for _ in range(2)
    ]
    found = []
    for hits, n in cases:
        for level in [0.9, 0.95, 0.99]:
            test = stats.binomtest(hits, n)
            wilson = test.proportion_ci(level, method="wilson")
            exact = test.proportion_ci(level, method="exact")
            found.append([hits, n, level, wilson.low, wilson.high, exact.low, exact.high])
    return found


def mean_cases(random):
    cases = []
    for n, clusters in [(12, 4), (40, 40), (200, 25)]:
        values = np.round(random.standard_t(4, n) + 0.2, 4)
        groups = np.arange(n) % clusters
        interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        residuals = np.array([(values - values.mean())[groups == g].sum() for g in range(clusters)])
        error = math.sqrt(clusters / (clusters - 1) * (residuals**2).sum()) / n
        half = stats.t.isf(0.025, clusters - 1) * error
        cases.append(
            {
                "values": values,
                "clusters": groups,
                "t": [interval.low, interval.high],
                "clusteredError": error,
                "clustered": [values.mean() - half, values.mean() + half],
            }
        )
    return cases


def tests(random):
    a, b = np.round(random.normal(0, 1, 80), 2), np.round(random.normal(0.3, 1, 120), 2)
    table = random.integers(1, 60, (2, 6))
    chi = stats.chi2_contingency(table, correction=False)
    differences = np.round(random.normal(0.3, 1, 12), 1)
    flips = stats.permutation_test(
        (differences,), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=np.inf, vectorized=True
    )
    p_values = np.round(random.random(15) ** 3, 5)
    order = np.argsort(p_values, kind="stable")
    holm = np.empty(15)
    holm[order] = np.minimum(1, np.maximum.accumulate((15 - np.arange(15)) * p_values[order]))
    return {
        "ks": {"a": a, "b": b, "statistic": stats.ks_2samp(a, b).statistic},
        "kolmogorov": [[x, float(special.kolmogorov(x))] for x in [0.3, 0.5, 0.8, 0.99, 1.01, 1.36, 2, 3.5]],
        "chiSquare": {"first": table[0], "second": table[1], "statistic": chi.statistic, "p": chi.pvalue},
        "signFlip": {"differences": differences, "p": flips.pvalue},
        "adjusted": {
            "p": p_values,
            "holm": holm,
            "benjaminiHochberg": stats.false_discovery_control(p_values),
        },
    }


def quantiles(random):
    values = np.round(random.lognormal(0, 1, 101), 4)
    levels = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1]
    return {"values": values, "levels": levels, "quantiles": np.quantile(values, levels)}


def xoshiro():
    """The reference algorithm on the state 1, 2, 3, 4."""
    mask = 0xFFFFFFFF
    s = [1, 2, 3, 4]

    def rotate(x, k):
        return ((x << k) | (x >> (32 - k))) & mask

    found = []
    for _ in range(12):
        found.append(rotate(s[1] * 5 & mask, 7) * 9 & mask)
        t = s[1] << 9 & mask
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 11)
    return found


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    random = np.random.default_rng(seed)
    oracle = {
        "seed": seed,
        "distributions": distributions(),
        "binary": binary_cases(random),
        "multiclass": multiclass_cases(random),
        "regression": regression_cases(random),
        "breastCancer": breast_cancer(),
        "delong": delong_cases(random),
        "proportions": proportions(random),
        "means": mean_cases(random),
        "tests": tests(random),
        "quantiles": quantiles(random),
        "xoshiro": xoshiro(),
    }
    json.dump(plain(oracle), sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


main()
