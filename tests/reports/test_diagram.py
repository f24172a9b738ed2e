from __future__ import annotations

from itertools import pairwise

import sample_run

from reports import json_report
from reports.diagram import LIMIT, sequence


def messages():
    return json_report.dump(sample_run.passing())["messages"]


def test_systems_stand_in_the_order_of_the_path():
    drawing = sequence(messages()[:10], set())
    assert [lane.name for lane in drawing.lanes] == ["Драйвер", "МИС", "РЭМД"]


def test_an_arrow_goes_from_the_sender_to_the_receiver():
    drawing = sequence(messages()[:10], {2})
    lanes = {lane.name: lane.x for lane in drawing.lanes}
    sent = drawing.arrows[1]
    assert (sent.start, sent.end) == (lanes["МИС"], lanes["РЭМД"])
    assert (sent.label, sent.kind, sent.bad) == ("registerDocument", "request", True)
    assert drawing.arrows[2].label == "registerDocument · 200"
    assert drawing.arrows[2].start > drawing.arrows[2].end


def test_an_event_stands_on_its_own_lifeline():
    event = sequence(messages()[:10], set()).arrows[4]
    assert event.start == event.end
    assert event.label == "запрос проверен"


def test_arrows_do_not_overlap():
    rows = [arrow.y for arrow in sequence(messages(), set()).arrows]
    assert all(later - earlier >= 30 for earlier, later in pairwise(rows))


def test_a_long_exchange_is_cut_and_counted():
    many = messages() * 10
    drawing = sequence(many, set())
    assert len(drawing.arrows) == LIMIT
    assert drawing.total == len(many)


def test_nothing_is_drawn_where_nobody_talked():
    assert sequence([], set()) is None
    assert sequence([messages()[4]], set()) is None
