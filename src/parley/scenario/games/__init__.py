"""Games over a scenario, one file each: its name is the command's, the address's, the page's and the row's in the documents.

A game file defines
  Question                      a frozen dataclass: its docstring is the help, its fields with words and defaults are the options
  Answer                        a TypedDict with every key of the answer
  answer(question, baseline)    → Answer
  words(answer)                 → lines and Tables for people
and where it has some
  check(question, scenario)     refuses a question before anything is solved
  figures(question, baseline)   → named numbers, asked under every published elasticity set with --ranges
  rows(answer)                  → rows for --csv
  FILES                         {option: (its help, (answer, the scenario's title) → text)} of further files
  WAITING                       what is said while it solves
A game file is read by `parley talks --help`: what it solves with is imported inside its functions.
Folders named in PARLEY_GAMES (as in PATH) hold games of the user's own.
"""

from __future__ import annotations

import os
from types import ModuleType

from parley.modules import names_in, read_module

OWN = "PARLEY_GAMES"
__path__ += [folder for folder in os.environ.get(OWN, "").split(os.pathsep) if folder]


def games() -> list[str]:
    """The names of the games, one for each file of this folder and of the user's own."""
    return names_in(__name__)


def read_game(name: str) -> ModuleType:
    """The game of that name. Raises InputError with the nearest."""
    return read_module(__name__, name, "talks", "game")
