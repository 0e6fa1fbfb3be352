"""Formulas that are given in TeX alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.normalise import fold
from corpus.readers.jats_tex import pieces
from corpus.tracked import Tracked


def line(tex: str) -> str:
    return fold(Tracked.of("".join(text for _, text, _ in pieces(tex)))).text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("$10^{9}$", "10^9"),
        (r"$\times 10^{-3}$", "×10^-3"),
        (r"$\frac{1}{2}$", "1/2"),
        (r"1\frac{1}{2}", "1 1/2"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\frac{\frac{1}{2}}{3}", "(1/2)/3"),
        (r"37.5^{\circ}\mathrm{C}", "37.5°C"),
        (r"37.5^\circ C", "37.5°C"),
        (r"x_{1}^{2+n}", "x1^(2+n)"),
        (r"p \le 0.05", "p ≤0.05"),
        (r"5\,\%", "5 %"),
        (r"\sqrt{2}", "√2"),
        (r"\documentclass{x}\usepackage{y}\begin{document}$$\mu$$\end{document}", "μ"),
        (r"\unheardof{5}", "unheardof 5"),
        (r"a} {b", "a b"),
    ],
)
def test_formulas(tex: str, text: str) -> None:
    """Powers, fractions, signs and Greek letters read as they are printed; what only styles them is left out."""
    assert line(tex) == text


@given(st.text(alphabet="\\{}^_$& frac12sqrt\n+-", max_size=60))
def test_whatever_is_written(tex: str) -> None:
    """Broken TeX is read too, in order, and what is not added stands in it where it is said to stand."""
    at = 0
    for offset, text, added in pieces(tex):
        assert offset >= at
        assert added or tex[offset : offset + len(text)] == text
        at = offset


@given(st.integers(0, 10**6), st.integers(1, 30))
def test_no_digit_is_lost(base: int, exponent: int) -> None:
    """A power and a fraction keep both their numbers, apart."""
    assert line(f"${base}^{{{exponent}}}$") == f"{base}^{exponent}"
    assert line(rf"\frac{{{base}}}{{{exponent}}}") == f"{base}/{exponent}"
