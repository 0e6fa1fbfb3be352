from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ConfigError, UsageError
from search_api.config import HYBRID, MAX_K, MAX_QUERY_CHARS, LlmSettings, System, logs_searches, unexpanded
from search_api.errors import check_count, check_text

SYSTEMS = st.one_of(
    st.sampled_from([System("bm25"), System("dense"), HYBRID]),
    st.builds(System, st.just("hybrid"), st.floats(0, 1), st.integers(1, 10_000)),
    st.builds(
        System,
        st.sampled_from(["lexical", "hybrid"]),
        fusion=st.sampled_from(["sum", "rrf"]),
        best=st.integers(1, 20),
        aggregation=st.sampled_from(["mean", "sum"]),
        k1=st.floats(0.01, 10),
        b=st.floats(0, 1),
        title=st.floats(0, 20),
        concepts=st.floats(0, 0.99),
        most_kinds=st.integers(0, 10_000),
    ),
)


@given(SYSTEMS)
def test_a_system_prints_and_parses(system: System) -> None:
    """A system is a value: what it prints is what it is read from, to the last digit."""
    assert System.parse(str(system)) == system
    assert hash(System.parse(str(system))) == hash(system)


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("bm25", System("bm25")),
        (" dense ", System("dense")),
        ("hybrid", HYBRID),
        ("hybrid()", HYBRID),
        ("hybrid(dense_weight=.25)", System("hybrid", 0.25)),
        ("hybrid( depth = 50 , dense_weight = 1 )", System("hybrid", 1.0, 50)),
    ],
)
def test_a_system_is_written_as_a_person_would(text: str, system: System) -> None:
    """Parameters may be left out and blanks put in."""
    assert System.parse(text) == system


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bm26", "'bm26' is none of bm25, lexical, dense, hybrid"),
        ("", "not of the form"),
        ("hybrid(", "not of the form"),
        ("hybrid(0.5)", "no parameter '0.5'"),
        ("hybrid(weight=1)", "no parameter 'weight'"),
        ("bm25(depth=3)", "'bm25' has no parameter 'depth'"),
        ("hybrid(depth=many)", "depth='many' is not a number"),
        ("hybrid(depth=1.5)", "depth='1.5' is not a number"),
        ("hybrid(dense_weight=1.1)", "dense_weight: 1.1 is not in 0..1"),
        ("hybrid(dense_weight=nan)", "dense_weight: nan is not in 0..1"),
        ("hybrid(concepts=1)", "concepts: 1.0 is not in 0..0.99"),
        ("hybrid(fusion=best)", "fusion: 'best' is none of sum, rrf"),
        ("dense(aggregation=max)", "aggregation: 'max' is none of mean, sum"),
        ("hybrid(k1=0)", "k1: 0.0 is not in 0.01..10"),
        ("hybrid(depth=0)", "depth: 0 is not in 1..10000"),
    ],
)
def test_a_wrong_system_is_told(text: str, said: str) -> None:
    """Unknown names, unknown parameters and numbers out of bounds are each named."""
    with pytest.raises(ConfigError) as caught:
        System.parse(text)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "query: is empty"),
        (" \t\n", "query: is empty"),
        ("?!…", "query: holds no letter or digit"),
        ("x" * (MAX_QUERY_CHARS + 1), "query: 10,001 characters is over the limit of 10,000"),
        ("fever " * 20_000, "query: 119,999 characters is over the limit"),
        ("fever \udcff", "query: holds bytes that are no text"),
    ],
)
def test_a_question_that_cannot_be_asked_names_its_field(text: str, said: str) -> None:
    """Empty, far too long, signs alone or bytes that are no text: the field and what to do."""
    with pytest.raises(UsageError) as caught:
        check_text(text, "query")
    assert str(caught.value).startswith(said)


def test_a_question_is_freed_of_white_space_around_it() -> None:
    """Blanks at the ends count neither as text nor against the limit."""
    assert check_text("  fever?\n", "query") == "fever?"
    assert check_text(" " * 9 + "x" * MAX_QUERY_CHARS, "query") == "x" * MAX_QUERY_CHARS
    assert check_text("発熱", "query") == "発熱"


@pytest.mark.parametrize("value", [0, -1, MAX_K + 1])
def test_a_count_out_of_bounds_names_its_field(value: int) -> None:
    """Zero, negative and too many are refused with the bounds."""
    with pytest.raises(UsageError, match=f"k: {value} is not in 1..100"):
        check_count(value, "k")


def test_a_count_within_bounds_is_taken() -> None:
    """Both bounds are allowed, and a field may have its own."""
    assert [check_count(value, "k") for value in (1, MAX_K)] == [1, 100]
    assert check_count(5000, "limit", 100_000) == 5000


def test_a_system_prints_only_what_is_not_usual() -> None:
    """The name alone where nothing was chosen, so that tables stay short."""
    assert str(HYBRID) == "hybrid"
    assert str(System("hybrid", 0.5, fusion="rrf")) == "hybrid(dense_weight=0.5,fusion=rrf)"


def test_unexpanded_looks_for_the_users_words_alone() -> None:
    """Everything else of the system stays."""
    bare = unexpanded(System("hybrid", 0.5))
    assert (bare.concepts, bare.narrower, bare.abbreviations, bare.spelling) == (0, 0, 0, 0)
    assert bare.dense_weight == 0.5


LLM = {
    "CASETROVE_LLM_URL": "http://127.0.0.1:8080/v1",
    "CASETROVE_LLM_MODEL": "small",
    "CASETROVE_LLM_KEY": "sk-secret",
}


@pytest.mark.parametrize(
    ("said", "is_on"), [(None, True), ("", True), ("on", True), (" ON ", True), ("off", False), ("Off", False)]
)
def test_the_search_log_is_on_unless_the_environment_says_off(said: str | None, is_on: bool) -> None:
    """Nothing said leaves it on."""
    assert logs_searches({} if said is None else {"CASETROVE_SEARCH_LOG": said}) is is_on


@pytest.mark.parametrize("said", ["of", "0", "no", "false", "on off"])
def test_the_search_log_takes_no_other_word(said: str) -> None:
    """What may be meant for "off" is refused, rather than kept."""
    with pytest.raises(ConfigError, match="neither on nor off"):
        logs_searches({"CASETROVE_SEARCH_LOG": said})


class TestLlmSettings:
    """The language model's endpoint, from the environment."""

    def test_all_of_them_are_read(self) -> None:
        """Each variable has its field; what is not set has its default."""
        found = LlmSettings.read({**LLM, "CASETROVE_LLM_TIMEOUT": "9.5", "CASETROVE_LLM_RETRIES": "0", "HOME": "/"})
        assert found == LlmSettings("http://127.0.0.1:8080/v1", "small", "sk-secret", 9.5, 0, 8_000)
        assert LlmSettings.read({**LLM, "CASETROVE_LLM_CONTEXT": "32000"}).context == 32_000  # type: ignore[union-attr]

    def test_without_any_there_is_no_model(self) -> None:
        """Nothing set, or set to nothing, is no endpoint and no mistake."""
        assert LlmSettings.read({"PATH": "/bin", "CASETROVE_DATA": "x"}) is None
        assert LlmSettings.read({"CASETROVE_LLM_URL": " "}) is None

    def test_the_key_is_never_shown(self) -> None:
        """Neither printing the settings nor an error about them shows it."""
        assert "sk-secret" not in repr(LlmSettings.read(LLM))
        with pytest.raises(ConfigError) as refused:
            LlmSettings.read({**LLM, "CASETROVE_LLM_KEY": "sk-secret\n\u2026"})
        assert "sk-secret" not in str(refused.value)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("URL", "127.0.0.1:8080"), ("URL", "ftp://x/"), ("URL", "http:///v1"), ("URL", "http://me:pw@x/v1"),
            ("URL", "http://x/v1?key=1"), ("MODEL", "a\nb"), ("MODEL", "m" * 300), ("KEY", "a\tb"), ("KEY", "é"),
            ("TIMEOUT", "0"), ("TIMEOUT", "soon"), ("TIMEOUT", "nan"), ("TIMEOUT", "1e9"), ("RETRIES", "11"),
            ("RETRIES", "1.5"), ("CONTEXT", "10"), ("MODLE", "x"), ("url", "x"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named(self, name: str, value: str) -> None:
        """An unknown name, a value out of bounds or of another kind is refused under its variable's name."""
        with pytest.raises(ConfigError, match=f"CASETROVE_LLM_{name}"):
            LlmSettings.read({**LLM, f"CASETROVE_LLM_{name}": value})

    @pytest.mark.parametrize("missing", ["URL", "MODEL"])
    def test_half_an_endpoint_is_none(self, missing: str) -> None:
        """The address and the model's name belong together."""
        with pytest.raises(ConfigError, match=f"CASETROVE_LLM_{missing}"):
            LlmSettings.read({name: value for name, value in LLM.items() if not name.endswith(missing)})
