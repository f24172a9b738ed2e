"""Signatures and file of a request, judged by the whole engine."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import remd_samples
from remd_samples import NOW, codes

from dopusk.remd.document import check_received_document
from dopusk.remd.signatures import check_request_signatures, named_containers, trust_of
from dopusk.signature import ORGANIZATION, TrustStore, load_credential, sign_detached
from dopusk.suite import root
from dopusk.wire.messages import RegisterDocument

DOCUMENT = b"<ClinicalDocument/>"
SIGNED_AT = NOW - timedelta(hours=1)


def signed(name: str, document: bytes = DOCUMENT) -> str:
    credential = load_credential(root() / "fixtures" / "pki" / "credentials" / f"{name}.pem")
    return base64.b64encode(sign_detached(document, credential, signing_time=SIGNED_AT)).decode()


def request(**changes: Any) -> RegisterDocument:
    signers = remd_samples.values()["signers"]
    usual = {
        "org_signature": signed("mo-7831"),
        "signers": [
            {**signers[0], "signature": signed("author-7831")},
            {**signers[1], "signature": signed("chairman-7831")},
        ],
    }
    return remd_samples.request(**{**usual, **changes})


def judge(made: RegisterDocument, document: bytes | None) -> list[str]:
    declared = remd_samples.declaration()
    found = check_request_signatures(
        made, document, declared, trust=trust_of(declared), received_at=NOW
    )
    return codes(found)


def test_right_signatures_at_both_stages() -> None:
    assert judge(request(), None) == []
    assert judge(request(), DOCUMENT) == []


def test_other_document() -> None:
    found = judge(request(), b"<Other/>")
    assert set(found) == {"SIG-DIGEST"}
    assert len(found) == 3


def test_absent_signature_of_the_organisation() -> None:
    assert judge(request(org_signature=None, org_checksum=None), DOCUMENT) == ["SIG-SET-NO-MO"]


def test_kind_without_signature_of_the_organisation() -> None:
    without = request(kind="8", org_signature=None, org_checksum=None)
    assert "SIG-SET-NO-MO" not in judge(without, None)


def test_absent_personal_signatures() -> None:
    assert judge(request(signers=[]), DOCUMENT) == ["SIG-SET-NO-SIGNATURE"]


def test_signed_by_another_person() -> None:
    signers = remd_samples.values()["signers"]
    swapped = [
        {**signers[0], "signature": signed("chairman-7831")},
        {**signers[1], "signature": signed("author-7831")},
    ]
    assert any(code.startswith("SIG-") for code in judge(request(signers=swapped), DOCUMENT))


def test_expectations_come_from_request_and_declaration() -> None:
    declared = remd_samples.declaration()
    mo, author, chairman = named_containers(request(), declared)
    assert mo.role == ORGANIZATION
    assert mo.expectation is not None
    assert mo.expectation.org_ogrn == declared.organizations[0].ogrn
    assert [author.role, chairman.role] == ["AUTHOR", "CHAIRMAN"]


def test_declared_anchors_take_the_place_of_the_test_ones() -> None:
    declared = remd_samples.declaration()
    assert trust_of(declared).is_test
    anchors = (root() / "fixtures" / "pki" / "trust" / "root.pem",)
    assert not trust_of(replace(declared, trust_anchors=anchors)).is_test
    assert isinstance(trust_of(declared), TrustStore)


def test_format_of_the_kind() -> None:
    assert codes(check_received_document(b"%PDF-1.4", request())) == ["FILE-FORMAT"]
    pdf_kind = request(kind="66", created="2024-02-15T10:30:00+03:00")
    assert codes(check_received_document(DOCUMENT, pdf_kind)) == ["FILE-FORMAT"]
    assert check_received_document(b"%PDF-1.4", pdf_kind) == []


def test_file_that_is_no_document_is_refused() -> None:
    found = check_received_document(b"not xml", request())
    assert any(item.remd == "INVALID_CONTENT" for item in found)
