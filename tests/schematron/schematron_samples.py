"""Small schemas and a small document for the tests of the language."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from lxml import etree

from dopusk.schematron import Result, Schema, compile_schema
from dopusk.schematron.schema import EngineName
from dopusk.schematron.store import Store

NOWHERE = Store(None)

DOCUMENT = b"""<a xmlns="urn:hl7-org:v3" xmlns:p="urn:p"
   xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" k="1">
 <b k="x" n="3" p:q="z">text <c k="y">in</c> tail<!-- note --> more</b>
 <b n="10"><c/><c k="y" n="7">  two  words </c><d><b k="deep"><c n="abc">7</c></b></d></b>
 <p:b k="x">3</p:b>
 <b/>
 <d n="NaN" k=""><e xsi:type="CD">1.50</e><e xsi:type="ST"/><?pi x?></d>
 <f n=" 12 " k="true">true</f>
</a>"""

HEAD = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="{}">'
    '<ns prefix="p" uri="urn:p"/>'
    '<ns prefix="xsi" uri="http://www.w3.org/2001/XMLSchema-instance"/>'
)


def tree(data: bytes = DOCUMENT) -> etree._ElementTree:
    return etree.ElementTree(etree.fromstring(data))


def schema(body: str, binding: str = "xslt2") -> bytes:
    return f"{HEAD.format(binding)}{body}</schema>".encode()


def table(rows: Iterable[tuple[str, str]], binding: str = "xslt2") -> bytes:
    """Return a schema with one pattern for each (context, test); ids are the row numbers."""
    patterns = (
        f"<pattern><rule context={quoteattr(context)}>"
        f"<assert id='{number}' test={quoteattr(test)}>m</assert></rule></pattern>"
        for number, (context, test) in enumerate(rows)
    )
    return schema("".join(patterns), binding)


def compiled(data: bytes, engine: EngineName = "fast", phase: str | None = None) -> Schema:
    return compile_schema(data, engine=engine, phase=phase, store=NOWHERE)


def run(body: str, engine: EngineName = "fast", phase: str | None = None) -> Result:
    return compiled(schema(body), engine, phase).validate(tree())


def failed(result: Result) -> list[tuple[str, str, str | None]]:
    """Return (assert, path of the element, attribute) of each failure."""
    return [
        (one.assert_id, one.element.getroottree().getelementpath(one.element), one.attribute)
        for one in result.failures
    ]
