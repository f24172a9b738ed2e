"""Parts of the protocol that PDF and HTML share: rows of words and numbers, no layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dopusk.verdict import Evidence, Severity
from reports import texts
from reports.formats import moment, number, span

PACKS_NAMED = 4
"""Packs that «what was tested» names; the others stand in the list of rules."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One scenario that speaks for a requirement, with its stretch of the journal."""

    index: int
    """Number of the scenario in the report, from 0."""
    journal: str
    """«№ 120–141»; empty when nothing was exchanged."""


def evidence(report: Mapping[str, Any], requirement: Mapping[str, Any]) -> list[Shown]:
    """Return the scenarios that a requirement's verdict rests on."""
    return [
        Shown(index, stretch(scenario))
        for index, scenario in enumerate(report["scenarios"])
        if requirement["id"] in scenario["requirements"]
        or scenario["id"] in requirement["scenarios"]
    ]


def stretch(scenario: Mapping[str, Any]) -> str:
    """Return the journal numbers of a scenario as «№ 120–141»; empty when it has none."""
    first, last = scenario["journal"]
    if not 0 < first <= last:
        return ""
    return f"№ {first}" if first == last else f"№ {first}–{last}"


def facts(report: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    """Yield the rows of «what was tested and how»."""
    t = texts.words(lang)
    candidate = report["candidate"]
    declared = t("as_of_declared") if report["as_of_declared"] else t("as_of_today")
    scale = report["time_scale"]
    rows = [
        (t("vendor"), named(candidate, "vendor")),
        (t("product"), f"{named(candidate, 'product')} {named(candidate, 'version')}".strip()),
        (t("deployment"), texts.deployment_name(candidate.get("deployment") or "", lang)),
        (t("organizations"), "\n".join(_organizations(candidate))),
        (t("client_entity_id"), named(candidate, "client_entity_id")),
        (t("mnemonic"), named(candidate, "mnemonic")),
        (t("driver"), named(candidate, "driver")),
        *declaration(report, lang),
        (t("variants"), ", ".join(report["variants"]) + (f", {t('oms')}" if report["oms"] else "")),
        (t("as_of"), f"{moment(report['as_of'], lang)} ({declared})"),
        (t("when"), f"{moment(report['started'], lang)} — {moment(report['finished'], lang)}"),
        (t("rules"), "\n".join(rules_in_brief(report, lang))),
        (t("stand"), f"{t('dopusk')} {report['stand_version']}"),
        (t("provider"), report["provider"]),
        (t("time_scale"), f"× {scale:g}" if scale != 1 else ""),
        (t("run"), report["id"]),
    ]
    yield from ((name, value) for name, value in rows if value)


def declaration(report: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    """Yield what the declaration says beyond who the candidate is."""
    t = texts.words(lang)
    said = report["candidate"].get("declaration")
    if not isinstance(said, Mapping):
        return
    yield t("declaration"), "\n".join(_file(said))
    yield t("kinds"), ", ".join(str(kind) for kind in said.get("kinds") or ())
    yield t("territories"), "\n".join(_territory(item, lang) for item in said.get("oms") or ())
    yield t("via_ips"), t("yes") if said.get("via_ips") else ""
    yield t("scope"), ", ".join(str(item) for item in said.get("scope") or ())
    yield t("trust"), ", ".join(map(str, said.get("trust_anchors") or ())) or t("trust_test")


def _file(said: Mapping[str, Any]) -> Iterator[str]:
    yield str(said.get("file") or "")
    if said.get("sha256"):
        yield f"SHA-256 {said['sha256']}"


def _territory(item: Mapping[str, Any], lang: str) -> str:
    t = texts.words(lang)
    return f"{item.get('okato')}, {t('mo_code')} {item.get('mo_code')}, {item.get('transport')}"


def rules_in_brief(report: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield the packs by name and the dictionaries by number."""
    t = texts.words(lang)
    tables = [item for item in report["rules"] if is_table(item)]
    packs = [item for item in report["rules"] if not is_table(item)]
    for item in packs[:PACKS_NAMED]:
        what, kind = str(item.get("what") or ""), str(item.get("kind") or "")
        name = what if kind in what else f"{what} {kind}"
        edition = f", {t('edition').lower()} {item['edition']}" if item.get("edition") else ""
        version = f" {item['version']}" if item.get("version") else ""
        yield f"{name}{edition}{version}"
    if packs[PACKS_NAMED:]:
        yield t("more_packs", n=len(packs) - PACKS_NAMED)
    if tables:
        yield t("tables", n=len(tables))


def is_table(rule: Mapping[str, Any]) -> bool:
    """Tell whether a row of the rules is a dictionary of НСИ and no pack."""
    return str(rule.get("source") or "").startswith("НСИ ") and not rule.get("kind")


def _organizations(candidate: Mapping[str, Any]) -> Iterator[str]:
    for item in candidate.get("organizations") or ():
        yield f"{item.get('name')} ({item.get('oid')})" if isinstance(item, Mapping) else str(item)


def named(candidate: Mapping[str, Any], key: str) -> str:
    """Return a field of the candidate as text; empty when it is not told."""
    value = candidate.get(key)
    return "" if value is None else str(value)


def attestations(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the requirements that rest on a document of the applicant, wholly or in part."""
    return [item for item in report["requirements"] if "A" in item["verification"]]


def conventions(report: Mapping[str, Any], lang: str) -> list[str]:
    """Return sentences: how far the run rests on what no official text says."""
    t = texts.words(lang)
    counted = report["statistics"]["rules"]
    strict = bool(report["candidate"].get("conventions_block", False))
    lines = [
        t(
            "conventions_counted",
            total=sum(counted.values()),
            official=counted.get(str(Evidence.PROFILE), 0),
            own=counted.get(str(Evidence.CONVENTION), 0),
            derived=counted.get(str(Evidence.DERIVED), 0),
        ),
        t("conventions_block" if strict else "conventions_free"),
    ]
    lines += [
        t(
            "conventions_pack",
            what=item.get("what"),
            evidence=texts.evidence_name(item["evidence"], lang),
        )
        for item in report["rules"]
        if item.get("evidence") not in (None, str(Evidence.PROFILE))
    ]
    return lines


def convention_findings(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the groups of «что чинить сначала» that rest on no official text."""
    return [
        item
        for item in report["mend_first"]
        if item["evidence"] not in (None, str(Evidence.PROFILE))
    ]


def statistics(report: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    """Yield the counts of the run as rows; an indented name is a part of the row above."""
    t = texts.words(lang)
    counted = report["statistics"]
    found, sent = counted["findings"], counted["messages"]
    yield t("duration"), f"{span(counted['seconds'], lang)} {t('seconds')}"
    yield t("scenarios"), number(sum(counted["scenarios"].values()))
    yield t("steps"), number(counted["steps"])
    yield t("findings"), f"{number(found['total'])} ({t('blocking_ones')}: {found['blocking']})"
    for severity in Severity:
        if found["by_severity"].get(str(severity)):
            label = texts.severity_name(severity, lang)
            yield f"    {label}", number(found["by_severity"][str(severity)])
    yield t("messages"), f"{number(sent['total'])}, {number(sent['bytes'])} {t('bytes')}"
    for operation, count in sent["by_operation"].items():
        yield f"    {operation}", number(count)


def counts(report: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[int], int]]:
    """Yield, for each verdict that occurs, its scenarios in each variant and in all."""
    by_variant = report["statistics"]["scenarios_by_variant"]
    for verdict, total in report["statistics"]["scenarios"].items():
        yield (
            verdict,
            [by_variant.get(variant, {}).get(verdict, 0) for variant in report["variants"]],
            total,
        )
