"""Реестр актов контроля (РАК): the same decisions as a register of acts.

Seen in one regional implementation only: a convention of the stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from dopusk.tfoms.mek import Decision
from dopusk.tfoms.names import PackageName
from dopusk.tfoms.packing import write_xml
from dopusk.tfoms.returned import (
    Account,
    act_number,
    money,
    returned_name,
    sanction_code,
    totals,
)

ROOT: Final = "RAK"
VERSION: Final = "1.0"
MEK_KIND: Final = "1"
"""KONT: the kind of control is МЭК."""
_OF_SCHET = ("CODE", "CODE_MO", "YEAR", "MONTH", "NSCHET", "DSCHET", "PLAT", "SUMMAV")


def rak_name(name: PackageName) -> str:
    """Return the name of the register of acts on a package: A and the returned name's rest."""
    return f"A{returned_name(name)[len(name.data_type) :]}"


def rak(account: Account, decisions: Sequence[Decision], *, on: date) -> bytes:
    """Return the register with one act of МЭК on the account, in windows-1251.

    Cases stand in it whether paid or not, as in the returned register.
    """
    root = etree.Element(ROOT)
    head = etree.SubElement(root, "ZGLV")
    _add(head, "VERSION", VERSION)
    _add(head, "DATA", on.isoformat())
    _add(head, "FILENAME", rak_name(account.name))
    act = etree.SubElement(root, "AKT")
    _add(act, "CODEA", account.schet.findtext("CODE", "1"))
    _add(act, "NAKT", act_number(account))
    _add(act, "DAKT", on.isoformat())
    _add(act, "KONT", MEK_KIND)
    _add(act, "TYPEK", MEK_KIND)
    paid, withheld = totals(decisions)
    _add(act, "SKONT", str(sum(1 for item in decisions if item.sanctions)))
    _schet(act, account, decisions, paid, withheld)
    etree.indent(root)
    return write_xml(root)


def _schet(
    act: etree._Element,
    account: Account,
    decisions: Iterable[Decision],
    paid: Decimal,
    withheld: Decimal,
) -> None:
    schet = etree.SubElement(act, "SCHET")
    for name in _OF_SCHET:
        value = account.schet.findtext(name)
        if value is not None:
            _add(schet, name, value)
    _add(schet, "SUMMAP", money(paid))
    _add(schet, "SANK_MEK", money(withheld))
    for decision in decisions:
        case = etree.SubElement(schet, "SLUCH")
        _add(case, "IDCASE", decision.idcase)
        _add(case, "LPU", decision.lpu)
        _add(case, "OPLATA", str(int(decision.oplata)))
        _add(case, "SUMP", money(decision.paid))
        _add(case, "SANK_IT", money(decision.withheld))
        for number, sanction in enumerate(decision.sanctions, 1):
            sank = etree.SubElement(case, "SANK")
            _add(sank, "S_CODE", sanction_code(account, decision, number))
            _add(sank, "S_SUM", money(sanction.amount))
            _add(sank, "S_OSN", sanction.s_osn)
            if sanction.sl_id is not None:
                _add(sank, "SL_ID", sanction.sl_id)
            _add(sank, "S_COM", sanction.comment[:250])


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
