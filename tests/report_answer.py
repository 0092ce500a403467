"""A small Answer in the shape that the walk gives, for tests of the report: every part present, numbers of our own making."""

from __future__ import annotations

import copy
from typing import Any

SOURCE = {"publisher": "news report", "date": "2025-05-02", "address": None, "tier": 2, "tier_name": "wire or newspaper", "read": True, "note": None}
OFFICIAL = {**SOURCE, "publisher": "Executive Order 14266", "address": "https://www.govinfo.gov/content/pkg/FR-2025-04-15/html/2025-06462.htm", "tier": 1, "tier_name": "official text", "read": False}


def _range(low: float, median: float, high: float) -> dict[str, Any]:
    return {"low": low, "median": median, "high": high, "over": ["U4", "CP"], "sign_differs": low < 0 < high}


def _step(on: str, most: float, highest: float, scheduled: bool = False) -> dict[str, Any]:
    return {"on": on, "most_lines": most, "highest": highest, "lowest": 0.0, "by_programme": {}, "acts": [{"source": "EO 14266"}], "scheduled": scheduled}


def _side(entry: str, actor: str, text: str) -> dict[str, Any]:
    return {"entry": entry, "actor": actor, "on": "2025-05-01", "precision": "day", "known": "2025-05-01", "text": text, "quote": None, "source": SOURCE, "also": []}


KEYS = ("welfare_pct", "real_wage_pct", "exports_pct", "imports_pct", "terms_of_trade_pct")
LAW = {
    "added_since": "2025-01-01",
    "added": {
        "CHN->USA": [_step("2025-01-01", 0.0, 0.0), _step("2025-04-10", 1.45, 1.45), _step("2025-05-03", 1.45, 1.45, True)],
        "USA->CHN": [_step("2025-01-01", 0.0, 0.0), _step("2025-04-12", 1.25, 1.4)],
    },
    "scheduled": [{"on": "2025-07-09", "by": "USA", "act": "EO 14266", "title": "Rates", "measures": 56, "lowest": 0.11, "highest": 0.5, "programmes": ["ieepa_reciprocal"], "source": "EO 14266"}],
    "exclusions": [{"by": "USA", "measure": "m", "programme": "ieepa_reciprocal", "rate": 0.0, "source": "s", "address": None, "reason": "Smartphones & <laptops>", "listed": 20}],
    "lines": [
        {
            "label": "toy", "product": "9503000073", "description": "Toys", "origin": "CHN", "destination": "USA", "rate": 1.45, "base_rate": 0.0, "added_rate": 1.45, "added_2025": 1.45, "reason": None,
            "lines": [
                {"measure": "f", "programme": "ieepa_fentanyl", "rate": 0.2, "share": 1.0, "contribution": 0.2, "reason": "r", "source": "EO 14228"},
                {"measure": "c", "programme": "ieepa_reciprocal", "rate": 1.25, "share": 1.0, "contribution": 1.25, "reason": "r", "source": "EO 14266"},
            ],
            "not_applied": [{"measure": "r", "programme": "ieepa_reciprocal", "reason": "displaced by c", "source": "s"}],
        }
    ],
    "average": {"origin": "CHN", "destination": "USA", "weights": "imports of 2024", "on": "2025-05-02", "rate": 1.14, "base_rate": 0.02, "by_programme": {"mfn": 0.02, "ieepa_reciprocal": 1.119995, "s201": 0.000005}, "covered": 0.99, "lines": 100, "reason": None},
    "spared": [{"programme": "ieepa_reciprocal", "share": 0.37, "of": "China"}],
    "why_others": [{"pct": 145, "flow": "CHN->USA", "on": "2025-04-10", "published": "2025-04-10", "who": "White House", "concept": "sum", "weights": "none", "exclusions": "left out", "source": "report", "rate": 1.45}],
}  # fmt: skip
COUNTRIES = {code: {"name": name, **dict.fromkeys(KEYS, -0.2), "tariff_revenue_pct_gdp": 0.4, "tariff_revenue_base_pct_gdp": 0.2} for code, name in (("USA", "United States"), ("CHN", "China"), ("MEX", "Mexico"), ("CIV", "Côte d'Ivoire"))}
TRADE = {
    "model": "armington", "world": "w", "year": 2022, "size": [4, 2], "elasticities": "U4", "deficits": "d", "revenue": "r", "against": "the law of 2025-01-01",
    "residual": 6.6e-11, "walras": 1e-16, "passes": 5, "seconds": 0.1, "moved": {"from": "2022", "to": "2025-01-01"}, "weights": {"USA": "imports", "CHN": "simple means"},
    "countries": COUNTRIES, "range": {c: dict.fromkeys(KEYS, _range(-0.23, -0.17, 0.12 if c == "MEX" else -0.1)) for c in COUNTRIES},
    "most_affected": {"lose": ["MEX"], "gain": ["CIV"]}, "bilateral": [{"buyer": "USA", "seller": "CHN", "pct": -65.1, "base_usd_bn": 476.6}], "spending_share": [{"buyer": "USA", "seller": "CHN", "share": 0.0114}],
    "exclusions": {
        "levied_by": "USA", "origin": "CHN", "welfare_pct": {"two_wedges": {"USA": -0.17, "CHN": -0.19}, "naive": {"USA": -0.169, "CHN": -0.21}},
        "sectors": [{"sector": "C26", "mean_rate": 0.46, "price_wedge": 0.27, "price_wedge_eta_1": 0.4, "collected_share": 0.2, "collected_share_eta_1": 0.29}],
    },
    "definitions": {k: k for k in KEYS},
}  # fmt: skip
PAYOFFS = {("hold", "hold"): (-0.17, -0.19), ("hold", "drop"): (-0.15, -0.13), ("drop", "hold"): (0.03, -0.07), ("drop", "drop"): (0.06, 0.0)}
TALKS = {
    "players": ["USA", "CHN"], "options": {"USA": ["hold", "drop"], "CHN": ["hold", "drop"]}, "unit": "percent against the law of 2025-01-01", "elasticities": "U4", "solves": 4, "residual": 8e-11,
    "payoffs": [{"choice": {"USA": u, "CHN": c}, "welfare_pct": {"USA": a, "CHN": b, "MEX": -0.4}} for (u, c), (a, b) in PAYOFFS.items()],
    "best_replies": {
        "USA": [{"to": {"CHN": c}, "reply": ["drop"], "welfare_pct": w} for c, w in (("hold", 0.03), ("drop", 0.06))],
        "CHN": [{"to": {"USA": u}, "reply": ["drop"], "welfare_pct": w} for u, w in (("hold", -0.13), ("drop", 0.0))],
    },
    "equilibria": [{"USA": "drop", "CHN": "drop"}], "mixed_equilibria": [], "says": {},
    "signal": {"maker": "USA", "step": "drop", "cost_pct": -0.2, "costly": False, "reason": "r", "weight_break_even": None, "weight_reason": "not given", "lost_position_break_even_pct": 0.2, "assumption": "assumptions of the user", "others": {"CHN": "hold"}},
}  # fmt: skip
DEADLINE = {
    "deadline": "2025-07-09", "by": "USA", "terms": {"sign": "own duties go to zero"}, "terms_are": "assumptions of the scenario", "elasticities": "U4", "unit": "percent of welfare", "solves": 3, "residual": 1e-10,
    "players": [
        {"id": "KHM", "members": ["KHM"], "rate_now": 0.1, "rate_then": 0.49, "cost_pct": 0.68, "p_star": 0.009, "decision": "folds", "reason": "signs", "welfare_pct": {"sign": 0.3, "wait": 0.4, "rate": -0.3}, "name": "Cambodia", "source": "EO"},
        {"id": "AGO", "members": ["AGO"], "rate_now": 0.1, "rate_then": 0.32, "cost_pct": 0.01, "p_star": 2.0, "decision": "waits", "reason": "never", "welfare_pct": {"sign": 0.3, "wait": 0.4, "rate": -0.3}, "name": "Angola", "source": "EO"},
        {"id": "CIV", "members": ["CIV"], "rate_now": 0.1, "rate_then": 0.21, "cost_pct": 0.03, "p_star": -0.1, "decision": "signs", "reason": "signs at any p", "welfare_pct": {"sign": 0.5, "wait": 0.4, "rate": -0.3}, "name": "Côte d'Ivoire", "source": "EO"},
        {"id": "LSO", "members": ["LSO"], "rate_now": 0.1, "rate_then": 0.5, "cost_pct": None, "p_star": None, "decision": "unknown", "reason": "law only", "welfare_pct": {"sign": None, "wait": None, "rate": None}, "name": "Lesotho", "source": "EO"},
    ],
}  # fmt: skip
RECORD = {
    "on": "2025-05-02", "known": "2025-05-02",
    "status": {
        "offers": [{"id": "1", "by": "USA", "to": "CHN", "about": "tariffs", "said_by": "cn-mofcom", "considered_in": ["1"], "quote": None, "text": "An offer.", "source": SOURCE}],
        "preconditions": [{"id": "2", "by": "CHN", "of": "USA", "met": False, "tested_by": [{"words": "cancel tariffs", "met": False, "reason": "6 measures since 2025-01-01 still charge CHN"}], "quote": "cancel unilateral tariffs", "text": "t", "source": SOURCE}],
        "deadlines": [{"id": "3", "by": "USA", "to": "*", "on": "2025-07-09", "days_left": 68, "otherwise": "rates apply", "source": OFFICIAL}],
    },
    "who_approached_whom": [{"first": "2025-04-30-01", "second": "2025-05-02-01", "rule": "exclusive role", "about": "who approached whom", "both_sources": [_side("2025-04-30-01", "us-president", "China called."), _side("2025-05-02-01", "cn-mofcom", "Washington called.")], "reconcile": ["2025-04-30-01 is dated to the week only"]}],
    "contradictions": [{"first": "a", "second": "b", "rule": "negation", "about": "whether talks were under way", "both_sources": [_side("a", "us-president", "yes"), _side("b", "cn-mofcom", "no")], "reconcile": []}],
    "words_and_deeds": {"said": [{"actor": "cn-mofcom", "on": "2025-05-02", "text": "t", "quote": "q", "source": SOURCE}], "deeds": [{"entry": "e", "actor": "us-president", "party": "USA", "kind": "threat", "text": "10 %", "due": "2025-02-04", "outcome": "on_time", "days_late": 0, "tested_by": "law on 2025-02-04: ieepa_fentanyl 10 % on 9503000073 from CHN", "reason": None, "source": OFFICIAL}]},
    "linked_issues": [{"issue": "trade-imbalance", "party": "CHN", "ready": True, "condition": "the tariffs are withdrawn first", "said_by": "wu-xinbo", "entry": "e", "quote": None, "source": SOURCE}],
    "resolve": [{"actor": "cn-foreign-ministry", "on": "2025-04-29", "precision": "week", "text": "A video.", "quote": "never kneel down", "source": SOURCE}],
    "consistency": {"claimed": [{"actor": "cn-mofcom", "on": "2025-05-02", "text": "t", "quote": "perfectly consistent", "source": SOURCE}], "positions": [{"party": "CHN", "issue": "resolve", "on": "2025-04-29", "stance": "will not yield", "changed": None, "before": None, "entry": "e", "quote": None}], "changes": 0},
    "stated_rates": [{"id": "e", "actor": "press", "on": "2025-05-02", "text": "145", "quote": None, "source": SOURCE, "rate": 1.45, "origin": "CHN", "destination": "USA", "base": None}],
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "scenario": {"title": "A test <of> the page", "parties": ["USA", "CHN"], "before": "2025-01-01", "changes": []},
    "on": "2025-05-02", "known": "2025-05-02", "headline": ["First −0.17 %.", "Second.", "Third."],
    "law": LAW, "trade": TRADE, "talks": TALKS, "deadline": DEADLINE, "record": RECORD,
    "method": {"model": "m", "baseline": "b", "solves": 9, "assumptions": ["a"], "limits": ["l"], "cite": "parley, a scenario."},
    "sources": [{"kind": "act", "id": "a", "title": "An act", "citation": "EO 14266", "address": OFFICIAL["address"], "read": True, "note": ""}, {"kind": "data", "id": "d", "source": "OECD", "terms": "attributed"}],
}  # fmt: skip


def answer(**changes: Any) -> dict[str, Any]:
    """The Answer, afresh, with parts replaced."""
    return copy.deepcopy(ANSWER) | changes
