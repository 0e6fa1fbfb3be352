"""Chance is measured as the literature says, the same each time, and never as impossible."""

from __future__ import annotations

import itertools
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.significance import DRAWS, bootstrap_interval, holm, randomisation_p

DIFFERENCES = st.lists(st.floats(-1, 1, allow_nan=False).map(lambda value: round(value, 4)), min_size=1, max_size=40)
P_VALUES = st.lists(st.floats(1e-6, 1), min_size=1, max_size=12)


def by_hand(differences: list[float]) -> float:
    """The exact test in its plainest form: every choice of signs, one after the other."""
    observed = abs(math.fsum(differences)) - 1e-9
    flips = list(itertools.product((-1, 1), repeat=len(differences)))
    far = sum(abs(math.fsum(s * d for s, d in zip(signs, differences, strict=True))) >= observed for signs in flips)
    return far / len(flips)


# ---- randomisation --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([0.5], 1.0),
        ([0.1, 0.2, 0.3], 2 / 8),
        ([0.1, 0.2, -0.3], 1.0),
        ([0.1, 0.1, 0.1, 0.1, -0.1], 12 / 32),
        ([0.3, 0.2, 0.1, 0.1, -0.1], 8 / 32),
        ([0.2] * 6, 2 / 64),
    ],
)
def test_small_examples_are_exact(differences: list[float], p: float) -> None:
    """Of few topics every choice of signs is counted; these were counted by hand."""
    assert randomisation_p(differences) == p


@given(st.lists(st.integers(-20, 20).map(lambda value: value / 20), min_size=1, max_size=9))
@settings(max_examples=60)
def test_few_topics_agree_with_counting_every_choice(differences: list[float]) -> None:
    """Zeros left out and ties at the bound change nothing."""
    assert randomisation_p(differences) == pytest.approx(by_hand(differences))


@given(DIFFERENCES)
@settings(max_examples=60)
def test_p_is_above_0_and_at_most_1(differences: list[float]) -> None:
    """A test by drawing cannot show that something is impossible."""
    assert 0 < randomisation_p(differences, draws=500) <= 1


@given(DIFFERENCES, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_which_system_comes_first_and_the_order_of_topics_do_not_matter(
    differences: list[float], random: object
) -> None:
    """A against B has the p of B against A, however the topics are ordered."""
    shuffled = list(differences)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    p = randomisation_p(differences, draws=500)
    assert p == pytest.approx(randomisation_p([-value for value in shuffled], draws=500), abs=0.005)
    assert p == randomisation_p([-value for value in differences], draws=500)


def test_drawing_comes_near_the_exact_value() -> None:
    """Thirteen topics both ways: 20,000 draws are within a few hundredths."""
    differences = np.random.default_rng(4).normal(0.1, 0.3, 13).tolist()
    exact = randomisation_p(differences)
    assert exact == pytest.approx(by_hand(differences))
    assert randomisation_p(differences, draws=4000) == pytest.approx(exact, abs=0.02)


def test_a_plain_difference_is_significant_and_noise_is_not() -> None:
    """A hundred topics that all gain a little; a hundred that gain and lose alike."""
    random = np.random.default_rng(1)
    assert randomisation_p((0.05 + 0.02 * random.random(100)).tolist()) == 1 / (DRAWS + 1)
    assert randomisation_p(np.concatenate([np.full(50, 0.2), np.full(50, -0.2)]).tolist()) == pytest.approx(1.0)


def test_under_the_hypothesis_p_is_spread_evenly() -> None:
    """Of systems that differ by chance alone, one in twenty has p at most .05."""
    random = np.random.default_rng(7)
    p_values = [randomisation_p(random.normal(0, 0.2, 30).tolist(), draws=1000) for _ in range(400)]
    assert 0.02 <= np.mean(np.asarray(p_values) <= 0.05) <= 0.09
    assert 0.4 <= float(np.mean(p_values)) <= 0.6


def test_no_difference_and_no_topic_are_no_evidence() -> None:
    """Equal systems have p 1."""
    assert randomisation_p([]) == randomisation_p([0.0] * 50) == 1.0


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    """It would compare as false everywhere, and look significant."""
    with pytest.raises(ValueError, match="finite"):
        randomisation_p([0.1, value])
    with pytest.raises(ValueError, match="finite"):
        bootstrap_interval([0.1, value])


def test_many_topics_take_bounded_memory() -> None:
    """A hundred thousand topics are drawn in blocks, not all at once."""
    differences = np.random.default_rng(0).normal(0, 1, 100_000).tolist()
    tracemalloc.start()
    randomisation_p(differences, draws=40)
    bootstrap_interval(differences, draws=40)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 80 << 20


# ---- bootstrap ------------------------------------------------------------------------------------


@given(DIFFERENCES)
@settings(max_examples=60)
def test_an_interval_lies_within_the_differences_and_is_the_same_each_time(differences: list[float]) -> None:
    """Means of drawn topics cannot leave the range of the topics; the order of topics does not matter."""
    low, high = bootstrap_interval(differences, draws=300)
    assert min(differences) - 1e-12 <= low <= high <= max(differences) + 1e-12
    assert (low, high) == bootstrap_interval(differences[::-1], draws=300)


def test_an_interval_is_about_two_standard_errors_to_either_side() -> None:
    """Of 400 normal differences the percentile interval is the textbook's."""
    differences = np.random.default_rng(3).normal(0.1, 0.2, 400)
    low, high = bootstrap_interval(differences.tolist())
    error = differences.std(ddof=1) / 20
    assert low == pytest.approx(differences.mean() - 1.96 * error, abs=0.002)
    assert high == pytest.approx(differences.mean() + 1.96 * error, abs=0.002)


def test_a_lower_level_has_a_narrower_interval() -> None:
    """80 % lies within 95 %."""
    differences = np.random.default_rng(3).normal(0.1, 0.2, 50).tolist()
    wide, narrow = bootstrap_interval(differences), bootstrap_interval(differences, level=0.8)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_equal_differences_have_an_interval_of_no_width() -> None:
    """There is nothing that drawing could vary."""
    assert bootstrap_interval([0.25] * 5) == (0.25, 0.25)


def test_no_topics_have_no_interval() -> None:
    """There is nothing to draw from."""
    with pytest.raises(ValueError, match="no topics"):
        bootstrap_interval([])


# ---- Holm -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p_values", "corrected"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.02, 0.02, 0.02], [0.06, 0.06, 0.06]),
        ([0.6, 0.7], [1.0, 1.0]),
    ],
)
def test_holm_agrees_with_the_textbook(p_values: list[float], corrected: list[float]) -> None:
    """The smallest counts times all, the next times one fewer, and none falls below the one before."""
    assert holm(p_values) == pytest.approx(corrected)


@given(P_VALUES)
@settings(max_examples=100)
def test_holm_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    """Corrected values rise with p, lie between p and Bonferroni's, and at 1 at most."""
    corrected = holm(p_values)
    for p, value in zip(p_values, corrected, strict=True):
        assert p <= value <= min(1.0, p * len(p_values)) + 1e-12
    ordered = [value for _, value in sorted(zip(p_values, corrected, strict=True))]
    assert ordered == sorted(ordered)


@given(P_VALUES, st.integers(0, 11))
@settings(max_examples=60)
def test_holm_does_not_depend_on_the_order_of_the_tests(p_values: list[float], shift: int) -> None:
    """Sets listed otherwise get the same values."""
    turned = p_values[shift:] + p_values[:shift]
    back = holm(turned)
    cut = len(p_values) - min(shift, len(p_values))
    assert back[cut:] + back[:cut] == pytest.approx(holm(p_values))
