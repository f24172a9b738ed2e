"""Clean packages that the mutants of Q015 start from, and the logical control run over one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from lxml import etree

from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.flk import Flk
from dopusk.tfoms.names import parse_name
from dopusk.tfoms.persons import PersonView
from fixtures.registers import Built, build_package, mutated

CONTEXT = PackageContext(mo_codes=frozenset(("990001",)), today=date(2026, 7, 10))

Z = "ZAP/Z_SL"
S = f"{Z}/SL"
_KSG = {
    f"{Z}/USL_OK": "1",
    f"{Z}/VIDPOM": "31",
    f"{Z}/NPR_MO": "990001",
    f"{Z}/NPR_DATE": "2026-06-01",
    f"{Z}/DATE_Z_1": "2026-06-08",
    f"{Z}/KD_Z": "2",
    f"{Z}/RSLT": "101",
    f"{Z}/ISHOD": "101",
    f"{Z}/IDSP": "33",
    f"{Z}/VB_P": "1",
    f"{S}/PROFIL_K": "72",
    f"{S}/P_CEL": None,
    f"{S}/C_ZAB": None,
    f"{S}/P_PER": "4",
    f"{S}/KD": "2",
    f"{S}/DATE_1": "2026-06-08",
    f"{S}/REAB": "1",
    f"{S}/KSG_KPG/N_KSG": "st29.001",
    f"{S}/KSG_KPG/VER_KSG": "2026",
    f"{S}/KSG_KPG/KSG_PG": "0",
    f"{S}/KSG_KPG/KOEF_Z": "1.00000",
    f"{S}/KSG_KPG/KOEF_UP": "1.00000",
    f"{S}/KSG_KPG/BZTSZ": "20000.00",
    f"{S}/KSG_KPG/KOEF_D": "1.00000",
    f"{S}/KSG_KPG/KOEF_U": "1.00000",
    f"{S}/KSG_KPG/SL_K": "1",
    f"{S}/KSG_KPG/IT_SL": "1.20000",
    f"{S}/KSG_KPG/SL_KOEF/IDSL": "1",
    f"{S}/KSG_KPG/SL_KOEF/Z_SL": "1.20000",
}
_FULL = {
    "SCHET/COMENTS": "без замечаний",
    "ZAP/PACIENT/INV": "0",
    "ZAP/PACIENT/MSE": "1",
    f"{S}/LPU_1": "1",
    f"{S}/PODR": "1",
    f"{S}/DS0": "I11",
    f"{S}/DS2": "I12",
    f"{S}/DS3": "I13",
    f"{S}/CODE_MES1": "1",
    f"{S}/CODE_MES2": "2",
    f"{S}/COMENTSL": "нет",
    f"{S}/USL/LPU_1": "1",
    f"{S}/USL/PODR": "1",
    f"{S}/USL/NPL": "1",
    f"{S}/USL/COMENTU": "нет",
}
_BACK = {
    "ZGLV/FILENAME": "HS99001M990001_26061",
    "SCHET/SUMMAP": "450.00",
    "SCHET/SANK_MEK": "450.00",
    f"{Z}/OPLATA": "2",
    f"{Z}/SUMP": "0.00",
    f"{Z}/SANK/S_CODE": "A1",
    f"{Z}/SANK/S_SUM": "450.00",
    f"{Z}/SANK/S_TIP": "1",
    f"{Z}/SANK/SL_ID": "SL-1",
    f"{Z}/SANK/S_OSN": "211",
    f"{Z}/SANK/DATE_ACT": "2026-07-09",
    f"{Z}/SANK/NUM_ACT": "1",
    f"{Z}/SANK/S_COM": "вне программы",
    f"{Z}/SANK/S_IST": "1",
    f"{Z}/SANK_IT": "450.00",
    "ZAP[2]/Z_SL/OPLATA": "1",
    "ZAP[2]/Z_SL/SUMP": "450.00",
}
_PART = {
    "SCHET/SUMMAP": "800.00",
    "SCHET/SANK_MEK": "100.00",
    f"{Z}/OPLATA": "3",
    f"{Z}/SUMP": "350.00",
    f"{Z}/SANK/S_SUM": "100.00",
    f"{Z}/SANK_IT": "100.00",
}
_OLD_POLICY = {
    "ZAP/PACIENT/VPOLIS": "1",
    "ZAP/PACIENT/SPOLIS": "46 АБ",
    "ZAP/PACIENT/NPOLIS": "1234567",
    "ZAP/PACIENT/ST_OKATO": "46000",
}
_PAPERS = {
    "PERS/MR": "г. Тестовск",
    "PERS/DOCTYPE": "14",
    "PERS/DOCSER": "46 01",
    "PERS/DOCNUM": "123456",
    "PERS/DOCDATE": "2010-01-01",
    "PERS/DOCORG": "ОВД",
    "PERS/OKATOG": "46000000000",
    "PERS/OKATOP": "46000000000",
    "PERS/COMENTP": "нет",
}
_CHILD = {
    "PERS/DR": "2026-06-01",
    "PERS/W": "2",
    "PERS/FAM": None,
    "PERS/IM": None,
    "PERS/OT": None,
}
_CHILD |= {
    "PERS/FAM_P": "ПРИМЕРОВА",
    "PERS/IM_P": "АННА",
    "PERS/OT_P": "ИЛЬИНИЧНА",
    "PERS/W_P": "2",
    "PERS/DR_P": "1990-01-01",
}
_FOUND = {
    f"{S}/DS1_PR": "1",
    f"{S}/DS_ONK": "1",
    f"{S}/PR_D_N": "1",
    f"{S}/COMENTSL": "нет",
    f"{S}/DS2_N/DS2": "I11",
    f"{S}/DS2_N/DS2_PR": "1",
    f"{S}/DS2_N/PR_DS2_N": "1",
    f"{S}/USL/LPU_1": "1",
    f"{S}/USL/COMENTU": "нет",
    f"{S}/LPU_1": "1",
    f"{Z}/RSLT_D": "3",
    f"{S}/NAZ/NAZ_N": "1",
    f"{S}/NAZ/NAZ_R": "3",
    f"{S}/NAZ/NAZ_V": "1",
    f"{S}/NAZ/NAZ_USL": "A09.05.023",
    f"{S}/NAZ/NAPR_DATE": "2026-06-10",
    f"{S}/NAZ/NAPR_MO": "990001",
}


def _as(**more: str | None) -> dict[str, str | None]:
    return {f"{S}/NAZ/{name}": value for name, value in more.items()}


_NO_TESTS = {"NAZ_V": None, "NAZ_USL": None, "NAPR_DATE": None, "NAPR_MO": None}


def _found(naz: dict[str, str | None]) -> Built:
    return mutated(mutated(build_package("ДВ4"), _FOUND), _as(**naz))


BASES: dict[str, Callable[[], Built]] = {
    "H": lambda: build_package("H"),
    "ДВ4": lambda: build_package("ДВ4"),
    "ДВ2": lambda: build_package("ДВ2"),
    "ОПВ": lambda: build_package("ОПВ"),
    "C": lambda: build_package("C"),
    "T": lambda: build_package("T"),
    "H к ТФОМС": lambda: build_package("H", direct_to="46"),
    "H 2019, сентябрь": lambda: build_package("H", year=2019, month=9),
    "H 2019": lambda: build_package("H", year=2019, month=12),
    "H 2021": lambda: build_package("H", year=2021, month=6),
    "H 2023": lambda: build_package("H", year=2023, month=6),
    "H 2025": lambda: build_package("H", year=2025, month=2),
    "ДВ4 2021": lambda: build_package("ДВ4", year=2021, month=6),
    "ДВ4 2023": lambda: build_package("ДВ4", year=2023, month=6),
    "ДВ4 2023, отказ от услуги": lambda: mutated(
        build_package("ДВ4", year=2023, month=6),
        {f"{S}/USL/P_OTK": "1", f"{S}/USL/PRVS": None, f"{S}/USL/CODE_MD": None},
    ),
    "ДВ4, отказ": lambda: mutated(
        build_package("ДВ4", cases=1),
        {
            f"{Z}/P_OTK": "1",
            f"{Z}/RSLT_D": None,
            f"{S}/DS1": None,
            f"{S}/PR_D_N": None,
            f"{S}/USL[2]": None,
            f"{S}/USL": None,
        },
    ),
    "ДВ4, направление к специалисту": lambda: _found({**_NO_TESTS, "NAZ_R": "1", "NAZ_SP": "16"}),
    "ДВ4, обследование": lambda: mutated(build_package("ДВ4"), _FOUND),
    "ДВ4, лечение": lambda: _found({**_NO_TESTS, "NAZ_R": "4", "NAZ_PMP": "97"}),
    "ДВ4, реабилитация": lambda: _found({**_NO_TESTS, "NAZ_R": "6", "NAZ_PK": "1"}),
    "H, стационар": lambda: mutated(build_package("H"), _KSG),
    "H, все поля": lambda: mutated(build_package("H"), _FULL),
    "H, ответ": lambda: mutated(
        build_package("H"),
        _BACK,
        {"ZGLV/FILENAME": "LS99001M990001_26061", "ZGLV/FILENAME1": "HS99001M990001_26061"},
        name="HS99001M990001_26061",
        person_name="LS99001M990001_26061",
    ),
    "H, ответ частью": lambda: mutated(
        BASES["H, ответ"](),
        _PART,
    ),
    "H, старый полис": lambda: mutated(build_package("H"), _OLD_POLICY, _PAPERS),
    "H, временное свидетельство": lambda: mutated(
        build_package("H"),
        {"ZAP/PACIENT/VPOLIS": "2", "ZAP/PACIENT/NPOLIS": "123456789"},
        _PAPERS,
    ),
    "H, новорождённый": lambda: mutated(
        build_package("H"), {"ZAP/PACIENT/NOVOR": "20106261"}, _CHILD
    ),
    "H, без плательщика": lambda: mutated(
        build_package("H", direct_to="46", cases=1),
        {
            "ZAP/PACIENT/SMO": None,
            "ZAP/PACIENT/SMO_OGRN": "102770000000000",
            "ZAP/PACIENT/SMO_OK": "46000",
            "ZAP/PACIENT/SMO_NAM": "СМО",
        },
    ),
    "H, вес матери": lambda: mutated(build_package("H"), {f"{Z}/VNOV_M": "1500"}),
    "H, вес ребёнка": lambda: mutated(build_package("H"), {"ZAP/PACIENT/VNOV_D": "1500"}),
}


@cache
def base(name: str) -> Built:
    """Return a clean package by its name in BASES."""
    return BASES[name]()


def controlled(built: Built, context: PackageContext = CONTEXT) -> list[FlkError]:
    """Return everything that the logical control finds in a package, whatever its format."""
    main, people = etree.fromstring(built.main), etree.fromstring(built.person)
    zglv, schet, name = main.find("ZGLV"), main.find("SCHET"), parse_name(built.name)
    header = people.find("ZGLV")
    assert zglv is not None
    assert schet is not None
    assert header is not None
    assert name is not None
    views = {view.id_pac: view for view in map(PersonView.of, people.findall("PERS"))}
    flk = Flk(name, zglv, schet, views, context)
    found = flk.head()
    for zap in main.findall("ZAP"):
        found += flk.record(zap)
    found += flk.person_head(header)
    for person in people.findall("PERS"):
        found += flk.person(person)
    return found + flk.end()
