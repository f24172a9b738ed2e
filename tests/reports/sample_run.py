"""Synthetic results of runs for the tests of reports: every verdict, any size."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dopusk.verdict import Evidence, ExitCode, Finding, Severity, Verdict, Where, exit_code
from dopusk.verdict.outcome import run_verdict, worst
from dopusk.verdict.result import (
    MessageRecord,
    RequirementResult,
    RunResult,
    ScenarioResult,
    StepResult,
)
from reports.records import shorten

START = datetime(2024, 3, 14, 9, 30, tzinfo=UTC)
SEVEN = ("fed-1", "fed-2", "fed-3", "fed-4", "mo-1", "mo-2", "mo-3")
_SIGNATURE = base64.b64encode(bytes(range(256)) * 12).decode()

LANGUAGE = Finding(
    code="SCH-SAMPLE-LANGUAGE",
    severity=Severity.ERROR,
    message="Язык документа указан не по справочнику: у languageCode нет кода ru-RU",
    evidence=Evidence.PROFILE,
    source="Руководство по реализации СЭМД 194, У1-7; НСИ 1.2.643.5.1.13.13.11.1040",
    where=Where(part="ЭМД", line=12, column=3, xpath="/ClinicalDocument[1]/languageCode[1]"),
    expected="ru-RU",
    got="en-US",
    remd="SCHEMATRON_VALIDATION_ERROR",
    cure="Запишите в /ClinicalDocument/languageCode/@code значение ru-RU.",
)
SNILS = Finding(
    code="REG-SAMPLE-SNILS",
    severity=Severity.ERROR,
    message="СНИЛС пациента в запросе не совпадает со СНИЛС в документе",
    evidence=Evidence.PROFILE,
    source="Описание выполняемых проверок в РЭМД §5.2",
    where=Where(
        part="registerDocument",
        line=1,
        xpath="/soap:Envelope[1]/soap:Body[1]/ser:registerDocumentRequest[1]/ser:document[1]"
        "/ser:patient[1]/ser:snils[1]",
    ),
    expected="11223344595",
    got="11223344500",
    remd="PATIENT_MISMATCH",
    cure="Берите СНИЛС из той же карты пациента, из которой формируется документ.",
)
DIGEST = Finding(
    code="SIG-SAMPLE-DIGEST",
    severity=Severity.ERROR,
    message="Подпись AUTHOR сделана над другим документом",
    evidence=Evidence.PROFILE,
    source="RFC 5652 §11.2; НСИ 305 №42",
    where=Where(part="подпись AUTHOR"),
    expected="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    got="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    remd="SIGNATURE_VERIFICATION_ERROR",
    cure="Подпишите байты файла, который отдаёт getDocumentFile, без перекодирования.",
)
CONVENTION = Finding(
    code="WIRE-SAMPLE-EXTRA",
    severity=Severity.ERROR,
    message="Элемент ser:extension не описан в профиле стенда",
    evidence=Evidence.CONVENTION,
    source="соглашение стенда, schemas/remd/profile.toml",
    where=Where(part="registerDocument"),
    cure="Уберите элемент или подключите официальную схему: dopusk pack add.",
)
REMARK = Finding(
    code="DOC-SAMPLE-CLOSED",
    severity=Severity.REMARK,
    message="Регистрация вида 194 закрыта с 30.06.2024",
    evidence=Evidence.PROFILE,
    source="НСИ 1.2.643.5.1.13.13.11.1520",
    cure="Переходите на редакцию 3 (вид 306).",
)


def envelope(operation: str, inner: str, number: int = 1) -> str:
    """Return a SOAP 1.2 message in one line, as most МИС send it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:wsa="http://www.w3.org/2005/08/addressing" '
        'xmlns:ser="http://egisz.rosminzdrav.ru/iehr/emdr/service/">'
        f"<soap:Header><wsa:MessageID>00000000-0000-4000-8000-{number:012d}</wsa:MessageID>"
        f"<wsa:Action>{operation}</wsa:Action></soap:Header>"
        f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
    )


def register_request(number: int) -> str:
    """Return a registerDocument request of a synthetic patient."""
    return envelope(
        "registerDocument",
        "<ser:registerDocumentRequest><ser:document>"
        f"<ser:localUid>10000000-0000-4000-8000-{number:012d}</ser:localUid><ser:kind>194</ser:kind>"
        "<ser:patient><ser:surname>Примерова</ser:surname><ser:name>Анна</ser:name>"
        "<ser:birthDate>1988-04-12</ser:birthDate><ser:snils>11223344500</ser:snils></ser:patient>"
        "<ser:personalSignatures><ser:role>AUTHOR</ser:role>"
        f"<ser:signature>{_SIGNATURE}</ser:signature></ser:personalSignatures>"
        "</ser:document></ser:registerDocumentRequest>",
        number,
    )


DOCUMENT = "\n".join(
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<ClinicalDocument xmlns="urn:hl7-org:v3">',
        '  <realmCode code="RU"/>',
        '  <typeId root="2.16.840.1.113883.1.3" extension="POCD_MT000040"/>',
        '  <templateId root="1.2.643.5.1.13.13.14.194.9.2"/>',
        '  <id root="1.2.643.5.1.13.13.12.2.50.1.100.1.1.51" extension="7"/>',
        '  <code code="194" codeSystem="1.2.643.5.1.13.13.11.1520"/>',
        "  <title>Медицинское заключение по результатам осмотра</title>",
        '  <effectiveTime value="202403141130+0300"/>',
        '  <confidentialityCode code="N" codeSystem="1.2.643.5.1.13.13.99.2.285"/>',
        "  <!-- язык документа -->",
        '  <languageCode code="en-US"/>',
        '  <setId root="1.2.643.5.1.13.13.12.2.50.1.100.1.1.50" extension="7"/>',
        '  <versionNumber value="1"/>',
        "</ClinicalDocument>",
    ]
)


class _Builder:
    """Collects scenarios and their messages with running journal numbers."""

    def __init__(self) -> None:
        self.messages: list[MessageRecord] = []
        self.scenarios: list[ScenarioResult] = []

    def message(
        self, actor: str, peer: str | None, operation: str, phase: str, body: str, **more: object
    ) -> int:
        seq = len(self.messages) + 1
        at = START + timedelta(milliseconds=137 * seq)
        self.messages.append(
            replace(
                MessageRecord(
                    seq=seq,
                    at=at.isoformat(timespec="milliseconds"),
                    stand_at=at.isoformat(timespec="milliseconds"),
                    phase=phase,
                    actor=actor,
                    peer=peer,
                    operation=operation,
                    status=200 if phase == "response" else None,
                    message_id=f"0000000000004000800{seq:013d}",
                    relates_to=None,
                    local_uid=f"10000000-0000-4000-8000-{len(self.scenarios):012d}",
                    body=shorten(body),
                    size=len(body.encode()),
                ),
                **more,  # type: ignore[arg-type]
            )
        )
        return seq

    def exchange(self, result: str = "success") -> list[int]:
        """Add the whole path of one document: eight messages and two events."""
        say, number = self.message, len(self.messages) + 1
        submit = '{"case": {"id": "driver", "title": "Водитель", "kind": "194"}}'
        localuid = f'{{"ref": "doc-{number}", "localUid": "10000000-0000-4000-8000-000000000000"}}'
        document = {"part": "ЭМД", "text": DOCUMENT}
        status = f"<ser:status>{result}</ser:status>"
        packed = base64.b64encode(DOCUMENT.encode()).decode()
        return [
            say("driver", "candidate", "submit", "request", submit),
            say("candidate", "remd", "registerDocument", "request", register_request(number)),
            say(
                "remd",
                "candidate",
                "registerDocument",
                "response",
                envelope(
                    "registerDocument",
                    "<ser:registerDocumentResponse><ser:status>success</ser:status>"
                    "</ser:registerDocumentResponse>",
                    number,
                ),
            ),
            say("candidate", "driver", "submit", "response", localuid, status=202),
            say("remd", None, "decision", "event", "", note={"stage": "stage1"}),
            say(
                "remd",
                "candidate",
                "getDocumentFile",
                "request",
                envelope(
                    "getDocumentFile",
                    "<ser:getDocumentFileRequest><ser:localUid>10000000-0000-4000-8000-"
                    "000000000000</ser:localUid></ser:getDocumentFileRequest>",
                    number,
                ),
            ),
            say(
                "candidate",
                "remd",
                "getDocumentFile",
                "response",
                envelope(
                    "getDocumentFile",
                    f"<ser:getDocumentFileResponse><ser:data>{packed}</ser:data>"
                    "</ser:getDocumentFileResponse>",
                    number,
                ),
                note={"documents": [document]},
            ),
            say("remd", None, "decision", "event", "", note={"stage": result}),
            say(
                "remd",
                "candidate",
                "sendRegisterDocumentResult",
                "request",
                envelope(
                    "sendRegisterDocumentResult",
                    f"<ser:registerDocumentResult>{status}</ser:registerDocumentResult>",
                    number,
                ),
            ),
            say("candidate", "remd", "sendRegisterDocumentResult", "response", ""),
        ]

    def scenario(
        self,
        slug: str,
        name: str,
        requirements: Sequence[str],
        steps: Callable[[list[int]], Sequence[StepResult]],
        *,
        variant: str = "fed-3",
        feature: str = "Регистрация СЭМД напрямую в РЭМД",
        traffic: bool = True,
        note: str | None = None,
    ) -> None:
        """Add a scenario over one exchange; its verdict is the worst of its steps."""
        first = len(self.messages) + 1
        numbers = self.exchange() if traffic else []
        made = tuple(steps(numbers))
        self.scenarios.append(
            ScenarioResult(
                id=f"registration/{slug}",
                name=name,
                feature=feature,
                variant=variant,
                requirements=tuple(requirements),
                verdict=worst(step.verdict for step in made),
                started=(START + timedelta(seconds=len(self.scenarios))).isoformat(),
                seconds=round(sum(step.seconds for step in made), 3),
                steps=made,
                journal=(first, len(self.messages)) if traffic else (0, 0),
                note=note,
            )
        )


def step(
    keyword: str,
    text: str,
    verdict: Verdict = Verdict.PASS,
    *found: Finding,
    messages: Sequence[int] = (),
    note: str | None = None,
) -> StepResult:
    """Return one step of 0.12 seconds."""
    return StepResult(keyword, text, verdict, 0.12, found, tuple(messages), note)


def _opening(numbers: Sequence[int]) -> list[StepResult]:
    return [
        step("Дано", "МИС подключена к РЭМД напрямую"),
        step("Когда", "МИС регистрирует документ по контрольному примеру «Водитель»",
             messages=numbers[:4]),
    ]  # fmt: skip


def _good(numbers: list[int]) -> list[StepResult]:
    return [
        *_opening(numbers),
        step("Тогда", "документ соответствует руководству вида 194", messages=numbers[6:7]),
        step("И", "МИС показывает документ зарегистрированным", messages=numbers[8:10]),
    ]


def _bad(*found: Finding) -> Callable[[list[int]], list[StepResult]]:
    def steps(numbers: list[int]) -> list[StepResult]:
        return [
            *_opening(numbers),
            step("Тогда", "запрос соответствует профилю РЭМД", messages=numbers[1:2]),
            step("И", "документ и подписи проходят проверки РЭМД", Verdict.FAIL, *found,
                 messages=[numbers[1], numbers[6]]),
            step("И", "МИС показывает документ зарегистрированным", Verdict.SKIP,
                 note="не дошли: предыдущий шаг не выполнен"),
        ]  # fmt: skip

    return steps


def _remark(numbers: list[int]) -> list[StepResult]:
    return [
        *_opening(numbers),
        step("Тогда", "МИС переживает повторный результат", Verdict.REMARK, REMARK, CONVENTION,
             messages=numbers[1:2]),
    ]  # fmt: skip


def _silent(numbers: list[int]) -> list[StepResult]:
    return [
        *_opening(numbers),
        step("Тогда", "МИС повторяет запрос не раньше чем через минуту", Verdict.FAIL,
             note="За 30 с от МИС не пришло ни одного registerDocument"),
    ]  # fmt: skip


def _skipped(numbers: list[int]) -> list[StepResult]:
    return [
        step("Дано", "МИС зарегистрировала документ", Verdict.SKIP,
             note="Водитель manual: оператор не подтвердил действие"),
    ]  # fmt: skip


def _broken_stand(numbers: list[int]) -> list[StepResult]:
    return [
        *_opening(numbers),
        step("Когда", "другая система требует документ", Verdict.STAND_ERROR,
             note="Стенд не смог занять порт 8443"),
    ]  # fmt: skip


_FED = "Рекомендации по взаимодействию МИС МО ЧСЗ с ЕГИСЗ"


def requirements(scenarios: Sequence[ScenarioResult]) -> tuple[RequirementResult, ...]:
    """Return the rows of the catalogue with the verdicts that the scenarios give."""
    rows = (
        ("FED-0.1", "п. 1", "Документ — СЭМД вида 194, редакция 2, зарегистрирован в РЭМД", "T"),
        ("FED-1.3", "п. 2.1", "Размещение МИС (у МО или в облаке) ничего не меняет", "N"),
        ("FED-3.1", "п. 4.1", "МИС отвечает приказу Минздрава от 24.12.2018 № 911н", "A"),
        ("FED-3.2", "п. 4.2", "МИС интегрирована с подсистемами ЕГИСЗ через ИПС", "T"),
        ("FED-3.3", "п. 4.3", "МИС подключена к защищённой сети передачи данных ЕГИСЗ", "A"),
        ("REG-2", "remd §4", "Отказ стадии 2 разобран, документ исправлен и отправлен снова", "T"),
        ("CB-3", "remd §4", "Повторный и поздний результат не меняют статуса документа", "T"),
        ("CB-4", "remd §4", "Файл зарегистрированного документа выдаётся по требованию", "T"),
    )
    made = []
    for key, clause, text, how in rows:
        own = [item for item in scenarios if key in item.requirements]
        if how == "A":
            verdict, note = Verdict.ATTESTED, "Акт № 12-А от 11.01.2024, действует до 11.01.2027"
        elif how == "N":
            verdict, note = Verdict.NOT_APPLICABLE, "Источник прямо говорит: различия нет"
        else:
            verdict, note = worst(item.verdict for item in own), None
        ids = tuple(dict.fromkeys(item.id for item in own))
        clause_text = f"{_FED}, {clause}"
        made.append(
            RequirementResult(key, clause_text, text, "обязательно", how, verdict, ids, note)
        )
    return tuple(made)


def _finish(builder: _Builder, variants: Sequence[str]) -> RunResult:
    scenarios = tuple(builder.scenarios)
    rows = requirements(scenarios)
    verdict = run_verdict([item.verdict for item in scenarios])
    failed = sum(item.verdict is Verdict.FAIL for item in scenarios)
    blocking = []
    if failed:
        blocking.append(f"Не пройдено сценариев: {failed}.")
    if any(item.verdict is Verdict.SKIP for item in scenarios):
        blocking.append("Один сценарий не проверен: оператор не подтвердил действие.")
    if any(item.verdict is Verdict.STAND_ERROR for item in scenarios):
        blocking.append("В одном сценарии сбой стенда: повторите прогон.")
    return RunResult(
        id="20240314-093000-7f3a",
        started=START.isoformat(),
        finished=(START + timedelta(seconds=8.412)).isoformat(),
        as_of="2024-03-14",
        as_of_declared=True,
        stand_version="0.1.0",
        command="dopusk run mis.toml --variant " + " --variant ".join(variants),
        time_scale=60.0,
        candidate={
            "vendor": "ООО «Пример-Мед»",
            "product": "МИС «Терапевт»",
            "version": "5.12.3",
            "deployment": "on-premises",
            "client_entity_id": "0b8e1a52-6a4c-4f9d-9a77-2f3c11d0a001",
            "mnemonic": "primer",
            "organizations": [
                {"oid": "1.2.643.5.1.13.13.12.2.50.10001", "name": "ООО «Клиника-Пример»"}
            ],
            "driver": "http",
        },
        variants=tuple(variants),
        oms=False,
        rules=(
            {
                "what": "СЭМД",
                "kind": "194",
                "edition": "2",
                "source": "собственный пакет стенда",
                "version": "2024.1",
                "sha256": "5f1d" * 16,
                "window": "01.03.2022 — 30.06.2024",
            },
            {
                "what": "НСИ 1.2.643.5.1.13.13.99.2.305",
                "source": "Ошибки РЭМД",
                "version": "3.18",
                "sha256": "9a04" * 16,
            },
        ),
        provider="streebog-pure",
        verdict=verdict,
        exit_code=exit_code(verdict),
        blocking=tuple(blocking),
        remarks=(
            "Редакция 2 (вид 194) закрыта для регистрации с 30.06.2024; прогон судил "
            "по дате 14.03.2024.",
            "Подписи сделаны на ключах тестового УЦ стенда.",
        ),
        requirements=rows,
        scenarios=scenarios,
        messages=tuple(builder.messages),
    )


def _mixed(builder: _Builder, variant: str) -> None:
    add = builder.scenario
    add("success", "Успешная регистрация", ["FED-0.1", "FED-3.2"], _good, variant=variant)
    add("version", "Новая версия документа", ["FED-0.1"], _good, variant=variant)
    add("stage2", "Отказ стадии 2 и исправление", ["REG-2", "FED-0.1"],
        _bad(LANGUAGE, SNILS), variant=variant)  # fmt: skip
    add("signature", "Подписи врача и медицинской организации", ["FED-0.1", "REG-2"],
        _bad(LANGUAGE, DIGEST), variant=variant)  # fmt: skip
    add("twice", "Результат пришёл дважды", ["CB-3"], _remark, variant=variant)
    add("retry", "РЭМД временно недоступен (HTTP 503)", ["REG-2"], _silent, variant=variant)
    add("late", "Результат пришёл поздно", ["CB-3"], _skipped, variant=variant, traffic=False,
        note="Водитель manual: оператор не подтвердил действие")  # fmt: skip
    add("demand", "Файл требует другая система", ["CB-4"], _broken_stand, variant=variant)


def mixed(variants: Sequence[str] = ("fed-3",)) -> RunResult:
    """Return a run with every verdict: pass, fail, remark, skip, stand error, attested, n/a."""
    builder = _Builder()
    for variant in variants:
        _mixed(builder, variant)
    return _finish(builder, variants)


def passing() -> RunResult:
    """Return a conformant run with one remark."""
    builder = _Builder()
    needs = ["FED-0.1", "FED-3.2", "REG-2"]
    builder.scenario("success", "Успешная регистрация", needs, _good)
    builder.scenario("twice", "Результат пришёл дважды", ["CB-3", "CB-4"], _remark)
    return _finish(builder, ["fed-3"])


def empty() -> RunResult:
    """Return a run in which nothing was done."""
    result = _finish(_Builder(), ["fed-3"])
    return replace(result, verdict=Verdict.SKIP, exit_code=ExitCode.INCOMPLETE)


def many_findings(count: int = 200) -> RunResult:
    """Return a failed run with `count` different findings of twenty rules."""
    builder = _Builder()
    found = [
        replace(
            (LANGUAGE, SNILS, DIGEST)[number % 3],
            code=f"{('SCH', 'REG', 'SIG')[number % 3]}-RULE-{number % 20}",
            got=f"значение {number}",
        )
        for number in range(count)
    ]
    for first in range(0, count, 25):
        builder.scenario(
            f"bad-{first}", f"Документ с нарушениями {first}", ["FED-0.1"],
            _bad(*found[first : first + 25]),
        )  # fmt: skip
    return _finish(builder, ["fed-3"])


def many_messages(count: int = 5000) -> RunResult:
    """Return a failed run with about `count` messages (ten in a scenario)."""
    builder = _Builder()
    for number in range(count // 10):
        steps = _bad(LANGUAGE, SNILS) if number % 50 == 0 else _good
        builder.scenario(f"n-{number}", f"Регистрация документа {number}", ["FED-0.1"], steps)
    return _finish(builder, ["fed-3"])
