"""Pictures are drawn once: a kept one is the drawn one, and a spoilt file is drawn again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parley.report import drawing

SPEC = json.dumps(
    {
        "data": {"values": [{"a": 1}, {"a": 2}]},
        "mark": "point",
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
    }
)


@pytest.mark.slow
def test_a_picture_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    first = drawing.drawing(SPEC)
    assert first.startswith("<svg")
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "_drawn", lambda text: pytest.fail("drawn again"))
        assert drawing.drawing(SPEC) == first
    (file,) = (tmp_path / "charts").iterdir()
    for spoilt in (file.read_bytes()[:-9], b"", b"\xff\xfe"):
        file.write_bytes(spoilt)
        assert drawing.drawing(SPEC) == first


def test_another_specification_is_another_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path))
    monkeypatch.setattr(drawing, "_drawn", lambda text: f"<svg>{len(text)}</svg>")
    assert drawing.drawing("1") != drawing.drawing("22")
    assert drawing.drawing("1") == "<svg>1</svg>"
