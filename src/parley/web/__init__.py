"""The web door: a local application and an HTTP API on the same rooms. It parses, calls and shows."""
