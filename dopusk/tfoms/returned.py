"""Result of МЭК as a returned register: ZL_LIST of the same cases with what was decided on them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Final
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from dopusk.tfoms.mek import Decision, Sanction
from dopusk.tfoms.names import PackageName
from dopusk.tfoms.packing import ENCODING

MEK_TYPE: Final = "1"
"""S_TIP of МЭК (F006)."""
SOURCE: Final = "1"
"""S_IST: sanctions of the payer's own control."""

_AFTER_TOTALS = frozenset({"DISP"})
"""Elements of SCHET that come after SUMMAP and SANK_*."""
_ANSWERS = frozenset(
    {"SUMMAP", "SANK_MEK", "SANK_MEE", "SANK_EKMP", "OPLATA", "SUMP", "SANK", "SANK_IT"}
)
"""What only the payer writes: dropped if the МО had it."""


@dataclass(frozen=True, slots=True)
class Account:
    """ZGLV and SCHET of the register that is answered."""

    name: PackageName
    zglv: etree._Element
    schet: etree._Element


def returned_name(name: PackageName) -> str:
    """Return the name of the answer: sources reversed, МО→СМО becomes СМО→МО."""
    tail = name.text.partition("_")[2]
    sender = f"{name.receiver_kind}{name.receiver}"
    return f"{name.data_type}{sender}{name.sender_kind}{name.sender}_{tail}"


def write_register(
    out: IO[bytes],
    account: Account,
    zaps: Iterable[etree._Element],
    decisions: Sequence[Decision],
    *,
    on: date,
) -> None:
    """Write the main file of the answer, in windows-1251; `decisions` are in the order of ZAP.

    Piece by piece: of the cases only the one at hand is a tree.
    """
    with etree.xmlfile(out, encoding=ENCODING) as xf:
        xf.write_declaration()
        with xf.element("ZL_LIST"):
            xf.write(_zglv(account, on), pretty_print=True)
            xf.write(_schet(account, decisions), pretty_print=True)
            for zap, decision in zip(zaps, decisions, strict=True):
                xf.write(_zap(zap, decision, account, on), pretty_print=True)


def returned_register(
    account: Account,
    zaps: Iterable[etree._Element],
    decisions: Sequence[Decision],
    *,
    on: date,
) -> bytes:
    """Return what `write_register` writes."""
    out = io.BytesIO()
    write_register(out, account, zaps, decisions, on=on)
    return out.getvalue()


def returned_persons(persons: bytes, name: PackageName, answer: PackageName) -> bytes:
    """Return the person file of the answer: the same persons under the answer's names."""
    old = name.person_name.encode("ascii"), name.text.encode("ascii")
    new = answer.person_name.encode("ascii"), answer.text.encode("ascii")
    head, mark, rest = persons.partition(b"</ZGLV>")
    for before, after in zip(old, new, strict=True):
        head = head.replace(b">" + before + b"<", b">" + after + b"<")
    return head + mark + rest


def act_number(account: Account) -> str:
    """Return NUM_ACT of the act of МЭК on this account."""
    return f"МЭК-{account.schet.findtext('NSCHET', '').strip() or account.name.serial}"[:30]


def sanction_code(account: Account, decision: Decision, number: int) -> str:
    """Return S_CODE: the same for the same sanction however often it is written."""
    subject = f"{account.name.text}/{decision.idcase}/{number}"
    return str(uuid5(NAMESPACE_URL, subject))


def totals(decisions: Iterable[Decision]) -> tuple[Decimal, Decimal]:
    """Return SUMMAP and SANK_MEK."""
    paid = withheld = Decimal("0.00")
    for item in decisions:
        paid += item.paid
        withheld += item.withheld
    return paid, withheld


def _zglv(account: Account, on: date) -> etree._Element:
    zglv = deepcopy(account.zglv)
    for name, value in (("DATA", on.isoformat()), ("FILENAME", returned_name(account.name))):
        element = zglv.find(name)
        if element is not None:
            element.text = value
    return zglv


def _schet(account: Account, decisions: Iterable[Decision]) -> etree._Element:
    schet = etree.Element("SCHET")
    rest: list[etree._Element] = []
    for child in account.schet.iterchildren(etree.Element):
        if child.tag in _ANSWERS:
            continue
        (rest if child.tag in _AFTER_TOTALS else schet).append(deepcopy(child))
    paid, withheld = totals(decisions)
    _add(schet, "SUMMAP", money(paid))
    if withheld:
        _add(schet, "SANK_MEK", money(withheld))
    schet.extend(rest)
    return schet


def _zap(zap: etree._Element, decision: Decision, account: Account, on: date) -> etree._Element:
    zap = deepcopy(zap)
    case = zap.find("Z_SL")
    if case is None:
        return zap
    for child in [item for item in case.iterchildren() if item.tag in _ANSWERS]:
        case.remove(child)
    _add(case, "OPLATA", str(int(decision.oplata)))
    _add(case, "SUMP", money(decision.paid))
    for number, sanction in enumerate(decision.sanctions, 1):
        case.append(_sank(sanction, sanction_code(account, decision, number), account, on))
    if decision.sanctions:
        _add(case, "SANK_IT", money(decision.withheld))
    return zap


def _sank(sanction: Sanction, code: str, account: Account, on: date) -> etree._Element:
    sank = etree.Element("SANK")
    _add(sank, "S_CODE", code)
    _add(sank, "S_SUM", money(sanction.amount))
    _add(sank, "S_TIP", MEK_TYPE)
    if sanction.sl_id is not None and sanction.amount:
        _add(sank, "SL_ID", sanction.sl_id)
    if sanction.amount:
        _add(sank, "S_OSN", sanction.s_osn)
    _add(sank, "DATE_ACT", on.isoformat())
    _add(sank, "NUM_ACT", act_number(account))
    _add(sank, "S_COM", sanction.comment[:250])
    _add(sank, "S_IST", SOURCE)
    return sank


def money(value: Decimal) -> str:
    """Return a sum as the files write it."""
    return f"{value:.2f}"


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
