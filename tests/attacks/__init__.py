"""Attacks on a local server: bounded, on 127.0.0.1 only. `make attack` runs all of them."""
