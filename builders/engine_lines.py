"""Counts the lines of the row engine by part (decisions/0010); what of law/shipments/ is no engine is counted apart.

python builders/engine_lines.py
"""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parents[1] / "src" / "parley" / "law" / "shipments"
ENGINE = {
    "compile": ("compile/*",),
    "judge": ("judge", "contributions", "typed", "units", "fees", "modes", "rejects"),
    "read": ("arrow", "chunks", "read", "columns", "sources"),
    "write": ("results", "rows_out"),
    "run": ("run", "totals", "duckdb", "__init__"),
    "comparison of origins, in-transit": ("origin_comparison", "in_transit", "transit", "lines"),
    "Spark": ("spark*",),
}
APART = {  # with the reason why
    "questions: what commands and the API ask, with their help": ("questions",),
    "other layouts, and results put together again from whole and short codes": ("files", "parted"),
    "short and retired codes as ranges": ("ranges", "followed*"),
    "chapter 99 headings in the order of filing": ("headings_column",),
    "layouts": ("layouts/*",),
}


def lines(names: tuple[str, ...]) -> int:
    """The lines of some files."""
    return sum(len(p.read_text("utf-8").splitlines()) for n in names for p in HOME.glob(f"{n}.py"))


def unnamed() -> list[str]:
    """The files of the room that no part names."""
    named = {p for part in (ENGINE, APART) for names in part.values() for n in names for p in HOME.glob(f"{n}.py")}
    return sorted(str(p.relative_to(HOME)) for p in set(HOME.rglob("*.py")) - named)


def main() -> None:
    """Prints the table."""
    for title, parts in (("engine", ENGINE), ("apart", APART)):
        counts = {name: lines(names) for name, names in parts.items()}
        for name, count in [*counts.items(), (f"{title}, in all", sum(counts.values()))]:
            print(f"{count:6,}  {name}")


if __name__ == "__main__":
    main()
