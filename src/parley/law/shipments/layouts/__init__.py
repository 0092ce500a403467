"""Layouts of the files that companies and statistical offices have: read into the columns that the engine knows."""
