"""The journal across processes: killed in the middle, several writers."""

import subprocess
import sys
from pathlib import Path

from dopusk.clock import Clock
from dopusk.journal import Draft, Journal, Phase

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from pathlib import Path
from dopusk.journal import Draft, Journal, Phase

name, count = sys.argv[2], int(sys.argv[3])
with Journal.open(Path(sys.argv[1]), writer=True) as journal:
    for n in range(count):
        body = f"{name}/{n}".encode() * 300
        entry = journal.append(Draft(Phase.REQUEST, name, "send", local_uid=f"{n}", body=body))
        sys.stdout.write(f"{entry.seq} {n}\\n")
        sys.stdout.flush()
"""


def start_writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_writer_loses_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "run.journal"
    Journal.create(path, clock=Clock(), run={"id": "killed"}).close()
    writer = start_writer(path, "candidate", 1_000_000)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().split() for _ in range(200)]
    writer.kill()
    acknowledged += [line.split() for line in writer.stdout if line.endswith("\n")]
    writer.stdout.close()
    writer.wait(30)
    with Journal.open(path) as journal:
        journal.check()
        held = journal.entries()
        assert journal.run == {"id": "killed"}
    assert len(held) >= len(acknowledged) >= 200
    assert [entry.seq for entry in held] == list(range(1, len(held) + 1))
    for seq, number in acknowledged:
        entry = held[int(seq) - 1]
        assert entry.local_uid == number
        assert entry.body == f"candidate/{number}".encode() * 300
    with Journal.open(path, writer=True) as journal:
        assert journal.append(Draft(Phase.EVENT, "runner", "resumed")).seq == len(held) + 1


def test_processes_write_at_once(tmp_path: Path) -> None:
    path, each = tmp_path / "run.journal", 150
    with Journal.create(path, clock=Clock(), run={}) as journal:
        writers = [start_writer(path, f"writer{index}", each) for index in range(3)]
        mine = [journal.append(Draft(Phase.EVENT, "runner", "own")) for _ in range(each)]
        last = journal.wait_for(
            lambda entry: entry.seq == 4 * each, after=mine[-1].seq - 1, timeout=60
        )
        outputs = [writer.communicate(timeout=60)[0] for writer in writers]
        held = journal.entries()
    assert last is not None
    assert [entry.seq for entry in held] == list(range(1, 4 * each + 1))
    assert [entry for entry in held if entry.actor == "runner"] == mine
    for index, output in enumerate(outputs):
        lines = [f"{e.seq} {e.local_uid}" for e in held if e.actor == f"writer{index}"]
        assert output.splitlines() == lines
