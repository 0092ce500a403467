"""The law of a destination compiled: rule sets, periods, cells and look-up arrays, kept in the user's cache."""
