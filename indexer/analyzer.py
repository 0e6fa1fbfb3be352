"""Text → index terms: the one analyzer, used for reports and questions alike.

Words of two or more letters or digits, case folded, accents kept, Greek letters spelled out, Lucene's
English stop words left out. The name goes into the manifest: change the rule, change ``NAME``.
"""

from __future__ import annotations

import re

NAME = "words2-lower-greek-stop33/1"

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LONE_GREEK = re.compile(r"(?<![^\W_])[α-ωµ](?![^\W_])|[α-ωµ](?=\d)")
_WORD = re.compile(r"\b\w\w+\b")
_STOP = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
])  # fmt: skip


def tokens(text: str) -> list[str]:
    """The index terms of ``text``, in order, repeats kept."""
    lowered = text.lower()
    if not lowered.isascii():
        lowered = _LONE_GREEK.sub(lambda match: _GREEK.get(match.group(), match.group()), lowered)
    return [word for word in _WORD.findall(lowered) if word not in _STOP]
