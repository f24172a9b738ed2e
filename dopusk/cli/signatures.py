"""`dopusk check --signature`: who signed a document, and whether the signature holds."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from rich.text import Text

from dopusk.cli.check_one import Judged, Record, Settings, Weight, json_line, judge
from dopusk.cli.check_tally import Tally
from dopusk.cli.check_view import COLOURS, View
from dopusk.cli.console import console, fail
from dopusk.clock import MOSCOW
from dopusk.semd import SemdDocument
from dopusk.semd.moment import read_ts
from dopusk.semd.report import layer_status
from dopusk.signature import (
    NamedContainer,
    SignatureAccount,
    SignaturePolicy,
    TrustError,
    TrustStore,
    check_document_signatures,
    examine,
    trust_remarks,
)
from dopusk.signature.account import SignedBy
from dopusk.signature.moments import shown_day
from dopusk.verdict import ExitCode, Finding
from dopusk.wire.xml import DEFAULT_LIMITS, read_xml
from dopusk.wording import os_reason

TOGETHER = "подписи вместе"
"""Name under which findings about the set of signatures are shown."""
_SIGNED = "подписан именно этот файл"
_NOT_SIGNED = "что подписан именно этот файл, не подтверждено"
MAX_BYTES = 2 * SignaturePolicy().asn1.max_bytes
"""Of a signature file: PEM and base64 are a third longer than what they hold."""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """What the command was given."""

    document: Path
    signatures: Sequence[Path]
    trust: Sequence[Path] = ()
    """Files or folders of trust anchors; none: the test PKI of the stand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How the outcome is shown."""

    as_json: bool = False
    verbose: bool = False
    strict: bool = False


def check_signed(asked: SignedDocument, settings: Settings, show: Shown) -> ExitCode:
    """Judge a document and its detached signatures, show both, return the exit code.

    Leaves with code 2 when a file cannot be used.
    """
    trust = _trust(asked.trust)
    containers = [NamedContainer(str(path), _container(path)) for path in asked.signatures]
    data = _document(asked.document)
    accounts = [_examine(item, data, trust, settings) for item in containers]
    together = check_document_signatures(containers, data, kind_mo_sign_required=False)
    outcome = _Outcome(judge(asked.document, settings), accounts, together, trust)
    if show.as_json:
        unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        console().print(
            json_line(outcome.record, ascii_only=not unicode),
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    else:
        _print(outcome, show)
    tally = Tally()
    for judged in outcome.judged:
        tally.add(judged)
    return tally.exit_code(strict=show.strict)


@dataclass(frozen=True, slots=True)
class _Outcome:
    document: Judged
    accounts: Sequence[SignatureAccount]
    together: Sequence[Finding]
    trust: TrustStore

    @property
    def judged(self) -> list[Judged]:
        """Return the document, each signature and their set as things that were judged."""
        found = [self.document]
        found += [_as_judged(item.part, item.findings) for item in self.accounts]
        return [*found, _as_judged(TOGETHER, self.together)]

    @property
    def record(self) -> Record:
        """Return all of it for JSON."""
        return {
            **self.document.record,
            "signatures": [
                {**item.to_dict(), "verdict": layer_status(item.findings)} for item in self.accounts
            ],
            "signatureSet": [item.to_dict() for item in self.together],
            "trust": {
                "test": self.trust.is_test,
                "anchors": [str(item.subject) for item in self.trust.anchors],
            },
        }


def _print(outcome: _Outcome, show: Shown) -> None:
    screen = console()
    view = View(width=screen.width if screen.is_terminal else None, verbose=show.verbose)
    lines = list(view.lines(outcome.document))
    for account in outcome.accounts:
        header, *found = view.lines(_as_judged(account.part, account.findings))
        lines += [Text("подпись ").append(header), *_lines(account), *found]
    if outcome.together:
        lines += view.lines(_as_judged(TOGETHER, outcome.together))
    lines.append(_trusted(outcome.trust))
    for line in lines:
        screen.print(line, soft_wrap=True)


def _lines(account: SignatureAccount) -> Iterator[Text]:
    """Return who, when, by which certificate; what the container does not tell is left out."""
    signer = account.signer
    rows = {
        "кто": None if signer is None else _who(signer),
        "когда": _when(account.signed_at),
        "документ": _SIGNED if account.covers_document else _NOT_SIGNED,
        "сертификат": None if signer is None else _certificate(signer),
        "алгоритм": _algorithm(account),
        "цепочка": " ← ".join(account.chain) or None,
    }
    for name, value in rows.items():
        if value is not None and (account.signers or name == "документ"):
            yield Text(f"      {name}: {value}")


def _when(moment: datetime | None) -> str:
    if moment is None:
        return "время подписания не указано"
    return f"{moment.astimezone(MOSCOW):%d.%m.%Y %H:%M:%S} МСК"


def _trusted(trust: TrustStore) -> Text:
    """Return what the chains were checked by; the test PKI visibly."""
    remark = next(iter(trust_remarks(trust)), None)
    if remark is None:
        names = "; ".join(item.subject.title for item in trust.anchors)
        return Text(f"доверие: {names}")
    hint = "Свои корни задаёт --trust."
    return Text(f"доверие: {remark.message}. {hint}", style=COLOURS[Weight.REMARK])


def _who(signer: SignedBy) -> str:
    numbers = (("СНИЛС", signer.snils), ("ОГРН", signer.ogrn), ("ИНН", signer.inn))
    return ", ".join([signer.title, *(f"{name} {value}" for name, value in numbers if value)])


def _certificate(signer: SignedBy) -> str:
    period = f"{shown_day(signer.not_before)} — {shown_day(signer.not_after)}"
    return f"№ {signer.serial}, {period}, издатель {signer.issuer}"


def _algorithm(account: SignatureAccount) -> str:
    key = account.signer.key if account.signer else account.signature_algorithm
    named = [part for part in (key, account.digest_algorithm) if part]
    return "; ".join([*named, f"контейнер {account.form}"])


def _as_judged(name: str, findings: Iterable[Finding]) -> Judged:
    found = tuple(findings)
    record: dict[str, Any] = {
        "file": name,
        "verdict": layer_status(found),
        "judged": True,
        "layers": [],
        "findings": [item.to_dict() for item in found],
    }
    return Judged.of(record)


def _examine(
    container: NamedContainer, document: bytes, trust: TrustStore, settings: Settings
) -> SignatureAccount:
    now = settings.now
    if not isinstance(now, datetime):
        now = datetime.combine(now, time(23, 59, 59), MOSCOW)
    return examine(
        container.data,
        document,
        part=container.part,
        expectation=None,
        trust=trust,
        created_at=_created(document),
        received_at=now,
        checked_at=now,
    )


def _created(document: bytes) -> datetime | None:
    """Return when the document was made, None when it does not tell."""
    tree = read_xml(document, part="ЭМД").tree
    made = SemdDocument.read(tree).effective_time if tree is not None else None
    moment: datetime | date | None = read_ts(made.value) if made is not None else None
    return moment if isinstance(moment, datetime) else None


def _trust(paths: Sequence[Path]) -> TrustStore:
    try:
        return TrustStore.load(paths) if paths else TrustStore.test_pki()
    except TrustError as error:
        fail(str(error))


def _document(path: Path) -> bytes:
    if path.is_dir():
        fail(f"{path}: это папка, а с --signature проверяется один документ")
    return _read(path, DEFAULT_LIMITS.max_bytes, "документ")


def _container(path: Path) -> bytes:
    """Return the octets of a signature file; leaves with code 2 for what cannot be one."""
    data = _read(path, MAX_BYTES, "подпись")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        fail(
            f"{path}: это XML, а не подпись. "
            "Порядок такой: dopusk check --signature подпись.p7s документ.xml"
        )
    return data


def _read(path: Path, limit: int, what: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        fail(f"{path}: {what} не читается ({os_reason(error)})")
    if len(data) > limit:
        fail(f"{path}: {what} больше {limit // 1024 // 1024} МиБ, столько стенд не читает")
    return data
