"""Cases come back from their bytes as they went, and nothing else does."""

from __future__ import annotations

import json
import zlib
from dataclasses import is_dataclass
from typing import Any, get_type_hints

import pytest
from hypothesis import given

from corpus.cases import model, packing
from corpus.cases.model import Age, Cases, PatientCase
from corpus.cases.packing import pack, shape, unpack
from corpus.model import Span
from tests.drawn_cases import cases


@given(cases())
def test_cases_come_back_as_they_went(told: Cases) -> None:
    """To the last field, whatever the texts: packing loses nothing and makes nothing up."""
    assert unpack(pack(told)) == told


def test_every_class_of_the_model_is_packed() -> None:
    """What ``Cases`` is made of is all that the model defines: nothing is left out by mistake."""
    told = "\n".join(packing._described(Cases, set()))
    for name, kind in vars(model).items():
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == model.__name__:
            assert f"{name}: " in told
            assert all(f"{field} " in told for field in get_type_hints(kind))


def test_equal_cases_make_equal_bytes() -> None:
    """So that equal corpora make equal files."""
    patient = PatientCase(1, Age(3.5, "month", Span(2, 14)))
    assert pack(Cases((patient,))) == pack(Cases((PatientCase(1, Age(3.5, "month", Span(2, 14))),)))


def packed(plain: Any) -> bytes:
    return zlib.compress(json.dumps(plain).encode())


AGE = [25.0, "year", [0, 11]]
PATIENT = [1, AGE, None, [], [], [], [], None]


def test_the_plain_form_is_the_fields_in_their_order() -> None:
    """What the refusals below change one thing of is understood."""
    assert unpack(packed([[PATIENT], []])) == Cases((PatientCase(1, Age(25.0, "year", Span(0, 11))),))


@pytest.mark.parametrize(
    "plain",
    [
        None, {}, [], [[]], [[], [], []], [[PATIENT[:-1]], []], [[[*PATIENT, None]], []], [["patient"], []], ["", []],
        [[["1", *PATIENT[1:]]], []], [[[True, *PATIENT[1:]]], []], [[[1.0, *PATIENT[1:]]], []],
        [[[1, [25.0, "decade", [0, 11]], *PATIENT[2:]]], []], [[[1, [25.0, ["year"], [0, 11]], *PATIENT[2:]]], []],
        [[[1, ["25", "year", [0, 11]], *PATIENT[2:]]], []], [[[1, [25.0, "year", [11, 0]], *PATIENT[2:]]], []],
        [[[1, [25.0, "year", [-1, 0]], *PATIENT[2:]]], []], [[[1, [25.0, "year", {"start": 0}], *PATIENT[2:]]], []],
        [[[1, [25.0, "year", None], *PATIENT[2:]]], []], [[[*PATIENT[:3], {}, [], [], [], None]], []],
    ],
    ids=range(20),
)  # fmt: skip
def test_what_is_not_the_model_is_refused(plain: Any) -> None:
    """A field too many or too few, another type, a word that is none of the fixed ones, a span that is none."""
    with pytest.raises(ValueError):
        unpack(packed(plain))


@pytest.mark.parametrize("data", [b"", b"noise", pack(Cases())[:-1], zlib.compress(b"[[],"), zlib.compress(b"\xff")])
def test_what_is_not_packed_is_refused(data: bytes) -> None:
    """Bytes that were cut short, or never were packed, are a ValueError too."""
    with pytest.raises(ValueError):
        unpack(data)


def test_nesting_without_end_is_refused() -> None:
    """Brackets in brackets are no reason to fall over."""
    with pytest.raises(ValueError):
        unpack(zlib.compress(b"[" * 100_000))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_not_packed(value: float) -> None:
    """It would not come back as JSON."""
    with pytest.raises(ValueError):
        pack(Cases((PatientCase(1, Age(value, "year", Span(0, 1))),)))


def test_the_shape_changes_with_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field more makes another shape, so that an index written before it is noticed; asking twice does not."""
    before = shape()
    assert before == shape()
    monkeypatch.setitem(PatientCase.__annotations__, "remark", "str | None")
    shape.cache_clear()
    assert shape() != before
    monkeypatch.undo()
    shape.cache_clear()
    assert shape() == before
