"""The sentences of a passage that matter to the query."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from corpus.model import Span
from indexer.encoders.base import Encoder, Vectors
from indexer.lexical import Group
from search_api.retrieval.holding import Looked
from search_api.retrieval.sought import best_term

_MOST = 3
_NEAR_BEST = 0.6
"""A sentence is highlighted where it holds at least this share of what the passage's best sentence holds."""


def by_words(
    sentences: Sequence[tuple[Span, str]], looked: Looked, rarity: Callable[[Group], float]
) -> tuple[Span, ...]:
    """The sentences that hold most of what is looked for, by ``rarity``, in order; none where none holds any."""
    weights = []
    for _, text in sentences:
        terms = looked.held(text)
        weights.append(sum(rarity(group) * group.weight * best_term(group, terms)[1] for group in looked.wanted.groups))
    highest = max(weights, default=0.0)
    if highest <= 0:
        return ()
    order = sorted(range(len(sentences)), key=lambda at: (-weights[at], at))[:_MOST]
    return tuple(sorted(sentences[at][0] for at in order if weights[at] >= _NEAR_BEST * highest))


def by_meaning(sentences: Sequence[tuple[Span, str]], vector: Vectors, encoder: Encoder) -> tuple[Span, ...]:
    """The one sentence nearest to the query's ``vector``: for passages that share no word with the query."""
    if not sentences:
        return ()
    nearness = encoder.encode([text for _, text in sentences], "query") @ vector
    return (sentences[int(np.argmax(nearness))][0],)
