from __future__ import annotations

import pytest

from reports.events import concerns_reader, event_label, is_refusal


def event(operation, actor="remd", **note):
    return {"phase": "event", "actor": actor, "operation": operation, "note": note}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (event("decision", stage="registered", errors=[]), "зарегистрировано"),
        (event("decision", stage="refused", errors=[{"code": "NO_RMIS"}]), "отказ: NO_RMIS"),
        (event("decision", stage="sync", errors="?"), "отказ сразу"),
        (event("decision", stage="new-stage"), "decision: new-stage"),
        (event("fault", fault={"action": "http_status", "status": 503}), "сбой по плану: HTTP 503"),
        (
            event("fault-planned", fault={"action": "remd_error", "code": "RATE_LIMIT"}),
            "сбой заказан: RATE_LIMIT",
        ),
        (event("fault", fault={"action": "reset"}), "сбой по плану: reset"),
        (event("fault", fault=[]), "сбой по плану"),
        (event("demand", emdr_id="1"), "запрос другой системы"),
        (event("something"), "something"),
        (event("state", state="Счет поставлен в очередь"), "Счет поставлен в очередь"),
        (event("decision", stage="insurance", status="Действующий"), "полис: Действующий"),
        (event("decision", stage="flk", state="ФЛК пройден", errors=[]), "ФЛК пройден"),
        (
            event("decision", stage="flk", state="ФЛК не пройден", errors=[{"OSHIB": "902"}]),
            "ФЛК не пройден: 902",
        ),
    ],
)
def test_an_event_is_said_in_words(message, said):
    assert event_label(message) == said


def test_in_english():
    assert event_label(event("decision", stage="registered"), "en") == "registered"


def test_marks_of_the_runner_are_not_for_the_reader():
    assert not concerns_reader(event("step-end", actor="runner"))
    assert concerns_reader(event("decision"))


def test_refusals_are_told_from_other_decisions():
    assert is_refusal(event("decision", stage="refused"))
    assert not is_refusal(event("decision", stage="registered"))
    assert not is_refusal(event("fault", stage="refused"))
    assert is_refusal(event("decision", stage="flk", errors=[{"OSHIB": "902"}]))
    assert not is_refusal(event("decision", stage="flk", errors=[]))
