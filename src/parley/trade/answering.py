"""From a question about datasets to its answer. Every door asks here; a server lets names of the package through alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley.trade.answers import AccountsAnswer
from parley.world.answers import ElasticitiesAnswer, WorldsAnswer

if TYPE_CHECKING:
    from parley.trade.questions import Elasticities, Worlds


def worlds(asked: Worlds) -> WorldsAnswer | AccountsAnswer:
    """`trade worlds`: what is packaged and what can be read from a file, or the accounts of one dataset."""
    if asked.world is not None:
        from parley.trade.world_accounts import accounts_answer

        return accounts_answer(asked.world, asked.elasticities)
    from parley.world.catalogue import worlds_answer

    return worlds_answer()


def elasticities(asked: Elasticities) -> ElasticitiesAnswer:
    """`trade elasticities`."""
    from parley.world.catalogue import elasticities_answer

    return elasticities_answer(asked.world, asked.sets)
