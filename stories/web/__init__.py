"""The web layer: page views, machine formats, template environments, feeds, share cards."""
