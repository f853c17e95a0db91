"""Families of flows that a table cannot state: one file each, `derive.py` calls them all."""
