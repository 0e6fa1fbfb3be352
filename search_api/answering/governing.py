"""The words that turn what stands around them: negations, doubts, conditions, "partial", "or".

Where one of them is left out, a true sentence becomes a false one: "no improvement", "did not resolve", "possible
lupus", "zinc or copper". ``corpus.assertion`` tells what a text asserts of a *name*; here every word counts, also one
that no vocabulary has ("no improvement in …"), and a cue is kept rather than excused. It errs towards reaching too far.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from corpus.assertion import NEXT_CLAUSE
from corpus.assertion_cues import ENDS

_LESSENED: Final = (
    r"partial(?:ly)?|incomplete(?:ly)?|transient(?:ly)?|temporar(?:y|ily)|poor(?:ly)?|minimal(?:ly)?|slight(?:ly)?|"
    r"insufficient(?:ly)?|inadequate(?:ly)?|limited|little|few|fewer|less|nearly|almost|short-lived|initial(?:ly)?|"
    r"borderline|equivocal|doubtful|questionable|subtotal|potential(?:ly)?|apparent(?:ly)?|putative(?:ly)?|so-called|unsuccessful(?:ly)?|ineffective(?:ly)?|"
    r"maxim(?:um|al)|minimum|mean|median|average|target|recommended|cumulative|"
    r"(?:more|less|fewer|greater|lower|higher) than|up to|at (?:least|most)|below|above|under|over"
)
_AHEAD: Final = (
    r"no|without|w/o|none of|lack(?:s|ed|ing)?(?: of)?|absence of|free (?:of|from)|"
    r"fail(?:s|ed|ing|ure)? to|(?:un|in)abl?(?:e|ility) to|rather than|instead of|in (?:the )?(?:place|lieu) of|"
    r"(?:dis)?continuation of|cessation of|withdrawal of|avoidance of|stopping|"
    r"misdiagnos(?:is|ed|es)(?: of| as)?|mislabel\w*|"
    r"(?:it is |was )?(?:un|not )true that|(?:a )?myths? that|doubts? that|as opposed to|den(?:y|ies|ied|ying)|"
    r"hardly|barely|scarcely|rarely|seldom|whether|(?:at )?risks? (?:of|for)|"
    r"(?:to |in order to )?(?:prevent|avoid)(?:ed|ing|s)?|because of fear of|family history|"
    r"(?:says?|said|claim(?:s|ed)?|believe[sd]?|thinks?|thought|assume[sd]?|fear(?:s|ed)?|hope[sd]?|expect(?:s|ed)?|"
    r"state[sd]?|report(?:s|ed)?|argue[sd]?|answer(?:s|ed)?|tells?|told|concluded?|postulated?)(?: \w+)? that|"
    r"(?:believe[sd]?|thinks?|thought|feels?|felt|imagine[sd]?|claim(?:s|ed)?|hope[sd]?|fear(?:s|ed)?)"
    r"(?= (?:he|she|it|they|his|her|the|this) )|"
    r"(?:recommendation|assumption|belief|hypothesis|possibility|likelihood|probability|suggestion|question|idea|notion|"
    r"impression|fear|hope)s?(?: that| of)?|"
    r"(?:his|her|their|whose|the patient['’]s) (?:\w+ )?(?:mother|father|parents?|brothers?|sisters?|siblings?|sons?|"
    r"daughters?|uncles?|aunts?|cousins?|grand\w+|wife|husband)"
)
_AROUND: Final = (
    r"not|neither|nor|\w+n['’]t|cannot|never|negative|absent|none|nil|denied|excluded|ruled out|ruling out|declined|"
    r"refused|withheld|avoided|contraindicated|cancelled|canceled|postponed|unlikely|might|could|would|should|will|shall|can|"
    r"possibl[ey]|probabl[ey]|likely|perhaps|presum\w+|suspected|suspicion|suspicious|suggest\w*|considered|planned|"
    r"wrongly|erroneously|mistakenly|falsely|in error|by mistake|elsewhere|"
    r"scheduled|proposed|recommended|advised|offered|intended|hypothesi[sz]ed|theoretical(?:ly)?|supposed(?:ly)?"
)
_CONDITION: Final = r"(?-i:Had|Were|Should)(?= \w+ )|if|unless|in (?:the )?(?:case|event) of|should (?:he|she|they|the)"
_EITHER: Final = r"or|either|versus|vs|and/or"
_CUE: Final = re.compile(
    rf"(?<![\w-])(?:(?P<condition>(?i:{_CONDITION}))|(?P<ahead>(?i:{_AHEAD}))|(?P<around>may|(?i:{_AROUND}))|(?P<lessened>(?i:{_LESSENED}))"
    rf"|(?P<either>(?i:{_EITHER})))(?![\w-])".replace(" ", r"\s+")
)
_SAID_OF: Final = re.compile(
    r"\b(?:was|were|is|are|be|been|remained|appeared|seemed|proved|became|only)(?:\s+\w+ly|\s+very)?\s+$", re.IGNORECASE
)
_SEGMENT: Final = re.compile(r"[,;:()]\s*")
_WORD: Final = re.compile(r"\S+")
_REACH: Final = 400
_NEXT_WORDS: Final = 3


class Governor(NamedTuple):
    """A cue at ``[start, end)`` and what it turns, ``[first, last)``, the cue itself left in.

    ``reaches_far``: not just the few words beside it.
    """

    start: int
    end: int
    first: int
    last: int
    reaches_far: bool

    def turns(self, start: int, end: int) -> bool:
        """Whether any of ``[start, end)`` is turned; the cue's own words are not."""
        return max(start, self.first) < min(end, self.last) and not (self.start <= start and end <= self.end)


def governors(sentence: str) -> list[Governor]:
    """The cues of one sentence, in order, each with its reach. Time grows with the number of cues."""
    found = []
    for match in _CUE.finditer(sentence):
        start, end = match.span()
        first, last = start, _clause_end(sentence, end)
        if match.lastgroup == "condition":
            last = len(sentence)  # what would be done is told behind it
        elif match.lastgroup == "around":
            first = _segment_start(sentence, start)
        elif match.lastgroup == "lessened":
            last = _after_words(sentence, end, last)
            if said := _SAID_OF.search(sentence, max(0, start - 40), start):
                first = _segment_start(sentence, said.start())
        elif match.lastgroup == "either":
            first, last = _before_words(sentence, start), _after_words(sentence, end, last)
        found.append(Governor(start, end, first, last, match.lastgroup in ("ahead", "around", "condition")))
    return found


def _clause_end(sentence: str, at: int) -> int:
    stop = min(len(sentence), at + _REACH)
    ends = (ENDS.search(sentence, at, stop), NEXT_CLAUSE.search(sentence, at, stop))
    return min([stop, *(end.start() for end in ends if end)])


def _segment_start(sentence: str, at: int) -> int:
    """Where the stretch without comma or bracket begins that ends at ``at``, and its clause."""
    begin = max(0, at - _REACH)
    parts = [match.end() for match in _SEGMENT.finditer(sentence, begin, at)]
    parts += [match.end() for match in ENDS.finditer(sentence, begin, at)]
    return max([begin, *parts])


def _after_words(sentence: str, at: int, stop: int) -> int:
    places = [match.end() for match, _ in zip(_WORD.finditer(sentence, at, stop), range(_NEXT_WORDS), strict=False)]
    return places[-1] if places else at


def _before_words(sentence: str, at: int) -> int:
    places = [match.start() for match in _WORD.finditer(sentence, max(0, at - 80), at)]
    return places[-_NEXT_WORDS] if len(places) >= _NEXT_WORDS else (places[0] if places else at)
