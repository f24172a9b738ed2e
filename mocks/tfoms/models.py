"""A mock ТФОМС of one territory: accounts, packages, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from dopusk.declaration.model import OmsTerritory
from dopusk.tfoms.exchange import PASSWORD, Operation
from dopusk.tfoms.territories import Territory, Transport
from mocks.faults import Action, Fault
from mocks.tfoms.exceptions import (
    LoginError,
    NotFoundError,
    NotReadyError,
    NotYoursError,
    TokenError,
)
from mocks.tfoms.flow import Flow
from mocks.tfoms.judge import Ordered
from mocks.tfoms.packages import Answer, Package
from mocks.tfoms.records import TfomsRecords
from mocks.tfoms.tokens import Token, Tokens

_TITLES: Mapping[Operation, str] = {
    Operation.FLK: "Протокол ФЛК",
    Operation.MEK: "Результат МЭК",
    Operation.RAK: "Реестр актов контроля",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A МО as the ТФОМС knows it."""

    mo_code: str
    login: str
    password: str

    @classmethod
    def of(cls, declared: OmsTerritory) -> Member:
        """Return the МО of a declaration."""
        return cls(declared.mo_code, declared.login, PASSWORD)


class Tfoms:
    """One ТФОМС. Thread-safe; nothing is shared between stands."""

    def __init__(
        self,
        territory: Territory,
        members: tuple[Member, ...],
        *,
        flow: Flow,
        tokens: Tokens,
        records: TfomsRecords,
    ) -> None:
        self.territory = territory
        self.records = records
        self._members = members
        self._flow = flow
        self._tokens = tokens

    def login(self, login: str, password: str) -> Token:
        """Return a new token; raises LoginError."""
        for member in self._members:
            if (member.login, member.password) == (login, password):
                return self._tokens.issue(member.mo_code)
        raise LoginError

    def enter(
        self, token: str | None, faults: tuple[Fault, ...], mo_code: str | None = None
    ) -> Token:
        """Return the token of a call; raises TokenError, NotYoursError.

        A planned TOKEN_EXPIRED ends it; `mo_code` is what the call says about its sender.
        """
        if token and any(item.action is Action.TOKEN_EXPIRED for item in faults):
            self._tokens.expire(token)
        if not token:
            raise TokenError(expired=False)
        known = self._tokens.check(token)
        if mo_code is not None and mo_code != known.mo_code:
            raise NotYoursError(mo_code)
        return known

    def take(
        self, name: str | None, data: bytes, transport: Transport, scenario: str | None
    ) -> Package:
        """Register a package (its name without extension, None: it has none) and begin its way."""
        package = Package(name or f"NONAME_{uuid4().hex[:8]}", data, transport, scenario)
        package.nameless = not name
        self.begin(package)
        return package

    def begin(self, package: Package) -> None:
        """Begin the way of a package."""
        self._flow.begin(package)

    def package(self, ref: str) -> Package:
        """Return a package by its id; raises NotFoundError."""
        found = self._flow.packages.find(ref)
        if found is None:
            raise NotFoundError(ref)
        return found

    def name_of(self, ref: str) -> str | None:
        """Return the name of a package by its id, None for an unknown id."""
        found = self._flow.packages.find(ref)
        return found.name if found else None

    def answer(self, ref: str, what: Operation) -> Answer:
        """Return a file for the МО; raises NotFoundError, NotReadyError."""
        package = self.package(ref)
        if what in package.lost:
            package.lost.discard(what)
            raise NotReadyError(_TITLES[what])
        found = package.answers.get(what)
        if found is None:
            raise NotReadyError(_TITLES[what])
        return found

    def again(self, name: str) -> None:
        """Put the answers to the packages of this name into the outbox once more."""
        for package in self._flow.packages.named(name):
            package.lost.clear()
            for what in package.answers:
                self._flow.deliver(package, what)

    def order(self, ordered: Ordered) -> None:
        """Let МЭК decide as a scenario says."""
        self.records.note("mek-ordered", None, okato=self.territory.okato, order=ordered.to_dict())
        self._flow.judge.order(ordered)

    def forget_orders(self) -> None:
        """Let МЭК decide by the rules again."""
        self._flow.judge.forget()

    def reset(self) -> None:
        """Forget packages, tokens and ordered outcomes."""
        self._flow.packages.clear()
        self._flow.judge.forget()
        self._tokens.clear()
