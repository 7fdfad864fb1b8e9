"""Who comes to the desk, and how: login with a second factor, passwords, sessions, people."""
