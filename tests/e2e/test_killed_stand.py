"""A stand that is killed in the middle of a run loses nothing that it acknowledged."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import requests
from commands import ROOT

from dopusk.journal import Journal, Phase
from dopusk.wire.soap import normalise_id

BODY = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://www.w3.org/2005/08/addressing">
<s:Header><a:MessageID>{message}</a:MessageID><a:Action>registerDocument</a:Action></s:Header>
<s:Body><e:registerDocumentRequest xmlns:e="http://egisz.rosminzdrav.ru/iehr/emdr/service/"/></s:Body>
</s:Envelope>"""
THREADS, BEFORE_KILL = 4, 60


def test_everything_answered_is_in_the_journal(tmp_path: Path) -> None:
    text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
    (tmp_path / "mis.toml").write_text(text.replace("port = 8080", "port = 0"), encoding="utf-8")
    journal = tmp_path / "journal.sqlite"
    stand = subprocess.Popen(
        [sys.executable, "-m", "dopusk", "serve", "mis.toml", "--journal", str(journal)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert stand.stdout is not None
        url = next(word for line in stand.stdout for word in line.split() if word.endswith("/emdr"))
        answered = _load(url, stand)
    finally:
        stand.kill()
        stand.wait()
        stand.stdout.close()  # type: ignore[union-attr]
    assert len(answered) >= BEFORE_KILL
    with Journal.open(journal) as kept:
        kept.check()
        requested = {entry.message_id for entry in kept.entries(phase=Phase.REQUEST)}
        replied = {entry.exchange for entry in kept.entries(phase=Phase.RESPONSE)}
        exchanges = {
            entry.message_id: entry.exchange for entry in kept.entries(phase=Phase.REQUEST)
        }
    wanted = {normalise_id(message) for message in answered}
    assert wanted <= requested
    assert {exchanges[message] for message in wanted} <= replied


def _load(url: str, stand: subprocess.Popen[str]) -> list[str]:
    """Send from several threads until the stand is killed under them; return what was answered."""
    answered: list[str] = []
    enough = threading.Event()

    def send() -> None:
        with requests.Session() as session:
            while True:
                message = str(uuid4())
                try:
                    session.post(url, data=BODY.format(message=message).encode(), timeout=10)
                except requests.RequestException:
                    return
                answered.append(message)
                if len(answered) >= BEFORE_KILL:
                    enough.set()

    threads = [threading.Thread(target=send) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    stand.kill()
    for thread in threads:
        thread.join()
    return answered
