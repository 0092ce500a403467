"""The closed sets of words that predicates take: channels, issues, kinds of restriction, bases of a rate, steps of a measure."""

from __future__ import annotations

from typing import Literal

Channel = Literal["", "call", "meeting", "letter", "intermediaries", "officials"]
Issue = Literal[
    "who-moves-first",
    "unilateral-tariffs",
    "resolve",
    "consistency",
    "words-and-deeds",
    "trade-imbalance",
    "technology-controls",
    "deadline",
    "truce",
    "deal-outlook",
    "escalation",
    "third-countries",
    "purchases",
]
Restriction = Literal[
    "export control", "port fee", "entity list", "licence", "visa", "antitrust", "duty-free parcels", "import control"
]
Base = Literal[
    "added",  # the duties of 2025 and later alone, added up on a product that bears all of them
    "added_with_s301",  # the same with the 25 % of the older Section 301 lists
    "programme",  # one programme alone
    "statutory",  # everything due on one product
    "simple_sum",  # every programme's headline added to the older average, exclusions ignored
    "average_imports",  # statutory rates weighted by imports
    "average_exports",  # statutory rates weighted by the origin's exports to the world
    "average",  # an average whose weights are not stated
]
Step = Literal[
    "announced", "in_force", "raised", "lowered", "suspended", "extended", "excluded", "struck_down", "ended"
]
