"""Rules of the mock ФЕРЗЛ: who is insured, by whom, on which day."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date

from dopusk.cases import Person
from dopusk.clock import Clock
from dopusk.journal.entry import Draft, Phase
from dopusk.oms import Policy
from mocks.ferzl.exceptions import InternalError, NotFoundError, TokenError
from mocks.traffic import Appender, Incoming

ACTOR = "ferzl"
TOKEN = "dopusk-ferzl-test"
"""X-Auth-Token of every МО on the stand."""


@dataclass(frozen=True, slots=True)
class Search:
    """Whom a request looks for: one of its groups of data is filled."""

    enp: str | None = None
    snils: str | None = None
    """Digits only."""
    birth_date: date | None = None
    document: tuple[str, str] | None = None
    """Series and number of an identity document."""
    oip: str | None = None
    """Twelve digits."""


@dataclass(frozen=True, slots=True)
class Insured:
    """A person with the policies that the person has had, in the order of their beginning."""

    oip: str
    person: Person
    policies: tuple[Policy, ...]

    def policy(self, day: date) -> Policy | None:
        """Return the policy as of a day: the one that had begun last, or the only one."""
        begun = [item for item in self.policies if item.valid_from <= day]
        return begun[-1] if begun else next(iter(self.policies), None)

    def matches(self, search: Search) -> bool:
        """Tell whether it is the person that is looked for."""
        person = self.person
        if search.oip is not None:
            return search.oip == self.oip
        if search.enp is not None:
            return search.enp in {person.policy_number, *(item.enp for item in self.policies)}
        if search.document is not None:
            own = (person.passport_series, person.passport_number)
            return tuple(_bare(part) for part in own) == search.document
        same_day = search.birth_date in (None, person.birth_date)
        return search.snils == person.snils and same_day


class Ferzl:
    """The register of one stand. Thread-safe."""

    def __init__(self, journal: Appender, clock: Clock, *, token: str = TOKEN) -> None:
        self._journal = journal
        self._clock = clock
        self._lock = threading.Lock()
        self._insured: dict[str, Insured] = {}
        self._failures = 0
        self.token = token

    def know(self, person: Person, *policies: Policy) -> None:
        """Take a person with the policies that the person has had; none: insured nowhere.

        A person who is known already gets these policies instead.
        """
        with self._lock:
            known = self._insured.get(person.snils)
            oip = known.oip if known else f"{len(self._insured) + 1:012d}"
            ordered = tuple(sorted(policies, key=lambda item: item.valid_from))
            self._insured[person.snils] = Insured(oip, person, ordered)

    def fail(self, times: int) -> None:
        """Answer the next requests with error 500."""
        with self._lock:
            self._failures = times

    def admit(self, token: str | None) -> None:
        """Check X-Auth-Token; raises TokenError."""
        if token != self.token:
            raise TokenError

    def status(
        self, search: Search, day: date | None, incoming: Incoming
    ) -> tuple[Insured, Policy]:
        """Return the person and the policy as of a day (None: today).

        Raises NotFoundError, and InternalError when that is planned.
        """
        day = day or self._clock.today()
        with self._lock:
            failing = self._failures > 0
            self._failures -= int(failing)
            found = next((item for item in self._insured.values() if item.matches(search)), None)
        if failing:
            self._note(incoming, "error-500", day, None)
            raise InternalError
        policy = found.policy(day) if found else None
        self._note(incoming, "found" if policy else "unknown", day, policy)
        if found is None or policy is None:
            raise NotFoundError
        return found, policy

    def covers(self, number: str, day: date) -> bool | None:
        """Tell whether the policy of this number (ЕНП) pays on a day; None: it is unknown."""
        with self._lock:
            known = [
                policy
                for item in self._insured.values()
                for policy in item.policies
                if policy.enp == number
            ]
        return any(policy.covers(day) for policy in known) if known else None

    def reset(self) -> None:
        """Forget everybody and every planned failure."""
        with self._lock:
            self._insured.clear()
            self._failures = 0

    def _note(self, incoming: Incoming, result: str, day: date, policy: Policy | None) -> None:
        self._journal.append(
            Draft(
                Phase.EVENT,
                ACTOR,
                "decision",
                scenario=incoming.scenario,
                note={
                    "stage": "insurance",
                    "result": result,
                    "on": day.isoformat(),
                    "enp": policy.enp if policy else None,
                    "status": policy.status.value if policy else None,
                    "findings": [],
                    "cause": "fault plan" if result == "error-500" else "candidate",
                },
            )
        )


def _bare(text: str) -> str:
    return "".join(text.split())
