"""Duties on files of shipments of any size: compiled tables, readers, engines, fees, refunds and what-ifs."""
