"""Namespaces of the РЭМД circuit (spec: SOAP 1.1, SOAP 1.2, WS-Addressing 1.0, WS-Security 1.0)."""

from __future__ import annotations

from typing import Any

from lxml import etree

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
WSA = "http://www.w3.org/2005/08/addressing"
WSA_ANONYMOUS = f"{WSA}/anonymous"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
EGISZ = "http://egisz.rosminzdrav.ru"
"""Namespace of the transport header of ИПС."""
EMDR_SERVICE = "http://egisz.rosminzdrav.ru/iehr/emdr/service/"
EMDR_CALLBACK = "http://egisz.rosminzdrav.ru/iehr/emdr/callback/"

CONTENT_TYPES = {"1.2": "application/soap+xml", "1.1": "text/xml"}
"""Media type of each SOAP version (RFC 3902; SOAP 1.1 §6)."""


def local(element: etree._Element) -> str:
    """Return the local name of an element; empty for a comment or instruction."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Return the namespace of an element; empty when it has none."""
    tag = element.tag
    return tag[1:].split("}", 1)[0] if isinstance(tag, str) and tag.startswith("{") else ""


def line_of(element: etree._Element) -> int | None:
    """Return the line of an element's start tag as libxml2 knows it."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None
