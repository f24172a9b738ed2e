"""Which kind of НСИ 1520 a document is, and whether it may be registered on a date."""

from __future__ import annotations

from datetime import date

from lxml import etree

from dopusk.packs.template import kind_by_template
from dopusk.remd.kinds import kind as known_kind
from dopusk.semd.reading import HL7
from dopusk.verdict import Finding, Where, finding

ROOT = f"{{{HL7}}}ClinicalDocument"


def kind_of(tree: etree._ElementTree) -> str | None:
    """Return the code of НСИ 1520 by templateId, or None when it belongs to no kind."""
    template = tree.getroot().find(f"{{{HL7}}}templateId")
    root = template.get("root") if template is not None else None
    return kind_by_template(root) if root else None


def find_kind(
    tree: etree._ElementTree, *, asked: str | None, as_of: date | None, where: Where
) -> tuple[str | None, list[Finding]]:
    """Return the kind by which the document is to be judged, and findings about it.

    `asked` is the kind that somebody expects; then it decides which rules are used. With `as_of`
    the registration window is looked at. Codes: DOC-NOT-CDA, DOC-KIND-UNKNOWN, DOC-KIND-OTHER,
    DOC-KIND-CLOSED.
    """
    root = tree.getroot()
    if root.tag != ROOT:
        name = etree.QName(root)
        return asked, [
            finding(
                "DOC-NOT-CDA",
                where=where,
                expected=f"ClinicalDocument в пространстве имён {HL7}",
                got=f"{name.localname} в пространстве имён {name.namespace or '«пусто»'}",
            )
        ]
    found: list[Finding] = []
    own = kind_of(tree)
    if own is None:
        template = root.find(f"{{{HL7}}}templateId")
        got = "нет" if template is None else template.get("root") or "пусто"
        found.append(finding("DOC-KIND-UNKNOWN", where=where, got=got))
    elif asked is not None and asked != own:
        found.append(finding("DOC-KIND-OTHER", where=where, expected=asked, got=own))
    decided = asked or own
    record = known_kind(decided) if decided else None
    if record is not None and as_of is not None and not record.open_on(as_of):
        found.append(
            finding(
                "DOC-KIND-CLOSED",
                where=where,
                expected=record.window,
                got=f"{as_of:%d.%m.%Y}",
                kind=record.code,
            )
        )
    return decided, found
