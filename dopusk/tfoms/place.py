"""Where in a register something is: the ids of its record, its line and its XPath."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from dopusk.tfoms.errors import FlkError

_COUNTED = 10_000
"""Siblings that are counted for an XPath: a record of a register has tens."""


@dataclass(frozen=True, slots=True)
class Place:
    """One child of the root of a file, in which errors are found."""

    root: str
    """ZL_LIST or PERS_LIST."""
    record: etree._Element
    """ZAP, PERS, ZGLV or SCHET."""
    number: int
    """Which of its name it is, from 1."""
    file: str | None

    def error(
        self,
        oshib: str,
        element: etree._Element,
        comment: str,
        *,
        expected: str | None = None,
        value: str | None = None,
    ) -> FlkError:
        """Return the error of an element of this record."""
        parent = element.getparent()
        inside = element is not self.record and parent is not None
        ids = self._ids(element)
        line = element.sourceline
        return FlkError(
            oshib,
            comment,
            im_pol=str(element.tag),
            zn_pol=value,
            bas_el=str(parent.tag) if inside and parent is not None else self.root,
            n_zap=ids.get("n_zap"),
            id_pac=ids.get("id_pac"),
            idcase=ids.get("idcase"),
            sl_id=ids.get("sl_id"),
            idserv=ids.get("idserv"),
            file=self.file,
            line=line if isinstance(line, int) else None,
            xpath=self._xpath(element),
            expected=expected,
        )

    def missing(self, element: etree._Element, name: str) -> FlkError:
        """Return the error of `element` for lacking a child."""
        found = self.error("901", element, f"В {element.tag} нет обязательного элемента {name}")
        return replace(found, im_pol=name, bas_el=str(element.tag))

    def _ids(self, element: etree._Element) -> dict[str, str]:
        ids: dict[str, str] = {}
        if self.root == "PERS_LIST":
            _take(ids, "id_pac", self.record, "ID_PAC")
            return ids
        if self.record.tag != "ZAP":
            return ids
        _take(ids, "n_zap", self.record, "N_ZAP")
        _take(ids, "id_pac", self.record, "PACIENT/ID_PAC")
        _take(ids, "idcase", self.record, "Z_SL/IDCASE")
        above: etree._Element | None = element
        while above is not None and above is not self.record:
            if above.tag == "SL":
                _take(ids, "sl_id", above, "SL_ID")
            elif above.tag == "USL":
                _take(ids, "idserv", above, "IDSERV")
            above = above.getparent()
        return ids

    def _xpath(self, element: etree._Element) -> str:
        steps: list[str] = []
        above: etree._Element | None = element
        while above is not None and above is not self.record:
            before = islice(above.itersiblings(str(above.tag), preceding=True), _COUNTED)
            steps.append(f"{above.tag}[{sum(1 for _ in before) + 1}]")
            above = above.getparent()
        steps.extend((f"{self.record.tag}[{self.number}]", self.root))
        return "/" + "/".join(reversed(steps))


def _take(ids: dict[str, str], name: str, element: etree._Element, path: str) -> None:
    value = element.findtext(path)
    if value:
        ids[name] = value[:36]
