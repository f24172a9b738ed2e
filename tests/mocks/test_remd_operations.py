from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
from remd_bench import Bench

from dopusk.clock import Clock
from dopusk.wire import messages as m
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import read_envelope
from mocks.remd.exceptions import RegistryItemNotFoundError


def ask(bench: Bench, name: str, **values: Any) -> Any:
    body = default_profile().render(f"{name}Request", **values)
    answer = bench.post(remd_samples.envelope(body, action=name))
    assert answer.status_code == 200
    envelope, _ = read_envelope(answer.content, part="ответ")
    assert envelope is not None
    return default_profile().read(envelope.body)


def registered(bench: Bench, **changes: Any) -> m.RegistrationResult:
    uid = changes.setdefault("local_uid", str(uuid4()))
    bench.register(**changes)
    bench.decided(uid, "registered")
    assert bench.stand.idle(5)
    results = bench.mis.of("sendRegisterDocumentResult")
    (found,) = [result for result in results if result.local_uid == uid]  # type: ignore[union-attr]
    return found  # type: ignore[return-value]


def span(bench: Bench, days: int = 1) -> dict[str, str]:
    now = Clock.at(remd_samples.declaration().as_of).now()
    return {
        "begin": (now - timedelta(days=days)).isoformat(timespec="seconds"),
        "end": (now + timedelta(days=days)).isoformat(timespec="seconds"),
    }


def test_search_finds_what_was_registered(bench: Bench) -> None:
    first, second = registered(bench), registered(bench, kind="103")
    found = ask(bench, "searchRegistryItem", **span(bench))
    assert [item.emdr_id for item in found.items] == [first.emdr_id, second.emdr_id]
    assert found.items[0].registered == first.registered


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        ({"kind": "194"}, 1),
        ({"kind": "103"}, 0),
        ({"patient_snils": "11223344595"}, 1),
        ({"patient_snils": "99999999999"}, 0),
        ({"organization": "1.2.3"}, 0),
        ({"begin": "2000-01-01T00:00:00+03:00", "end": "2000-01-02T00:00:00+03:00"}, 0),
    ],
)
def test_search_criteria(bench: Bench, criteria: dict[str, str], count: int) -> None:
    registered(bench)
    found = ask(bench, "searchRegistryItem", **{**span(bench), **criteria})
    assert len(found.items) == count
    assert found.status.value == "success"


def test_search_by_an_unknown_system_is_refused(bench: Bench) -> None:
    registered(bench)
    body = default_profile().render("searchRegistryItemRequest", **span(bench))
    data = remd_samples.envelope(body, action="searchRegistryItem", client_entity_id=str(uuid4()))
    assert bench.read(bench.post(data).content).errors[0][0] == "NO_RMIS"


def test_get_registry_item(bench: Bench) -> None:
    made = registered(bench)
    found = ask(bench, "getRegistryItem", emdr_id=made.emdr_id)
    (item,) = found.items
    assert item.emdr_id == made.emdr_id
    assert item.store_till == "2049-02-15+03:00"


@pytest.mark.parametrize("operation", ["getRegistryItem", "demandContent"])
def test_unknown_number(bench: Bench, operation: str) -> None:
    found = ask(bench, operation, emdr_id="194.77.24.02.000000999")
    assert [code for code, _ in found.errors] == ["REGISTRY_ITEM_NOT_FOUND"]


def test_demanded_content_is_fetched_from_its_keeper_and_sent(bench: Bench) -> None:
    uid = str(uuid4())
    bench.mis.files[uid.replace("-", "")] = b"<kept/>"
    made = registered(bench, local_uid=uid)
    assert ask(bench, "demandContent", emdr_id=made.emdr_id).succeeded
    (sent,) = bench.mis.wait("sendDocumentFile")
    assert isinstance(sent, m.SentFile)
    assert str(sent.emdr_id) == made.emdr_id
    assert str(sent.data) == "PGtlcHQvPg=="
    question = bench.mis.of("getDocumentFile")[-1]
    assert str(question.emdr_id) == made.emdr_id  # type: ignore[union-attr]


def test_changed_file_is_not_given_out(bench: Bench) -> None:
    uid = str(uuid4())
    made = registered(bench, local_uid=uid)
    bench.mis.files[uid.replace("-", "")] = b"<changed/>"
    ask(bench, "demandContent", emdr_id=made.emdr_id)
    (sent,) = bench.mis.wait("sendDocumentFile")
    assert isinstance(sent, m.SentFile)
    assert sent.data is None
    assert sent.errors[0][0] == "DIGEST_MISMATCH"


def test_another_system_demands_a_document(bench: Bench) -> None:
    uid = str(uuid4())
    made = registered(bench, local_uid=uid)
    assert made.emdr_id is not None
    bench.stand.demand(made.emdr_id)
    decided = bench.decided(uid, "demand")
    assert decided.note["errors"] == []
    assert len(bench.mis.of("getDocumentFile")) == 2


def test_nobody_demands_what_is_not_registered(bench: Bench) -> None:
    with pytest.raises(RegistryItemNotFoundError):
        bench.stand.demand("194.77.24.02.000000999")


def test_numbers_are_never_given_twice(bench: Bench) -> None:
    before = registered(bench)
    bench.stand.control.reset()
    assert ask(bench, "searchRegistryItem", **span(bench)).items == ()
    assert registered(bench).emdr_id != before.emdr_id
