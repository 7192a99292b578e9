"""Millrace: a flight simulator for server threads."""
