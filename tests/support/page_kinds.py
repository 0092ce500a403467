"""An address of every kind of page, for the tests that walk them all in a browser."""

from __future__ import annotations

DAY = "on=2025-05-02&known=2025-05-02"
TOY = f"/rate?product=9503000073&origin=CHN&destination=USA&{DAY}"
TOYS = (
    "/compare?first=%2Frate%3Fproduct%3D9503000073%26origin%3DCHN%26on%3D2025-05-02"
    "&second=%2Frate%3Fproduct%3D9503000073%26origin%3DVNM%26on%3D2025-05-02"
)
REFUND = "/ask/law/refund-status?go=1&on=2026-07-15&entered=2025-08-20"
ADDRESSES = (
    "/",
    "/?words=toys",
    TOY,
    f"/rate?product=8517&origin=CHN&{DAY}",
    "/measures",
    "/measures?words=china&page=2",
    "/files",
    "/measure?id=us-ieepa-fentanyl-cn",
    "/act?id=us-eo-14266",
    f"/record?{DAY}",
    "/scenario",
    "/scenario?drop=ieepa_fentanyl",
    "/scenario/welfare.embed",
    f"/compare?first={DAY.replace('&', '%26')}&second=on%3D2025-05-14%26known%3D2025-05-14",
    TOYS,
    "/method",
    "/problems",
    "/enter",
    "/ask",
    "/ask/trade/backtest",
    "/ask/record/base?go=1&rate=145",
    REFUND,
)
REFUSED = ("/ask/talks/nash?go=1&instrument=none", "/nowhere")  # pages of refusals
DARK = ("/", TOY, f"/record?{DAY}", "/scenario?drop=ieepa_fentanyl", "/ask/record/base?go=1&rate=145", TOYS, *REFUSED)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
