import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dopusk.clock import MOSCOW, Clock
from dopusk.journal import Draft, Entry, Journal, JournalError, Phase

NOW = datetime(2026, 3, 2, 21, 30, 15, 123456, tzinfo=UTC)


def draft(operation: str = "registerDocument", **fields: object) -> Draft:
    return Draft(**{"phase": Phase.REQUEST, "actor": "candidate", "operation": operation, **fields})


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.create(tmp_path / "run.journal", clock=Clock(), run={"id": "r1"}) as journal:
        yield journal


def test_append_numbers_from_one_and_reads_back(journal: Journal) -> None:
    first = journal.append(draft(body=b"\x00<a/>", headers={"Host": "stand"}, note={"n": [1]}))
    second = journal.append(draft("getDocumentFile", status=200))
    assert (first.seq, second.seq, journal.last_seq) == (1, 2, 2)
    assert journal.entries() == [first, second]
    assert journal.entry(2) == second
    assert journal.entry(3) is None


def test_times_are_real_and_of_the_stand(tmp_path: Path) -> None:
    clock = Clock.at(date(2024, 5, 1), source=lambda: NOW)
    with Journal.create(tmp_path / "j", clock=clock, run={}) as journal:
        entry = journal.append(draft())
    assert entry.at == NOW
    assert entry.stand_at == datetime(2024, 5, 1, 0, 30, 15, 123456, tzinfo=MOSCOW)
    with Journal.open(tmp_path / "j") as again:
        assert again.entries() == [entry]
        assert again.entries()[0].stand_at.utcoffset() == timedelta(hours=3)


def test_second_writer_keeps_the_shift_of_the_calendar(tmp_path: Path) -> None:
    clock = Clock.at(date(2024, 5, 1))
    with (
        Journal.create(tmp_path / "j", clock=clock, run={}) as first,
        Journal.open(tmp_path / "j", writer=True) as second,
    ):
        entries = [first.append(draft()), second.append(draft()), first.append(draft())]
        assert [entry.seq for entry in entries] == [1, 2, 3]
        assert {entry.stand_at - entry.at for entry in entries} == {clock.shift}
        assert second.entries() == entries


def test_run_metadata(tmp_path: Path) -> None:
    run = {"id": "прогон", "variants": ["fed-3"], "scale": 1.5}
    Journal.create(tmp_path / "sub" / "j", clock=Clock(), run=run).close()
    with Journal.open(tmp_path / "sub" / "j") as journal:
        assert journal.run == run


def test_entries_are_chosen_by_every_field(journal: Journal) -> None:
    wanted = {
        "actor": "remd",
        "operation": "decision",
        "phase": Phase.EVENT,
        "local_uid": "uid",
        "message_id": "mid",
        "relates_to": "rid",
        "scenario": "reg/ok",
        "exchange": "x1",
    }
    journal.append(draft())
    entry = journal.append(Draft(**wanted))
    journal.append(draft())
    for name, value in wanted.items():
        assert journal.entries(**{name: value}) == [entry], name
        assert journal.entries(after=entry.seq, **{name: value}) == [], name
    assert [item.seq for item in journal.entries(after=1, upto=2)] == [2]


def test_stream_passes_over_more_than_a_page(journal: Journal) -> None:
    for index in range(700):
        journal.append(draft(local_uid=str(index % 2)))
    assert [entry.seq for entry in journal.stream()] == list(range(1, 701))
    assert len(journal.entries(local_uid="1")) == 350


def test_unknown_column_is_a_programming_error(journal: Journal) -> None:
    with pytest.raises(TypeError, match="no such columns"):
        list(journal.stream(**{"seq; DROP": "1"}))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET actor = 'other'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry",
        "INSERT INTO entry SELECT 7, at, stand_at, phase, actor, peer, operation, exchange, status,"
        " message_id, relates_to, local_uid, emdr_id, scenario, url, headers, note, body"
        " FROM entry",
        "UPDATE meta SET value = '{}'",
        "DELETE FROM meta",
        "INSERT OR REPLACE INTO meta VALUES ('run', '{}')",
    ],
)
def test_the_file_itself_refuses_changes(journal: Journal, sql: str) -> None:
    entry = journal.append(draft())
    other = sqlite3.connect(journal.path)
    try:
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(sql)
    finally:
        other.close()
    assert journal.entries() == [entry]
    journal.check()


def test_reader_cannot_append(journal: Journal) -> None:
    with (
        Journal.open(journal.path) as reader,
        pytest.raises(JournalError, match="только для чтения"),
    ):
        reader.append(draft())


def test_closed_journal_says_so(journal: Journal) -> None:
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="закрыт"):
        journal.append(draft())
    with pytest.raises(JournalError, match="закрыт"):
        journal.entries()


def test_lone_surrogates_are_escaped_in_columns_and_kept_in_notes(journal: Journal) -> None:
    entry = journal.append(draft(local_uid="я\ud800", note={"текст": "\udfff"}))
    assert entry.local_uid == "я\\ud800"
    assert journal.entries()[0].note == {"текст": "\udfff"}


def test_note_that_is_not_json_harms_nobody_else(journal: Journal) -> None:
    with pytest.raises(TypeError):
        journal.append(draft(note={"when": NOW}))
    assert journal.append(draft()).seq == 1


def test_big_body(journal: Journal) -> None:
    body = bytes(range(256)) * 4096 * 32
    journal.append(draft(body=body))
    assert journal.entries()[0].body == body


def test_body_above_the_bound_is_refused(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dopusk.journal.store.MAX_BODY", 10)
    with pytest.raises(JournalError, match="слишком велико"):
        journal.append(draft(body=b"x" * 11))


def test_threads_share_one_numbering(journal: Journal) -> None:
    threads, each = 8, 60
    written: list[Entry] = []

    def work(index: int) -> None:
        written.extend(journal.append(draft(local_uid=f"{index}/{n}")) for n in range(each))

    workers = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(entry.seq for entry in written) == list(range(1, threads * each + 1))
    held = journal.entries()
    assert sorted(written, key=lambda entry: entry.seq) == held
    assert [entry.at for entry in held] == sorted(entry.at for entry in held)
    for index in range(threads):
        mine = [e.local_uid for e in held if e.local_uid and e.local_uid.startswith(f"{index}/")]
        assert mine == [f"{index}/{n}" for n in range(each)]


def test_failed_commit_acknowledges_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append(draft())
    monkeypatch.setattr("dopusk.journal.store.INSERT", "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(JournalError, match="нет нужных таблиц"):
        journal.append(draft())
    monkeypatch.undo()
    assert journal.append(draft()).seq == 2


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
optional = st.none() | texts
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
drafts = st.builds(
    Draft,
    phase=st.sampled_from(Phase),
    actor=texts,
    operation=texts,
    peer=optional,
    exchange=optional,
    url=optional,
    status=st.none() | st.integers(100, 599),
    headers=st.dictionaries(texts, texts, max_size=4),
    body=st.binary(max_size=200),
    message_id=optional,
    relates_to=optional,
    local_uid=optional,
    emdr_id=optional,
    scenario=optional,
    note=st.dictionaries(st.text(max_size=5), json_values, max_size=3),
)


@settings(max_examples=30, deadline=None)
@given(given_drafts=st.lists(drafts, max_size=6))
def test_what_was_appended_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, given_drafts: list[Draft]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "j"
    with Journal.create(path, clock=Clock(), run={}) as journal:
        written = [journal.append(item) for item in given_drafts]
    with Journal.open(path) as again:
        held = again.entries()
    assert held == written
    fields = Draft.__dataclass_fields__
    for item, entry in zip(given_drafts, held, strict=True):
        assert all(getattr(item, name) == getattr(entry, name) for name in fields)
