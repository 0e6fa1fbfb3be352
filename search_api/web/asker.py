"""Whom a request comes from, as the search log keeps it."""

from __future__ import annotations

from fastapi import Request

from search_api.searches.model import By


def asker(request: Request) -> By:
    """``who`` is the name of the request's key, where the server asks for one."""
    return By("http", getattr(request.state, "key_name", None))
