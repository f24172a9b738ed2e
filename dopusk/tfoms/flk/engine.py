"""Runs the compiled checks over a register record by record; memory does not grow with its size
beyond the numbers of records.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from lxml import etree

from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.flk import told
from dopusk.tfoms.flk.compiled import ElementCheck, Group, Test, ValueCheck, groups, own_form
from dopusk.tfoms.flk.numbers import policy_errors, snils_errors
from dopusk.tfoms.flk.record import Record, read
from dopusk.tfoms.flk.rules import MAIN, PERSONS, Rule
from dopusk.tfoms.flk.totals import Totals
from dopusk.tfoms.names import PackageName, main_name, parse_name
from dopusk.tfoms.persons import PersonView, day
from dopusk.tfoms.versions import accepted_versions

_OWN_MO = frozenset(("CODE_MO", "LPU"))
"""Elements that hold a МО of the register itself; other МО may be from anywhere."""


class Flk:
    """The logical control of one package.

    The views of persons are needed first, then `head`, each `record`, then (all cases known)
    `person_head` and each `person`, and `end`. Every method returns the errors it found.
    """

    def __init__(
        self,
        name: PackageName,
        zglv: etree._Element,
        schet: etree._Element,
        persons: Mapping[str, PersonView],
        context: PackageContext,
    ) -> None:
        self._name = name
        self._people = persons
        self._context = context
        self._main_file = f"{name.text}.XML"
        self._root = Record(MAIN, MAIN)
        self._root.nodes = {"ZGLV": [read(zglv, self._root)], "SCHET": [read(schet, self._root)]}
        self._year, self._month = _period(self._root.nodes["SCHET"][0], name)
        self._groups = groups(name.family, date(self._year, self._month, 1))
        self._totals = Totals()
        self._performers: set[str] = set()
        self._seen: dict[str, set[str]] = {}
        self._said: set[str] = set()
        self._own_codes: dict[str, Test] = {}
        self._root.leaves.update(self._facts(self._root.nodes["ZGLV"][0].first("FILENAME"), name))
        self._persons_root = Record(PERSONS, PERSONS)
        self._number = 0

    def head(self) -> list[FlkError]:
        """Return the errors of ZGLV and SCHET that are seen without the cases."""
        period = date(self._year, self._month, 1)
        found: list[FlkError] = []
        for parts in self._root.nodes.values():
            for part in parts:
                self._judge(part, period, found)
        return found

    def record(self, zap: etree._Element) -> list[FlkError]:
        """Return the errors of one ZAP."""
        self._number += 1
        record = read(zap, self._root)
        found: list[FlkError] = []
        on = self._meet(record)
        self._judge(record, on, found)
        for patient in record.nodes.get("PACIENT", ()):
            found.extend(
                told.placed(error, patient, self._main_file) for error in policy_errors(patient)
            )
        return found

    def person_head(self, zglv: etree._Element) -> list[FlkError]:
        """Return the errors of ZGLV of the file of persons; all cases must have been seen."""
        root = self._persons_root
        header = read(zglv, root)
        own_name = header.first("FILENAME")
        main = main_name(own_name) if own_name else None
        root.nodes = {"ZGLV": [header]}
        root.leaves = self._facts(main, None)
        account = self._root.nodes["SCHET"][0]
        root.leaves["LPU"] = sorted(self._performers)
        for fact in ("PLAT", "YEAR", "MONTH"):
            if values := account.leaves.get(fact):
                root.leaves[fact] = values
        found: list[FlkError] = []
        self._judge(header, None, found)
        return found

    def person(self, pers: etree._Element) -> list[FlkError]:
        """Return the errors of one PERS; all cases must have been seen."""
        record = read(pers, self._persons_root)
        view = self._people.get(record.first("ID_PAC") or "")
        if view is not None:
            facts = (
                ("NOVOR", view.novor),
                ("VPOLIS", view.vpolis),
                ("DATE_Z_1", view.began and view.began.isoformat()),
                ("DATE_Z_2", view.ended and view.ended.isoformat()),
            )
            record.leaves.update({name: [value] for name, value in facts if value})
        found: list[FlkError] = []
        self._judge(record, view.ended if view else None, found)
        file = f"{self._name.person_name}.XML"
        found.extend(told.placed(error, record, file) for error in snils_errors(record))
        return found

    def end(self) -> list[FlkError]:
        """Return the errors of the file as a whole: counts and totals."""
        found: list[FlkError] = []
        root = self._root
        root.leaves.update(self._totals.leaves())
        if self._number:
            root.nodes["ZAP"] = []
        for check in self._groups.get("end", Group()).elsewhere:
            self._elsewhere(check, root, found)
        return found

    def _facts(self, text: str | None, fallback: PackageName | None) -> dict[str, list[str]]:
        """Return what conditions may ask of the name, the account and the day."""
        name = (parse_name(text) if text else None) or fallback
        facts = {"TODAY": [self._context.today.isoformat()], "FILE": [self._name.family]}
        disp = self._root.nodes["SCHET"][0].first("DISP") or self._name.disp
        if disp:
            facts["DISP"] = [disp]
        if name is not None:
            facts |= {
                "Pi": [name.sender_kind],
                "Ni": [name.sender],
                "Pp": [name.receiver_kind],
                "Np": [name.receiver],
                "YY": [str(name.year)],
                "MM": [str(name.month)],
            }
        return facts

    def _meet(self, zap: Record) -> date | None:
        """Take the record into the totals, join it with its person; return the day of service."""
        patient = next(iter(zap.nodes.get("PACIENT", ())), None)
        view = self._people.get(patient.first("ID_PAC") or "") if patient else None
        last: date | None = None
        for case in zap.nodes.get("Z_SL", ()):
            last = day(case.first("DATE_Z_2"))
            self._performers.update(case.leaves.get("LPU", ()))
            self._totals.add(case)
            if view is not None and patient is not None:
                began = day(case.first("DATE_Z_1"))
                view.met(patient.first("NOVOR"), patient.first("VPOLIS"), began, last)
        if view is not None:
            zap.nodes["PERS"] = [_known(view, zap)]
        return last

    def _judge(self, record: Record, on: date | None, found: list[FlkError]) -> None:
        group = self._groups.get(record.path)
        if group is not None:
            self._apply(group, record, on, found)
        for parts in record.nodes.values():
            for part in parts:
                self._judge(part, on, found)

    def _apply(self, group: Group, record: Record, on: date | None, found: list[FlkError]) -> None:
        leaves, nodes = record.leaves, record.nodes
        for name, rule in group.required.items():
            if name not in leaves and name not in nodes:
                found.append(self._error(rule, record, told.missing(rule)))
        checked, there = group.values, group.there
        for leaf, values in leaves.items():
            if leaf in checked:
                for check in checked[leaf]:
                    self._values(check, record, values, on, found)
            if leaf in there:
                self._there(there[leaf], record, found)
        for name in nodes:
            if name in there:
                self._there(there[name], record, found)
        for name, lacking in group.lacking:
            if name in leaves or name in nodes:
                continue
            if lacking.when is None or lacking.when(record):
                self._say(lacking, record, found)
        for element in group.elsewhere:
            self._elsewhere(element, record, found)
        for rule in group.unique:
            self._unique(rule, record, found)
        for rule in group.crosses:
            if (trouble := _CROSSES[rule.more["check"]](self, record, rule)) is not None:
                found.append(self._error(rule, record, trouble))

    def _values(
        self,
        check: ValueCheck,
        record: Record,
        values: Iterable[str],
        on: date | None,
        found: list[FlkError],
    ) -> None:
        if check.when is not None and not check.when(record):
            return
        test = check.test or self._own_codes.get(check.rule.id) or self._own_code(check.rule)
        if record.tag == "SANK":
            on = day(record.first("DATE_ACT")) or on
        for value in values:
            if not test(value, on):
                trouble = told.value(check.rule, value, on)
                found.append(self._error(check.rule, record, trouble, value))

    def _own_code(self, rule: Rule) -> Test:
        """Return the test of a code whose dictionary is not public, made once for each check."""
        known: frozenset[str] | None = None
        if rule.more["nsi"] == "F002":
            territory = self._context.territory
            known = frozenset(territory.smo) if territory is not None else None
        elif rule.leaf in _OWN_MO:
            known = self._context.mo_codes
        form = own_form(rule)

        def known_code(value: str, on: date | None) -> bool:
            return form.fullmatch(value) is not None if known is None else value in known

        self._own_codes[rule.id] = known_code
        return known_code

    def _there(self, checks: Iterable[ElementCheck], record: Record, found: list[FlkError]) -> None:
        for check in checks:
            if check.when is not None and not check.when(record):
                continue
            if check.holds is None or check.holds(record) is False:
                self._say(check, record, found)

    def _elsewhere(self, check: ElementCheck, record: Record, found: list[FlkError]) -> None:
        rule = check.rule
        if rule.kind == "present":
            holder = self._holder(rule)
            if holder is not None and holder.has(rule.leaf):
                return
        if check.when is not None and not check.when(record):
            return
        if check.holds is None or check.holds(record) is False:
            self._say(check, record, found)

    def _say(self, check: ElementCheck, record: Record, found: list[FlkError]) -> None:
        rule = check.rule
        if rule.more.get("once"):
            if rule.id in self._said:
                return
            self._said.add(rule.id)
        trouble = told.missing(rule) if rule.kind == "present" else told.broken(rule)
        if check.expected is not None and (values := check.expected.values(record)):
            trouble = replace(trouble, expected=", ".join(values))
        found.append(self._error(rule, record, trouble))

    def _holder(self, rule: Rule) -> Record | None:
        """Return the part of the head that holds the element of the rule, or the root."""
        if rule.container == MAIN:
            return self._root
        parts = self._root.nodes.get(rule.container.rpartition("/")[2], ())
        return parts[0] if parts else None

    def _unique(self, rule: Rule, record: Record, found: list[FlkError]) -> None:
        seen = self._seen.setdefault(rule.id, set())
        scope = "" if rule.more["unique"] == "file" else f"{self._number}/{id(record.parent)}/"
        if (
            scope
            and record.parent is not None
            and record is next(iter(record.parent.nodes[record.tag]))
        ):
            seen.clear()
        for value in record.leaves.get(rule.leaf, ()):
            if f"{scope}{value}" in seen:
                found.append(self._error(rule, record, told.repeated(rule), value))
            seen.add(f"{scope}{value}")

    def _error(
        self, rule: Rule, record: Record, trouble: told.Trouble, value: str | None = None
    ) -> FlkError:
        persons = record.path.startswith(PERSONS)
        place: Record | None = record
        if rule.at != rule.container:
            place = self._holder(rule)
        shown = value or (place.first(rule.leaf) if place is not None else None)
        if rule.kind == "present" and value is None:
            shown = None
        file = f"{self._name.person_name}.XML" if persons else self._main_file
        if rule.at == "end" and place is not None:
            record = place
        return told.error(rule, record, trouble, shown, file)

    def version_trouble(self, record: Record, rule: Rule) -> told.Trouble | None:
        """Return what is wrong with VERSION by the calendar; None when nothing is."""
        family = "L" if rule.path.startswith(PERSONS) else self._name.family
        known = accepted_versions(family, self._year, self._month, self._context.territory)
        text = record.first("VERSION")
        if text is None or not known or text in known:
            return None
        period = f"{self._month:02d}.{self._year}"
        return told.Trouble(f"Версия {text} не для отчётного периода {period}", " или ".join(known))

    def newborn_trouble(self, record: Record, rule: Rule) -> told.Trouble | None:
        """Return what is wrong with NOVOR: 0 or ПДДММГГН; None when nothing is."""
        text = record.first("NOVOR")
        if text is None or text == "0":
            return None
        view = self._people.get(record.first("ID_PAC") or "")
        expected = "0 или ПДДММГГН"
        if view is not None and view.born is not None:
            start = f"{view.w}{view.born:%d%m%y}"
            if text.startswith(start) and text[len(start) :] in _ORDINALS:
                return None
            expected = f"0 или {start}Н"
        elif len(text) in (8, 9) and text.isdigit():
            return None
        return told.Trouble("NOVOR: 0 или пол, дата рождения и номер ребёнка (ПДДММГГН)", expected)


_ORDINALS = frozenset(str(order) for order in range(1, 11))
_CROSSES: Final[Mapping[str, Callable[[Flk, Record, Rule], told.Trouble | None]]] = {
    "version": Flk.version_trouble,
    "newborn": Flk.newborn_trouble,
}


def _known(view: PersonView, zap: Record) -> Record:
    """Return the person as a part of the record, for conditions that name PERS."""
    person = Record("PERS", f"{zap.path}/PERS", zap)
    leaves = {"W": [view.w]}
    if view.born:
        leaves["DR"] = [view.born.isoformat()]
    if view.has_ot:
        leaves["OT"] = [""]
    if view.has_ot_p:
        leaves["OT_P"] = [""]
    person.leaves = leaves
    return person


_YEAR = re.compile("20[0-9]{2}")
_MONTH = re.compile("0?[1-9]|1[0-2]")


def _period(account: Record, name: PackageName) -> tuple[int, int]:
    """Return the reporting year and month of the account; those of the name where it has none."""
    year, month = account.first("YEAR") or "", account.first("MONTH") or ""
    if _YEAR.fullmatch(year) and _MONTH.fullmatch(month):
        return int(year), int(month)
    return name.year, name.month
