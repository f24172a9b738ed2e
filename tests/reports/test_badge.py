from __future__ import annotations

from dataclasses import replace

import pytest
import sample_run
from lxml import etree

from reports import badge, json_report


def draw(result, lang="ru"):
    return etree.fromstring(badge.render(json_report.dump(result), lang=lang))


def words(svg):
    return [node.text for node in svg.iter("{*}text")]


@pytest.mark.parametrize(
    ("build", "said", "colour"),
    [
        (sample_run.passing, "соответствует · 14.03.2024", "#0a6636"),
        (sample_run.mixed, "не соответствует · 14.03.2024", "#a60d1c"),
        (sample_run.empty, "проверено не всё · 14.03.2024", "#454a92"),
    ],
)
def test_it_says_the_variant_the_verdict_and_the_date(build, said, colour):
    svg = draw(build())
    assert words(svg) == ["допуск fed-3", said]
    assert svg.get("aria-label") == f"допуск fed-3: {said}"
    assert colour in etree.tostring(svg).decode()


def test_in_english():
    assert words(draw(sample_run.mixed(), "en")) == ["dopusk fed-3", "not conformant · 14.03.2024"]


def test_no_text_becomes_markup():
    svg = draw(replace(sample_run.passing(), variants=("<script>alert(1)</script>&\"'",)))
    assert list(svg.iter("{*}script")) == []


def test_many_variants_stay_within_a_line():
    assert int(draw(sample_run.mixed(sample_run.SEVEN)).get("width")) < 700
