"""Writes what scipy and statsmodels say about drift, for the tests of src/stats/drift.

    python3 make-drift-oracle.py > ../fixtures/drift-oracle.json      # the committed fixture (seed 1)
    python3 make-drift-oracle.py 7                                    # other inputs

Needs numpy, scipy, statsmodels and scikit-learn (for its breast cancer data).
"""

import json
import sys

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.datasets import load_breast_cancer
from statsmodels.stats.multitest import multipletests


def plain(value):
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def population_stability(reference, current):
    """0.5 added to each count; places empty on both sides left out."""
    reference, current = np.asarray(reference, float), np.asarray(current, float)
    kept = reference + current > 0
    r, c = reference[kept] + 0.5, current[kept] + 0.5
    r, c = r / r.sum(), c / c.sum()
    return float(stats.entropy(c, r) + stats.entropy(r, c))


def of_counts(reference, current):
    kept = np.asarray(reference) + np.asarray(current) > 0
    table = np.array([reference, current])[:, kept]
    chi = stats.chi2_contingency(table, correction=False)
    return {
        "reference": reference,
        "current": current,
        "psi": population_stability(reference, current),
        "jensenShannon": jensenshannon(reference, current, base=2),
        "chiSquare": {"statistic": chi.statistic, "p": chi.pvalue, "df": chi.dof},
    }


def of_samples(name, reference, current):
    ks = stats.ks_2samp(reference, current, method="asymp")
    edges = np.quantile(reference, np.linspace(0, 1, 11))[1:-1]
    count = lambda values: np.bincount(np.searchsorted(edges, values, side="right"), minlength=10)
    return {
        "name": name,
        "reference": reference,
        "current": current,
        "ks": {"statistic": ks.statistic, "p": ks.pvalue},
        "wasserstein": stats.wasserstein_distance(reference, current),
        "referenceDeviation": np.std(reference),
        "edges": edges,
        "counts": of_counts(count(reference), count(current)),
    }


def samples(random):
    cancer = load_breast_cancer().data[:, 0]
    found = [of_samples("breast cancer", cancer[:300], cancer[300:])]
    normal = lambda n, mean: np.round(random.normal(mean, 1, n), 3)
    found.append(of_samples("normal", normal(400, 0), normal(150, 0.3)))
    found.append(of_samples("same", normal(250, 0), normal(250, 0)))
    found.append(of_samples("heavy tails", np.round(random.standard_t(2, 200), 3), np.round(random.standard_t(2, 300), 3)))
    found.append(of_samples("skewed", np.round(random.lognormal(0, 1, 300), 3), np.round(random.lognormal(0.4, 1, 100), 3)))
    return found


def counts(random):
    found = [of_counts([146, 154], [66, 203])]
    for places in [2, 3, 7, 20, 53]:
        shares = random.dirichlet(np.full(places, 0.7))
        other = random.dirichlet(np.full(places, 0.7))
        found.append(of_counts(random.multinomial(5000, shares), random.multinomial(700, (shares + other) / 2)))
    return found


def adjusted(p_values):
    methods = {"holm": "holm", "benjaminiHochberg": "fdr_bh", "benjaminiYekutieli": "fdr_by"}
    return {"p": p_values, **{name: multipletests(p_values, method=method)[1] for name, method in methods.items()}}


def families(random):
    cancer = load_breast_cancer().data
    columns = [stats.ks_2samp(cancer[:300, j], cancer[300:, j], method="asymp").pvalue for j in range(30)]
    return [
        adjusted(np.array(columns)),
        adjusted(np.array([0.01, 0.02, 0.03, 0.04, 0.05])),
        adjusted(np.round(random.random(40) ** 3, 6)),
    ]


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    random = np.random.default_rng(seed)
    oracle = {"seed": seed, "samples": samples(random), "counts": counts(random), "families": families(random)}
    json.dump(plain(oracle), sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


main()
