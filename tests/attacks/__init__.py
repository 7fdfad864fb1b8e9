"""Attacks on a server of one's own: bounded, on 127.0.0.1 only. `make attack` runs them whole."""
