"""The peer of the Schematron benchmark: XSLT laid out as SchXslt 1.9 lays it out, giving SVRL.

Written anew from the published description of that transpiler's output: one mode, a rule hands the
node on with the ids of patterns that have fired, the collected rules are then grouped by pattern.
"""

from __future__ import annotations

from lxml import etree

from dopusk.schematron.model import Check, SchemaModel

XSL = "http://www.w3.org/1999/XSL/Transform"
SVRL = "http://purl.oclc.org/dsdl/svrl"
SX = "https://doi.org/10.5281/zenodo.1495494"

_LOCATION = f"""
<xsl:function xmlns:xsl="{XSL}" xmlns:sx="{SX}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    name="sx:location" as="xs:string">
  <xsl:param name="node" as="node()"/>
  <xsl:variable name="segments" as="xs:string*">
    <xsl:for-each select="($node/ancestor-or-self::node())">
      <xsl:variable name="position">
        <xsl:number level="single"/>
      </xsl:variable>
      <xsl:choose>
        <xsl:when test=". instance of element()">
          <xsl:value-of select="concat('Q{{', namespace-uri(.), '}}', local-name(.),
            '[', $position, ']')"/>
        </xsl:when>
        <xsl:when test=". instance of attribute()">
          <xsl:value-of select="concat('@Q{{', namespace-uri(.), '}}', local-name(.))"/>
        </xsl:when>
      </xsl:choose>
    </xsl:for-each>
  </xsl:variable>
  <xsl:value-of select="concat('/', string-join($segments, '/'))"/>
</xsl:function>
"""


def svrl_stylesheet(model: SchemaModel) -> str:
    """Return the stylesheet for a schema without lets, which is what the official packs are."""
    spaces = {**model.namespaces, "xsl": XSL, "svrl": SVRL, "sx": SX}
    root = etree.Element(f"{{{XSL}}}transform", nsmap=spaces, version="3.0")
    _add(root, "output", indent="yes")
    start = _add(root, "template", match="/")
    held = _add(start, "variable", name="sx:validate")
    for pattern in model.patterns:
        group = etree.SubElement(held, f"{{{SX}}}pattern", id=pattern.id)
        etree.SubElement(group, f"{{{SVRL}}}active-pattern", id=pattern.id)
    document = etree.SubElement(held, f"{{{SX}}}document")
    _add(document, "apply-templates", select="/", mode="sx:m")
    output = etree.SubElement(start, f"{{{SVRL}}}schematron-output")
    each = _add(output, "for-each", select="$sx:validate/sx:pattern")
    _add(each, "sequence", select="node()")
    _add(
        each, "sequence", select="$sx:validate/sx:document/sx:rule[@pattern = current()/@id]/node()"
    )
    rules = [(pattern, rule) for pattern in model.patterns for rule in pattern.rules]
    for priority, (pattern, rule) in enumerate(reversed(rules)):
        template = _add(root, "template", match=rule.context, priority=str(priority), mode="sx:m")
        _add(template, "param", name="sx:matched")
        choose = _add(template, "choose")
        again = _add(choose, "when", test=f"$sx:matched[. = '{pattern.id}']")
        shadow = etree.SubElement(again, f"{{{SX}}}rule", pattern=pattern.id)
        etree.SubElement(shadow, f"{{{SVRL}}}suppressed-rule", context=_literal(rule.context))
        _hand_on(again, "$sx:matched")
        first = _add(choose, "otherwise")
        fired = etree.SubElement(first, f"{{{SX}}}rule", pattern=pattern.id)
        etree.SubElement(fired, f"{{{SVRL}}}fired-rule", context=_literal(rule.context))
        for check in rule.checks:
            _check(fired, check)
        _hand_on(first, f"($sx:matched, '{pattern.id}')")
    rest = _add(root, "template", match="text() | @*", mode="sx:m", priority="-10")
    rest.tail = None
    deeper = _add(root, "template", match="/ | *", mode="sx:m", priority="-10")
    _add(deeper, "apply-templates", select="node() | @*", mode="sx:m")
    root.append(etree.fromstring(_LOCATION))
    return etree.tostring(root, encoding="unicode")


def _check(parent: etree._Element, check: Check) -> None:
    test = check.test if check.is_report else f"not({check.test})"
    kind = "successful-report" if check.is_report else "failed-assert"
    found = etree.SubElement(
        _add(parent, "if", test=test), f"{{{SVRL}}}{kind}", location="{sx:location(.)}"
    )
    _add(found, "attribute", name="test").text = check.test
    text = etree.SubElement(found, f"{{{SVRL}}}text")
    text.text = " ".join(part for part in check.parts if isinstance(part, str))


def _hand_on(parent: etree._Element, matched: str) -> None:
    _add(_add(parent, "next-match"), "with-param", name="sx:matched", select=matched)


def _literal(text: str) -> str:
    """Return text for an attribute value template."""
    return text.replace("{", "{{").replace("}", "}}")


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XSL}}}{tag}", attrib=attributes)
