"""Small files beside a question: weights, rates, decisions, months, goods, layouts, rulings."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from fuzz_seeds.reader import SOURCE, Reader, of, one, small_world, solved
from parley.law.regime import Regime


def _weights(path: Path) -> object:
    from parley.law.user_weights import read_values

    found, _ = read_values(path, "CHN", "USA")
    assert all(math.isfinite(value) and value >= 0 for value in found.values())
    assert sum(found.values()) > 0
    return found


def _rates(path: Path) -> object:
    from parley.scenario.counterfactual import read_rates

    world = small_world()
    return solved(world, read_rates(path, world))


def _interest(path: Path) -> object:
    from parley.law.refund_interest import read_interest

    return read_interest("2026-02-01", path)


def _currencies(path: Path) -> object:
    from parley.law.shipments.layouts.currencies import read_rates

    found = read_rates([], path)
    assert all(0 < rate < 1e6 for _, rates in found.by_currency.values() for rate in rates)
    return found


def _political(path: Path) -> object:
    from parley.cli.talks_play import political

    found = political(path, small_world())
    assert found is not None
    assert np.isfinite(found).all()
    return found


def _decisions(path: Path) -> object:
    from parley.scenario.outcomes import read_decisions_file

    return read_decisions_file(path)


def _months(path: Path) -> object:
    from parley.scenario.backtest.own_months import read_own

    found = read_own(path)
    assert all(math.isfinite(row.value) and row.value >= 0 for row in found.rows)
    return found


def _goods(path: Path) -> object:
    from parley.scenario.own_goods import read_goods

    return read_goods(path, f"goods {path.name}")


def _layout(path: Path) -> object:
    from parley.law.shipments.layouts.registry import read_layout

    return read_layout(path)


def _ruling(path: Path) -> object:
    from parley.law.refunds.ruling import find_ruling

    return find_ruling(str(path), Regime(()))


READERS = (
    Reader("weights", of("law/user_weights.py"), one("product,value,origin\n9503000073,10,CHN\n8517,2.5,China\n"), _weights),
    Reader("rates", of("scenario/counterfactual.py"),
           one("# new\nbuyer,seller,sector,rate\nUSA,CHN,*,0.5\nCHN,USA,S1,1e-1\n*,JPN,S0,0\n"), _rates),
    Reader("political", of("cli/talks_play.py"), one("country,sector,weight\nUSA,S0,1.5\nCHN,S1,0.25\n"), _political),
    Reader("interest", of("law/refund_interest.py"), one("quarter,rate\n2025Q2,0.06\n2026 Q1,0.07\n"), _interest),
    Reader("currencies", of("law/shipments/layouts/currencies.py"),
           one("currency,from,rate\nEUR,2025-01-01,1.08\nEUR,2025-03-01,1.1\nCNY,2025-01-01,0.14\n"), _currencies),
    Reader("decisions", of("scenario/outcomes/__init__.py"), one(
        "point,date,decider,counterpart,chosen,kind,source,day,law_on,other\nM1,2025-05-12,China,USA,step,talks,me,,,\n"
        "M2,2025-04-09,USA,CHN,raise,come,me,2025-04-09,,hold\n"), _decisions),
    Reader("months", of("scenario/backtest/own_months.py", "scenario/backtest/own_tables.py"), one(
        'flow,partner,sector,month,value\nimports,CHN,334,2025-05,"1,000.5"\nexports,WLD,85,2025-05,7\n',
        "partner,naics,month,value\nCHN,334,2025-05,10\n",
        '[["CTY_CODE","NAICS","CON_VAL_MO","time","NAICS"],["5700","334","10","2025-05","334"]]',
        "Data Type,NAIC Number,Country,Year,May\nCustoms Value,334,China,2025,10\n"), _months),
    Reader("goods", of("scenario/own_goods.py"), one(
        "# mine\n8517.13.00.00\n9503\n", "HTS Code;Name;origin\n8517130000;a phone;CHN\n950300;a toy;\n"), _goods),
    Reader("layout", of("law/shipments/layouts/registry.py"), lambda: [
        {"mine.toml": b'title = "Ours"\nsignature = ["Goods"]\ndates = "DMY"\n[columns]\nproduct = ["Goods"]\nvalue = ["Worth"]\n'},
        {"mine.csv": b"role,heading\nproduct,Goods\nvalue,Worth\n"}], _layout),
    Reader("ruling", of("law/refunds/ruling.py"), lambda: [
        {"mine.toml": path.read_bytes()}
        for path in sorted((SOURCE / "law/refunds/rulings").glob("*.toml"))], _ruling),
)  # fmt: skip
