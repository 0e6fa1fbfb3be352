"""Whom a request comes from, as the search log keeps it, and whose searches it may see there."""

from __future__ import annotations

from fastapi import Request

from search_api.searches.model import By


def asker(request: Request) -> By:
    """``who`` is the name of the request's key, where the server asks for one."""
    return By("http", getattr(request.state, "key_name", None))


def owner(request: Request) -> str | None:
    """The name of the key whose searches alone the request may see; None: it may see all."""
    return None if "admin" in request.state.may else request.state.key_name
