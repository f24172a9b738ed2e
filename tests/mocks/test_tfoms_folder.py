from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import remd_samples
from fake_mis import WAIT
from lxml import etree
from remd_bench import Bench
from tfoms_client import MO, OKATO, Client, declared, folder_of, inside, package

from dopusk.clock import Clock
from dopusk.declaration.model import OmsTerritory
from dopusk.journal import Entry, Phase
from dopusk.tfoms import protocol
from dopusk.tfoms.exchange import Operation
from mocks.faults import FLK_PROTOCOL, MEK_RESULT, Action, Fault
from mocks.stand import Stand, StandStartError
from mocks.tfoms.folder import Folder
from mocks.tfoms.packages import Answer
from mocks.workers import Workers

Start = Callable[..., Bench]


@pytest.fixture
def client(start: Start, tmp_path: Path) -> Iterator[Client]:
    client = Client(start(declared_as=declared(folder=folder_of(tmp_path))))
    yield client
    client.session.close()


def put(folder: Path, name: str, data: bytes) -> None:
    """Deliver as a МИС does: under another name first."""
    part = folder / "inbox" / f"{name}.part"
    part.write_bytes(data)
    part.replace(folder / "inbox" / name)


def arrived(client: Client, operation: Operation, times: int = 1) -> None:
    """Wait until the ТФОМС has put so many answers of a kind into the outbox."""
    seen: list[Entry] = []

    def one_more(entry: Entry) -> bool:
        if entry.operation == operation and entry.actor == "tfoms":
            seen.append(entry)
        return len(seen) >= times

    assert client.bench.journal.wait_for(one_more, after=0, timeout=WAIT) is not None
    assert client.bench.stand.idle(WAIT)


def test_a_package_goes_in_and_its_answers_come_out(client: Client, tmp_path: Path) -> None:
    folder, built = folder_of(tmp_path), package()
    put(folder, f"{built.name}.ZIP", built.zip)
    arrived(client, Operation.RAK)
    names = sorted(path.name for path in (folder / "outbox").iterdir())
    assert names == [
        "AS99001M990001_24011.ZIP",
        "HS99001M990001_24011.ZIP",
        "VHM990001S99001_24011.ZIP",
    ]
    assert list((folder / "inbox").iterdir()) == []
    reading = protocol.read(inside((folder / "outbox" / names[2]).read_bytes()))
    assert reading.protocol is not None
    assert (reading.protocol.fname_i, reading.protocol.passed) == (built.name, True)
    assert etree.fromstring(inside((folder / "outbox" / names[1]).read_bytes())).tag == "ZL_LIST"


def test_every_file_is_in_the_journal(client: Client, tmp_path: Path) -> None:
    folder, built = folder_of(tmp_path), package()
    put(folder, f"{built.name}.ZIP", built.zip)
    arrived(client, Operation.RAK)
    (sent,) = client.bench.journal.entries(operation=Operation.SEND)
    assert (sent.phase, sent.actor, sent.peer, sent.body) == (
        Phase.REQUEST,
        "candidate",
        "tfoms",
        built.zip,
    )
    assert sent.local_uid == built.name
    assert sent.url == f"folder:/tfoms/{OKATO}/inbox/{built.name}.ZIP"
    for operation in (Operation.FLK, Operation.MEK, Operation.RAK):
        (told,) = client.bench.journal.entries(operation=operation)
        assert (told.actor, told.peer, told.local_uid) == ("tfoms", "candidate", built.name)
        assert (folder / "outbox" / told.note["file"]).read_bytes() == told.body


def test_a_lost_protocol_is_given_when_asked_for(client: Client, tmp_path: Path) -> None:
    folder, built = folder_of(tmp_path), package()
    client.bench.stand.plan(Fault(FLK_PROTOCOL, Action.PROTOCOL_LOST, service="tfoms"))
    client.bench.stand.plan(Fault(MEK_RESULT, Action.PROTOCOL_LOST, service="tfoms"))
    put(folder, f"{built.name}.ZIP", built.zip)
    decided = client.bench.journal.wait_for(
        lambda entry: entry.operation == "decision" and entry.note["stage"] == "mek",
        after=0,
        timeout=WAIT,
    )
    assert decided is not None
    assert client.bench.stand.idle(WAIT)
    assert list((folder / "outbox").iterdir()) == []
    put(folder, f"V{built.name}.REQ", b"")
    arrived(client, Operation.RAK)
    assert len(list((folder / "outbox").iterdir())) == 3
    assert len(client.bench.journal.entries(operation="asked-again")) == 1


def test_what_is_being_written_is_left_alone(client: Client, tmp_path: Path) -> None:
    folder, built = folder_of(tmp_path), package()
    for name in ("other.ZIP.part", ".hidden.ZIP", "x.tmp"):
        (folder / "inbox" / name).write_bytes(b"x")
    (folder / "inbox" / "directory.ZIP").mkdir()
    put(folder, f"{built.name}.ZIP", built.zip)
    arrived(client, Operation.RAK)
    assert len(list((folder / "inbox").iterdir())) == 4
    assert len(client.bench.journal.entries(operation=Operation.SEND)) == 1


def test_a_second_protocol_of_one_name_stands_beside_the_first(
    client: Client, tmp_path: Path
) -> None:
    folder, built = folder_of(tmp_path), package()
    put(folder, f"{built.name}.ZIP", built.zip)
    arrived(client, Operation.RAK)
    put(folder, f"{built.name}.ZIP", built.zip)
    arrived(client, Operation.FLK, times=2)
    second = protocol.read(inside((folder / "outbox" / f"V{built.name}_2.ZIP").read_bytes()))
    assert second.protocol is not None
    assert [item.oshib for item in second.protocol.errors] == ["805"]


def test_files_of_an_earlier_run_are_removed(start: Start, tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    for place in ("inbox", "outbox"):
        (folder / place).mkdir(parents=True)
        (folder / place / "old.ZIP").write_bytes(b"x")
        (folder / place / "notes.txt").write_bytes(b"x")
    start(declared_as=declared(folder=folder))
    left = sorted(path.name for path in folder.rglob("*.*"))
    assert left == ["notes.txt", "notes.txt"]


def test_two_territories_have_folders_of_their_own(start: Start, tmp_path: Path) -> None:
    oms = tuple(
        OmsTerritory(okato, MO, "folder", folder=tmp_path / okato) for okato in (OKATO, "46000")
    )
    bench = start(declared_as={"oms": oms})
    built = package()
    put(tmp_path / OKATO, f"{built.name}.ZIP", built.zip)
    other = package(smo="50001")
    put(tmp_path / "46000", f"{other.name}.ZIP", other.zip)
    for name in (built.name, other.name):
        found = bench.journal.wait_for(
            lambda entry, name=name: entry.operation == "registerRak" and entry.local_uid == name,
            after=0,
            timeout=WAIT,
        )
        assert found is not None
    assert bench.stand.idle(WAIT)
    assert (tmp_path / OKATO / "outbox" / f"V{built.name}.ZIP").is_file()
    assert (tmp_path / "46000" / "outbox" / f"V{other.name}.ZIP").is_file()


def stand_with(bench: Bench, folder: Path) -> Stand:
    """Return another stand on the journal of a bench."""
    settings = replace(remd_samples.declaration(), **declared(folder=folder))
    settings = replace(settings, stand=replace(settings.stand, port=0))
    return Stand(settings, bench.journal, Clock.at(settings.as_of))


def test_no_threads_are_left(bench: Bench, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with stand_with(bench, folder_of(tmp_path)) as stand:
        assert stand.tfoms.keys() == {OKATO}
        assert set(threading.enumerate()) > before
    assert set(threading.enumerate()) <= before


def test_a_folder_that_cannot_be_made_is_told(bench: Bench, tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_bytes(b"")

    stand = stand_with(bench, taken)
    with pytest.raises(StandStartError, match="Папка обмена"):
        stand.start()


def test_a_file_that_grows_is_taken_when_it_is_whole(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare()
    taken: list[bytes] = []

    def look() -> None:
        folder.look(lambda _name, data: taken.append(data), lambda _name: None)

    path = folder.inbox / "A.ZIP"
    path.write_bytes(b"1")
    look()
    path.write_bytes(b"12")
    look()
    assert taken == []
    look()
    assert taken == [b"12"]
    assert not path.exists()


def test_a_folder_that_was_removed_is_made_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "обмен")
    folder.prepare()
    folder.inbox.rmdir()
    folder.outbox.rmdir()
    folder.look(lambda _name, _data: None, lambda _name: None)
    assert folder.inbox.is_dir()
    assert folder.put(Answer("V.ZIP", b"1")).is_file()


def test_a_watch_that_fails_is_told_once(client: Client, tmp_path: Path) -> None:
    inbox = folder_of(tmp_path) / "inbox"
    inbox.rmdir()
    inbox.write_bytes(b"")
    told = client.bench.journal.wait_for(
        lambda entry: entry.operation == "stand-error", after=0, timeout=WAIT
    )
    assert told is not None
    inbox.unlink()
    built = package()
    deadline = time.monotonic() + WAIT
    while not inbox.is_dir():
        assert time.monotonic() < deadline
    put(folder_of(tmp_path), f"{built.name}.ZIP", built.zip)
    arrived(client, Operation.RAK)
    assert len(client.bench.journal.entries(operation="stand-error")) == 1


def test_an_answer_is_never_seen_half(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.prepare()
    first = folder.put(Answer("V.ZIP", b"1"))
    assert folder.put(Answer("V.ZIP", b"1")) == first
    assert folder.put(Answer("V.ZIP", b"2")).name == "V_2.ZIP"
    assert sorted(path.name for path in folder.outbox.iterdir()) == ["V.ZIP", "V_2.ZIP"]


def test_a_watch_is_no_work() -> None:
    workers = Workers(threads=2)
    looked = threading.Event()
    errors: list[BaseException] = []

    def look() -> None:
        looked.set()
        raise RuntimeError("once")

    told = threading.Event()

    def report(error: BaseException) -> None:
        errors.append(error)
        if len(errors) > 1:
            told.set()

    workers.regularly(0.001, look, report)
    assert looked.wait(WAIT)
    assert workers.idle(WAIT)
    workers.forget_later()
    assert told.wait(WAIT), "a watch goes on after an error and after forget_later"
    assert workers.drain(WAIT)
    workers.close()
