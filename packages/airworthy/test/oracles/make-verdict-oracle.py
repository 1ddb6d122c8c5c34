"""Writes what scipy, statsmodels and krippendorff say about seeded random inputs, for the tests of what verdicts rest on.

    python3 make-verdict-oracle.py > ../fixtures/verdict-oracle.json      # the committed fixture (seed 1)
    python3 make-verdict-oracle.py 7                                      # other inputs

Needs numpy, scipy >= 1.12, statsmodels >= 0.14 and krippendorff. Where no package has a figure it is computed from its definition:
by integration, enumeration or root finding, never by the closed form that is tested.
"""

import itertools
import json
import math
import sys
import warnings
from fractions import Fraction

import krippendorff
import numpy as np
from scipy import integrate, optimize, stats
from statsmodels.stats import contingency_tables, inter_rater, power, weightstats

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


def mcnemar(random):
    found = []
    for most in [8, 40, 400]:
        for _ in range(3):
            b, c = (int(random.integers(0, most)) for _ in range(2))
            if b + c == 0:
                continue
            table = [[30, b], [c, 30]]
            plain_ = contingency_tables.mcnemar(table, exact=False, correction=False)
            # Of equal counts statsmodels' correction is (0 - 1)², which is nonsense; R and we take 0.
            corrected = contingency_tables.mcnemar(table, exact=False, correction=True) if b != c else None
            found.append(
                {
                    "b": b,
                    "c": c,
                    "exact": contingency_tables.mcnemar(table, exact=True).pvalue,
                    "statistic": plain_.statistic,
                    "p": plain_.pvalue,
                    "corrected": None if corrected is None else [corrected.statistic, corrected.pvalue],
                }
            )
    return found


def equivalence(random):
    found = []
    for n in [8, 40, 200]:
        d = np.round(random.normal(0.02, 1, n), 4)
        p, (_, above, _), (_, below, _) = weightstats.DescrStatsW(d).ttost_mean(-0.3, 0.3)
        found.append({"differences": d, "margin": 0.3, "p": p, "pAbove": above, "pBelow": below})
    return found


def alphas(random):
    found = []
    for units, raters, missing in [(20, 3, 0.2), (12, 5, 0.4), (40, 2, 0.0)]:
        truth = random.integers(1, 6, units)
        ratings = np.array(
            [np.where(random.random(units) < 0.6, truth, random.integers(1, 6, units)) for _ in range(raters)], float
        )
        ratings[random.random(ratings.shape) < missing] = np.nan
        levels = ["nominal", "ordinal", "interval", "ratio"]
        values = {
            level: krippendorff.alpha(reliability_data=ratings, level_of_measurement=level) for level in levels
        }
        found.append({"units": ratings.T, "alpha": values})
    return found


def kappas(random):
    found = []
    for classes in [2, 3, 5]:
        table = random.integers(0, 12, (classes, classes)) + 20 * np.eye(classes, dtype=int)
        each = {"classes": classes, "counts": table.ravel()}
        for name, weights in [("none", None), ("linear", "linear"), ("quadratic", "quadratic")]:
            result = inter_rater.cohens_kappa(table, wt=weights)
            each[name] = [result.kappa, result.std_kappa]
        found.append(each)
    return found


def fleiss(random):
    counts = np.array([random.multinomial(6, random.dirichlet(np.ones(4) * 0.6)) for _ in range(25)])
    return {"categories": 4, "counts": counts.ravel(), "kappa": inter_rater.fleiss_kappa(counts)}


def hypergeometric(random):
    found = []
    for size in [20, 300, 20000]:
        for _ in range(4):
            marked, drawn = (int(random.integers(1, size)) for _ in range(2))
            center = drawn * marked / size
            for hits in {int(center * 0.8), int(center), int(center * 1.3) + 1, min(drawn, marked)}:
                p = stats.hypergeom.sf(hits - 1, size, marked, drawn)
                if 1e-250 < p:
                    found.append([hits, size, marked, drawn, p])
    return found


def strengths(random):
    found = []
    for count in [2, 4, 7]:
        wins = random.integers(1, 15, (count, count)).astype(float) + 0.5 * random.integers(0, 2, (count, count))
        np.fill_diagonal(wins, 0)

        def gradient(logs):
            full = np.append(logs, -logs.sum())
            share = 1 / (1 + np.exp(full[None, :] - full[:, None]))
            slope = wins.sum(axis=1) - ((wins + wins.T) * share).sum(axis=1)
            return slope[:-1] - slope[-1]

        logs = optimize.root(gradient, np.zeros(count - 1), tol=1e-14).x
        found.append({"wins": wins, "strengths": np.exp(np.append(logs, -logs.sum()))})
    return found


def attempts(random):
    found = []
    for trials in [3, 8, 20]:
        passed, k = int(random.integers(0, trials + 1)), int(random.integers(1, trials + 1))
        ways = math.comb(trials, k)
        at = 1 - Fraction(math.comb(trials - passed, k), ways)
        found.append([passed, trials, k, float(at), float(Fraction(math.comb(passed, k), ways))])
    return found


def sequences(random):
    """The means that a normal mixture martingale does not reject, by root finding; mixtures by integration."""
    found = []
    for n in [30, 200, 3000]:
        planned, alpha, s = float(random.integers(50, 4000)), 0.05, float(np.round(random.uniform(0.1, 2), 3))
        for side, tail in [("both", alpha), ("lower", 2 * alpha)]:
            twice = -2 * math.log(tail)
            rho2 = (twice + math.log(twice + 1)) / planned

            def log_wealth(x):
                both = rho2 * (n * x / s) ** 2 / (2 * (n * rho2 + 1)) - 0.5 * math.log(n * rho2 + 1)
                if side == "both":
                    return both - math.log(1 / alpha)
                # One-sided: twice the wealth, less what the other half of the mixture may give at most.
                return both - math.log(1 / (2 * alpha) + 1 / math.sqrt(n * rho2 + 1))

            half = optimize.brentq(log_wealth, 1e-12, 20 * s, xtol=1e-15, rtol=1e-14)
            found.append({"n": n, "sd": s, "plannedN": planned, "alpha": alpha, "side": side, "half": half})
    return found


def mixtures(random):
    found = []
    for n in [20, 150, 600]:
        tau, variance, mean = 0.1, 0.3, float(np.round(random.normal(0.03, 0.05), 4))
        ratio = lambda effect: math.exp(n * (mean * effect - effect * effect / 2) / variance)
        value, _ = integrate.quad(
            lambda effect: ratio(effect) * stats.norm.pdf(effect, 0, tau), -1.2, 1.2, points=[0, mean], epsabs=0, epsrel=1e-12, limit=400
        )
        found.append([n, mean, variance, tau, value])
    return found


def evidence(random):
    found = []
    for most in [5, 20, 60]:
        gained, lost = (int(random.integers(0, most)) for _ in range(2))
        likelihood = lambda p: (2 * p) ** gained * (2 * (1 - p)) ** lost
        both, _ = integrate.quad(likelihood, 0, 1, epsabs=0, epsrel=1e-12, limit=200)
        gains, _ = integrate.quad(lambda p: 2 * likelihood(p), 0.5, 1, epsabs=0, epsrel=1e-12, limit=200)
        found.append([gained, lost, both, gains])
    return found


def lifts(random):
    found = []
    for _ in range(3):
        a, b = random.normal(5, 2, int(random.integers(30, 90))), random.normal(5.5, 3, int(random.integers(30, 90)))
        test = stats.ttest_ind(b, a, equal_var=False)
        interval = test.confidence_interval(0.95)
        found.append({"a": a, "b": b, "p": test.pvalue, "interval": [interval.low, interval.high]})
    return found


def score_intervals(random):
    """Tango's interval with the nuisance share found as a root of the likelihood's slope."""
    found = []
    for n in [25, 120, 900]:
        gained, lost = int(random.integers(1, n // 4)), int(random.integers(1, n // 5))

        def statistic(difference):
            def slope(losses):
                gains = losses + difference
                rest = 1 - gains - losses
                return gained / gains + lost / losses - 2 * (n - gained - lost) / rest

            low, high = max(0, -difference), (1 - difference) / 2
            losses = optimize.brentq(slope, low + 1e-15, high - 1e-15, xtol=1e-16, rtol=1e-14)
            return (gained - lost - n * difference) / math.sqrt(n * (2 * losses + difference - difference**2))

        z, seen = stats.norm.isf(0.025), (gained - lost) / n
        low = optimize.brentq(lambda x: statistic(x) - z, -0.95, seen, xtol=1e-15)
        high = optimize.brentq(lambda x: statistic(x) + z, seen, 0.95, xtol=1e-15)
        found.append([gained, lost, n, low, high])
    return found


def flips(random):
    clusters = np.repeat(np.arange(9), random.integers(1, 5, 9))
    d = np.round(random.normal(0.3, 1, len(clusters)), 1)
    totals = np.array([d[clusters == c].sum() for c in range(9)])
    seen = abs(totals.sum())
    all_ = [abs(np.dot(signs, totals)) for signs in itertools.product([1, -1], repeat=9)]
    return {"differences": d, "clusters": clusters, "p": np.mean([each >= seen - 1e-9 for each in all_])}


def powers(random):
    """Of Student's t against a bound: the noncentral t distribution."""
    found = []
    for df in [5, 29, 300]:
        truth, error, bound = float(np.round(random.uniform(-0.02, 0.05), 4)), 0.02, -0.03
        shift = (truth - bound) / error
        reach = stats.t.isf(0.025, df)
        found.append([truth, error, df, bound, stats.nct.sf(reach, df, shift), stats.nct.cdf(-reach, df, shift)])
    return found


def sizes(random):
    found = []
    for _ in range(4):
        difference, variance = float(np.round(random.uniform(0.01, 0.2), 4)), float(np.round(random.uniform(0.05, 1), 4))
        for alpha, sides in [(0.05, 2), (0.05, 1)]:
            n = power.normal_sample_size_one_tail(difference, 0.8, alpha / sides, math.sqrt(variance))
            found.append([difference, variance, alpha, sides, n])
    return found


def judged(random):
    truth = random.normal(0, 1, 60)
    judge = 0.7 * truth + random.normal(0, 0.5, 60)
    rest = random.normal(0, 0.8, 500)
    slope = np.cov(truth, judge)[0, 1] / ((1 + 60 / 500) * rest.var(ddof=1))
    weight = min(1, max(0, slope))
    gap = truth - weight * judge
    error = math.sqrt(weight**2 * rest.var(ddof=1) / 500 + gap.var(ddof=1) / 60)
    return {"truth": truth, "judge": judge, "rest": rest, "lambda": weight, "value": weight * rest.mean() + gap.mean(), "error": error}


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    random = np.random.default_rng(seed)
    parts = [
        *[mcnemar, equivalence, alphas, kappas, fleiss, hypergeometric, strengths, attempts, sequences, mixtures],
        *[evidence, lifts, score_intervals, flips, powers, sizes, judged],
    ]
    oracle = {"seed": seed, **{part.__name__: part(random) for part in parts}}
    json.dump(plain(oracle), sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


main()
