"""Errors of the logical control in words, with the ids and the place of their record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.flk.record import Record
from dopusk.tfoms.flk.rules import Rule

LONGEST_COMMENT = 250
"""COMMENT of FLK_P is T(250), ZN_POL T(100)."""
LONGEST_VALUE = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, and what was expected instead."""

    comment: str
    expected: str | None = None


def missing(rule: Rule) -> Trouble:
    """Return the words for an element that is not there."""
    return Trouble(f"Нет обязательного элемента {rule.leaf}{_under(rule)}", rule.leaf)


def broken(rule: Rule) -> Trouble:
    """Return the words for an element that must not be there, or an assertion that is false."""
    if rule.kind == "absent":
        return Trouble(rule.text or f"Элемент {rule.leaf} должен отсутствовать{_under(rule)}")
    return Trouble(rule.text or f"Неверное значение {rule.leaf}", rule.more["assert"])


def repeated(rule: Rule) -> Trouble:
    """Return the words for a value that must be the only one of its kind."""
    where = "в файле" if rule.more["unique"] == "file" else "в пределах родителя"
    return Trouble(f"Значение {rule.leaf} повторяется {where}", "значения не повторяются")


def value(rule: Rule, text: str, on: date | None) -> Trouble:
    """Return the words for a value that does not stand."""
    more = rule.more
    if rule.kind == "values":
        return Trouble(f"Недопустимое значение {rule.leaf}", ", ".join(more["values"]))
    if rule.kind == "dictionary":
        day = f" на {on:%d.%m.%Y}" if on else ""
        return Trouble(f"Кода {text} нет в справочнике {more['nsi']}{day}", more["nsi"])
    bits = []
    if "min" in more:
        low, high = more["min"], more["max"]
        bits.append(f"длина {low}" if low == high else f"длина {low}–{high}")
    if "mask" in more:
        bits.append(f"маска {more['mask']}")
    elif "chars" in more:
        bits.append(f"знаки {more['chars']}")
    return Trouble(f"Неверная длина или форма {rule.leaf}{_under(rule)}", ", ".join(bits))


def error(rule: Rule, record: Record, trouble: Trouble, shown: str | None, file: str) -> FlkError:
    """Return the error of a check with the ids and the place of the record."""
    plain = FlkError(
        rule.id,
        trouble.comment[:LONGEST_COMMENT],
        im_pol=rule.leaf,
        zn_pol=shown[:LONGEST_VALUE] if shown is not None else None,
        bas_el=rule.container.rpartition("/")[2],
        expected=trouble.expected,
    )
    return placed(plain, record, file)


def placed(plain: FlkError, record: Record, file: str) -> FlkError:
    """Return the error with the ids, the file and the place of the record."""
    zap, person = record.up("ZAP"), record.up("PERS")
    part, service = record.up("SL"), record.up("USL")
    patient = _part(zap, "PACIENT") if zap else person
    case = record.up("Z_SL") or _part(zap, "Z_SL")
    element = record.element
    if element is not None and plain.im_pol is not None:
        child = element.find(plain.im_pol)
        element = element if child is None else child
    line = element.sourceline if element is not None else None
    return replace(
        plain,
        bas_el=plain.bas_el or record.tag,
        n_zap=zap.first("N_ZAP") if zap else None,
        id_pac=patient.first("ID_PAC") if patient else None,
        idcase=case.first("IDCASE") if case else None,
        sl_id=part.first("SL_ID") if part else None,
        idserv=service.first("IDSERV") if service else None,
        file=file,
        line=line if isinstance(line, int) else None,
        xpath=_xpath(record, plain.im_pol),
    )


def _part(zap: Record | None, tag: str) -> Record | None:
    return next(iter(zap.nodes.get(tag, ())), None) if zap else None


def _xpath(record: Record, leaf: str | None) -> str:
    """Return where it is; the record itself is told by its number, as its siblings are gone."""
    steps = []
    here: Record | None = record
    while here is not None:
        above = here.parent
        same = above.nodes.get(here.tag, []) if above is not None else []
        place = f"[{same.index(here) + 1}]" if len(same) > 1 and here in same else ""
        number = here.first("N_ZAP") if here.tag == "ZAP" else None
        steps.append(f"{here.tag}[N_ZAP='{number}']" if number else f"{here.tag}{place}")
        here = above
    path = "/" + "/".join(reversed(steps))
    return f"{path}/{leaf}" if leaf and record.has(leaf) else path


def _under(rule: Rule) -> str:
    said = rule.official or rule.when
    return f" при условии: {said}" if said else ""
