from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.check_digits import is_enp, is_snils
from dopusk.clock import Clock
from dopusk.journal import Draft, Journal, JournalError, Phase
from dopusk.masking import Field, Masker, People, read_entry
from dopusk.masking.evidence import REMOVED, Loss, is_lost, mask_body, mask_journal
from dopusk.masking.standins import StandIns

PERSON = {
    Field.SURNAME: "Примерова",
    Field.NAME: "Анна",
    Field.BIRTH: "1988-04-12",
    Field.SNILS: "11223344595",
    Field.POLICY: "5050000000702017",
    Field.PHONE: "+79990000001",
}
XML = '<?xml version="1.0" encoding="UTF-8"?><a><family>Примерова</family><s>11223344595</s></a>'


@pytest.fixture
def masker() -> Masker:
    people = People()
    people.add(PERSON)
    return Masker(people, StandIns())


def test_a_stand_in_has_the_shape_of_its_value(masker: Masker):
    plain, dashed = masker.text("11223344595 112-233-445 95").split(" ", 1)
    assert plain != "11223344595"
    assert is_snils(plain)
    assert re.fullmatch(r"\d{3}-\d{3}-\d{3} \d\d", dashed)
    assert re.sub(r"\D", "", dashed) == plain
    assert is_enp(masker.text("5050000000702017"))
    assert re.fullmatch(r"\+7999\d{7}", masker.text("+79990000001"))
    iso, hl7, russian = masker.text("1988-04-12 19880412 12.04.1988").split()
    assert date(1988, 1, 1) <= date.fromisoformat(iso) <= date(1988, 4, 12)
    assert hl7 == iso.replace("-", "")
    assert russian == ".".join(reversed(iso.split("-")))
    assert masker.text("ПРИМЕРОВА") == masker.text("Примерова").upper()


def test_another_archive_has_other_stand_ins():
    people = People()
    people.add(PERSON)
    made = {Masker(people, StandIns()).text("5050000000702017") for _ in range(5)}
    assert len(made) > 1


def test_a_packed_document_is_rewritten_and_a_signature_taken_out(masker: Masker):
    packed = base64.b64encode((XML + " " * 100).encode())
    signature = base64.b64encode(b"0\x82" + "Примерова".encode() * 20)
    loss = Loss()
    body = mask_body(b"<r><d>" + packed + b"</d><p>" + signature + b"</p></r>", masker, loss)
    assert (loss.documents, loss.removed) == (1, 1)
    data = re.search(rb"<d>(.*)</d>", body)
    assert data
    document = base64.b64decode(data[1]).decode()
    assert "Примерова" not in document
    assert "11223344595" not in document
    assert document.startswith('<?xml version="1.0"')
    assert base64.b64encode(REMOVED) in body


def test_a_register_stays_a_register(masker: Masker):
    stream = io.BytesIO()
    text = '<?xml version="1.0" encoding="windows-1251"?><P><FAM>ПРИМЕРОВА</FAM></P>'
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("LM.XML", text.encode("cp1251"))
    with zipfile.ZipFile(io.BytesIO(mask_body(stream.getvalue(), masker, Loss()))) as archive:
        assert archive.namelist() == ["LM.XML"]
        masked = archive.read("LM.XML").decode("cp1251")
    assert "ПРИМЕРОВА" not in masked
    assert masked.endswith("</FAM></P>")


@pytest.mark.parametrize("body", [b"%PDF-1.7 " + b"x" * 9, b"PK\x03\x04broken", b"\0\1\2"])
def test_what_cannot_be_looked_through_is_taken_out(masker: Masker, body: bytes):
    loss = Loss()
    assert mask_body(body, masker, loss) == REMOVED
    assert loss.removed == 1


@given(st.binary(max_size=300))
def test_any_body_is_masked_without_an_error(body: bytes):
    people = People()
    people.add(PERSON)
    mask_body(body, Masker(people, StandIns()), Loss())


def test_a_journal_keeps_its_numbers_times_and_ids(tmp_path: Path):
    source, target = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    with Journal.create(source, clock=Clock(), run={"id": "1"}) as journal:
        case = {"surname": "Примерова", "name": "Анна", "snils": "11223344595"}
        body = json.dumps({"case": {"patient": case}}, ensure_ascii=False).encode()
        journal.append(Draft(Phase.REQUEST, "driver", "submit", body=body, note={"who": "Анна"}))
        journal.append(
            Draft(Phase.REQUEST, "candidate", "x", body=XML.encode(), local_uid="u", message_id="m")
        )
        journal.append(Draft(Phase.EVENT, "runner", "step-end", note={"step": 0}))
        before = journal.entries()
    people = People()
    for entry in before:
        read_entry(people, entry)
    loss = mask_journal(source, target, Masker(people, StandIns()))
    assert loss.entries == 2
    assert "без возврата" in loss.sentences()[0]
    with Journal.open(target) as masked:
        masked.check()
        assert masked.run == {"id": "1"}
        after = masked.entries()
    for old, new in zip(before, after, strict=True):
        for name in ("seq", "at", "stand_at", "actor", "operation", "local_uid", "message_id"):
            assert getattr(old, name) == getattr(new, name)
    assert b"11223344595" not in target.read_bytes()
    assert "Примерова".encode() not in target.read_bytes()
    submitted = json.loads(after[0].body)["case"]["patient"]["snils"]
    assert submitted.encode() in after[1].body
    assert not list(tmp_path.glob("b.sqlite-*"))
    with pytest.raises(JournalError):
        mask_journal(source, target, Masker(people, StandIns()))


def test_nothing_to_mask_is_no_loss():
    assert Loss().sentences() == ()


def test_what_is_lost_is_of_signatures_and_bytes():
    assert is_lost("SIG-DIGEST")
    assert not is_lost("SCH-У1-9-1")
