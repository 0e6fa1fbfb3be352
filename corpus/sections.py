"""Which section a heading opens, told by its words alone.

The names are those of the CARE guideline for case reports and of the journals' own house styles.
A heading that names no known section gives None; the caller then keeps to the section it is in.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.model import SectionKind

_NAMES: dict[SectionKind, str] = {
    "abstract": (
        "abstract; summary; synopsis; highlights; key points; key message; key messages; structured abstract; "
        "graphical abstract; article highlights; unstructured abstract; abstract summary"
    ),
    "keywords": (
        "keywords; keyword; key words; key word; mesh terms; topics; index terms; subject terms; key indexing terms"
    ),
    "introduction": (
        "introduction; background; aim; aims; objective; objectives; purpose; aim of the study; rationale; context; "
        "preface; background and aim; general background; aims and objectives; introduction background; introduction "
        "and importance; background and importance; importance"
    ),
    "case": (
        "case; cases; case report; case reports; case presentation; case presentations; case description; case "
        "descriptions; case history; case histories; case study; case studies; case series; case summary; case "
        "details; case illustration; case example; case record; case vignette; clinical vignette; vignette; case "
        "scenario; our case; the case; our patient; the patient; patient; patients; observation; observations; "
        "clinical case; clinical cases; clinical observation; clinical presentation; presentation; presentation of "
        "case; presentation of the case; presentation of cases; report of case; report of a case; report of the case; "
        "report of cases; case summaries; patient information; patient presentation; patient description; patient "
        "characteristics; patient history; patient report; patient and observation; patient case; patient and case "
        "report; clinical findings; clinical finding; clinical features; clinical course; clinical history; clinical "
        "report; clinical summary; clinical description; clinical data; clinical details; clinical information; "
        "clinical examination; medical history; past medical history; history; history of present illness; present "
        "illness; history of past illness; personal and family history; family history; chief complaint; chief "
        "complaints; physical examination; examination; examination findings; laboratory examinations; laboratory "
        "examination; laboratory findings; laboratory tests; laboratory data; laboratory results; imaging; imaging "
        "examinations; imaging findings; imaging studies; radiological findings; investigation; investigations; "
        "diagnostic assessment; diagnostic assessments; diagnostic workup; diagnostic work up; diagnosis; diagnoses; "
        "diagnostics; final diagnosis; differential diagnosis; differential diagnoses; timeline; time line; "
        "diagnostic findings; histopathology; pathological findings; pathology; patient perspective; patient's "
        "perspective; further diagnostic work up; initial presentation; patient concerns; patient and method; "
        "multidisciplinary expert consultation; hospital course; case presentation section; initial assessment; "
        "autopsy findings; autopsy; genetic analysis; genetic findings; intraoperative findings; operative findings; "
        "vital signs; auxiliary examination; auxiliary examinations; diagnostic tests; physical examination results; "
        "patient prospective; primary diagnosis; primary diagnoses; main symptoms and important clinical findings; "
        "main symptoms; case series presentation; results case presentation"
    ),
    "treatment": (
        "treatment; treatments; therapy; therapeutic intervention; therapeutic interventions; intervention; "
        "interventions; therapeutic management; management; surgical technique; surgical treatment; surgical "
        "procedure; surgical management; operative technique; operative procedure; operation; surgery; treatment "
        "plan; treatment course; clinical management; therapeutic approach; management and treatment; procedure; "
        "patient management; medical treatment; therapeutic focus and assessment; therapeutic focus; treatment "
        "progress; anesthetic management; anaesthetic management; postoperative care; post operative care; plan; "
        "procedure performed; technique"
    ),
    "outcome": (
        "outcome; outcomes; follow up; followup; outcome and follow up; outcomes and follow up; follow up and "
        "outcome; follow up and outcomes; clinical outcome; clinical outcomes; postoperative course; post operative "
        "course; treatment outcome; treatment outcomes; prognosis; disease course; evolution; results of treatment; "
        "follow up results; clinical evolution; patient outcome; patient outcomes; further follow up"
    ),
    "methods": (
        "methods; method; materials and methods; material and methods; methods and materials; patients and methods; "
        "patients and method; methodology; study design; statistical analysis; statistics; search strategy; data "
        "collection; material and method; materials and method; data analysis; experimental procedures; literature "
        "search; experimental section; experimental; computational details; subjects and methods; participants; study "
        "population; design; setting; patients and materials; "
        "methods and results"
    ),
    "results": (
        "results; result; findings; main results; results and findings; results of the literature search; principal "
        "findings"
    ),
    "discussion": (
        "discussion; discussions; results and discussion; discussion and conclusion; discussion and conclusions; "
        "comment; comments; commentary; literature review; review of literature; review of the literature; discussion "
        "and literature review; discussion and review of the literature; discussion and review of literature; "
        "limitations; limitation; strengths and limitations; case discussion; general discussion; brief discussion; "
        "clinical discussion; interpretation"
    ),
    "conclusion": (
        "conclusion; conclusions; concluding remarks; conclusive remarks; learning points; learning point; take home "
        "message; take home messages; take home points; teaching points; teaching point; clinical message; key "
        "clinical message; clinical significance; lessons; lessons learned; summary and conclusion; summary and "
        "conclusions; learning objectives; clinical implications; practice points; final remarks; conclusion and "
        "perspectives; recommendations; lesson; main lesson; take away lessons; take away lesson; what is new; "
        "learning point of the article; learning points of the article"
    ),
    "references": (
        "references; reference; bibliography; literature cited; references cited; works cited; cited literature; "
        "reference list; literature; list of references; references and notes; citations; further reading"
    ),
    "figure": ("figures; figure legends; figure legend; figure captions; legends; legends to figures; legend; figure"),
    "table": ("tables; table legends; table"),
    "front": (
        "author information; author affiliations; affiliations; article information; article info; article history; "
        "correspondence; corresponding author; authors; article details; publication history; authors and "
        "affiliations; author details; about the authors; address for correspondence; correspondence to; authors' "
        "affiliations; authors' information; reprint requests"
    ),
    "back": (
        "grant information; author biography; author biographies; biography; change history; contributions; "
        "acknowledgement; acknowledgements; acknowledgment; acknowledgments; funding; funding sources; funding "
        "source; funding information; funding statement; source of funding; sources of funding; source of finance; "
        "sources of finance; sources of support; source of support; financial support; financial disclosure; "
        "financial disclosures; financial support and sponsorship; grant support; grants; sponsorship; conflict of "
        "interest; conflicts of interest; conflict of interests; conflicts of interests; conflict of interest "
        "statement; conflict of interest disclosure; conflict of interest disclosures; declaration of interest; "
        "declaration of interests; declaration of competing interest; declaration of competing interests; declaration "
        "of conflicting interests; declarations of interest; competing interest; competing interests; disclosure; "
        "disclosures; disclosure statement; author disclosures; declarations; declaration; statements and "
        "declarations; ethics; ethical approval; ethics approval; ethics statement; ethical statement; ethical "
        "considerations; ethical consideration; ethical approval and consent; ethics declarations; ethical standards; "
        "compliance with ethical standards; institutional review board statement; ethics approval and consent to "
        "participate; ethical approval and consent to participate; ethical aspects; informed consent; informed "
        "consent statement; consent; patient consent; consent for publication; consent to publish; consent to "
        "participate; consent statement; patient consent statement; declaration of patient consent; patient consent "
        "for publication; consent to publication; written informed consent; statement of ethics; statement of "
        "informed consent; author contribution; author contributions; authors' contribution; authors' contributions; "
        "authors contributions; authors contribution; authorship contribution; authorship contributions; "
        "contributors; contributor; credit authorship contribution statement; author contributions statement; "
        "authorship; contributorship statement; author's contributions; author's contribution; contribution of "
        "authors; footnote; footnotes; notes; note; abbreviations; abbreviation; list of abbreviations; abbreviations "
        "used; availability of data and materials; data availability; data availability statement; availability of "
        "data; availability of data and material; supplementary material; supplementary materials; supplementary "
        "data; supplementary information; supporting information; additional information; additional files; "
        "additional file; electronic supplementary material; appendix; appendices; supplemental material; publisher's "
        "note; publishers note; provenance and peer review; peer review; peer review history; guarantor; registration "
        "of research studies; research registration; trial registration; pre publication history; license; licence; "
        "copyright; rights and permissions; open access; permissions; disclaimer; patents; article note; article "
        "notes; submission history; reviewer disclosures; copyright statement; source of funding and conflict of "
        "interest; about this article; cite this article; care checklist; declaration of generative ai and ai "
        "assisted technologies in the writing process; presentation at a meeting"
    ),
}
_KIND: dict[str, SectionKind] = {
    name: kind for kind, names in _NAMES.items() for name in (part.strip() for part in names.split(";")) if name
}
_PRECEDENCE: tuple[SectionKind, ...] = (
    "references",
    "case",
    "treatment",
    "outcome",
    "discussion",
    "results",
    "methods",
    "conclusion",
    "introduction",
    "abstract",
    "keywords",
    "back",
    "front",
    "figure",
    "table",
)
"""Which part of a double heading counts ("Treatment and outcome"): what a reader would look for there."""

_NUMBERING = re.compile(r"^(?:section\s+)?(?:\(?\d{1,2}(?:\.\d{1,2})*[.):]?|\(?[ivx]{1,4}[.)]|[a-h][.)])\s*(?=[^\W\d])")
_DECORATION = re.compile(r"^[\s#*_•·>\-–—|]+|[\s#*_:.\-–—|]+$")
_COUNT = re.compile(r"\s*\(\d{1,3}\)$")
_DASHES = re.compile(r"[\s\-‐‑–—_]+")
_NUMBERED_CASE = re.compile(
    r"(?:case|patient|clinical case|case report|case presentation|case description|observation|case study)"
    r"\s+(?:(?:no|number|nr)\.?\s*|#\s*)?(?:\d{1,2}|[ivx]{1,4}|[a-h]|one|two|three|four|five|six|seven|eight|nine|ten)"
)
_QUALIFIED_CASE = re.compile(
    r"(?:(?:detailed|clinical|brief|illustrative|the|our|present|index|representative|short|a|summary of) ){1,2}"
    r"(?:case|patient)s?(?: (?:presentation|description|demonstration|report|history|summary|study|series)s?)?"
    r"|case (?:demonstration|discussion and report|narrative|synopsis|analysis|data)"
)
_BACK_MATTER = re.compile(
    r"(?:conflicts? of interests?|competing interests?|declarations?|informed|ethic(?:s|al)|funding|financial|consent|"
    r"data availability|availability of data|research registration|guarantor|credit author|"
    r"supplement(?:ary|al) (?!fig|tab)|supporting (?:data|info)|authors?'? contribution|acknowledge?ments?|"
    r"use of (?:artificial|generative|ai))\b[^:.]*"
)
_BACK_MATTER_WORDS = 7
_AND = re.compile(r"\s*(?:,\s*and\b|\band\b|&|/|,|;|\+)\s*")
_LONGEST = 100


@lru_cache(maxsize=4096)
def classify(heading: str) -> SectionKind | None:
    """The kind of section that ``heading`` opens, or None where its words name none.

    Case, numbering ("2.1", "IV."), markdown marks, a trailing colon and a trailing count ("References
    (28)") are looked past. A double heading ("Treatment and outcome") counts only if each part is known.
    """
    words = _plain(heading)
    if not words:
        return None
    if words in _KIND:
        return _KIND[words]
    if _NUMBERED_CASE.fullmatch(words) or _QUALIFIED_CASE.fullmatch(words):
        return "case"
    kinds = {_KIND.get(part) for part in _AND.split(words) if part}
    if None in kinds:
        short = words.count(" ") < _BACK_MATTER_WORDS and not heading.rstrip().endswith(".")
        return "back" if short and _BACK_MATTER.fullmatch(words) else None
    return next((kind for kind in _PRECEDENCE if kind in kinds), None)


def _plain(heading: str) -> str:
    """The heading's bare words, or "" where it is too long to be a heading."""
    if len(heading) > _LONGEST:
        return ""
    words = _DECORATION.sub("", heading.casefold().replace("’", "'"))
    words = _COUNT.sub("", _NUMBERING.sub("", words))
    return _DASHES.sub(" ", _DECORATION.sub("", words)).strip()
