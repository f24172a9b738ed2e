import base64
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from remd_samples import codes, request

from dopusk.remd.checks import (
    FileAnswer,
    check_callback_answer,
    check_file_answer,
    check_same_file,
    checksum_variant,
    checksum_variants,
)
from dopusk.remd.decision import official, refusals
from dopusk.verdict import Where, finding
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import write_envelope, write_fault

DOCUMENT = "<?xml version='1.0'?><ClinicalDocument>Документ</ClinicalDocument>".encode()
ENCODED = base64.b64encode(DOCUMENT).decode()


def answer(relates_to: str | None = None, **values: Any) -> FileAnswer:
    usual = {"status": "success", "data": ENCODED}
    body = default_profile().render("getDocumentFileResponse", **{**usual, **values})
    return FileAnswer(
        200, {}, write_envelope(body, message_id="1", action=None, relates_to=relates_to)
    )


def test_right_answer() -> None:
    judged = check_file_answer(answer(checksum=zlib.crc32(DOCUMENT)))
    assert judged.data == DOCUMENT
    assert judged.findings == ()


def test_file_may_be_wrapped_into_lines() -> None:
    lines = "\n".join(ENCODED[i : i + 20] for i in range(0, len(ENCODED), 20))
    assert check_file_answer(answer(data=lines)).data == DOCUMENT


@pytest.mark.parametrize(
    ("given", "code", "remd"),
    [
        (FileAnswer(None, error="в соединении отказано"), "FILE-UNREACHABLE", "MIS_NOT_AVAILABLE"),
        (FileAnswer(503, {}, b""), "FILE-HTTP", "MIS_ERROR"),
        (FileAnswer(404, {}, b"<html/>"), "FILE-HTTP", "MIS_ERROR"),
        (FileAnswer(200, {}, b""), "FILE-NOT-SOAP", "RMIS_ERROR"),
        (FileAnswer(200, {}, b"<html/>"), "FILE-NOT-SOAP", "RMIS_ERROR"),
        (
            FileAnswer(500, {}, write_envelope(write_fault("упал"), message_id=None, action=None)),
            "FILE-FAULT",
            "RMIS_ERROR",
        ),
        (
            FileAnswer(200, {}, write_envelope(b"<other/>", message_id=None, action=None)),
            "FILE-NOT-SOAP",
            "RMIS_ERROR",
        ),
        (answer(status="error", data=None), "FILE-STATUS", "GET_DOCUMENT_FILE_ERROR"),
        (answer(data=None), "FILE-EMPTY", "FILE_WAS_NOT_SENT"),
        (answer(data="не base64!"), "FILE-BASE64", "GET_DOCUMENT_FILE_ERROR"),
    ],
)
def test_no_file(given: FileAnswer, code: str, remd: str) -> None:
    judged = check_file_answer(given)
    assert judged.data is None
    assert codes(judged.findings) == [code]
    assert judged.findings[0].remd == remd


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"status": None}, "FILE-NO-STATUS"),
        ({"checksum": 1}, "FILE-CHECKSUM"),
        ({"checksum": "x"}, "FILE-CHECKSUM-FORM"),
        ({"checksum": zlib.crc32(ENCODED.encode())}, "FILE-CHECKSUM-VARIANT"),
        ({"local_uid": "8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"}, "FILE-OTHER-UID"),
    ],
)
def test_conventions_keep_the_file(values: dict[str, Any], code: str) -> None:
    judged = check_file_answer(answer(**values), request(checksum=None))
    assert judged.data == DOCUMENT
    assert codes(judged.findings) == [code]
    assert not judged.findings[0].blocks()


def test_checksum_of_the_request_is_compared() -> None:
    right = request(checksum=zlib.crc32(DOCUMENT))
    assert check_file_answer(answer(), right).findings == ()
    assert codes(check_file_answer(answer(), request(checksum=17)).findings) == ["FILE-CHECKSUM"]


def test_relation_to_the_question() -> None:
    asked = "8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"
    right = answer(relates_to=f"urn:uuid:{asked.upper()}")
    assert check_file_answer(right, message_id=asked).findings == ()
    wrong = check_file_answer(answer(relates_to="other"), message_id=asked)
    assert codes(wrong.findings) == ["FILE-RELATES-TO"]


def test_same_file() -> None:
    assert check_same_file(b"a", b"a") == []
    found = check_same_file(b"a", b"b", emdr_id="194.77.24.02.000000001")
    assert codes(found) == ["FILE-CHANGED"]
    assert found[0].remd == "DIGEST_MISMATCH"


@given(st.binary(max_size=200))
def test_every_checksum_variant_is_recognised(data: bytes) -> None:
    text = base64.b64encode(data).decode()
    for claimed in checksum_variants(data, text).values():
        assert checksum_variant(claimed, data, text) is not None
    assert checksum_variant(-(1 << 40), data, text) is None


# ------------------------------------------------------------------ callbacks


def acknowledged(status: str | None) -> bytes:
    body = default_profile().render("registerDocumentResultResponse", status=status)
    return write_envelope(body, message_id=None, action=None)


@pytest.mark.parametrize("body", [b"", acknowledged("success"), acknowledged(None)])
def test_taken_callback(body: bytes) -> None:
    assert check_callback_answer(200, {}, body, {}) == []


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (None, b"", "CB-UNREACHABLE"),
        (500, b"", "CB-HTTP"),
        (302, b"", "CB-HTTP"),
        (200, b"<html/>", "CB-NOT-SOAP"),
        (200, b"{}", "CB-NOT-SOAP"),
        (200, acknowledged("error"), "CB-STATUS"),
        (500, write_envelope(write_fault("упал"), message_id=None, action=None), "CB-FAULT"),
    ],
)
def test_callback_that_was_not_taken(status: int | None, body: bytes, code: str) -> None:
    assert codes(check_callback_answer(status, {}, body, {"error": "нет ответа"})) == [code]


# ------------------------------------------------------------------ decisions


def test_only_blocking_findings_with_a_code_refuse() -> None:
    convention = finding("REG-GENDER", got="ж", expected="1")
    remark = finding("WIRE-SOAP-11")
    no_code = finding("WIRE-NO-ACTION")
    profile = finding("REG-PATIENT-SNILS")
    assert refusals([convention, remark, no_code]) == ()
    assert [item.code for item in refusals([convention, profile])] == ["NO_SNILS"]
    strict = refusals([convention, profile], conventions_block=True)
    assert [item.code for item in strict] == ["VALIDATION_ERROR", "NO_SNILS"]


def test_text_of_a_document_finding_carries_its_path() -> None:
    where = Where(xpath="/ClinicalDocument[1]/languageCode[1]")
    (item,) = refusals([finding("REG-PATIENT-SNILS", where=where)])
    assert item.message.endswith("Путь: /ClinicalDocument[1]/languageCode[1]")


def test_official_text() -> None:
    assert official("RATE_LIMIT").message.startswith("Достигнут защитный лимит")
    assert official("RATE_LIMIT", "иначе").message == "иначе"
