"""Which encoder builds, and which one a generation is asked with."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from indexer.encoders.base import Encoder
from indexer.encoders.openvino import CARD, INSTALL, Card, OpenVinoEncoder, is_installed, read_card
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import EncoderError, MismatchError

_log = logging.getLogger(__name__)


class Encoders(Protocol):
    """The encoders at hand."""

    def preferred(self) -> Encoder:
        """The one that new generations are built with."""
        ...

    def of(self, fingerprint: str) -> Encoder:
        """The one that gives the vectors of ``fingerprint``. Raises MismatchError where there is none."""
        ...

    def check(self, fingerprint: str) -> None:
        """Raise what ``of`` raises, and EncoderError where a file of the encoder is not what it should be."""
        ...


class OneEncoder:
    """A single encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def preferred(self) -> Encoder:
        """It."""
        return self._encoder

    def of(self, fingerprint: str) -> Encoder:
        """It, if it has this fingerprint. Raises MismatchError."""
        here = self._encoder.info.fingerprint
        if fingerprint != here:
            raise MismatchError(
                f"the index was built with encoder {fingerprint}, this program has {here}: "
                "run `casetrove index --rebuild`"
            )
        return self._encoder

    def check(self, fingerprint: str) -> None:
        """As ``of``: there are no files."""
        self.of(fingerprint)


class FolderEncoders:
    """The encoders of a data folder: those made for it in ``folder``, and the one that comes with the program.

    The one made last is preferred. Each is opened once and then kept; one made while this runs is noticed.
    Without OpenVINO there is the program's own only. Safe to share between threads.
    """

    def __init__(self, folder: Path, embedded: Callable[[], Encoder] | None = None) -> None:
        self._folder = folder
        self._make_embedded = embedded or SentenceTransformerEncoder.embedded
        self._embedded: Encoder | None = None
        self._made: dict[tuple[str, str], Encoder] = {}
        self._lock = threading.RLock()
        self._has_warned = False

    def preferred(self) -> Encoder:
        """The one made last, else the program's own. Raises EncoderError where its card cannot be read."""
        cards = made(self._folder)
        if not cards:
            return self._own()
        if is_installed():
            return self._open(cards[0])
        if not self._has_warned:
            _log.warning(
                "%s: openvino is not installed, so the slower encoder is used and all is embedded anew: %s",
                self._folder / cards[0].fingerprint, INSTALL,
            )  # fmt: skip
            self._has_warned = True
        return self._own()

    def of(self, fingerprint: str) -> Encoder:
        """The one that gives these vectors. Raises MismatchError, EncoderError."""
        place = self._folder / fingerprint
        if is_installed() and (place / CARD).exists():
            return self._open(read_card(place))
        own = self._own()
        if own.info.fingerprint == fingerprint:
            return own
        anew = "run `casetrove index --rebuild` to embed everything with the encoder at hand"
        if (place / CARD).exists():
            raise MismatchError(
                f"the index was built with the encoder in {place}, which needs the package openvino: "
                f"{INSTALL}, or {anew}"
            )
        raise MismatchError(f"the index was built with encoder {fingerprint}, which is not here: {anew}")

    def check(self, fingerprint: str) -> None:
        """Raise what ``of`` raises, and EncoderError where a file differs from its digest."""
        encoder = self.of(fingerprint)
        if isinstance(encoder, OpenVinoEncoder):
            encoder.check()  # the program's own is known by its weights' digest

    def _own(self) -> Encoder:
        with self._lock:
            if self._embedded is None:
                self._embedded = self._make_embedded()
            return self._embedded

    def _open(self, card: Card) -> Encoder:
        with self._lock:
            key = (card.fingerprint, card.created)
            if key not in self._made:
                self._made[key] = OpenVinoEncoder(self._folder / card.fingerprint)
            return self._made[key]


def unsound(folder: Path) -> list[tuple[Path, str]]:
    """The encoders in ``folder`` of which a file is missing or not what its card says, and what is wrong with each."""
    found = []
    for place in sorted(path for path in folder.glob("[!.]*") if path.is_dir()):
        try:
            OpenVinoEncoder(place).check()
        except EncoderError as error:
            found.append((place, str(error).partition(": run `casetrove")[0]))
    return found


def made(folder: Path) -> list[Card]:
    """The cards of the encoders in ``folder``, the one made last first. Raises EncoderError."""
    cards = [read_card(path.parent) for path in folder.glob(f"[!.]*/{CARD}")]
    return sorted(cards, key=lambda card: (card.created, card.fingerprint), reverse=True)
