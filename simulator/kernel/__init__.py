"""The virtual computer: cores, threads, locks, queues and a network card, stepped in integer nanoseconds.

Everything here is compiled by Numba and works on records of plain numbers. The kernel knows no configuration
key, no wall clock and no socket; it raises nothing and answers with status codes.
"""
