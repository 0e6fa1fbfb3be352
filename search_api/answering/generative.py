"""An answer with a model: passages to claims, each let through only when its quote stands and bears it out.

What goes wrong is dropped and counted, never mended: an id that was not given out is refused, not snapped to one that
was; a quote that is nearly there is not there. A claim is given as soon as it is verified.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import anyio
from anyio.to_thread import run_sync

from corpus.amounts import counted
from corpus.cases.roles import BACKGROUND_KINDS, Role, role_of
from corpus.model import Span
from search_api.answering.budget import count, fitting
from search_api.answering.claim_stream import ClaimReader, MalformedAnswerError, Said
from search_api.answering.claims import check
from search_api.answering.endpoint import Endpoint, ModelError
from search_api.answering.prompt import Passage, fence_for, fenced_off, messages
from search_api.answering.verify import Refused, find, sentences_in
from search_api.answering.wording import LITERATURE, tokens
from search_api.model import DroppedClaim, Outcome

MOST_CLAIMS: Final = 100
_ATTEMPTS: Final = 2
_ANSWER_SHARE: Final = 4
"""One part in so many of the context is left to the answer."""
_LONGEST_DETAIL: Final = 200


@dataclass(frozen=True, slots=True)
class Supported:
    """A claim and the place of its quote in the report's text. ``literature``: it tells of others, or in general."""

    claim: str
    passage: Passage
    span: Span
    literature: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended, always the last: ``reason`` says it in a sentence."""

    outcome: Outcome
    reason: str


def within(question: str, passages: Sequence[Passage], context: int) -> list[Passage]:
    """The passages that fit into ``context`` tokens beside the rules and the question, what is left to the answer off.

    They come in their order.
    """
    fence = fence_for([])
    rules = sum(count(message["content"]) for message in messages(question, [], fence))
    left = context - context // _ANSWER_SHARE - rules
    return fitting(passages, lambda passage: fenced_off(passage, fence) + "\n", left)


async def generate(
    question: str, passages: Sequence[Passage], endpoint: Endpoint, timeout_s: float
) -> AsyncGenerator[Supported | DroppedClaim | Ended]:
    """What ``endpoint`` says of ``question`` from ``passages``, claim by claim, and how it ended.

    An answer that is not the JSON asked for, or breaks off, is asked for once more; what was verified by then stands.
    """
    if not passages:
        yield Ended("abstained", "There is no passage to ask the model about.")
        return
    sent = messages(question, passages, fence_for([question, *(passage.text for passage in passages)]))
    deadline = anyio.current_time() + timeout_s
    ledger = _Ledger(passages)
    trouble = ""
    for attempt in range(1, _ATTEMPTS + 1):
        reader = ClaimReader()
        try:
            async with aclosing(endpoint.stream(sent, deadline)) as pieces:
                async for piece in pieces:
                    for item in reader.feed(piece):
                        if (found := await run_sync(ledger.enter, item)) is not None:
                            yield found
            reader.end()
            yield ledger.ended(passages, "")
            return
        except MalformedAnswerError as error:
            trouble = f"the model's answer is not the JSON that was asked for: {error}"
        except ModelError as error:
            trouble = str(error)
            if not error.midway or attempt == _ATTEMPTS:
                yield ledger.ended(passages, trouble, failed=True)
                return
    yield ledger.ended(passages, trouble)


class _Ledger:
    """What has been verified and dropped so far; nothing is entered twice."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = {passage.id: passage for passage in passages}
        self._seen: set[Said | None] = set()
        self._verified: set[tuple[str, str, Span]] = set()
        self._dropped = 0

    def enter(self, item: Said | None) -> Supported | DroppedClaim | None:
        """What becomes of one claim; None for one that came before. Raises MalformedAnswerError for one too many."""
        if item is not None and item in self._seen:
            return None
        self._seen.add(item)
        if len(self._verified) + self._dropped >= MOST_CLAIMS:
            raise MalformedAnswerError(f"it has over {MOST_CLAIMS} claims")
        found = _judge(item, self._passages)
        if isinstance(found, DroppedClaim):
            self._dropped += 1
            return found
        key = (found.claim, found.passage.report_id, found.span)
        if key in self._verified:
            return None
        self._verified.add(key)
        return found

    def ended(self, passages: Sequence[Passage], trouble: str, *, failed: bool = False) -> Ended:
        """The end, with what came of it."""
        looked = counted(len(passages), "passage")
        dropped = f"{counted(self._dropped, 'claim')} {'was' if self._dropped == 1 else 'were'} dropped"
        if self._verified:
            told = f"{counted(len(self._verified), 'claim')} from {looked}, each borne out by its quote; {dropped}."
            return Ended("answered", f"{told} It may be incomplete: {trouble}." if trouble else told)
        if trouble:
            return Ended("failed" if failed else "abstained", f"No answer by the model: {trouble}.")
        if self._dropped:
            return Ended("abstained", f"No claim of the model is borne out by its quote: {dropped}.")
        return Ended("abstained", f"The model found no answer in {looked}.")


def _judge(item: Said | None, passages: dict[str, Passage]) -> Supported | DroppedClaim:
    """A claim with its quote's place, or why it is dropped."""
    if item is None:
        return DroppedClaim("shape", "it has other fields than claim, passage and quote")
    passage = passages.get(item.passage)
    if passage is None:
        return DroppedClaim("unknown passage", "it names a passage that the model was not given")
    place = find(item.quote, passage.text)
    if isinstance(place, Refused):
        return DroppedClaim(f"quote {place.reason}", place.detail[:_LONGEST_DETAIL])
    if (fault := check(item.claim, passage.text, place, passage.section)) is not None:
        return DroppedClaim(f"claim {fault.fault}", fault.detail[:_LONGEST_DETAIL])
    span = Span(passage.span.start + place.start, passage.span.start + place.end)
    return Supported(item.claim.strip(), passage, span, _is_literature(passage, place))


def _is_literature(passage: Passage, quote: Span) -> bool:
    """Whether a sentence of the quote tells of others, or is of a discussion and does not say that it does not."""
    sentences = [each.of(passage.text) for each in sentences_in(passage.text, quote)]
    if any(token.text.lower() in LITERATURE for sentence in sentences for token in tokens(sentence)):
        return True
    roles = [role_of(sentence, passage.section) for sentence in sentences]
    background = passage.section in BACKGROUND_KINDS
    return any(role & Role.LITERATURE or (background and not role & Role.PATIENT) for role in roles)
