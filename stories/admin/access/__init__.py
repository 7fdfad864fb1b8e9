"""Access to the desk: login with a second factor, passwords, sessions and user accounts."""
