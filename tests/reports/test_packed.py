from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unfolding import unfolded

from reports.packed import Folds, pack, unpack


@given(data=st.binary(max_size=300), prime=st.binary(max_size=40))
def test_what_was_packed_comes_back(data, prime):
    text = pack(data, prime)
    assert unpack(text, prime) == data
    assert not set(text) & set("<>&\"'\\")


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_parts_stand_where_their_numbers_stood(count):
    folds = Folds()
    parts = [f"<p>№ {number} — 0000-{number:04d}</p>" for number in range(count)]
    numbers = [folds.add("journal", part) for part in parts]
    page = '<div data-prime="journal" data-bytes=""></div>' + "".join(
        f'<div class="journal" data-packed="{number}">' for number in numbers
    )
    assert unfolded(folds.write_into(page)).count("<p>№") == count
    assert all(part in unfolded(folds.write_into(page)) for part in parts)


def test_what_parts_have_in_common_is_told_once():
    folds = Folds()
    common = "".join(f"{number * 7919 % 10007:x}" for number in range(3000))
    page = '<div data-prime="journal" data-bytes=""></div>'
    for number in range(10):
        page += f'<div class="journal" data-packed="{folds.add("journal", common + str(number))}">'
    assert len(folds.write_into(page)) < 2 * len(common)
