"""The file that a МИС served, read from a recorded getDocumentFile exchange."""

from __future__ import annotations

from dataclasses import dataclass

from dopusk.journal import Entry
from dopusk.remd.checks import FileAnswer, check_file_answer
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import WireProfile


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A getDocumentFile exchange and what came of it."""

    request: Entry
    answer: Entry
    data: bytes | None
    """Bytes of the document, None when no file could be taken from the answer."""
    findings: tuple[Finding, ...]
    """What is wrong with the answer; its document is not looked into."""


def read_served(
    request: Entry,
    answer: Entry,
    registration: RegisterDocument | None,
    profile: WireProfile,
) -> ServedFile:
    """Return the file of an exchange, compared with the registration that it belongs to."""
    judged = check_file_answer(
        FileAnswer(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            error=answer.note.get("error"),
        ),
        registration,
        message_id=request.message_id,
        profile=profile,
    )
    return ServedFile(request, answer, judged.data, judged.findings)
