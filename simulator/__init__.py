"""Millrace: a flight simulator for server threads."""

__version__ = "0.1.0"
