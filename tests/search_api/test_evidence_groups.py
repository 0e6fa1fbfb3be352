from __future__ import annotations

from hypothesis import given as each_of
from hypothesis import strategies as st

from search_api.evidence.groups import LABELS, grouped
from search_api.evidence.model import OTHER_DISEASE
from search_api.evidence.table_model import TableRow

from .evidence_samples import given, held, row


def test_a_group_says_how_many_had_it_and_what_came_of_it() -> None:
    """The sentence of a treatment: patients, reports, outcomes, and of how many."""
    rows = [
        held(row(given("dapsone"), report="a", outcome="progressed"), 1, "the condition"),
        held(row(given("dapsone"), report="b", outcome="unchanged"), 2, "the condition"),
        held(row(given("dapsone"), report="c"), 3, "the condition"),
    ]
    (group,) = grouped(rows, 9)
    assert group.sentence == (
        "dapsone: 3 patients in 3 reports; improved 0, unchanged or progressed 2, not stated 1; "
        "of 9 patients with the condition"
    )
    assert (group.patients, group.reports, group.of) == (3, 3, 9)


def test_rarer_outcomes_are_named_only_where_they_happened() -> None:
    """Resolution, reactions and deaths."""
    rows = [
        held(row(given("dapsone"), report=str(at), outcome=label), at)
        for at, label in enumerate(("resolved", "adverse_reaction", "death"))
    ]
    assert (
        "resolved 1, improved 0, unchanged or progressed 0, adverse reaction 1, died 1" in grouped(rows, 3)[0].sentence
    )


def test_a_patient_counts_once_for_a_treatment() -> None:
    """However many rows, statuses or reports tell of them; the last explicit outcome stands."""
    rows = [
        held(row(given("dapsone", status="past"), report="a", outcome="progressed"), 1),
        held(row(given("dapsone"), report="a", outcome="improved"), 1),
        held(row(given("dapsone"), report="b"), 1),
    ]
    (group,) = grouped(rows, 1)
    assert (group.patients, group.reports) == (1, 2)
    assert {label: count for label, count in group.outcomes.items() if count} == {"improved": 1}


def test_what_was_not_given_is_told_apart() -> None:
    """Planned, precluded and declined treatments have no outcome in these patients."""
    rows = [
        held(row(given("dapsone", status="precluded")), 1),
        held(row(given("dapsone", status="planned"), report="b"), 2),
        held(row(given("dapsone"), report="b"), 2),
    ]
    (group,) = grouped(rows, 2)
    assert (group.patients, group.not_given) == (1, {"precluded": 1})
    only = grouped(rows[:1], 2)[0]
    assert only.sentence.startswith(
        "dapsone: given to no patient; precluded in 1 patient; of 2 patients with the condition"
    )


def test_one_concept_is_one_group_under_any_name() -> None:
    """Names of the same concept meet; what the terminology lacks goes by its name, whatever its case."""
    rows = [
        held(row(given("aspirin", concept="MESH:D001241")), 1),
        held(row(given("acetylsalicylic acid", concept="MESH:D001241"), report="b"), 2),
        held(row(given("Herbal tea"), report="b"), 2),
        held(row(given("herbal tea"), report="c"), 3),
    ]
    assert [(group.canonical, group.patients) for group in grouped(rows, 3)] == [("aspirin", 2), ("Herbal tea", 2)]


def test_what_was_for_something_else_comes_last() -> None:
    """A treatment of the underlying disease is no treatment of the condition, however often it was given."""
    rows = [
        held(row(given("insulin"), report="a"), 1, "the underlying disease"),
        held(row(given("insulin"), report="b"), 2, "the underlying disease"),
        held(row(given("dapsone"), report="b"), 2, "the condition"),
        held(row(given("zinc"), report="b"), 2),
    ]
    groups = grouped(rows, 2)
    assert [(group.canonical, group.aimed) for group in groups] == [
        ("dapsone", True),
        ("zinc", True),
        ("insulin", False),
    ]
    assert groups[2].aims == {"the underlying disease": 2}


def test_what_was_for_something_else_counts_apart_from_the_same_treatment_for_the_condition() -> None:
    """Its outcome is none of the condition's, in the same patient too; in how many it is told what for is said."""
    rows = [
        held(row(given("prednisone"), report="a", outcome="improved"), 1, "the condition"),
        held(row(given("prednisone"), report="b"), 2),
        held(row(given("prednisone", status="past"), report="b", outcome="death"), 2, "something else"),
    ]
    here, elsewhere = grouped(rows, 3)
    assert (here.patients, here.outcomes["improved"], here.outcomes["death"], here.aims) == (
        2, 1, 0, {"the condition": 1, "not told": 1},
    )  # fmt: skip
    assert here.sentence.endswith("of 3 patients with the condition; said to be for it in 1, what for not told in 1")
    assert (elsewhere.patients, elsewhere.outcomes["death"], elsewhere.aimed) == (1, 1, False)
    assert elsewhere.sentence.endswith("; given for something else")


def test_two_concepts_of_one_name_are_one_group() -> None:
    """Vocabularies know some drugs twice; the reader knows them once."""
    rows = [held(row(given("Levothyroxine"))), held(row(given("levothyroxine"), report="b"), 2)]
    (group,) = grouped(rows, 2)
    assert group.patients == 2


def test_rows_in_other_states_count_nowhere() -> None:
    """Another underlying disease, and no treatment told."""
    rows = [held(row(given("dapsone"), state=OTHER_DISEASE)), held(row(None), 2)]
    assert grouped(rows, 1) == ()


def test_without_a_condition_there_is_no_denominator() -> None:
    """Then the sentence does not speak of one."""
    (group,) = grouped([held(row(given("dapsone")))], None)
    assert group.of is None
    assert "condition" not in group.sentence


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["dapsone", "zinc"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(1, 4),
        st.sampled_from(LABELS),
        st.sampled_from(["given", "past", "planned"]),
    ),
    max_size=12,
)


@each_of(_ROWS)
def test_outcomes_always_sum_to_the_patients(made: list[tuple[str, str, int, str, str]]) -> None:
    """Whatever the rows, no patient is lost or counted twice, and no group is bigger than its denominator."""
    rows: list[TableRow] = [
        held(row(given(name, status=status), report=report, outcome=label), patient)  # type: ignore[arg-type]
        for name, report, patient, label, status in made
    ]
    for group in grouped(rows, 4):
        assert sum(group.outcomes.values()) == group.patients <= 4
        assert group.patients or group.not_given
        assert not set(group.not_given) & {"given", "past"}
