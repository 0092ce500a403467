"""Write the table of games in docs/talks.md from the games' own words. Run: python builders/docs_games.py"""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "talks.md"
START = "<!-- written by builders/docs_games.py: do not edit by hand -->"
END = "<!-- end of what builders/docs_games.py writes -->"


def table() -> str:
    """A row for each game: its name, what it asks, and the options that it does not share with others."""
    from dataclasses import fields

    from parley.scenario.games import games, read_game

    shared = ("on", "known", "elasticities", "drop", "add", "at")
    rows = ["| game | what it answers | options of its own |", "|---|---|---|"]
    for name in games():
        question = read_game(name).Question
        own = [f"`--{f.name.replace('_', '-')}`" for f in fields(question) if f.name not in shared]
        rows.append(f"| `{name}` | {question.__doc__.splitlines()[0]} | {' '.join(own)} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with its table written anew."""
    head, _, rest = text.partition(START)
    return f"{head}{START}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
