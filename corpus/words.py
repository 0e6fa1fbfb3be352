"""Words as every part of Casetrove cuts and compares them: report text, questions and the names of the terminology.

``words`` cuts; ``form`` says when two words are one: it looks past case, accents, the possessive, the plural, British
against American spelling, and whether a Greek letter is drawn or spelled. A form is for comparing, never for showing:
a rule that merely maps a word to an odd form (``shingles`` to ``shingle``) does no harm, since names and text take it
alike; a rule that gives two meanings one form does, and those the tables below except.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_CUTTING_GREEK = "Α-ΛΝ-λν-ω"  # not mu: "μg" is one word
_WORD = re.compile(rf"[{_CUTTING_GREEK}]++|(?:[^\W_{_CUTTING_GREEK}]++[\u0300-\u036f]*+)++(?:['’ʼ´`][sS](?![^\W_]))?")
_POSSESSIVE = re.compile(r"['’ʼ´`]s$")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_ALPHABET = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
]  # fmt: skip
_GREEK = {chr(ord("α") + place): name for place, name in enumerate(_ALPHABET)}
_LONGEST_ACRONYM = 5
_SHORTEST_PLURAL = 4
_DISTINCT_WORDS_KEPT = 1 << 17
_this_thread = threading.local()  # a stemmer must not be shared
_new = tuple.__new__


class Word(NamedTuple):
    """One word of a text: ``text == source[start:end]``, in code points, never empty, without white space."""

    start: int
    end: int
    text: str


def words(text: str) -> list[Word]:
    """The words of ``text``, in order: runs of letters and digits, a possessive kept on, Greek letters cut off.

    ``anti-TNFα in Crohn's disease`` gives anti, TNF, α, in, Crohn's, disease.
    """
    return [_new(Word, (*match.span(), match.group())) for match in _WORD.finditer(text)]


def strings(text: str) -> list[str]:
    """The same words without their places."""
    return _WORD.findall(text)


@lru_cache(_DISTINCT_WORDS_KEPT)
def form(word: str) -> str:
    """What ``word`` shares with its other spellings and its plural: in small letters, never empty.

    A word in capitals of up to five letters is taken for an acronym, which has no plural but by a small s (``ALS``
    stays, ``NSAIDs`` is ``nsaid``). For a word with a small letter, ``form(form(word)) == form(word)``.
    """
    singular = word.isupper() and len(word) <= _LONGEST_ACRONYM
    folded = word.casefold()
    if not folded.isascii():
        folded = _without_accents(folded)
    folded = _POSSESSIVE.sub("", folded) or folded
    while (plainer := american(folded) if singular else _singular(american(folded))) != folded:
        folded = plainer
    return folded


@lru_cache(_DISTINCT_WORDS_KEPT)
def stem(form: str) -> str:
    """The stem of a form by the English Snowball stemmer (Porter, http://snowball.tartarus.org/algorithms/english)."""
    if not hasattr(_this_thread, "stemmer"):
        _this_thread.stemmer = Stemmer.Stemmer("english", 0)
    return str(_this_thread.stemmer.stemWord(form))


def unaccented(text: str) -> str:
    """``text`` with its accents off and its ligatures and the like (ﬁ, ², ß) opened, as forms are; its case stays."""
    if text.isascii():
        return text
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).replace("ß", "ss").replace("ẞ", "SS")


def plain(text: str) -> str:
    """``text`` as it is looked up by its letters: small ones, without accents."""
    if text.isascii():
        return text.lower()
    return "".join(part for part in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(part))


def _without_accents(folded: str) -> str:
    parts = unicodedata.normalize("NFKD", folded).casefold()
    plain = "".join(part for part in parts if not unicodedata.combining(part)) or folded
    return _GREEK.get(plain, plain)


_ISE = (
    r"(?<=\w\w[aiouy]l|\w\w[aeou]r|\w\w[aeiou]n|\w\w[aeiou]t|\w\w[io]d|\w\wic|\w\wiv|\w\wph|\w\wth|\w\w[aeo]g|"
    r"\wdom|\wtom|\w\wim|\w\wum|thes)is(?=(?:e|ed|er|es|ing|ation|ations)$)"
)
_SPELLINGS = [
    (re.compile(british), spelled)
    for british, spelled in [
        (_ISE, "iz"),  # hospitalised, immunisation
        (r"(?<=[ao]l)ys(?=(?:e|ed|er|ing)$)", "yz"),  # analysed, hydrolysing
        (r"aem", "em"),  # haemorrhage, anaemic
        (r"(?<=\w)aed(?=i|ea|o)", "ed"),  # paediatric, orthopaedic
        (r"aes(?=th|ar|iu)", "es"),  # anaesthesia, caesarean
        (r"^aetio", "etio"),
        (r"(?<=[fc])aec", "ec"),  # faeces, caecum
        (r"gynaec", "gynec"),
        (r"naev", "nev"),
        (r"phaeo", "pheo"),
        (r"palaeo", "paleo"),
        (r"prae(?=via|cord)", "pre"),
        (r"oede", "ede"),  # lymphoedema
        (r"oesoph", "esoph"),
        (r"oestr", "estr"),
        (r"^foet", "fet"),
        (r"rrhoe", "rrhe"),  # diarrhoea
        (r"pnoe", "pne"),  # dyspnoeic
        (r"coeliac", "celiac"),
        (r"^(am|hom)oe(?=b|o)", r"\1e"),  # amoebic, homoeopathy
        (r"manoeuvr", "maneuver"),
        (r"leuc(?=o|em)", "leuk"),  # leucocyte, leucaemia
        (r"sulph", "sulf"),
        (r"(tum|col|behavi|lab|vap|rum|flav|fav|neighb|hum|vig|rig)our", r"\1or"),
        (r"^(od|hon)our", r"\1or"),
        (r"(cent|lit|met|fib|tit|calib|goit)re(?=s?$)", r"\1er"),
        (r"fibreo", "fibero"),
        (r"(label|model|signal|travel|cancel|counsel|channel|tunnel)l(?=ed$|ing$|er$)", r"\1"),
        (r"(?<=l)ogue$", "og"),  # analogue, homologue
        (r"aluminium", "aluminum"),
        (r"programme$", "program"),
        (r"^grey(?=s?$|ish$)", "gray"),
        (r"^age(?=ing$)", "ag"),
        (r"neurone$", "neuron"),
    ]
]


def american(word: str) -> str:
    """``word``, in small letters, with the letters that British spelling adds to medicine's words taken out."""
    for british, spelled in _SPELLINGS:
        word = british.sub(spelled, word)
    return word


_IRREGULAR = {
    "alveoli": "alveolus", "appendices": "appendix", "atria": "atrium", "axes": "axis", "bacilli": "bacillus",
    "bacteria": "bacterium", "biases": "bias", "bronchi": "bronchus", "bullae": "bulla", "calculi": "calculus",
    "calories": "calorie", "cervices": "cervix", "children": "child", "conchae": "concha", "cortices": "cortex",
    "crises": "crisis", "criteria": "criterion", "diverticula": "diverticulum", "emboli": "embolus", "feet": "foot",
    "fistulae": "fistula", "foci": "focus", "fungi": "fungus", "ganglia": "ganglion", "gases": "gas", "genera": "genus",
    "gyri": "gyrus", "indices": "index", "lacunae": "lacuna", "lenses": "lens", "loci": "locus", "maculae": "macula",
    "matrices": "matrix", "men": "man", "metaphyses": "metaphysis", "nevi": "nevus", "nuclei": "nucleus", "ova": "ovum",
    "papillae": "papilla", "pelves": "pelvis", "petechiae": "petechia", "phenomena": "phenomenon", "radii": "radius",
    "rami": "ramus", "sequelae": "sequela", "sera": "serum", "sepses": "sepsis", "septa": "septum", "striae": "stria",
    "stigmata": "stigma", "stimuli": "stimulus", "sulci": "sulcus", "teeth": "tooth", "testes": "testis",
    "thrombi": "thrombus", "tracheae": "trachea", "varices": "varix", "vertebrae": "vertebra", "vertices": "vertex",
    "villi": "villus", "women": "woman",
}  # fmt: skip
_NO_PLURALS = frozenset([
    "aids", "always", "ascites", "asbestos", "atlas", "bias", "biceps", "caries", "chaos", "christmas", "cosmos",
    "diabetes", "does", "ethos", "facies", "feces", "forceps", "gas", "herpes", "kudos", "lens", "lues", "measles",
    "mumps", "news", "pancreas", "pathos", "perhaps", "psoas", "quadriceps", "rabies", "rickets", "scabies", "series",
    "species", "tabes", "texas", "thermos", "triceps", "whereas", "yaws",
])  # fmt: skip
_PLURALS = [
    (re.compile(plural + "$"), singular)
    for plural, singular in [
        (r"itides", "itis"),
        (r"(?<=\w)(gn|en|pn|m|\wr|b|ch|pt|ul|it|id|ot|ph|rrh)oses", r"\1osis"),  # diagnoses, fibroses; not doses
        (r"(?<!el)(st|ct)ases", r"\1asis"),  # metastases; not diseases, kinases
        (r"(th|r|gen)eses", r"\1esis"),  # prostheses
        (r"lyses", "lysis"),
        (r"(?<=\w\w)ies", "y"),  # biopsies
        (r"(?<![aeo])aches", "ache"),
        (r"(ss|x|ch|sh|zz)es", r"\1"),
        (r"(?<=\w\w)([rntlphg])uses", r"\1us"),  # viruses, sinuses; not causes
        (r"(?<=\w\w\w[^aeiou])oes", "o"),  # mosquitoes; not toes
        (r"(?<=[^suio])s", ""),
        (r"(?<=[^aeiou])os", "o"),
    ]
]


def _singular(word: str) -> str:
    """``word`` in the singular, where letters alone tell that it is a plural."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("omata"):
        return word[:-2]
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word in _NO_PLURALS:
        return word
    for plural, singular in _PLURALS:
        changed = plural.sub(singular, word)
        if changed != word:
            return changed
    return word
