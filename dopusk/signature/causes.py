"""Guesses why a digest or a signature value does not match: the usual mistakes, tried in turn."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from lxml import etree

from dopusk import gost
from dopusk.gost import PublicKey
from dopusk.wire.xml import read_xml

_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?<\?xml[^>]*\?>\s*")

BUDGET = 8 * 1024 * 1024
"""Octets hashed in one search for a cause."""


def digest_cause(document: bytes, digest: bytes, bits: int, budget: int = BUDGET) -> str | None:
    """Return in Russian what was signed instead of `document`, None when no guess fits."""
    hash_ = gost.provider().hash
    true_digest = hash_(document, bits)
    if digest == true_digest[::-1]:
        return "октеты хэша записаны в обратном порядке"
    if digest == hash_(true_digest, bits):
        return "подписан хэш документа вместо самого документа"
    if digest == hash_(true_digest.hex().encode(), bits):
        return "подписана шестнадцатеричная запись хэша вместо документа"
    for cause, variant in _variants(document):
        if variant == document:
            continue
        budget -= len(variant)
        if budget < 0:
            return None
        if hash_(variant, bits) == digest:
            return cause
    return None


def value_cause(key: PublicKey, digest: bytes, signature: bytes) -> str | None:
    """Return in Russian how the signature octets are mixed up, None when no guess fits."""
    verify = gost.provider().verify
    half = len(signature) // 2
    if verify(key, digest, signature[::-1]):
        return "октеты подписи записаны в обратном порядке (так их отдаёт CryptoAPI)"
    if verify(key, digest, signature[half:] + signature[:half]):
        return "половины подписи переставлены: нужно s ‖ r"
    if verify(key, digest[::-1], signature):
        return "подписан хэш с октетами в обратном порядке"
    return None


def _variants(document: bytes) -> Iterator[tuple[str, bytes]]:
    """Return (cause, bytes) of every document that may have been signed instead."""
    yield "подписано пустое содержимое", b""
    yield from _text_variants(document)
    yield from _base64_variants(document)
    yield from _encoding_variants(document)
    yield from _xml_variants(document)


def _text_variants(document: bytes) -> Iterator[tuple[str, bytes]]:
    body = document.removeprefix(_BOM)
    unix = body.replace(b"\r\n", b"\n")
    ends = {
        "": body,
        "концы строк заменены на LF": unix,
        "концы строк заменены на CRLF": unix.replace(b"\n", b"\r\n"),
    }
    had_bom = body != document
    for end, text in ends.items():
        same_bom = (_BOM if had_bom else b"") + text
        other_bom = text if had_bom else _BOM + text
        bom = "убрана метка BOM" if had_bom else "добавлена метка BOM"
        yield end, same_bom
        yield "; ".join(filter(None, (bom, end))), other_bom
    yield "убран перевод строки в конце", document.rstrip(b"\r\n")
    yield "добавлен перевод строки в конце", document + b"\n"
    yield "добавлен перевод строки в конце", document + b"\r\n"
    yield "убраны пробелы по краям", document.strip()


def _base64_variants(document: bytes) -> Iterator[tuple[str, bytes]]:
    text = base64.b64encode(document)
    lines = base64.encodebytes(document)
    for variant in (text, text + b"\n", lines, lines.rstrip(), lines.replace(b"\n", b"\r\n")):
        yield "подписан текст base64 вместо байтов документа", variant
    try:
        yield (
            "документ передан в base64, а подписаны его байты",
            base64.b64decode(b"".join(document.split()), validate=True),
        )
    except binascii.Error:
        return


def _encoding_variants(document: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        text = document.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        yield "документ подписан в кодировке UTF-16", text.encode(encoding)
    yield "документ подписан в кодировке windows-1251", text.encode("cp1251", "replace")


def _xml_variants(document: bytes) -> Iterator[tuple[str, bytes]]:
    declaration = _DECLARATION.match(document)
    rest = document[declaration.end() :] if declaration else document.removeprefix(_BOM)
    changed = "объявление XML изменено или убрано"
    yield changed, rest
    for quote in ('"', "'"):
        for encoding in ("UTF-8", "utf-8"):
            for alone in ("", ' standalone="yes"', ' standalone="no"'):
                head = f'<?xml version="1.0" encoding="{encoding}"{alone}?>'
                head = head.replace('"', quote)
                for gap in ("", "\n", "\r\n"):
                    yield changed, (head + gap).encode() + rest
    tree = read_xml(document, part="ЭМД").tree
    if tree is None:
        return
    again = "XML разобран и записан заново"
    yield again, etree.tostring(tree)
    yield again, etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    yield again, etree.tostring(tree, encoding="UTF-8")
    yield again, etree.tostring(tree.getroot(), encoding="UTF-8")
    yield again, etree.tostring(tree.getroot(), encoding="unicode").encode()
    yield "подписана каноническая форма XML", etree.tostring(tree, method="c14n")
    yield "подписана каноническая форма XML", etree.tostring(tree, method="c14n", exclusive=True)
    yield again, etree.tostring(tree, encoding="UTF-8", xml_declaration=True, pretty_print=True)
