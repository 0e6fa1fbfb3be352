"""The words by which parts of an article's page are told: captions, information boxes, and the site's own."""

from __future__ import annotations

import re

from corpus.model import SectionKind
from corpus.readers.markup import names

CAPTION_WORDS: dict[str, SectionKind] = {
    "fig": "figure",
    "figure": "figure",
    "figures": "figure",
    "figcaption": "figure",
    "caption": "figure",
    "table": "table",
    "tables": "table",
    "tablewrap": "table",
    "tbl": "table",
}
"""Words of a class or id that name a figure or a table."""
NUMBERED = re.compile(
    r"\s*(?:supplementary\s+|online\s+|extended\s+data\s+)?(?:(?P<table>table)|fig(?:ure)?|scheme|chart|box|plate|video)"
    r"\.?\s*S?\d+[A-Za-z]?\s*(?:[.:|]|$)",
    re.IGNORECASE,
)
"""How a caption starts."""
LABEL_ALONE = re.compile(
    r"\s*(?:supplementary\s+|online\s+|extended\s+data\s+)?(?:table|fig(?:ure)?|scheme|chart|box|plate|video)"
    r"\.?\s*S?\d+[A-Za-z]?\s*[.:|]?\s*",
    re.IGNORECASE,
)
"""A caption's label and nothing else."""
TABLE_LABEL = re.compile(r"\s*(?:supplementary\s+|online\s+)?table\s*S?\d+\b", re.IGNORECASE)
REFERENCE_WORDS = frozenset({"references", "refs", "bibliography", "reflist"})
FRONT_WORDS = names("author authors affiliation affiliations aff contrib contributors byline")
SITE_HEADING = re.compile(
    r"(?:(?:related|recommended|similar|citing|more|other)\s+(?:article|content|paper|reading|link|stor|from|like)|cited\s+by|"
    r"(?:article\s+)?metrics$|share(?:\s+(?:this|on|via)\b.*)?$|comments?(?:\s*\(\d+\))?$|discuss\s+this|(?:open\s+)?peer\s+review|people\s+also|"
    r"table\s+of\s+contents|contents$|(?:log|sign)\s?in(?:$|\s+(?:to|or|with|here)\b)|sign\s+up|"
    r"most\s+(?:read|viewed|cited|popular)|you\s+may|"
    r"downloads?(?:$|\s+(?:this|the|as|options?|pdf|articles?|papers?|citations?|references?|figures?|slides?|files?|xml)\b)|"
    r"about\s+this\s+(?:article|paper|journal|site|page|issue|publication)$|"
    r"submit(?:$|\s+(?:an?|your|to|manuscripts?|comments?|papers?|articles?|now|here)\b)|"
    r"browse(?:$|\s+(?:by|all|this|the|articles?|journals?|issues?|content|topics?|archives?|subjects?)\b)|"
    r"subscribe|navigation$|search$|follow\s+us|article\s+tools|rights\s+and\s+permissions|"
    r"(?:current\s+)?referee|(?:current\s+)?reviewer\s+(?:status|reports?)|editors?['’]?s?\s+(?:pick|choice)|"
    r"(?:revised\s*)?amendments\s+from|citation$|cite\s+(?:this|as)\b)",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"[*†‡\s]*(?:(?P<keywords>key\s?words?)|(?P<back>funding|competing interests?|conflicts? of interests?|"
    r"grant information|data availability)|(?:how to )?cite|citation|(?:academic )?editors?|received|accepted|"
    r"copyright|(?:first |latest )?published(?: online)?|correspondence(?: to)?|doi)\s*:|©|"
    r"[*†‡\s]*(?:corresponding author|this is an open.access article distributed)",
    re.IGNORECASE,
)
"""Lines of an article's information box."""
SERVICE = re.compile(
    r"[\[(\s]*(?:doi|(?:ncbi\s*/?\s*)?pubmed(?:\s*/?\s*(?:ncbi|central|abstract|full\s+text))?|pmc(?:\s+free\s+article)?|pmid|"
    r"pmcid|cross\s?ref(?:\s+full\s+text)?|(?:google\s+)?scholar|scopus|web\s+of\s+science®?|isi|medline|cas|ads|adsabs|"
    r"open\s?url|abstract|article|(?:free\s+|publisher\s+)?full\s+text(?:\s+pdf)?|pdf|reference\s+source|find\s+(?:it|in)\b.*|"
    r"(?:view|search|go\s+to|return\s+to|cited|export|download|show|open)\b.{0,60})[\])\s]*",
    re.IGNORECASE,
)
"""What the links beside a reference say: where else it is to be found."""
BUTTON = re.compile(
    r"\W*(?:view|open|download|click|enlarge|expand|display|show|zoom|see\s+(?:full|larger)|full[\s-]?(?:size|screen)|larger|"
    r"high[\s-]resolution|go\s+to|return|export|power\s?point|ppt)\b",
    re.IGNORECASE,
)
"""How what stands beside a figure to be pressed starts."""
BUTTON_LENGTH = 160
ARROWS = frozenset("↵↩⇓⇑⇩⇧↓↑⬇⬆▸▾▼▲►")
NOTICES = re.compile(
    r"\b(?:this\s+(?:article|paper|publication)\s+(?:has\s+been|was|is)\s+(?P<taken>retracted|withdrawn)|"
    r"(?:an?|the)\s+(?P<notice>retraction|correction|erratum|corrigendum|expression\s+of\s+concern)(?:\s+note)?\s+"
    r"(?:to|for|of|on|about)\s+this\s+(?:article|paper|publication)\s+(?:was|has\s+been|is)\s+published|"
    r"this\s+(?:article|paper)\s+has\s+been\s+(?P<mended>corrected))\b",
    re.IGNORECASE,
)
"""What a page's own banner says of a notice about the article."""
