"""Медико-экономический контроль (МЭК): which cases of a register are paid, and why others not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import IntEnum, StrEnum
from functools import cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from dopusk.suite import schemas

CENT: Final = Decimal("0.01")
DEFAULT_REASON: Final = "216"
"""Reason of an ordered refusal that names none: the tariff is not the agreed one (F014)."""


class MekOrderError(ValueError):
    """An ordered outcome is described wrongly; the text says how."""


class Oplata(IntEnum):
    """How a case is paid (F005)."""

    PAID = 1
    REFUSED = 2
    PARTLY = 3


class Outcome(StrEnum):
    """What a scenario may order."""

    PAID = "paid"
    """Every case, whatever the rules say."""
    REFUSED = "refused"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of schemas/tfoms/mek.toml."""

    id: str
    kind: str
    s_osn: str
    comment: str
    evidence: str
    source: str
    field: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MekOrder:
    """An outcome that a scenario sets instead of the rules."""

    outcome: Outcome
    reason: str = DEFAULT_REASON
    """Code of F014; for refused and partly."""
    cases: frozenset[str] = frozenset()
    """IDCASE of the cases concerned; empty means all. The others are decided by the rules."""
    share: Decimal = Decimal("0.5")
    """What part of the sum is withheld when paid partly."""

    def __post_init__(self) -> None:
        """Refuse what F014 does not know and shares that leave nothing or all."""
        if self.reason not in reasons():
            known = f"{min(reasons())}–{max(reasons())}"
            raise MekOrderError(f"Основания {self.reason} для МЭК в F014 нет, есть {known}")
        if not 0 < self.share < 1:
            raise MekOrderError(f"Доля {self.share}: нужна больше 0 и меньше 1")


@dataclass(frozen=True, slots=True)
class Sanction:
    """Money withheld from a case (SANK)."""

    amount: Decimal
    s_osn: str
    sl_id: str | None
    comment: str
    evidence: str
    """What the rule rests on, for the journal; it does not travel to the МО."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one completed case."""

    n_zap: str
    idcase: str
    id_pac: str
    lpu: str
    claimed: Decimal
    """SUMV."""
    oplata: Oplata
    sanctions: tuple[Sanction, ...]
    key: bytes
    """The case as such, whatever its numbers: for «already paid»."""

    @property
    def withheld(self) -> Decimal:
        """Return SANK_IT."""
        return sum((item.amount for item in self.sanctions), Decimal("0.00"))

    @property
    def paid(self) -> Decimal:
        """Return SUMP."""
        return self.claimed - self.withheld

    def to_dict(self) -> dict[str, object]:
        """Return what the journal keeps of it."""
        return {
            "n_zap": self.n_zap,
            "idcase": self.idcase,
            "id_pac": self.id_pac,
            "oplata": int(self.oplata),
            "sumv": f"{self.claimed:.2f}",
            "sump": f"{self.paid:.2f}",
            "sanctions": [
                {
                    "s_osn": item.s_osn,
                    "sum": f"{item.amount:.2f}",
                    "comment": item.comment,
                    "evidence": item.evidence,
                }
                for item in self.sanctions
            ],
        }


@dataclass(frozen=True, slots=True)
class MekContext:
    """What МЭК knows besides the register."""

    paid: Callable[[bytes], bool] = lambda _key: False
    """Tells whether a case (Decision.key) was paid by an earlier package."""
    covered: Callable[[str, date], bool | None] = lambda _policy, _day: None
    """Tells whether a policy number is valid on a day; None: nothing is known of the person."""
    order: MekOrder | None = None


def decide(zaps: Iterable[etree._Element], context: MekContext) -> Iterator[Decision]:
    """Yield a decision for the case of every ZAP, in their order.

    The register has passed ФЛК: sums and dates are what they must be. Where they are not, the sum
    counts as nothing and the date as unknown.
    """
    seen: set[bytes] = set()
    for zap in zaps:
        yield _decide(zap, context, seen)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of МЭК in the order in which they are tried."""
    return tuple(
        Rule(
            **{
                **row,
                "field": tuple(row.get("field", ())),
                "values": frozenset(row.get("values", ())),
            }
        )
        for row in _table()["rules"]
    )


@cache
def reasons() -> Mapping[str, str]:
    """Return the reasons of МЭК: code of F014 → number of the ground and text."""
    return MappingProxyType(dict(_table()["reasons"]))


def _table() -> dict[str, Any]:
    path = schemas() / "tfoms" / "mek.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _decide(zap: etree._Element, context: MekContext, seen: set[bytes]) -> Decision:
    case = zap.find("Z_SL")
    case = zap if case is None else case
    key = _key(zap, case)
    claimed = _money(_text(case, "SUMV"))
    idcase = _text(case, "IDCASE")
    sanction = _ordered(case, claimed, idcase, context.order)
    if sanction is None and not _spared(idcase, context.order):
        sanction = _by_rules(zap, case, claimed, key, context, seen)
    seen.add(key)
    oplata = Oplata.PAID
    if sanction is not None:
        oplata = Oplata.REFUSED if sanction.amount == claimed else Oplata.PARTLY
    return Decision(
        n_zap=_text(zap, "N_ZAP"),
        idcase=idcase,
        id_pac=_text(zap, "PACIENT/ID_PAC"),
        lpu=_text(case, "LPU"),
        claimed=claimed,
        oplata=oplata,
        sanctions=(sanction,) if sanction is not None else (),
        key=key,
    )


def _concerns(order: MekOrder | None, idcase: str) -> bool:
    return order is not None and (not order.cases or idcase in order.cases)


def _spared(idcase: str, order: MekOrder | None) -> bool:
    """Tell whether the case is paid by order: the rules are not asked."""
    return order is not None and order.outcome is Outcome.PAID and _concerns(order, idcase)


def _ordered(
    case: etree._Element, claimed: Decimal, idcase: str, order: MekOrder | None
) -> Sanction | None:
    if order is None or order.outcome is Outcome.PAID or not _concerns(order, idcase):
        return None
    amount = claimed
    if order.outcome is Outcome.PARTLY:
        amount = (claimed * order.share).quantize(CENT, ROUND_HALF_UP)
        if not 0 < amount < claimed:
            return None
    return Sanction(
        amount, order.reason, _first_sl(case), reasons()[order.reason], "соглашение стенда"
    )


def _by_rules(
    zap: etree._Element,
    case: etree._Element,
    claimed: Decimal,
    key: bytes,
    context: MekContext,
    seen: set[bytes],
) -> Sanction | None:
    for rule in rules():
        match rule.kind:
            case "value":
                broken = any(
                    (item.text or "").strip() in rule.values
                    for path in rule.field
                    for item in case.iterfind(path)
                )
            case "duplicate":
                broken = key in seen
            case "paid":
                broken = context.paid(key)
            case _:
                broken = _uncovered(zap, case, context)
        if broken:
            return Sanction(claimed, rule.s_osn, _first_sl(case), rule.comment, rule.evidence)
    return None


def _uncovered(zap: etree._Element, case: etree._Element, context: MekContext) -> bool:
    number = _policy(zap)
    try:
        day = date.fromisoformat(_text(case, "DATE_Z_2"))
    except ValueError:
        return False
    return bool(number) and context.covered(number, day) is False


def _key(zap: etree._Element, case: etree._Element) -> bytes:
    """Return what makes the case itself: policy, МО, dates, conditions, services."""
    bits = [_policy(zap)]
    bits += [_text(case, name) for name in ("LPU", "USL_OK", "DATE_Z_1", "DATE_Z_2", "SUMV")]
    for path in ("SL/PROFIL", "SL/DS1", "SL/PRVS", "SL/P_CEL", "SL/USL/CODE_USL"):
        bits.append("+".join(sorted((item.text or "").strip() for item in case.iterfind(path))))
    return blake2b("|".join(bits).encode(), digest_size=16).digest()


def _policy(zap: etree._Element) -> str:
    return _text(zap, "PACIENT/ENP") or _text(zap, "PACIENT/NPOLIS")


def _first_sl(case: etree._Element) -> str | None:
    return _text(case, "SL/SL_ID") or None


def _money(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal("0.00")
    return value.quantize(CENT) if value.is_finite() and value.adjusted() < 20 else Decimal("0.00")


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
