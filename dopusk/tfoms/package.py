"""The formal control of a package: archive, names, format, then the checks of Q015."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import PurePath
from zipfile import ZipFile

from lxml import etree

from dopusk.tfoms.archive import (
    LimitError,
    MemberStream,
    RefusedError,
    Source,
    members,
    open_archive,
)
from dopusk.tfoms.context import PackageContext, PackageReport, Stage
from dopusk.tfoms.dialect import spoken
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.flk import Flk, rules
from dopusk.tfoms.names import PackageName, parse_name
from dopusk.tfoms.persons import PersonView
from dopusk.tfoms.reading import children
from dopusk.tfoms.structure import Root, Structure
from dopusk.tfoms.versions import PERSONS, accepted_versions, known_version
from dopusk.verdict import Where, finding
from dopusk.wire.xml_stream import Readable

__all__ = ["PackageContext", "PackageReport", "cases", "check_files", "check_package", "head"]

MAX_ERRORS = 10_000
"""Errors that a report holds; a register with more is broken as a whole."""
_OF_RECORD = 1000
"""With so many errors of the format in one record the file is not read on."""
_LATEST = "5.1"

Opener = Callable[[], AbstractContextManager[Readable]]


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """One XML file: its name with extension, and how it is opened (as often as needed)."""

    name: str
    open: Opener


def check_package(data: Source, file_name: str, context: PackageContext) -> PackageReport:
    """Return what the formal control says of a package that came under `file_name`.

    Later stages are not run where an earlier one found errors. Never raises for bad input; OSError
    when a path cannot be read.
    """
    name = parse_name(_stem(file_name, ".ZIP"))
    if name is None:
        return _refusal(None, bad_name(file_name))
    if context.registered(name.text):
        error = FlkError("805", f"Пакет {name.text} уже зарегистрирован", zn_pol=name.text)
        return _refusal(name, error)
    try:
        with open_archive(data) as archive:
            inside = members(archive, name)
            main, persons = (_member(archive, file) for file in (inside.main, inside.persons))
            return check_files(main, persons, name, context)
    except RefusedError as error:
        return _refusal(name, error.error)
    except LimitError as error:
        return _limited(name, "package", str(error))


def check_files(
    main: RegisterFile | None,
    persons: RegisterFile | None,
    name: PackageName,
    context: PackageContext,
) -> PackageReport:
    """Return what the formal control says of the two files of a package.

    With one of them only, what joins the two is not looked at, and a note says so.
    """
    control = _Control(name, context)
    try:
        control.run(main, persons)
    except RefusedError as error:
        control.errors.append(error.error)
        control.stage = "package" if error.error.oshib.startswith("8") else "format"
    except LimitError as error:
        return _limited(name, control.stage, str(error))
    return control.report()


def head(data: Source) -> tuple[etree._Element, etree._Element]:
    """Return copies of ZGLV and SCHET of a package that passed. Raises RefusedError, LimitError."""
    with _main_children(data) as found:
        zglv, schet = (deepcopy(element) for element in islice(found, 2))
    return zglv, schet


def cases(data: Source) -> Iterator[etree._Element]:
    """Yield each ZAP of a package that passed; it lives until the next one is asked for.

    Raises RefusedError and LimitError.
    """
    with _main_children(data) as found:
        yield from (element for element in found if element.tag == "ZAP")


def bad_name(file_name: str) -> FlkError:
    """Return error 802 for a name that is not one of a register."""
    shown = "".join(char if char.isprintable() else "?" for char in PurePath(file_name).name)[:60]
    stem = _stem(shown, ".ZIP")
    latin = stem.translate(_ALIKE).upper()
    cure = None
    if latin != stem and parse_name(latin):
        other = "буквы кириллицы" if latin.upper() != stem.upper() else "строчные буквы"
        cure = f"В имени {other}; напишите его прописными латинскими: {latin}.ZIP."
    return FlkError(
        "802",
        f"Имя пакета «{shown}» не по приказу",
        expected="<тип><отправитель><получатель>_<ГГММ><номер>.ZIP, например "
        "HM460001S46001_26011.ZIP",
        cure=cure,
    )


_ALIKE = str.maketrans("АВЕКМНОРСТХасеорх", "ABEKMHOPCTXaceopx")


@dataclass(slots=True)
class _Control:
    """One run over the two files."""

    name: PackageName
    context: PackageContext
    stage: Stage = "format"
    errors: list[FlkError] = field(default_factory=list)
    checks: list[FlkError] = field(default_factory=list)
    """Errors of the checks of Q015; told only when the format is right."""
    cases: int = 0
    persons: int = 0
    total: Decimal = Decimal(0)
    notes: list[str] = field(default_factory=list)

    def run(self, main: RegisterFile | None, persons: RegisterFile | None) -> None:
        """Read the files."""
        people: dict[str, PersonView] = {}
        flk: Flk | None = None
        if main is not None:
            zglv, schet = self._head(main)
            if zglv is not None and schet is not None and persons is not None:
                flk = Flk(self.name, zglv, schet, people, self.context)
                self._take(flk.head())
        if persons is not None:
            self._persons(persons, people)
        if main is not None:
            self._main(main, flk)
        if flk is not None and persons is not None and not self.errors:
            self._people(persons, flk)
            self._take(flk.end())
            self.stage = "flk"
        if main is None or persons is None:
            lacking = self.name.text if main is None else self.name.person_name
            self.notes.append(
                f"Рядом нет файла {lacking}.XML: проверен только формат, проверки Q015 не проведены"
            )

    def report(self) -> PackageReport:
        """Return what was found."""
        clean = not self.errors
        found = self.checks if clean else self.errors
        if self.context.territory is not None:
            found = [spoken(error, self.context.territory.dialect) for error in found]
        notes = list(self.notes)
        if clean and len(found) >= MAX_ERRORS:
            notes.append(f"Показаны первые {MAX_ERRORS} ошибок")
        return PackageReport(
            name=self.name,
            stage=self.stage,
            errors=tuple(found[:MAX_ERRORS]),
            cases=self.cases,
            persons=self.persons,
            total=self.total,
            notes=tuple(notes),
        )

    def _head(self, main: RegisterFile) -> tuple[etree._Element | None, etree._Element | None]:
        found: dict[str, etree._Element] = {}
        with main.open() as stream:
            for element in children(stream, "ZL_LIST", file=main.name):
                if element.tag == "ZAP" or len(found) == 2:
                    break
                if element.tag in ("ZGLV", "SCHET"):
                    found.setdefault(str(element.tag), deepcopy(element))
        return found.get("ZGLV"), found.get("SCHET")

    def _main(self, file: RegisterFile, flk: Flk | None) -> None:
        structure: Structure | None = None
        with file.open() as stream:
            for element in children(stream, "ZL_LIST", file=file.name):
                if structure is None:
                    structure = self._structure("ZL_LIST", self.name.family, element, file)
                    self._names(element, file, {"FILENAME": self.name.text})
                if not self._format(structure.child(element), file):
                    return
                if element.tag == "ZAP":
                    self._count(element)
                    if flk is not None and not self.errors:
                        self._take(flk.record(element))
        self._end(structure, "ZL_LIST", file)

    def _persons(self, file: RegisterFile, people: dict[str, PersonView]) -> None:
        """Judge the format of the person file, and keep what the checks need of each person."""
        structure: Structure | None = None
        names = {"FILENAME": self.name.person_name, "FILENAME1": self.name.text}
        with file.open() as stream:
            for element in children(stream, "PERS_LIST", file=file.name):
                if structure is None:
                    structure = self._structure("PERS_LIST", PERSONS, element, file)
                    self._names(element, file, names)
                if not self._format(structure.child(element), file):
                    return
                if element.tag == "PERS":
                    self.persons += 1
                    person = PersonView.of(element)
                    people.setdefault(person.id_pac, person)
        self._end(structure, "PERS_LIST", file)

    def _people(self, file: RegisterFile, flk: Flk) -> None:
        """Run the checks over the person file: they look at the cases, which are known by now."""
        with file.open() as stream:
            for element in children(stream, "PERS_LIST", file=file.name):
                if element.tag == "PERS":
                    self._take(flk.person(element))
                elif element.tag == "ZGLV":
                    self._take(flk.person_head(element))

    def _structure(
        self, root: Root, family: str, zglv: etree._Element, file: RegisterFile
    ) -> Structure:
        name = self.name
        accepted = accepted_versions(family, name.year, name.month, self.context.territory)
        said = zglv.findtext("VERSION") or ""
        version = said if known_version(family, said) else (*accepted, _LATEST)[0]
        period = date(name.year, name.month, 1)
        covered = {rule.id for rule in rules() if rule.covers(name.family, period)}
        return Structure(root, family, version, file=file.name, covered=covered)

    def _names(self, zglv: etree._Element, file: RegisterFile, wanted: dict[str, str]) -> None:
        """Check that the file is named inside as it is outside."""
        for tag, name in wanted.items():
            found = zglv.find(tag) if zglv.tag == "ZGLV" else None
            if found is not None and found.text and found.text != name:
                self.errors.append(
                    FlkError(
                        "804",
                        f"{tag} в файле {file.name} не совпадает с именем файла",
                        im_pol=tag,
                        zn_pol=found.text[:100],
                        bas_el="ZGLV",
                        file=file.name,
                        line=found.sourceline if isinstance(found.sourceline, int) else None,
                        expected=name,
                    )
                )

    def _end(self, structure: Structure | None, root: Root, file: RegisterFile) -> None:
        if structure is None:
            raise RefusedError(
                FlkError("901", f"В файле {file.name} нет ничего, кроме {root}", file=file.name)
            )
        self._format(structure.end(), file)
        if structure.unknown:
            names = ", ".join(structure.unknown)
            self.notes.append(
                f"{file.name}: элементы {names} стенду не известны, их формат не проверен"
            )

    def _format(self, found: Iterator[FlkError], file: RegisterFile) -> bool:
        """Take the errors of one child of a root; tell whether the file is worth reading on."""
        room = MAX_ERRORS - len(self.errors)
        taken = list(islice(found, min(room, _OF_RECORD)))
        self.errors.extend(taken)
        if len(taken) < min(room, _OF_RECORD):
            return True
        self.notes.append(f"{file.name}: ошибок слишком много, дальше файл не читался")
        return False

    def _take(self, found: Iterable[FlkError]) -> None:
        self.checks.extend(islice(found, MAX_ERRORS - len(self.checks)))

    def _count(self, zap: etree._Element) -> None:
        for case in zap.iterfind("Z_SL"):
            self.cases += 1
            try:
                value = Decimal(case.findtext("SUMV") or 0)
            except InvalidOperation:
                continue
            if value.is_finite() and abs(value) < _MOST:
                self.total += value


_MOST = Decimal(10) ** 15
"""Sums of the format have up to fifteen digits."""


def _member(archive: ZipFile, name: str) -> RegisterFile:
    return RegisterFile(name, lambda: closing(MemberStream(archive, name)))


@contextmanager
def _main_children(data: Source) -> Iterator[Iterator[etree._Element]]:
    with open_archive(data) as archive:
        for member in archive.namelist():
            if parse_name(_stem(member, ".XML")) is not None:
                with closing(MemberStream(archive, member)) as stream:
                    yield children(stream, "ZL_LIST", file=member)
                return
    raise RefusedError(FlkError("803", "В пакете нет основного файла"))


def _stem(file_name: str, suffix: str) -> str:
    name = PurePath(file_name).name
    return name[: -len(suffix)] if name.upper().endswith(suffix) else name


def _refusal(name: PackageName | None, error: FlkError) -> PackageReport:
    return PackageReport(name=name, stage="package", errors=(error,))


def _limited(name: PackageName, stage: Stage, words: str) -> PackageReport:
    unchecked = finding("FLK-LIMIT", where=Where(part="пакет реестра"), comment=words)
    return PackageReport(name=name, stage=stage, unchecked=(unchecked,))
