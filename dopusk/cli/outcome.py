"""Makes the result of a run out of scenario results, attestations and the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dopusk import __version__
from dopusk.catalogue import Catalogue, Requirement, attestation_verdicts, judge
from dopusk.cli.rulebook import rulebook
from dopusk.clock import Clock
from dopusk.declaration.model import Declaration, Variant
from dopusk.gost import provider
from dopusk.journal import Journal
from dopusk.packs import load_pack
from dopusk.verdict import Evidence, Finding, Severity, Verdict, exit_code, run_verdict, worst
from dopusk.verdict.result import RequirementResult, RunResult, ScenarioResult
from dopusk.wire.profile import WireProfile
from reports.records import records


@dataclass(frozen=True, slots=True)
class RunRules:
    """By what a run is judged: the suite's own rules with those of its extensions."""

    catalogue: Catalogue
    profile: WireProfile
    profile_file: Path | None = None
    """Where the wire profile was read from; None means the stand's own."""


def assemble(
    *,
    run_id: str,
    started: datetime,
    declaration: Declaration,
    variants: Sequence[Variant],
    command: str,
    clock: Clock,
    journal: Journal,
    scenarios: Sequence[ScenarioResult],
    left_out: Mapping[str, Collection[str]],
    unfinished: Mapping[str, Collection[str]],
    rules: RunRules,
    finished: datetime | None = None,
) -> RunResult:
    """Return the result of a run: verdicts of requirements, what blocks, what is remarked.

    `left_out` are scenarios that the operator left out, `unfinished` those that an interruption
    did, with the requirements that they show: a requirement of which a part was not tried is not
    verified. `finished` is now unless a recorded run is judged again.
    """
    missing = [*left_out.values(), *unfinished.values()]
    untried = frozenset(name for names in missing for name in names)
    requirements = _requirements(
        rules.catalogue, declaration, variants, started.date(), scenarios, untried
    )
    verdicts = [item.verdict for item in scenarios] + [item.verdict for item in requirements]
    verdict = run_verdict([*verdicts, Verdict.SKIP] if missing else verdicts)
    return RunResult(
        id=run_id,
        started=started.isoformat(timespec="seconds"),
        finished=(finished or datetime.now(UTC)).isoformat(timespec="seconds"),
        as_of=clock.today().isoformat(),
        as_of_declared=declaration.as_of is not None,
        stand_version=__version__,
        command=command,
        time_scale=declaration.stand.time_scale,
        candidate=_candidate(declaration),
        variants=tuple(variant.value for variant in variants),
        oms=bool(declaration.oms_territories),
        rules=tuple(rulebook(declaration, rules.profile, rules.profile_file)),
        provider=provider().name,
        verdict=verdict,
        exit_code=exit_code(verdict),
        blocking=tuple(
            _blocking(declaration, scenarios, requirements, len(left_out), len(unfinished))
        ),
        remarks=tuple(_remarks(declaration, clock, started.date(), scenarios)),
        requirements=requirements,
        scenarios=tuple(scenarios),
        messages=records(journal.entries(), scenarios),
    )


def _requirements(
    catalogue: Catalogue,
    declaration: Declaration,
    variants: Sequence[Variant],
    judged: date,
    scenarios: Sequence[ScenarioResult],
    untried: Collection[str],
) -> tuple[RequirementResult, ...]:
    """Judge every requirement of the variants; attestations by the real date of the run.

    The stand's calendar may stand in the past of the declared documents, so it does not judge
    them.
    """
    attested = attestation_verdicts(catalogue, declaration, judged)
    wanted: dict[str, Requirement] = {}
    for variant in variants:
        for row in catalogue.requirements(
            variant, bool(declaration.oms_territories), via_ips=declaration.via_ips
        ):
            wanted.setdefault(row.id, row)
    results = []
    for row in wanted.values():
        parts, notes = [], []
        if row.tested:
            shown = judge(row, scenarios, conventions_block=declaration.stand.conventions_block)
            parts.append(shown.verdict)
            notes.append(shown.note)
            if row.id in untried:
                parts.append(Verdict.SKIP)
            if row.id in untried and shown.verdict in (Verdict.PASS, Verdict.REMARK):
                notes.append("Проведены не все сценарии этого требования.")
        if row.id in attested:
            parts.append(attested[row.id].verdict)
            notes.append(attested[row.id].note)
        results.append(
            RequirementResult(
                id=row.id,
                clause=row.clause,
                text=row.text,
                level=row.level,
                verification=row.verification,
                verdict=worst(parts),
                scenarios=tuple(item.id for item in scenarios if row.id in item.requirements),
                note=" ".join(note for note in notes if note) or None,
            )
        )
    return tuple(results)


def _candidate(declaration: Declaration) -> Mapping[str, Any]:
    return {
        "vendor": declaration.vendor,
        "product": declaration.product,
        "version": declaration.version,
        "deployment": declaration.deployment,
        "client_entity_id": declaration.client_entity_id,
        "mnemonic": declaration.mnemonic,
        "organizations": [
            {"oid": item.oid, "name": item.name} for item in declaration.organizations
        ],
        "driver": declaration.driver.kind,
        "conventions_block": declaration.stand.conventions_block,
        "declaration": _declared(declaration),
    }


def _declared(declaration: Declaration) -> Mapping[str, Any]:
    """Return what a reader of the protocol wants of the declaration, without people in it."""
    said: dict[str, Any] = {
        "file": declaration.path.name,
        "kinds": list(declaration.kinds),
        "oms": [
            {"okato": item.okato, "mo_code": item.mo_code, "transport": item.transport}
            for item in declaration.oms
        ],
        "via_ips": declaration.via_ips,
        "scope": list(declaration.scope_operations),
        "trust_anchors": [path.name for path in declaration.trust_anchors],
    }
    with suppress(OSError):  # a judge has the declaration's values and not its file
        said["sha256"] = hashlib.sha256(declaration.path.read_bytes()).hexdigest()
    return said


def _blocking(
    declaration: Declaration,
    scenarios: Sequence[ScenarioResult],
    requirements: Sequence[RequirementResult],
    left_out: int,
    unfinished: int,
) -> Iterable[str]:
    where: dict[str, tuple[Finding, list[str]]] = {}
    for scenario in scenarios:
        for item in scenario.findings:
            if item.blocks(conventions_block=declaration.stand.conventions_block):
                where.setdefault(item.code, (item, []))[1].append(scenario.name)
    for code, (item, names) in where.items():
        broken = len(dict.fromkeys(names))
        yield f"{code}: {item.message} (сценариев: {broken})"
    for scenario in scenarios:
        if scenario.verdict is Verdict.STAND_ERROR:
            yield f"Сбой стенда в сценарии «{scenario.name}»: {scenario.note}"
        elif scenario.verdict is Verdict.SKIP:
            yield f"Сценарий «{scenario.name}» не проверен"
    if left_out:
        yield f"Проведены не все сценарии: опция --scenario оставила непроверенными {left_out}"
    if unfinished:
        yield f"Прогон прерван: не проведено сценариев — {unfinished}"
    for row in requirements:
        if "A" in row.verification and row.verdict is Verdict.SKIP:
            yield f"{row.id}: {row.note}"
        elif row.verdict is Verdict.SKIP and not row.scenarios:
            yield f"{row.id}: не проверено. {row.note}"


def _remarks(
    declaration: Declaration, clock: Clock, real: date, scenarios: Sequence[ScenarioResult]
) -> Iterable[str]:
    if declaration.as_of is not None:
        yield f"Календарь стенда: {clock.today():%d.%m.%Y} (дата из декларации)."
    for kind in declaration.kinds:
        pack = load_pack(kind)
        if pack.window_end is not None and pack.window_end < real:
            yield (
                f"Вид {kind} (редакция {pack.edition}) закрыт для регистрации "
                f"с {pack.window_end:%d.%m.%Y}: сегодня РЭМД ответил бы NO_DOCUMENT_KIND_ON_DATE."
            )
    if not declaration.trust_anchors:
        yield "Доверенные сертификаты не указаны: подписи проверены по тестовой PKI стенда."
    if declaration.stand.time_scale != 1:
        yield f"Предписанные паузы ускорены в {declaration.stand.time_scale:g} раз."
    conventions = {
        item.code
        for scenario in scenarios
        for item in scenario.findings
        if item.evidence is not Evidence.PROFILE and item.severity is Severity.ERROR
    }
    if conventions and not declaration.stand.conventions_block:
        yield f"Нарушены соглашения стенда (не мешают): {', '.join(sorted(conventions))}."
