"""Embedded PostgreSQL, Valkey and mail catcher for `up` and for tests; handed out as ordinary addresses."""
