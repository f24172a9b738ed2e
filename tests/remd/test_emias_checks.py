from __future__ import annotations

import pytest
import remd_samples
from hypothesis import given
from hypothesis import strategies as st

from dopusk.remd.checks.emias import (
    check_emdr_id,
    check_mnemonic,
    check_registered_copy,
    check_same_bytes,
)
from dopusk.remd.decision import refusals

NUMBER, UID = remd_samples.KNOWN_EMDR_ID, "8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"
codes = remd_samples.codes


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("across", []),
        (None, ["EMIAS-NO-MNEMONIC"]),
        ("", ["EMIAS-NO-MNEMONIC"]),
        ("Across", ["EMIAS-MNEMONIC-CASE"]),
        ("ACROSS", ["EMIAS-MNEMONIC-CASE"]),
        ("асrоss", ["EMIAS-MNEMONIC-CYRILLIC"]),
        ("Аcross", ["EMIAS-MNEMONIC-CYRILLIC"]),
        ("bregis", ["EMIAS-MNEMONIC-OTHER"]),
        ("across2", ["EMIAS-MNEMONIC-OTHER"]),
        ("акросс", ["EMIAS-MNEMONIC-OTHER"]),
    ],
)
def test_mnemonic(sent: str | None, expected: list[str]) -> None:
    assert codes(check_mnemonic(remd_samples.request(system=sent), "across")) == expected


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [("c", "с"), ("a", "а"), ("e", "е"), ("o", "о"), ("p", "р"), ("x", "х"), ("i", "і")],
)
def test_every_look_alike_is_named_with_its_place(latin: str, cyrillic: str) -> None:
    request = remd_samples.request(system=f"mis-{cyrillic}1")
    (found,) = check_mnemonic(request, f"mis-{latin}1")
    assert found.code == "EMIAS-MNEMONIC-CYRILLIC"
    assert f"'{cyrillic}' на месте 5 (похожа на латинскую '{latin}')" in found.message
    assert found.where is not None
    assert (found.where.xpath or "").endswith("system[1]")


def test_look_alikes_are_named_in_another_mnemonic_too() -> None:
    (found,) = check_mnemonic(remd_samples.request(system="brеgis-2"), "bregis")
    assert found.code == "EMIAS-MNEMONIC-OTHER"
    assert "'е' на месте 3 (похожа на латинскую 'e')" in found.message


@given(st.from_regex(r"[a-z][a-z0-9.-]{0,15}", fullmatch=True))
def test_the_declared_mnemonic_is_always_right(mnemonic: str) -> None:
    assert check_mnemonic(remd_samples.request(system=mnemonic), mnemonic) == []
    (found,) = refusals(check_mnemonic(remd_samples.request(system=f"{mnemonic}x"), mnemonic))
    assert found.code == "VALIDATION_ERROR"


def test_a_copy_is_the_registered_document() -> None:
    right = remd_samples.request(local_uid=UID, emdr_id=NUMBER)
    assert list(check_registered_copy(right, emdr_id=NUMBER, local_uid=UID.upper())) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"emdr_id": None}, ["EMIAS-NO-EMDRID"]),
        ({"emdr_id": "194.77.24.02.000000001"}, ["EMIAS-OTHER-EMDRID"]),
        ({"local_uid": "00000000-0000-4000-8000-000000000000"}, ["EMIAS-OTHER-UID"]),
    ],
)
def test_a_copy_of_something_else(changes: dict[str, str | None], expected: list[str]) -> None:
    request = remd_samples.request(**{"local_uid": UID, "emdr_id": NUMBER, **changes})
    assert codes(check_registered_copy(request, emdr_id=NUMBER, local_uid=UID)) == expected


def test_numbers_that_remd_does_not_know() -> None:
    request = remd_samples.request(emdr_id=NUMBER)
    assert codes(check_emdr_id(request, known=True)) == []
    assert codes(check_emdr_id(request, known=False)) == ["EMIAS-UNKNOWN-EMDRID"]
    odd = remd_samples.request(emdr_id="17")
    assert codes(check_emdr_id(odd, known=True)) == ["EMIAS-UNKNOWN-EMDRID"]
    assert codes(check_emdr_id(remd_samples.request(), known=False)) == ["EMIAS-NO-EMDRID"]


def test_bytes_are_compared_as_they_are() -> None:
    assert list(check_same_bytes(b"<a/>", b"<a/>")) == []
    assert codes(check_same_bytes(b"<a/>", b"<a/>\n")) == ["EMIAS-OTHER-BYTES"]
