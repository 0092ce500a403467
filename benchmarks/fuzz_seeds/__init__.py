"""The readers that `fuzz_readers.py` feeds, by name: of each its modules, valid inputs, and how one is read to an answer.

A reader's `read` raises an assertion where the answer contradicts itself: what is read whole is usable, finite and adds up.
"""

from fuzz_seeds import doors, law, scenario, shipments, tables, wire, world

_ROOMS = (scenario, law, tables, world, shipments, doors, wire)
READERS = {reader.name: reader for room in _ROOMS for reader in room.READERS}
