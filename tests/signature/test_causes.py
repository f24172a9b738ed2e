"""The usual reasons why a digest differs are told by name."""

import base64

import pytest
from signature_samples import DOCUMENT

from dopusk import gost
from dopusk.signature.causes import digest_cause, value_cause

BOM = b"\xef\xbb\xbf"
BODY = DOCUMENT.split(b"?>\n", 1)[1]

SIGNED_INSTEAD = [
    (BOM + DOCUMENT, "добавлена метка BOM"),
    (DOCUMENT.replace(b"\n", b"\r\n"), "концы строк заменены на CRLF"),
    (BOM + DOCUMENT.replace(b"\n", b"\r\n"), "добавлена метка BOM; концы строк заменены на CRLF"),
    (DOCUMENT.rstrip(), "убран перевод строки в конце"),
    (DOCUMENT + b"\n", "добавлен перевод строки в конце"),
    (base64.b64encode(DOCUMENT), "base64"),
    (base64.encodebytes(DOCUMENT), "base64"),
    (DOCUMENT.decode().encode("utf-16"), "UTF-16"),
    (DOCUMENT.decode().encode("cp1251"), "windows-1251"),
    (BODY, "объявление XML"),
    (b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + BODY, "объявление XML"),
    (b'<?xml version="1.0" encoding="UTF-8"?>' + BODY, "объявление XML"),
    (b"", "пустое содержимое"),
    (gost.provider().hash(DOCUMENT, 256), "хэш документа"),
    (gost.provider().hash(DOCUMENT, 256).hex().encode(), "шестнадцатеричная"),
]


@pytest.mark.parametrize(("signed", "cause"), SIGNED_INSTEAD)
def test_cause_is_named(signed, cause, sign, judge):
    (found,) = judge(sign(signed_bytes=signed)).findings
    assert found.code == "SIG-DIGEST"
    assert cause in found.message


def test_the_document_came_as_base64(sign, judge):
    (found,) = judge(sign(), base64.b64encode(DOCUMENT)).findings
    assert "документ передан в base64" in found.message


def test_bom_removed_and_line_ends_changed_back(sign, judge):
    windows = BOM + DOCUMENT.replace(b"\n", b"\r\n")
    (found,) = judge(sign(), windows).findings
    assert "убрана метка BOM; концы строк заменены на LF" in found.message


def test_serialised_again():
    document = b"<a  b='1'><c></c></a>"
    digest = gost.provider().hash(b'<a b="1"><c/></a>', 256)
    assert digest_cause(document, digest, 256) == "XML разобран и записан заново"
    canonical = gost.provider().hash(b'<a b="1"><c></c></a>', 256)
    assert digest_cause(document, canonical, 256) == "подписана каноническая форма XML"


def test_another_document_has_no_cause(sign, judge):
    (found,) = judge(sign(signed_bytes=b"<other/>")).findings
    assert "Причина не опознана" in found.message


def test_digest_in_reverse_order():
    digest = gost.provider().hash(DOCUMENT, 512)[::-1]
    assert "обратном порядке" in (digest_cause(DOCUMENT, digest, 512) or "")


def test_binary_documents_are_tried_too():
    document = b"%PDF-1.4\n\xff\xfe\x00"
    digest = gost.provider().hash(base64.b64encode(document), 256)
    assert "base64" in (digest_cause(document, digest, 256) or "")
    assert digest_cause(document, bytes(32), 256) is None


def test_search_is_bounded():
    digest = gost.provider().hash(DOCUMENT + b"\n", 256)
    assert digest_cause(DOCUMENT, digest, 256, budget=len(DOCUMENT)) is None


@pytest.mark.parametrize("curve", ["tc26-256-A", "tc26-512-A"])
def test_mixed_up_signature_octets(curve, credential):
    key = credential(f"curve-{curve}").private_key
    provider = gost.provider()
    digest = provider.hash(DOCUMENT, key.curve.bits)
    value = provider.sign(key, digest)
    public = key.public()
    half = len(value) // 2
    assert "CryptoAPI" in (value_cause(public, digest, value[::-1]) or "")
    assert "s ‖ r" in (value_cause(public, digest, value[half:] + value[:half]) or "")
    backwards = provider.sign(key, digest[::-1])
    assert "хэш" in (value_cause(public, digest, backwards) or "")
    assert value_cause(public, digest, bytes(len(value))) is None
