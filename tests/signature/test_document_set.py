"""Signatures of one document as a set."""

from datetime import timedelta

import pytest
from signature_samples import AUTHOR, DOCUMENT, MO, NOW

from dopusk.signature import NamedContainer, SignerExpectation, check_document_signatures

CHAIRMAN = SignerExpectation("CHAIRMAN")


@pytest.fixture
def good(sign):
    return [
        NamedContainer("подпись AUTHOR", sign(), AUTHOR),
        NamedContainer("подпись CHAIRMAN", sign("chairman-7831"), CHAIRMAN),
        NamedContainer("подпись МО", sign("mo-7831"), MO),
    ]


def codes(containers, document=DOCUMENT, *, mo=True, counts=None):
    found = check_document_signatures(
        containers, document, kind_mo_sign_required=mo, role_counts=counts
    )
    return [(item.code, item.remd) for item in found]


def test_good_set(good):
    assert codes(good, counts={"AUTHOR": (1, 1), "CHAIRMAN": (1, None)}) == []
    assert codes(good, None) == []


def test_no_signature_of_the_mo(good):
    assert codes(good[:2]) == [("SIG-SET-NO-MO", "ORG_SIGNATURE_OCCURRENCE_MISMATCH")]
    assert codes(good[:2], mo=False) == []


def test_signature_of_the_mo_where_none_is_due(good):
    assert codes(good, mo=False) == [("SIG-SET-MO-UNEXPECTED", "ORG_SIGNATURE_OCCURRENCE_MISMATCH")]


def test_no_signature_of_staff(good):
    assert codes(good[2:]) == [("SIG-SET-NO-SIGNATURE", "NO_SIGNATURE")]
    assert codes([], mo=False) == [("SIG-SET-NO-SIGNATURE", "NO_SIGNATURE")]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"AUTHOR": (2, 2)}, "2"),
        ({"AUTHOR": (0, 0)}, "0"),
        ({"COMMISSIONER": (1, 3)}, "1–3"),
        ({"COMMISSIONER": (2, None)}, "не меньше 2"),
    ],
)
def test_counts_of_roles(good, counts, expected):
    (found,) = check_document_signatures(
        good, DOCUMENT, kind_mo_sign_required=True, role_counts=counts
    )
    assert (found.code, found.remd) == ("SIG-SET-ROLE-COUNT", "ROLE_OCCURRENCE_MISMATCH")
    assert found.expected == expected


def test_one_container_twice(good):
    again = NamedContainer("подпись COMMISSIONER", good[0].data, SignerExpectation("COMMISSIONER"))
    assert codes([*good, again]) == [("SIG-SET-DUPLICATE", "SIGNATURE_DUPLICATION")]


def test_one_person_twice_in_a_role(good, sign):
    again = NamedContainer("вторая AUTHOR", sign(at=NOW - timedelta(seconds=1)), AUTHOR)
    assert codes([*good, again]) == [("SIG-SET-DUPLICATE", "SIGNATURE_DUPLICATION")]


def test_one_person_in_two_roles(good, sign):
    other = NamedContainer(
        "DOCTOR", sign(at=NOW - timedelta(seconds=1)), SignerExpectation("DOCTOR")
    )
    assert codes([*good, other]) == []


def test_digests_that_disagree(good, sign):
    other = NamedContainer("CHAIRMAN", sign("chairman-7831", signed_bytes=b"other"), CHAIRMAN)
    (found,) = check_document_signatures(
        [good[0], other, good[2]], DOCUMENT, kind_mo_sign_required=True
    )
    assert (found.code, found.remd) == ("SIG-SET-DIGESTS", "INCONSISTENT_DIGESTS")
    assert "(этот документ)" in (found.got or "")


def test_digests_of_different_lengths_do_not_disagree(good, sign):
    long = NamedContainer("DOCTOR", sign("curve-tc26-512-A"), SignerExpectation("DOCTOR"))
    assert codes([*good, long]) == []


def test_the_mo_signs_last(good, sign):
    early = NamedContainer("подпись МО", sign("mo-7831", at=NOW - timedelta(minutes=1)), MO)
    assert codes([*good[:2], early]) == [("SIG-SET-ORDER", None)]


def test_unreadable_containers_are_counted_but_not_compared(good):
    broken = NamedContainer("подпись МО", b"garbage", MO)
    assert codes([*good[:2], broken]) == []
