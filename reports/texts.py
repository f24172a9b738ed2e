"""Labels of the reports in Russian and English; findings and scenarios stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from dopusk.verdict import Severity, Verdict

LANGUAGES = ("ru", "en")

TEXTS = MappingProxyType(
    {
        "protocol": ("Протокол испытаний МИС", "Conformance protocol"),
        "verdict_pass": ("Соответствует", "Conformant"),
        "verdict_fail": ("Не соответствует", "Not conformant"),
        "verdict_skip": ("Проверено не всё", "Incomplete"),
        "verdict_stand": ("Сбой стенда", "Stand error"),
        "say_pass": (
            "Всё, что проверял прогон, выполнено.",
            "Everything this run checked is fulfilled.",
        ),
        "say_fail": (
            "МИС нарушает обязательные правила — что и где, ниже.",
            "The system breaks mandatory rules: what and where, below.",
        ),
        "say_skip": (
            "Нарушений не найдено, но часть сценариев не проверена.",
            "No breach was found, but some scenarios were not checked.",
        ),
        "say_stand": (
            "Вердикта нет: отказал стенд, а не МИС. Повторите прогон.",
            "No verdict: the stand failed, not the candidate. Run again.",
        ),
        "vendor": ("Разработчик", "Vendor"),
        "product": ("Изделие", "Product"),
        "version": ("Версия", "Version"),
        "deployment": ("Размещение", "Deployment"),
        "client_entity_id": ("clientEntityId", "clientEntityId"),
        "mnemonic": ("Мнемоника", "Mnemonic"),
        "organizations": ("Медицинские организации", "Medical organisations"),
        "driver": ("Драйвер", "Driver"),
        "declaration": ("Декларация", "Declaration"),
        "kinds": ("Виды СЭМД", "Document kinds (SEMD)"),
        "territories": ("Территории ОМС", "OMS territories"),
        "mo_code": ("код МО", "MO code"),
        "via_ips": ("Через ИПС", "Through IPS"),
        "yes": ("да", "yes"),
        "scope": ("Разрешённые операции", "Permitted operations"),
        "trust": ("Доверенные сертификаты", "Trust anchors"),
        "trust_test": ("тестовая PKI стенда", "test PKI of the stand"),
        "more_packs": ("и ещё наборов правил: {n}", "and {n} more packs"),
        "tables": (
            "справочников НСИ: {n}, с версиями и SHA-256 — в разделе «Правила и справочники»",
            "{n} NSI dictionaries: versions and SHA-256 under «Rules and dictionaries»",
        ),
        "variants": ("Варианты подключения", "Connection variants"),
        "oms": ("с обменом ОМС", "with OMS exchange"),
        "as_of": ("Судили по дате", "Judged as of"),
        "as_of_today": ("сегодня", "today"),
        "as_of_declared": ("из декларации", "from the declaration"),
        "rules": ("Правила", "Rules"),
        "stand": ("Стенд", "Stand"),
        "dopusk": ("Допуск", "Dopusk"),
        "candidate": ("МИС", "Candidate"),
        "provider": ("Криптография", "Crypto provider"),
        "time_scale": ("Ускорение пауз", "Pauses sped up"),
        "run": ("Прогон", "Run"),
        "when": ("Когда", "When"),
        "took": ("длился", "took"),
        "command": ("Как повторить", "Reproduce with"),
        "blocking": ("Что мешает вердикту «соответствует»", "What blocks conformance"),
        "mend_first": ("Что чинить сначала", "What to mend first"),
        "mend_more": ("Остальное", "The rest"),
        "mend_soft": (
            "Не мешает вердикту: замечания и соглашения стенда",
            "Does not block: remarks and conventions of the stand",
        ),
        "nothing_to_mend": ("Нарушений нет.", "Nothing is broken."),
        "remarks": ("О самом прогоне", "About this run"),
        "cure": ("Как чинить", "Cure"),
        "where": ("Где", "Where"),
        "expected": ("Ожидалось", "Expected"),
        "got": ("Получено", "Got"),
        "source": ("Источник", "Source"),
        "remd": ("Ответ РЭМД", "REMD code"),
        "layer": ("Слой", "Layer"),
        "also_places": ("мест: {n}", "places: {n}"),
        "breaks": ("Ломает", "Breaks"),
        "summary": ("Итоги", "Summary"),
        "scenarios": ("Сценарии", "Scenarios"),
        "scenario": ("Сценарий", "Scenario"),
        "requirements": ("Требования", "Requirements"),
        "requirement": ("Требование", "Requirement"),
        "clause": ("Пункт", "Clause"),
        "level": ("Уровень", "Level"),
        "verification": ("Чем проверено", "Verified by"),
        "how_T": ("сценарием", "scenario"),
        "how_A": ("заявлением", "attestation"),
        "how_T+A": ("сценарием и заявлением", "scenario and attestation"),
        "how_N+T": ("сценарием, где применимо", "scenario, where applicable"),
        "how_N": ("не проверяется", "not verified"),
        "verdict": ("Вердикт", "Verdict"),
        "evidence": ("Основание", "Evidence"),
        "journal": ("Обмен сообщениями", "Messages exchanged"),
        "diagram": ("Схема обмена", "Sequence diagram"),
        "diagram_of": (
            "Схема обмена сообщениями сценария «{name}»",
            "Sequence diagram of «{name}»",
        ),
        "diagram_cut": (
            "Показаны первые {shown} из {total} сообщений, остальные — в списке ниже.",
            "The first {shown} of {total} messages; the others are listed below.",
        ),
        "steps": ("Шаги", "Steps"),
        "messages": ("Сообщения", "Messages"),
        "message": ("Сообщение", "Message"),
        "packed": (
            "Обмен выполненных сценариев сложен сжато, раскрывает его JavaScript, а он отключён. "
            "Сообщения целиком — в report.json и в журнале, перечень — в report.pdf.",
            "The exchange of passed scenarios is folded and JavaScript, which is off, unfolds it. "
            "The messages are in report.json and the journal, their list in report.pdf.",
        ),
        "outside": ("Сообщения вне сценариев", "Messages outside scenarios"),
        "request": ("запрос", "request"),
        "response": ("ответ", "response"),
        "event": ("событие", "event"),
        "no_body": ("Без тела.", "No body."),
        "document_of": ("Документ из сообщения", "Document in the message"),
        "reformatted": (
            "Разбито на строки для чтения; номера строк — этого вида.",
            "Broken into lines for reading; the numbers are of this view.",
        ),
        "body_left_out": (
            "Тело не показано, чтобы отчёт открывался быстро: оно в report.json и в журнале.",
            "The body is left out to keep this report light: see report.json and the journal.",
        ),
        "more_findings": ("Ещё находок: {n}", "{n} more findings"),
        "more_scenarios": ("ещё {n}…", "{n} more…"),
        "seconds": ("с", "s"),
        "bytes": ("байт", "bytes"),
        "filters": ("Отбор", "Filters"),
        "filter_verdict": ("Вердикт", "Verdict"),
        "filter_variant": ("Вариант", "Variant"),
        "filter_requirement": ("Требование", "Requirement"),
        "filter_text": ("Текст", "Text"),
        "filter_text_hint": ("код, localUid, слова…", "code, localUid, words…"),
        "all": ("все", "all"),
        "clear": ("Сбросить", "Clear"),
        "found": ("Показано сценариев:", "Scenarios shown:"),
        "nothing_found": ("Под отбор ничего не подошло.", "Nothing matches the filters."),
        "expand": ("Раскрыть всё", "Expand all"),
        "collapse": ("Свернуть всё", "Collapse all"),
        "link": ("Ссылка сюда", "Link to here"),
        "what": ("Что", "What"),
        "kind": ("Вид", "Kind"),
        "edition": ("Редакция", "Edition"),
        "window": ("Окно регистрации", "Registration window"),
        "legend": ("Как читать вердикты", "How to read the verdicts"),
        "explain": (
            "Что значит код находки, отчего она бывает и что делать:",
            "What the code of a finding means, its cause and cure:",
        ),
        "total": ("Всего", "Total"),
        "variant": ("Вариант", "Variant"),
        "findings": ("Находки", "Findings"),
        "blocking_ones": ("мешают вердикту", "blocking"),
        "subject": ("Предмет испытаний", "What was tested"),
        "by_rules": ("Правила и справочники", "Rules and dictionaries"),
        "conclusion": ("Заключение", "Conclusion"),
        "statistics": ("Статистика", "Statistics"),
        "attestations": ("Заявления", "Attestations"),
        "attestations_say": (
            "Документы названы заявителем. Стенд их не проверял.",
            "Documents named by the applicant. The stand did not verify them.",
        ),
        "no_attestations": ("Заявлений нет.", "There are no attestations."),
        "protocol_of": ("Протокол {id}", "Protocol {id}"),
        "again": ("та же находка, что выше", "the finding above"),
        "counted_requirements": ("Требования", "Requirements"),
        "feature": ("Раздел", "Feature"),
        "note": ("Примечание", "Note"),
        "duration": ("Длительность", "Duration"),
        "way": ("Кто → кому", "From → to"),
        "operation": ("Операция", "Operation"),
        "size": ("Размер", "Size"),
        "page": ("стр.", "page"),
        "more_messages": ("В журнале ещё сообщений: {n}.", "{n} more messages in the journal."),
        "skip_link": ("К содержанию", "Skip to content"),
        "contents": ("Содержание", "Contents"),
        "stand_errors": ("Сбои стенда", "Stand errors"),
        "stand_errors_say": (
            "Эти сценарии не говорят о МИС ничего: отказал сам стенд.",
            "These scenarios say nothing about the candidate: the stand itself failed.",
        ),
        "skipped": ("Не проверено", "Not verified"),
        "attested": ("Заявлено, не проверено", "Attested, not verified"),
        "convention": (
            "соглашение стенда — само по себе не мешает вердикту",
            "convention of the stand; does not block by itself",
        ),
        "conventions": ("На какие соглашения опирается прогон", "Conventions relied on"),
        "conventions_short": ("Соглашения стенда", "Conventions"),
        "conventions_counted": (
            "Правил у стенда {total}: по официальным текстам и наблюдаемому поведению — "
            "{official}, по соглашениям стенда — {own}, выведено из соседних документов — "
            "{derived}.",
            "Rules of the stand: {total}. From official texts and observed behaviour {official}, "
            "conventions of the stand {own}, inferred from neighbouring texts {derived}.",
        ),
        "conventions_free": (
            "Нарушение соглашения стенда само по себе вердикту не мешает.",
            "A breach of a convention of the stand by itself does not block the verdict.",
        ),
        "conventions_block": (
            "В декларации включено conventions_block: нарушение соглашения стенда тоже мешает "
            "вердикту.",
            "The declaration sets conventions_block: a breach of a convention blocks as well.",
        ),
        "conventions_pack": (
            "Набор «{what}» — {evidence}.",
            "Pack «{what}»: {evidence}.",
        ),
        "conventions_found": (
            "Находки этого прогона, которые опираются не на официальный текст:",
            "Findings of this run that rest on no official text:",
        ),
        "conventions_none": (
            "Ни одна находка этого прогона на соглашение стенда не опирается.",
            "No finding of this run rests on a convention of the stand.",
        ),
        "evidence_say": (
            "Основание — сценарии этого протокола и номера записей журнала (journal.sqlite).",
            "Evidence: scenarios of this protocol and entry numbers of the journal "
            "(journal.sqlite).",
        ),
        "journal_numbers": ("Журнал", "Journal"),
        "signatures": ("Подписи", "Signatures"),
        "signed_vendor": ("От разработчика", "For the vendor"),
        "signed_reviewer": ("От региона", "For the region"),
        "signed_fields": (
            "должность, подпись, расшифровка, дата",
            "position, signature, name, date",
        ),
        "no_requirements": ("Каталог требований пуст.", "The catalogue is empty."),
        "no_scenarios": ("Ни один сценарий не выполнялся.", "No scenario was run."),
        "made_by": ("Составлено стендом «Допуск» {v}", "Made by Dopusk {v}"),
    }
)

_VERDICTS = MappingProxyType(
    {
        Verdict.PASS: (
            "соответствует",
            "pass",
            "проверено по записанному обмену, нарушений нет",
            "verified from recorded traffic, nothing broken",
        ),
        Verdict.FAIL: (
            "не соответствует",
            "fail",
            "правило нарушено, нарушение видно в журнале",
            "a rule is broken, the journal shows it",
        ),
        Verdict.REMARK: (
            "замечание",
            "remark",
            "стоит поправить, вердикту не мешает",
            "worth mending, does not block",
        ),
        Verdict.SKIP: (
            "не проверено",
            "not verified",
            "проверить не удалось; мешает вердикту «соответствует»",
            "could not be verified; blocks conformance",
        ),
        Verdict.NOT_APPLICABLE: (
            "неприменимо",
            "not applicable",
            "не требуется по причине из каталога или декларации",
            "not required for a declared reason",
        ),
        Verdict.ATTESTED: (
            "заявлено",
            "attested",
            "назван документ; стенд его не проверял",
            "a document is named; the stand did not verify it",
        ),
        Verdict.STAND_ERROR: (
            "сбой стенда",
            "stand error",
            "отказал стенд; МИС это не в укор",
            "the stand failed; never the candidate's fault",
        ),
    }
)
"""Name and meaning of each verdict, Russian and English in turn."""

SLUGS = MappingProxyType(
    {
        Verdict.PASS: "pass",
        Verdict.FAIL: "fail",
        Verdict.REMARK: "remark",
        Verdict.SKIP: "skip",
        Verdict.NOT_APPLICABLE: "na",
        Verdict.ATTESTED: "attested",
        Verdict.STAND_ERROR: "stand",
    }
)
"""Short Latin name of each verdict, for classes, anchors and filters."""

_SEVERITIES = MappingProxyType(
    {
        Severity.ERROR: ("ошибки", "errors"),
        Severity.REMARK: ("замечания", "remarks"),
        Severity.UNCHECKED: ("не проверено", "not verified"),
    }
)
_LAYERS = MappingProxyType(
    {
        "байты": "bytes",
        "НСИ": "dictionaries",
        "сверка": "cross-check",
        "подпись": "signature",
        "транспорт": "transport",
        "поведение": "behaviour",
    }
)
_LEVELS = MappingProxyType(
    {"обязательно": "mandatory", "условно": "conditional", "справочно": "informative"}
)
_EVIDENCE = MappingProxyType(
    {
        "профиль": ("профиль", "official profile"),
        "соглашение стенда": ("соглашение стенда", "convention of the stand"),
        "выведено": ("выведено", "inferred"),
    }
)
ACTORS = MappingProxyType(
    {
        "candidate": ("МИС", "Candidate"),
        "remd": ("РЭМД", "REMD"),
        "gis": ("ГИС субъекта", "Regional GIS"),
        "other_is": ("Иная ИС", "Other IS"),
        "emias": ("ЕМИАС МО", "EMIAS MO"),
        "tfoms": ("ТФОМС", "TFOMS"),
        "ferzl": ("ФЕРЗЛ", "FERZL"),
        "driver": ("Драйвер", "Driver"),
        "runner": ("Сценарий", "Scenario"),
        "operator": ("Оператор", "Operator"),
    }
)


def words(lang: str = "ru") -> Callable[..., str]:
    """Return a function that gives the label of a key, its `{fields}` filled.

    Raises ValueError for a language without a table.
    """
    column = LANGUAGES.index(lang)

    def word(key: str, **fields: object) -> str:
        text = TEXTS[key][column]
        return text.format(**fields) if fields else text

    return word


def verdict_name(verdict: str, lang: str = "ru") -> str:
    """Return the verdict in the language of the report."""
    return _VERDICTS[Verdict(verdict)][LANGUAGES.index(lang)]


def verdict_meaning(verdict: str, lang: str = "ru") -> str:
    """Return one line on what the verdict means."""
    return _VERDICTS[Verdict(verdict)][2 + LANGUAGES.index(lang)]


def verification_name(how: str, lang: str = "ru") -> str:
    """Return by what a requirement is verified (T, A, N, T+A); an unknown mark as it is."""
    pair = TEXTS.get(f"how_{how}")
    return pair[LANGUAGES.index(lang)] if pair else how


def severity_name(severity: Severity, lang: str = "ru") -> str:
    """Return a severity of findings in the language of the report."""
    return _SEVERITIES[severity][LANGUAGES.index(lang)]


def layer_name(layer: str, lang: str = "ru") -> str:
    """Return the layer of a finding (reports.layers) in the language of the report."""
    pair = _LAYERS.get(layer)
    return pair if lang == "en" and pair else layer


def level_name(level: str, lang: str = "ru") -> str:
    """Return the level of a requirement in the language of the report; an unknown one as it is."""
    name = _LEVELS.get(level)
    return name if lang == "en" and name else level


def evidence_name(evidence: str | None, lang: str = "ru") -> str:
    """Return an evidence mark in the language of the report; an unknown one as it is."""
    pair = _EVIDENCE.get(evidence or "")
    return pair[LANGUAGES.index(lang)] if pair else evidence or ""


def actor_name(actor: str, lang: str = "ru") -> str:
    """Return the name of an actor of the journal as a reader knows it."""
    known = ACTORS.get(actor)
    return known[LANGUAGES.index(lang)] if known else actor


def deployment_name(deployment: object, lang: str = "ru") -> str:
    """Return where the МИС runs, in the language of the report; an unknown word as it is."""
    known = {"on-premises": ("у организации", "on-premises"), "cloud": ("в облаке", "cloud")}
    names = known.get(str(deployment))
    return names[LANGUAGES.index(lang)] if names else str(deployment)
