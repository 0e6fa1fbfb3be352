"""Settings of the literature service: frozen, bounded, told by name where they are wrong."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.errors import ConfigError

PUBLIC_SERVICE = "https://www.ebi.ac.uk/europepmc/webservices/rest"
MAX_ARTICLES = 10_000
"""How many articles one run asks for at most."""

_ADDRESS = re.compile(r"[!-'*-;=?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z]+")
"""An e-mail address in printable ASCII without brackets or white space, so that it can stand in a header."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where the service is and how gently it is asked. Times are in seconds. Raises ConfigError.

    ``contact`` is an e-mail address that the service's keepers may write to. ``stall_s`` bounds each wait for
    the next bytes, ``total_s`` one answer as a whole, ``max_wait_s`` a pause between two attempts: a service that
    asks for a longer one ends the run. ``max_bytes`` bounds one answer, unpacked.
    """

    base_url: str = PUBLIC_SERVICE
    contact: str = ""
    requests_per_second: float = 3.0
    attempts: int = 5
    stall_s: float = 30.0
    total_s: float = 120.0
    max_wait_s: float = 120.0
    max_bytes: int = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        _check_base(self.base_url)
        if self.contact and not _ADDRESS.fullmatch(self.contact):
            raise ConfigError(f"email: {self.contact!r} is no e-mail address: give one such as name@example.org")
        for name, highest in (
            ("requests_per_second", 10), ("attempts", 20), ("stall_s", 600), ("total_s", 3600),
            ("max_wait_s", 3600), ("max_bytes", 1 << 30),
        ):  # fmt: skip
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 < value <= highest):
                raise ConfigError(f"{name}: {value} is not above 0 and at most {highest}")

    @property
    def root(self) -> str:
        """The base address without a slash at its end."""
        return self.base_url.rstrip("/")

    @property
    def user_agent(self) -> str:
        """Who asks, for the service's keepers."""
        return f"casetrove (mailto:{self.contact})" if self.contact else "casetrove"


def _check_base(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or any(not "!" <= character <= "~" for character in address):
        raise ConfigError(f"base-url: {address!r} is no http address without query and fragment: try {PUBLIC_SERVICE}")
