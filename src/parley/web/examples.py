"""A small question for each address of the API, as it is asked: the document shows them, and the tests ask them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from parley.json_values import JsonObject

DAY = "on=2025-05-02&known=2025-05-02"
LOOKED_UP = {
    "/law/find": "words=smartphone&limit=2",
    "/law/rate": "product=9503000073&origin=CHN&on=2025-05-02&value=100",
    "/law/average": "origin=CHN&on=2025-05-02",
    "/law/timeline": "origin=CHN&since=2025-04-01&until=2025-04-30",
    "/law/measures": "programme=ieepa_fentanyl",
    "/law/measure": "id=us-ieepa-fentanyl-cn",
    "/law/act": "id=us-eo-14266",
    "/law/treatment": "what=9802.00.60&origin=MEX&on=2025-09-01",
    "/law/refund-status": "on=2026-07-15&entered=2025-08-20",
    "/law/measures/facts": "",
    "/law/diff": "origin=CHN&from=2025-03-01&to=2025-05-02",
    "/situation": DAY,
    "/trade/worlds": "",
    "/trade/elasticities": "",
    "/record/status": DAY,
    "/record/list": DAY,
    "/record/claims": DAY,
    "/record/contradictions": DAY,
    "/record/deeds": DAY,
    "/record/positions": DAY,
    "/record/timeline": DAY,
    "/record/base": "rate=145&known=2025-05-02",
    "/data/sources": "",
    "/cite": "",
}
SOLVED: dict[str, JsonObject] = {
    "/trade/solve": {"drop": ["ieepa_fentanyl@2025-05-02"]},
    "/trade/partial": {"product": "9503000073", "origin": "CHN", "demand": 1.2, "substitution": 4, "pass_through": 0.9},
    "/trade/backtest": {"window": ["2025-05/06"], "reading": ["statutory"], "elasticities": ["U4"]},
    "/trade/decompose": {"by": "programme", "country": ["USA", "CHN"]},
    "/scenario/solve": {"scenario": {"on": "2025-05-02", "known": "2025-05-02", "before": "2025-01-01",
                                     "parties": ["USA", "CHN"], "world": "oecd-2022"}},
    "/brief": {"on": "2025-11-10"},
    "/talks/nash": {"instrument": "uniform", "wait": 10},
    "/talks/respond": {"player": "USA", "objective": "revenue"},
    "/talks/bargain": {"players": "USA,CHN", "instrument": "uniform"},
    "/talks/attrition": {"prize": ["USA=0.1", "CHN=0.1"]},
    "/talks/deadline": {"on": "2025-05-02", "p": [0.5]},
    "/talks/grid": {"on": "2025-05-02", "known": "2025-05-02"},
    "/talks/leverage": {"player": "CHN", "target": "USA", "digits": 4},
    "/talks/linkage": {"on": "2025-11-10"},
    "/talks/path": {"months": 3, "opening": 20},
    "/talks/signal": {"prize": 0.05, "bluff": 1.5},
    "/talks/sustain": {"players": "USA,CHN", "discount": 0.9},
    "/talks/weights": {"player": "CHN"},
    "/talks/hindcast": {"point": ["D02"], "ranges": False, "deadlines": False},
}  # fmt: skip


def values_of(path: str) -> dict[str, str]:
    """The parameters of a small question by name."""
    return dict(parse_qsl(LOOKED_UP.get(path, "")))
