"""The SQLite file under a journal: its schema, connections and rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dopusk.clock import MOSCOW
from dopusk.journal.entry import Draft, Entry, Phase
from dopusk.journal.errors import JournalError
from dopusk.wording import os_reason

APPLICATION_ID: Final = 0x444F5053
"""«DOPS» in the header of the file: tells a journal from any other SQLite file."""

SCHEMA_VERSION: Final = 1
"""Kept in `user_version`; a file of another version is refused."""

MAX_BODY: Final = 512 * 1024 * 1024
"""Bytes of one body; SQLite itself stops at 10⁹ bytes a row."""

BUSY_SECONDS: Final = 30.0
"""How long a process waits for another one that is writing."""

_CHECKPOINT_PAGES: Final = 8192
"""WAL pages (4 KiB each) between checkpoints: a checkpoint syncs the disk, so seldom."""

# One index only: each more costs an append about a tenth of its time (bench/journal.py), while
# readers bound the other searches by `after`.
_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    stand_at TEXT NOT NULL,
    phase TEXT NOT NULL,
    actor TEXT NOT NULL,
    peer TEXT,
    operation TEXT NOT NULL,
    exchange TEXT,
    status INTEGER,
    message_id TEXT,
    relates_to TEXT,
    local_uid TEXT,
    emdr_id TEXT,
    scenario TEXT,
    url TEXT,
    headers TEXT NOT NULL,
    note TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX entry_local_uid ON entry (local_uid) WHERE local_uid IS NOT NULL;
CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entry)
    BEGIN SELECT RAISE(ABORT, 'journal entries are numbered without gaps'); END;
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER meta_no_second BEFORE INSERT ON meta
    WHEN EXISTS (SELECT 1 FROM meta WHERE key = NEW.key)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""

COLUMNS: Final = (
    "seq",
    "at",
    "stand_at",
    "phase",
    "actor",
    "peer",
    "operation",
    "exchange",
    "status",
    "message_id",
    "relates_to",
    "local_uid",
    "emdr_id",
    "scenario",
    "url",
    "headers",
    "note",
    "body",
)

_OBJECTS: Final = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"

INSERT: Final = f"INSERT INTO entry VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - fixed text
SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM entry"  # noqa: S608 - fixed text

Row = tuple[Any, ...]


def create(path: Path, meta: Mapping[str, Any]) -> None:
    """Make a new journal file with these metadata (values are JSON-ready).

    Raises JournalError when the file exists already or its folder takes no SQLite WAL file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JournalError(path, f"папка не создаётся: {os_reason(error)}") from None
    try:
        path.open("xb").close()
    except FileExistsError:
        raise JournalError(
            path, "файл уже есть, а журнал только дописывают; укажите другое имя"
        ) from None
    except OSError as error:
        raise JournalError(path, f"файл не создаётся: {os_reason(error)}") from None
    connection = connect(path, mode="rw")
    try:
        if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
            raise JournalError(
                path, "диск не годится для журнала (сетевой?); укажите папку на местном диске"
            )
        connection.executescript("BEGIN;" + _SCHEMA)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [(key, json.dumps(value)) for key, value in meta.items()],
        )
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise JournalError(path, explain(error)) from error
    finally:
        connection.close()


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Return a connection to an existing file; `mode` is `ro` or `rw` as in SQLite URIs.

    The connection is in autocommit and may be used by any thread, one at a time.
    """
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_SECONDS,
        )
        if mode == "rw":
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    except sqlite3.Error as error:
        raise JournalError(path, explain(error)) from error
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that can only read, also where nothing can be written beside the file.

    Raises JournalError when the file is absent, damaged, foreign or of another version.
    """
    if not path.is_file():
        raise JournalError(path, "такого файла нет")
    with path.open("rb") as file:
        if not file.read(1):
            raise JournalError(path, "файл пуст: стенд остановили, пока он создавал журнал")
    connection = connect(path, mode="ro")
    try:
        _identify(path, connection)
    except sqlite3.OperationalError as error:
        connection.close()
        return _connect_unwritable(path, error)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_unwritable(path: Path, cause: sqlite3.OperationalError) -> sqlite3.Connection:
    """Return a connection to a WAL file on a medium where SQLite can keep no index of the WAL."""
    tail = path.with_name(path.name + "-wal")
    if tail.exists() and tail.stat().st_size:
        raise JournalError(
            path,
            f"рядом лежит недописанный {tail.name}, а папка закрыта для записи; "
            "скопируйте оба файла в папку, где можно писать, и откройте там",
        ) from cause
    connection = connect(path, mode="ro&immutable=1")
    try:
        _identify(path, connection)
    except sqlite3.OperationalError as error:
        connection.close()
        raise JournalError(path, explain(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _identify(path: Path, connection: sqlite3.Connection) -> None:
    """Raise JournalError unless the file is a journal of this version."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise JournalError(path, explain(error)) from error
    if application != APPLICATION_ID:
        raise JournalError(path, "это файл SQLite, но не журнал Допуска")
    if version != SCHEMA_VERSION:
        raise JournalError(
            path,
            f"журнал в версии {version}, а эта версия Допуска читает версию {SCHEMA_VERSION}; "
            "откройте его той версией Допуска, которой он записан",
        )


def read_meta(path: Path, connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the metadata given to `create`."""
    try:
        rows = connection.execute("SELECT key, value FROM meta").fetchall()
    except sqlite3.Error as error:
        raise JournalError(path, explain(error)) from error
    return {key: json.loads(value) for key, value in rows}


def explain(error: sqlite3.Error) -> str:
    """Return in Russian what an error of SQLite means for the user."""
    text = str(error)
    for sign, meaning in _MEANINGS.items():
        if sign in text:
            return meaning
    return f"SQLite отвечает «{text}»"


_MEANINGS: Final = {
    "not a database": "это не журнал Допуска: файл не SQLite или его начало испорчено",
    "malformed": "файл испорчен или обрезан; возьмите неповреждённую копию",
    "no such table": "это не журнал Допуска: в нём нет нужных таблиц",
    "disk is full": "на диске кончилось место; освободите его и запустите прогон заново",
    "locked": "файл слишком долго занят другой программой; закройте её",
    "unable to open": "файл не открывается: нет его, папки или прав",
    "readonly": "файл или папка закрыты для записи",
    "disk I/O error": "диск не читается или не пишется",
}


def foreign_objects(connection: sqlite3.Connection) -> list[str]:
    """Return names of tables, views and triggers that a journal does not have, or lacks.

    A view in place of a table would run whatever its maker wrote.
    """
    with closing(sqlite3.connect(":memory:")) as own:
        own.executescript(_SCHEMA)
        known = set(own.execute(_OBJECTS).fetchall())
    return sorted({name for _, name, _ in known ^ set(connection.execute(_OBJECTS).fetchall())})


def encode(draft: Draft) -> Row:
    """Return the values of `COLUMNS` after the first three (number and times) for one line.

    Raises TypeError when headers or note are not JSON-ready.
    """
    return (
        draft.phase.value,
        _text(draft.actor),
        _text(draft.peer),
        _text(draft.operation),
        _text(draft.exchange),
        draft.status,
        _text(draft.message_id),
        _text(draft.relates_to),
        _text(draft.local_uid),
        _text(draft.emdr_id),
        _text(draft.scenario),
        _text(draft.url),
        _json(draft.headers),
        _json(draft.note),
        bytes(draft.body),
    )


def decode(row: Row) -> Entry:
    """Return the line that a row of `COLUMNS` holds."""
    return Entry(
        seq=row[0],
        at=datetime.fromisoformat(row[1]),
        stand_at=datetime.fromisoformat(row[2]).astimezone(MOSCOW),
        phase=Phase(row[3]),
        actor=row[4],
        peer=row[5],
        operation=row[6],
        exchange=row[7],
        status=row[8],
        message_id=row[9],
        relates_to=row[10],
        local_uid=row[11],
        emdr_id=row[12],
        scenario=row[13],
        url=row[14],
        headers=json.loads(row[15]),
        note=json.loads(row[16]),
        body=row[17],
    )


def _text(value: str | None) -> str | None:
    """Return the text with lone surrogates escaped: SQLite stores UTF-8, which has none."""
    if value is None or value.isascii():
        return value
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _json(value: Mapping[str, Any]) -> str:
    if not value:
        return "{}"
    text = json.dumps(dict(value), ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(dict(value))
    return text
