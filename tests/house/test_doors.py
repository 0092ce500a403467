"""What single arguments do not tell: values that are each right and together wrong, and messages that name what a caller writes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import parley
from parley.arguments import checked
from parley.errors import InputError, ScenarioError, WorldError
from parley.trade.aims import weights_of
from trade_worlds import small_world


class Held:
    """A public class in small."""

    @checked
    def asked(self, one: int, *, two: int = 0) -> int:
        return one + two

    @classmethod
    @checked
    def made(cls, one: int) -> int:
        return one


@pytest.mark.parametrize("method", [Held().asked, Held.made])
def test_no_message_names_the_value_or_class_itself(method: Any) -> None:
    for args, named in (((), {"onne": 1}), ((1, 2, 3), {}), ((), {})):
        with pytest.raises(InputError) as refused:
            method(*args, **named)
        said = str(refused.value).replace("Held.asked", "").replace("Held.made", "")
        assert "self" not in said
        assert "cls" not in said
        assert "4 arguments" not in said


@pytest.mark.parametrize("reader", [parley.read_world, parley.read_scenario, parley.read_ledger, parley.read_regime])
def test_an_empty_name_is_no_folder(reader: Any) -> None:
    with pytest.raises(InputError, match="an empty name"):
        reader("")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"before": "2025-05-03"}, "before 2025-05-03 is after on"),
        ({"until": "2025-05-01"}, "until 2025-05-01 is before on"),
        ({"parties": ("USA",)}, "two or more different"),
        ({"parties": ("USA", "United States")}, "two or more different"),
        ({"parties": ()}, "parties none"),
    ],
)
def test_a_scenario_made_in_python_is_held_to_the_rules_of_a_file(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        parley.run(parley.Scenario(on=date(2025, 5, 2), **wrong))


@pytest.mark.parametrize("code", ["", " ", "B\n", "\t", "A\x00", "\u200b"])
def test_a_code_can_be_read(code: str) -> None:
    accounts = {"flows": np.full((2, 2, 1), 2.0), "tariffs": np.zeros((2, 2, 1)), "theta": [5.0]}
    for countries, sectors in ((("A", code), ("s",)), (("A", "B"), (code,))):
        with pytest.raises(WorldError, match="a code that can be read"):
            parley.World.from_arrays(countries, sectors, **accounts, flows_include_tariff=False)


@pytest.mark.parametrize("name", ["'a", "a'", "History", "HISTORY", "a\x01", "\U0001f4c8" * 16])
def test_a_sheet_has_a_name_with_which_excel_opens_it(name: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(InputError):
        parley.table([{"a": 1}]).to_excel(tmp_path / "a.xlsx", sheet=name)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "rows", [{"USA": {"key": 1}}, {"USA": {}, "CHN": {"key": 1}}, [{"a.b": 1, "a": {"b": 2}}], [{"a": {"b.c": 1, "b": {"c": 2}}}]]
)  # fmt: skip
def test_no_cell_of_a_table_is_lost_to_another(rows: Any) -> None:
    with pytest.raises(InputError):
        parley.table(rows)


@pytest.mark.parametrize(("weights", "found"), [([np.nan, 1], "hold nan"), ([1, np.inf], "hold inf"), ([1], "shape")])
def test_weights_are_refused_for_what_is_wrong_with_them(weights: list[float], found: str) -> None:
    with pytest.raises(InputError, match=found):
        weights_of(parley.solve(small_world(2)), np.array(weights))
