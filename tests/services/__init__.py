"""Tests against real services, which .ci/services installs: PostgreSQL, nginx, an S3 server."""
