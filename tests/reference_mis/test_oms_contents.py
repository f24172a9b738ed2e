"""What the ОМС office of the reference МИС writes, judged by the formal control."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import etree

from dopusk.clock import Clock
from dopusk.declaration.model import OmsTerritory
from dopusk.oms import FileKind, OmsService, RegisterOrder
from dopusk.tfoms.package import PackageContext, PackageReport, check_package
from dopusk.tfoms.territories import territory
from fixtures.orders import for_territory
from fixtures.reference_mis import demo_declaration
from fixtures.reference_mis.behaviour import Behaviour, Defect
from fixtures.reference_mis.defects.registers import CONTENTS
from fixtures.reference_mis.oms import office
from fixtures.reference_mis.oms.names import Naming
from fixtures.reference_mis.oms.packing import Package, draft, pack
from fixtures.reference_mis.oms.register import Row, write_register

PLACE = OmsTerritory("99000", "990001", "rest")
MONTHS = [(2020, 3), (2023, 6), (2024, 1), (2025, 3), (2025, 9), (2026, 5)]
BY_CONTENT = [item for item in CONTENTS if not item.finding.startswith("OMS-")]


def order(kind: FileKind) -> RegisterOrder:
    declared = demo_declaration()
    name = "clean-h" if kind is FileKind.H else "clean-dv4"
    now = Clock.at(declared.as_of).now()
    made = for_territory(name, declared, PLACE, now=now, serial=3)
    return replace(made, file_kind=kind)


def exported(
    kind: FileKind, defect: Defect | None = None, month: tuple[int, int] = (2024, 1)
) -> Package:
    behaviour = Behaviour((defect,) if defect else ())
    asked = order(kind)
    year, number = month
    naming = Naming(kind, asked.mo_code, asked.smo, year, number, 1)
    rows = [
        row(moved(service, year, number), count)
        for count, service in enumerate(asked.services, start=1)
    ]
    register = write_register(naming, rows, 1, written_on(month))
    behaviour.register(register)
    return pack(behaviour.package(draft(register)), written_on(month))


def moved(service: OmsService, year: int, month: int) -> OmsService:
    day = service.ended.replace(year=year, month=month)
    return replace(service, began=day, ended=day)


def row(service: OmsService, number: int) -> Row:
    enp = service.patient.policy_number
    id_pac = f"00000000-0000-4000-8000-{number:012d}"
    return Row(service, enp, "99001", str(number), id_pac, number)


def written_on(month: tuple[int, int]) -> date:
    return date(*month, 28) + timedelta(days=10)


def judged(package: Package, month: tuple[int, int] = (2024, 1)) -> PackageReport:
    context = PackageContext(
        territory=territory(PLACE.okato),
        mo_codes=frozenset({PLACE.mo_code}),
        today=written_on(month),
        registered=lambda _name: False,
    )
    return check_package(package.data, f"{package.name}.ZIP", context)


@pytest.mark.parametrize("month", MONTHS, ids=lambda month: f"{month[0]}-{month[1]:02d}")
@pytest.mark.parametrize("kind", FileKind)
def test_every_kind_of_file_is_clean_in_every_version(
    kind: FileKind, month: tuple[int, int]
) -> None:
    report = judged(exported(kind, month=month), month)
    assert report.findings == ()
    assert report.accepted
    assert (report.cases, report.persons) == (2, 2)


@pytest.mark.parametrize("kind", [FileKind.H, FileKind.DV4])
@pytest.mark.parametrize("defect", BY_CONTENT, ids=lambda item: item.name)
def test_a_defect_of_contents_has_exactly_its_finding(defect: Defect, kind: FileKind) -> None:
    found = {item.code for item in judged(exported(kind, defect)).findings}
    assert found == {defect.finding}


def test_the_writer_shares_no_code_with_the_control() -> None:
    folder = Path(office.__file__).parent
    used = {
        name
        for path in folder.glob("*.py")
        for name in imported(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert used
    assert not [name for name in used if name.startswith(("dopusk.tfoms", "mocks", "steps"))]


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_a_package_is_two_files_in_windows_1251() -> None:
    package = exported(FileKind.H)
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        names = archive.namelist()
        assert names == ["HM990001S99001_24011.XML", "LM990001S99001_24011.XML"]
        for name in names:
            data = archive.read(name)
            assert etree.fromstring(data).getroottree().docinfo.encoding == "windows-1251"
    assert package.name == "HM990001S99001_24011"


@pytest.mark.parametrize(
    ("kind", "main", "person"),
    [
        (FileKind.H, "HM", "LM"),
        (FileKind.DV4, "DPM", "LPM"),
        (FileKind.DV2, "DVM", "LVM"),
        (FileKind.OPV, "DOM", "LOM"),
    ],
)
def test_names_begin_with_the_letters_of_the_kind(kind: FileKind, main: str, person: str) -> None:
    naming = Naming(kind, "990001", "99001", 2024, 1, 12)
    assert naming.main == f"{main}990001S99001_240112"
    assert naming.person == f"{person}990001S99001_240112"
    assert naming.next().main.endswith("240113")
