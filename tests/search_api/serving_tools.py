"""``casetrove mcp`` with the small encoder, for the tests to start as a process of its own."""

from __future__ import annotations

import sys

from indexer.encoders.hashing import HashingEncoder
from search_api.cli import options


def main() -> None:
    """Serve with the arguments of this process."""
    import casetrove

    options.encoder = HashingEncoder
    sys.argv = ["casetrove", "mcp", *sys.argv[1:]]
    casetrove.main()
