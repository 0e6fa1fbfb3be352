"""Formulas that an article gives in TeX alone, as text: ``10^{9}`` as ``10^9``, ``\\frac{1}{2}`` as ``1/2``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.readers.markup import names

_TOKEN = re.compile(
    r"\^\s*\{?\s*(?P<degree>\\circ)\b\s*\}?|\\(?:begin|end)\s*\{[^{}]*\}|\\(?P<command>[A-Za-z]+)\s*|\\(?P<sign>.)|"
    r"(?P<open>\{)|(?P<close>\})|[$&_]|(?P<text>[^\\{}$&_^]+|\^)",
    re.DOTALL,
)
_LONGEST_GROUP = 200
"""How far into a group it is looked for what makes it need brackets, in code points."""
_DOCUMENT = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|$)", re.DOTALL)
_FRACTION = re.compile(r"[dtc]?frac")
_COMPOUND = re.compile(r"\s*\\[dtc]?frac\b|\s*[^\s{}][^{}]*?(?:[-+=\u2212]|\\(?:times|cdot|pm)\b)")
"""A group that needs brackets to stay one number."""
_SIGN_NAMES = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν "
    "xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ "
    "Sigma Σ Phi Φ Psi Ψ Omega Ω "
    "times × cdot · pm ± mp ∓ div ÷ le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ ne ≠ neq ≠ lt < gt > approx ≈ sim ~ "
    "simeq ≃ equiv ≡ infty ∞ circ ° degree ° to → rightarrow → leftarrow ← uparrow ↑ downarrow ↓ sqrt √ sum ∑ prod ∏ "
    "upmu μ micro μ prime ′ ast * ldots … cdots …"
)
_SIGNS = dict(re.findall(r"(\S+) (\S+)", _SIGN_NAMES))
_SPACES = frozenset({"quad", "qquad", "space", "enspace", "thinspace"})
_STYLES = names(
    "mathrm rm text textrm textit textbf mathit mathbf mathsf mathtt mathcal boldsymbol bm bf it sf hbox mbox left "
    "right big Big bigg Bigg displaystyle textstyle scriptstyle limits nolimits operatorname ensuremath"
)


def pieces(tex: str) -> Iterator[tuple[int, str, bool]]:
    """What ``tex`` says as (offset, text, added): ``added`` text stands for a command, all other is there itself."""
    document = _DOCUMENT.search(tex)
    at, stop = document.span(1) if document else (0, len(tex))
    groups: list[tuple[str, str]] = []  # what each open group is, and the bracket that ends it
    awaited = last = ""
    while at < stop and (token := _TOKEN.match(tex, at, stop)):
        said, added = _said(token, last)
        if _FRACTION.fullmatch(token["command"] or ""):
            awaited = "numerator"
        elif token["open"]:
            compound = (awaited or last[-1:] == "^") and _COMPOUND.match(
                tex, at + 1, _group_end(tex, at, min(stop, at + _LONGEST_GROUP))
            )
            groups.append((awaited, ")" if compound else ""))
            said, awaited = "(" if compound else "", ""
        elif token["close"] and groups:
            kind, said = groups.pop()
            awaited = "denominator" if kind == "numerator" else ""
            said += "/" if awaited else ""
        if said:
            yield token.start(), said, added
            last = said
        at = token.end()


def _said(token: re.Match[str], last: str) -> tuple[str, bool]:
    """What a token puts by itself, and whether it is other than what stands there."""
    if token["text"]:
        return token["text"], False
    if token["degree"]:
        return "°", True
    if token["sign"]:
        return (token["sign"], True) if token["sign"] in "%$&#_{}" else (" " if token["sign"] in ",;: \\" else "", True)
    command = token["command"] or ""
    if _FRACTION.fullmatch(command):
        return " " if last[-1:].isdigit() else "", True
    if not command or command in _STYLES:
        return "", True
    return " " if command in _SPACES else _SIGNS.get(command, f" {command} "), True


def _group_end(tex: str, at: int, stop: int) -> int:
    """Where the group that opens at ``at`` closes."""
    depth = 0
    for place in range(at, stop):
        depth += {"{": 1, "}": -1}.get(tex[place], 0)
        if depth == 0:
            return place
    return stop
