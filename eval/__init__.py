"""Data sets, metrics and runs that score the answers."""
