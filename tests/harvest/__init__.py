"""Harvests and reads a running site with the real clients: python -m tests.harvest."""
