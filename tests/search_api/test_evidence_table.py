from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UsageError
from indexer.encoders.choice import OneEncoder
from search_api.evidence.choosing import Chosen
from search_api.evidence.model import NOT_REPORTED, OTHER_DISEASE, REPORTED
from search_api.evidence.table_model import EvidenceTable
from search_api.service import Service
from tests.fakes import Indexed, indexed, make_report

from .evidence_samples import QUESTION, REPORTS, TEXTS, TITLES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """The invented reports, indexed."""
    return indexed(tmp_path_factory.mktemp("evidence"), REPORTS)


@pytest.fixture(scope="module")
def service(made: Indexed) -> Service:
    return Service(made.folder, OneEncoder(made.encoder))


@pytest.fixture(scope="module")
def table(service: Service) -> EvidenceTable:
    return service.evidence(QUESTION)


def states(table: EvidenceTable) -> dict[str, set[str]]:
    """The states of each report's rows."""
    found: dict[str, set[str]] = {}
    for each in table.rows:
        found.setdefault(each.row.catalog_id, set()).add(each.state)
    return found


def drugs(table: EvidenceTable) -> list[tuple[str, str]]:
    """Report and treatment of each row of a drug."""
    return [
        (each.row.catalog_id, each.row.given.canonical)
        for each in table.rows
        if each.row.given and each.row.given.kind == "drug"
    ]


def test_each_patient_with_the_condition_has_a_state(table: EvidenceTable) -> None:
    """Treated, not told to be, and with another underlying disease; a report of another condition is not there."""
    assert states(table) == {
        "dapsone": {REPORTED}, "plain": {REPORTED}, "silent": {NOT_REPORTED}, "other": {OTHER_DISEASE},
    }  # fmt: skip


def test_only_patients_with_the_whole_condition_are_counted(table: EvidenceTable) -> None:
    """The one with another underlying disease is told apart, by that disease's name."""
    held = table.population
    assert (held.patients, held.reports, held.treated, held.silent, held.different) == (3, 3, 2, 1, 1)
    other = next(each for each in table.rows if each.state == OTHER_DISEASE)
    assert "HIV" in " ".join(other.others)


def test_groups_have_the_condition_for_denominator(table: EvidenceTable) -> None:
    """A treatment of the patient that is told apart counts nowhere."""
    groups = {group.canonical: group for group in table.groups}
    assert (groups["dapsone"].patients, groups["dapsone"].reports, groups["dapsone"].of) == (2, 2, 3)
    assert "isotretinoin" not in groups
    assert "of 3 patients with the condition" in groups["dapsone"].sentence


def test_a_patient_without_the_word_of_extent_counts_and_it_is_told(table: EvidenceTable) -> None:
    """ "Generalized" is not said of one: the wider name counts, and the row says how it was met."""
    assert table.population.widened == (("generalized", 1),)
    met = {each.row.catalog_id: {by.asked: by.how for by in each.met_by} for each in table.rows}
    assert met["plain"]["generalized granuloma annulare"] == "without its extent"
    assert met["dapsone"]["generalized granuloma annulare"] != "without its extent"


def test_what_is_quoted_stands_in_the_report(table: EvidenceTable, made: Indexed) -> None:
    """Every quotation of every row is a slice of its report's text."""
    catalog = Service(made.folder, OneEncoder(made.encoder)).catalog
    for each in table.rows:
        text = catalog.get(each.row.catalog_id).report.text
        quotes = [*each.row.quotes, *(by.quote for by in each.met_by if by.quote)]
        assert quotes
        for quote in quotes:
            assert text[quote.start : quote.end] == quote.text


def test_treatments_of_others_are_a_list_of_their_own(table: EvidenceTable) -> None:
    """The literature's drug is no row and no group."""
    assert "hydroxychloroquine" in {each.given.canonical.lower() for each in table.literature}
    assert "hydroxychloroquine" not in {name.lower() for _, name in drugs(table)}
    assert "hydroxychloroquine" not in {group.canonical.lower() for group in table.groups}


def test_the_summary_is_made_of_the_tables_counts_and_names(table: EvidenceTable) -> None:
    """How many reports and patients, what was given most often, and of how many nothing is told."""
    assert table.summary.startswith("3 reports describe 3 patients with “generalized granuloma annulare” in “diabetes")
    assert "dapsone (2)" in table.summary
    assert "Of 1 no treatment is reported in the available text." in table.summary


def test_a_drug_asked_about_gets_its_rows_and_the_conditions_denominator(service: Service) -> None:
    """Named in the question, as a filter of the line, or beside it, it comes to the same."""
    asked = [
        service.evidence("isotretinoin in generalized granuloma annulare"),
        service.evidence("generalized granuloma annulare drug:isotretinoin"),
        service.evidence("generalized granuloma annulare", treatments=["isotretinoin"]),
    ]
    for table in asked:
        assert drugs(table) == [("other", "isotretinoin")]
        assert [(group.canonical, group.of) for group in table.groups] == [("isotretinoin", 4)]
        assert "isotretinoin: 1 patient in 1 report" in table.summary


def test_without_a_condition_the_rows_are_of_the_treatment(service: Service) -> None:
    """Whoever had it; then there is no denominator."""
    table = service.evidence("dapsone")
    assert sorted(drugs(table)) == [("dapsone", "dapsone"), ("plain", "dapsone"), ("psoriasis", "dapsone")]
    assert table.groups[0].of is None
    assert "3 patients" in table.summary


def test_age_and_sex_bound_the_patients(service: Service) -> None:
    """Rows and denominators are of those who meet them."""
    table = service.evidence("granuloma annulare sex:male age:>50")
    assert set(states(table)) == {"plain"}
    assert table.population.patients == 1
    assert {condition.kind for condition in table.bounds.conditions} == {"sex", "age"}


def test_words_on_age_that_choose_nobody_are_told(service: Service) -> None:
    """As in an answer, "in children" is no filter; the notice says how to write one."""
    table = service.evidence("granuloma annulare in children")
    assert any("did not choose patients: write age:<18" in notice for notice in table.bounds.notices)


def test_choices_bound_rows_and_groups(service: Service) -> None:
    """The state chooses rows alone; a status that nobody has leaves no group."""
    silent = service.evidence(QUESTION, chosen=Chosen.read(state=["not reported"]))
    assert {each.state for each in silent.rows} == {NOT_REPORTED}
    assert silent.groups
    declined = service.evidence(QUESTION, chosen=Chosen.read(status=["declined"]))
    assert not any(group.patients for group in declined.groups)
    assert declined.population.patients == 3


def test_a_drug_told_only_of_others_is_said_to_be(service: Service) -> None:
    """No patient had it, and yet the reports speak of it."""
    table = service.evidence("hydroxychloroquine for granuloma annulare")
    assert table.groups == ()
    assert "None of them is told to have had “hydroxychloroquine”; 1 report tells of it in others." in table.summary


def test_patients_with_a_plan_alone_are_told_apart(tmp_path: Path) -> None:
    """Their rows are reported, for the report tells of a treatment; the counts say that none of it was given."""
    text = "A 50-year-old man was diagnosed with vitiligo. Treatment with tacrolimus was planned."
    made = indexed(tmp_path, {"plan": make_report(f"# Case report\n\n{text}", "Vitiligo of the hands")})
    table = Service(made.folder, OneEncoder(made.encoder)).evidence("vitiligo")
    assert [(each.state, each.row.given and each.row.given.status) for each in table.rows] == [(REPORTED, "planned")]
    assert (table.population.treated, table.population.ungiven, table.population.silent) == (1, 1, 0)
    assert "Of 1 only what was planned, ruled out or declined is told." in table.summary


def test_nothing_on_the_condition_is_said_plainly(service: Service) -> None:
    """No rows, no groups, and a sentence that says so."""
    table = service.evidence("treatment of rabies")
    assert (table.rows, table.groups, table.literature) == ((), (), ())
    assert table.summary == "No report at hand tells of a patient with “rabies”."


def test_a_misspelt_condition_is_read_as_the_corpus_spells_it(service: Service) -> None:
    """And that is told among the expansions."""
    table = service.evidence("granulona annulare")
    assert table.population.patients == 4
    assert next(each.reason for each in table.expansions) == "spelling"


def test_a_question_that_names_nothing_is_an_error(service: Service) -> None:
    """Not an empty table."""
    with pytest.raises(UsageError, match=r"^question: names no condition"):
        service.evidence("what was given to the patient?")
    with pytest.raises(UsageError, match=r"^treatments: is empty"):
        service.evidence("gout", treatments=[" "])


def test_the_same_patient_in_two_reports_counts_once(tmp_path: Path) -> None:
    """Nearly the same text under another id: both rows are shown with one patient's number, and the pair is told."""
    again = make_report(TEXTS["dapsone"].replace("seldom treated", "seldom treated with success"), TITLES["dapsone"])
    table_of = indexed(tmp_path, {**REPORTS, "dapsone-again": again})
    table = Service(table_of.folder, OneEncoder(table_of.encoder)).evidence(QUESTION)
    assert table.population.patients == 3
    assert table.population.reports == 4
    numbers = {each.row.catalog_id: each.patient for each in table.rows}
    assert numbers["dapsone"] == numbers["dapsone-again"]
    (overlap,) = table.population.overlaps
    assert {overlap.one, overlap.other} == {"dapsone", "dapsone-again"}
    assert "stand in the other" in overlap.reasons[0]
    group = next(group for group in table.groups if group.canonical == "dapsone")
    assert (group.patients, group.reports) == (2, 3)


def test_two_that_a_person_told_apart_count_twice(tmp_path: Path) -> None:
    """The decision stands against any likeness."""
    again = make_report(TEXTS["dapsone"] + " They agreed.", TITLES["dapsone"])
    made = indexed(tmp_path, {**REPORTS, "dapsone-again": again})
    service = Service(made.folder, OneEncoder(made.encoder))
    service.catalog.decide("dapsone", "dapsone-again", False)
    table = service.evidence(QUESTION)
    assert (table.population.patients, table.population.overlaps) == (4, ())


def test_a_title_that_names_the_condition_makes_the_report_about_it(tmp_path: Path) -> None:
    """An illness said in passing does not: a patient with a history of it is not of the condition."""
    passing = "# Case report\n\nA 70-year-old man with a history of gout broke his wrist. He was treated with a cast."
    about = "# Case report\n\nA 44-year-old man had gout of the knee. He was treated with colchicine."
    reports = {"passing": make_report(passing, "A broken wrist"), "about": make_report(about, "Gout of the knee")}
    made = indexed(tmp_path, reports)
    table = Service(made.folder, OneEncoder(made.encoder)).evidence("treatment of gout")
    assert "about" in states(table)


def test_accents_choose_no_other_patients(tmp_path: Path) -> None:
    """However the question and the reports write the condition, those of the same reports have it."""
    text = "# Case report\n\nA 40-year-old woman was diagnosed with {}. She was treated with prednisone."
    names = ["Behçet disease", "Behcet disease", "Farfán-Müller disease", "Farfan-Muller disease"]
    at = indexed(tmp_path, {f"r{number}": make_report(text.format(name), name) for number, name in enumerate(names)})
    service = Service(at.folder, OneEncoder(at.encoder))
    assert [service.evidence(name).population.reports for name in names] == [2, 2, 2, 2]
