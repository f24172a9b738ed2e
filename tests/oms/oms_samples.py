"""Orders of ОМС and packages of a МИС for the tests of its conduct."""

from __future__ import annotations

from collections.abc import Mapping

from dopusk.clock import Clock
from dopusk.oms import OmsService, RegisterOrder
from dopusk.tfoms.sent import SentPackage, SentRow
from fixtures.orders import for_territory
from fixtures.reference_mis import demo_declaration

DECLARED = demo_declaration(oms=True)


def order(name: str, serial: int = 7, place: int = 0) -> RegisterOrder:
    """Return a control order of the reference МИС's territory."""
    now = Clock.at(DECLARED.as_of).now()
    return for_territory(name, DECLARED, DECLARED.oms[place], now=now, serial=serial)


def row(service: OmsService, number: int = 1, **changes: str | None) -> SentRow:
    """Return the row in which a МИС brings a service to account."""
    values: Mapping[str, str | None] = {
        "DATE_Z_1": service.began.isoformat(),
        "DATE_Z_2": service.ended.isoformat(),
        "DS1": service.diagnosis,
        "SUMV": f"{service.sum:.2f}",
        "RSLT": service.result,
        "IDDOKT": service.doctor_snils,
        **changes,
    }
    return SentRow(
        idcase=str(number),
        n_zap=str(number),
        pr_nov=changes.get("PR_NOV", "0"),
        enp=service.patient.policy_number,
        smo="50001",
        snils=service.patient.snils,
        values=tuple((name, value) for name, value in values.items() if value is not None),
    )


def package(
    *rows: SentRow, seq: int = 100, name: str = "HM500432S50001_24011", okato: str = "46000"
) -> SentPackage:
    """Return a package of these rows."""
    return SentPackage(seq, okato, name, rows)


def whole(asked: RegisterOrder, **more: str | int) -> SentPackage:
    """Return the package of everything that is due in an order."""
    rows = (row(item, number) for number, item in enumerate(asked.due, 1))
    return package(*rows, **more)  # type: ignore[arg-type]
