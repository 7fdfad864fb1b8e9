"""Pages and machine formats: views, template environment, feeds, share cards."""
