"""Settings of the indexer: frozen, bounded, unknown names refused (they are plain keyword arguments)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from corpus.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ChunkConfig:
    """How passages are cut, in tokens of the encoder.

    A passage is filled up to ``target_tokens``; the last two of a section are evened out. The encoder's
    own limit is always kept, whatever the target.
    """

    target_tokens: int = 180

    def __post_init__(self) -> None:
        if not 32 <= self.target_tokens <= 8192:
            raise ConfigError(f"target_tokens: {self.target_tokens} is not in 32..8192")

    def key(self) -> dict[str, int]:
        """What goes into the manifest."""
        return asdict(self)
