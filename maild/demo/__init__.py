"""Embedded mail servers and sample mails, for a machine that has none."""
