"""A share k of n that was kept, with two intervals: Wilson's (1927) and Jeffreys' Beta(k + 1/2, n - k + 1/2), without any library."""

from __future__ import annotations

import math
from statistics import NormalDist

from parley.record.answers import Share

CONFIDENCE = 0.95


def share_of(kept: int, trials: int, confidence: float = CONFIDENCE) -> Share:
    """A share as plain data with both intervals; with no trials the share is null and the intervals say so."""
    (low, high), (least, most) = wilson(kept, trials, confidence), jeffreys(kept, trials, confidence)
    return {
        "kept": kept,
        "trials": trials,
        "share": kept / trials if trials else None,
        "wilson": {"low": low, "high": high, "spans": interval_of("Wilson", kept, trials, confidence)},
        "jeffreys": {"low": least, "high": most, "spans": interval_of("Jeffreys", kept, trials, confidence)},
        "over": confidence,
    }


def interval_of(method: str, kept: int, trials: int, confidence: float = CONFIDENCE) -> str:
    """What an interval spans, in words."""
    return f"{100 * confidence:g} % interval of a share ({method}) from {kept} of {trials} cases; no model and no elasticities"


def wilson(kept: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).  Wilson 1927. All of [0, 1] where n = 0."""
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = kept / trials
    centre = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def jeffreys(kept: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Equal-tailed quantiles of Beta(k + 1/2, n - k + 1/2); the end is 0 at k = 0, 1 at k = n.  Brown et al. 2001."""
    a, b, tail = kept + 0.5, trials - kept + 0.5, (1 - confidence) / 2
    low = 0.0 if kept == 0 else _beta_quantile(tail, a, b)
    high = 1.0 if kept == trials else _beta_quantile(1 - tail, a, b)
    return low, high


def _beta_quantile(p: float, a: float, b: float) -> float:
    """x with I_x(a, b) = p, by bisection down to the last bits."""
    low, high = 0.0, 1.0
    for _ in range(60):  # 2^-60 is below the spacing of doubles near 1
        middle = (low + high) / 2
        low, high = (middle, high) if beta_share(middle, a, b) < p else (low, middle)
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction by the modified Lentz method, until a step changes nothing at 1e-15."""
    tiny = 1e-300
    d = 1 / max(1 - (a + b) * x / (a + 1), tiny)
    c, value = 1.0, d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
