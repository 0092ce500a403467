"""Who said, claimed, offered and did what: an append-only ledger with two clocks and a source for every entry."""
