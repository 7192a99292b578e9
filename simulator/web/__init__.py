"""The web: Flask pages and API, Socket.IO events, and the loop that gives every live run its turns.

Green threads share one hub and never block it: whatever computes goes to native threads (green.py), and the
kernel releases the GIL there. Nothing is monkey-patched. docs/wire.md says what crosses the wire.
"""
