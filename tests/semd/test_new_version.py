from __future__ import annotations

import pytest

from dopusk.semd import SemdDocument, check_version
from dopusk.wire.xml import read_xml
from fixtures.documents import good

OLD_ID = b"0f0c5c52-2a0c-4a36-8d3b-1d1b6d8f6a01"
NEW_ID = b"7d9e3c11-55aa-4b1f-9f6e-0a4c1f2b3d02"
NUMBER = b'<versionNumber value="1"/>'
NEXT = b'<versionNumber value="2"/>'


def read(*changes: tuple[bytes, bytes]) -> SemdDocument:
    data = good()
    for old, new in changes:
        assert old in data
        data = data.replace(old, new)
    reading = read_xml(data, part="ЭМД")
    assert reading.tree is not None
    return SemdDocument.read(reading.tree)


def test_the_next_version() -> None:
    assert check_version(read(), read((OLD_ID, NEW_ID), (NUMBER, NEXT))) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (((OLD_ID, NEW_ID), (NUMBER, NEXT), (b"SET-8001", b"SET-9")), "DOC-VERSION-SET"),
        (((OLD_ID, NEW_ID),), "DOC-VERSION-NUMBER"),
        (((OLD_ID, NEW_ID), (NUMBER, b'<versionNumber value="3"/>')), "DOC-VERSION-NUMBER"),
        (((OLD_ID, NEW_ID), (NUMBER, b"<versionNumber/>")), "DOC-VERSION-NUMBER"),
        (((NUMBER, NEXT),), "DOC-VERSION-ID"),
    ],
)
def test_each_fault_has_its_own_code(changes: tuple[tuple[bytes, bytes], ...], code: str) -> None:
    (found,) = check_version(read(), read(*changes))
    assert found.code == code
    assert found.blocks()
    assert found.expected or found.got


def test_a_previous_version_without_number_leaves_nothing_to_count_from() -> None:
    (found,) = check_version(
        read((NUMBER, b"<versionNumber/>")), read((OLD_ID, NEW_ID), (NUMBER, NEXT))
    )
    assert (found.code, found.expected) == ("DOC-VERSION-NUMBER", "целое число")
