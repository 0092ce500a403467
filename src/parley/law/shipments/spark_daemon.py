"""What Spark's Python processes are forked from on this machine: it has read what each of them needs."""

from __future__ import annotations

import parley.law.shipments.judge
import parley.law.shipments.results
import parley.law.shipments.spark  # noqa: F401

if __name__ == "__main__":
    from pyspark.daemon import manager  # pyright: ignore[reportMissingImports]

    manager()
