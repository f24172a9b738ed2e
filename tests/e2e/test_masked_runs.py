"""Personal data of a run: masked in its reports, replaced for good in its evidence when asked."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from commands import Command, Finished

from dopusk.declaration.model import Employee
from dopusk.journal import Journal
from dopusk.masking.reading import PACKED, decoded, unpacked, unzipped
from fixtures.cases import loader
from fixtures.reference_mis import demo_declaration

SCENARIOS = ("success", "refused-stage-2")


def personal() -> Iterator[str]:
    """Yield every personal value of the control examples and of the declared staff."""
    declared = demo_declaration()
    for item in declared.staff:
        yield from _names(item)
        yield from (item.snils, item.birth_date.isoformat(), f"{item.birth_date:%Y%m%d}")
    for name in loader.names():
        now = datetime(2024, 2, 15, tzinfo=UTC)
        one = loader.for_declaration(name, declared, now=now, serial="1").patient
        yield from (one.surname, one.name, *filter(None, [one.patronymic]))
        yield from (one.snils, one.policy_number, one.passport_number, one.phone.lstrip("+"))
        yield from (one.birth_date.isoformat(), f"{one.birth_date:%Y%m%d}", one.address.text)
        yield from (one.address.houseguid, one.passport_date.isoformat())


def _names(item: Employee) -> Iterator[str]:
    yield from filter(None, [item.surname, item.name, item.patronymic])


def left_in(text: str) -> list[str]:
    """Return the personal values that a text shows."""
    values = {value for value in personal() if re.search(rf"(?<![\w.-]){re.escape(value)}", text)}
    return sorted(value for value in values if re.search(rf"{re.escape(value)}(?!\w)", text))


def run(dopusk: Command, *options: str) -> Finished:
    chosen = [word for name in SCENARIOS for word in ("--scenario", name)]
    return dopusk("demo", "--variant", "fed-3", "--no-pdf", *chosen, *options)


def journal_texts(path: Path) -> Iterator[str]:
    """Yield all that a journal holds, unpacked."""
    with Journal.open(path) as journal:
        for entry in journal.stream():
            yield json.dumps(dict(entry.note), ensure_ascii=False)
            yield decoded(entry.body)
            for match in PACKED.finditer(entry.body):
                data = unpacked(match.group())
                yield from map(decoded, unzipped(data) if data[:2] == b"PK" else [data])


def test_no_report_shows_a_person_and_the_reports_are_judged_the_same(dopusk: Command) -> None:
    done = run(dopusk)
    assert dopusk("report", str(done.out), "--format", "all").code == 0
    allure = list((done.out / "allure-results").iterdir())
    assert allure
    shown = [done.out / name for name in ("report.json", "junit.xml", "requirements.csv")]
    for file in (*shown, done.out / "report.html", *allure):
        assert left_in(file.read_text(encoding="utf-8")) == [], file.name
    with zipfile.ZipFile(done.out / "requirements.xlsx") as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist())
    assert left_in(sheets) == []
    assert "[СНИЛС 1]" in (done.out / "report.json").read_text(encoding="utf-8")
    bodies = "".join(m["body"] for m in done.report["messages"])
    ids = [m[name] for m in done.report["messages"] for name in ("local_uid", "message_id")]
    whole = "\n".join(journal_texts(done.out / "journal.sqlite"))
    sent = {one for one in ids if one and one in whole}
    assert sent
    assert [one for one in sent if one not in bodies] == []
    assert dopusk("judge", str(done.out / "evidence.zip"), out=False).code == 0


def test_asked_for_everything_is_shown(dopusk: Command) -> None:
    done = run(dopusk, "--no-mask")
    assert left_in((done.out / "report.json").read_text(encoding="utf-8"))
    assert run(dopusk, "--no-mask", "--mask-evidence").code == 2


def test_masked_evidence_holds_no_person_and_says_what_is_lost(
    dopusk: Command, tmp_path: Path
) -> None:
    done = run(dopusk, "--mask-evidence")
    assert left_in("\n".join(journal_texts(done.out / "journal.sqlite")))
    with zipfile.ZipFile(done.out / "evidence.zip") as archive:
        archive.extractall(tmp_path / "archive")
    for name in ("report.json", "declaration.json", "manifest.json"):
        text = (tmp_path / "archive" / name).read_text(encoding="utf-8")
        assert left_in(text) == [], name
    assert left_in("\n".join(journal_texts(tmp_path / "archive" / "journal.sqlite"))) == []
    judged = dopusk("judge", str(done.out / "evidence.zip"), "--json", out=False)
    assert judged.code == 0, judged.text
    answer = json.loads(judged.text[judged.text.index("{") :])
    assert any("подписи" in sentence for sentence in answer["loss"])
    assert answer["unjudged"]
    review = dopusk("check-submission", str(done.out), out=False)
    assert review.code == 1
    assert "SUB-LOSS" in review.text


def test_known_failures_change_the_exit_code_only(dopusk: Command, tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text(
        '[[expected]]\nfinding = "BYTES-BOM"\nreason = "задача 17"\nuntil = 2999-12-31\n'
        '[[expected]]\nfinding = "SIG-DIGEST"\nreason = "задача 18"\nuntil = 2999-12-31\n',
        encoding="utf-8",
    )
    options = ("demo", "--variant", "fed-3", "--defect", "bom", "--no-pdf", "--no-evidence")
    known = dopusk(*options, "--expected", str(file))
    assert known.code == 0, known.text
    assert known.report["verdict"] == "не соответствует"
    assert known.report["exit_code"] == 1
    assert "больше не встречается" in known.text
    assert "Код выхода 0 вместо 1" in known.text
    assert dopusk("diff", str(known.out), str(known.out), out=False).code == 0
