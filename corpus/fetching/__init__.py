"""Fetching real literature: what a literature service holds on a question, as files for the readers."""
