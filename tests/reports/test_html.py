from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sample_run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from unfolding import unfolded

from dopusk.verdict import Finding, Verdict, Where
from reports import html, json_report, message_view, texts


def page(result, lang="ru"):
    return html.render(json_report.dump(result), lang=lang)


def tree(result, lang="ru"):
    return lxml_html.document_fromstring(unfolded(page(result, lang)))


def words(node):
    return " ".join(node.text_content().split())


@pytest.fixture(scope="module")
def mixed():
    return tree(sample_run.mixed())


def test_the_first_screen_says_who_what_by_which_rules_and_what_to_mend(mixed):
    said = words(mixed.find(".//header"))
    for part in (
        "МИС «Терапевт» 5.12.3",
        "ООО «Пример-Мед»",
        "ООО «Клиника-Пример»",
        "Не соответствует",
        "fed-3",
        "14.03.2024 (из декларации)",
        "СЭМД 194, редакция 2",
        "Что чинить сначала",
        "Запишите в /ClinicalDocument/languageCode/@code значение ru-RU.",
    ):
        assert part in said


def test_every_link_leads_somewhere(mixed):
    ids = set(mixed.xpath("//@id"))
    targets = {href[1:] for href in mixed.xpath("//@href") if not href.startswith("#?")}
    assert targets - ids == set()


def test_ids_do_not_repeat():
    ids = tree(sample_run.mixed(sample_run.SEVEN)).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_step_leads_to_its_message_and_to_the_marked_line(mixed):
    step = next(
        li for li in mixed.xpath("//ol[@class='steps']/li") if "подписи проходят" in words(li)
    )
    assert "#m27" in step.xpath(".//@href")
    marked = step.xpath(".//a[contains(@href, 'm27d0l')]/@href")[0]
    line = mixed.xpath(f"//mark[@id='{marked[1:]}']")[0]
    assert words(line) == '<languageCode code="en-US"/>'
    assert line.get("data-n") == "12"


def test_a_finding_shows_the_lines_around_it(mixed):
    excerpts = [words(node) for node in mixed.xpath("//div[@class='excerpt']")]
    assert any("11223344500" in text and "birthDate" in text for text in excerpts)


def test_lines_that_we_broke_carry_no_numbers_beside_a_finding(mixed):
    marked = {
        words(node): node.get("data-n") for node in mixed.xpath("//div[@class='excerpt']//mark")
    }
    assert marked['<languageCode code="en-US"/>'] == "12"
    assert marked["<ser:snils>11223344500</ser:snils>"] == ""


def test_a_finding_told_again_is_told_in_brief():
    base = sample_run.mixed()
    failed = sample_run.step("Тогда", "всё верно", Verdict.FAIL, sample_run.LANGUAGE, messages=[27])
    again = sample_run.step("И", "принято", Verdict.FAIL, sample_run.LANGUAGE, messages=[22])
    made = tree(replace(base, scenarios=(replace(base.scenarios[2], steps=(failed, again)),)))
    assert len(made.xpath("//div[contains(@class, 'found')]")) == 1
    brief = made.xpath("//p[@class='again']")[0]
    assert brief.xpath(".//@href") == ["#m27d0l11"]


def test_marks_of_the_runner_are_not_shown():
    base = sample_run.mixed()
    mark = replace(base.messages[4], actor="runner", operation="step-end")
    assert "step-end" not in page(replace(base, messages=(*base.messages[:4], mark)))


def test_the_matrix_has_a_verdict_for_each_requirement(mixed):
    rows = {
        row.get("data-requirement"): words(row) for row in mixed.xpath("//tr[@data-requirement]")
    }
    assert "заявлено" in rows["FED-3.1"]
    assert "Акт № 12-А" in rows["FED-3.1"]
    assert "неприменимо" in rows["FED-1.3"]
    assert "сбой стенда" in rows["CB-4"]
    assert "не проверено" in rows["CB-3"]


def test_seven_variants_have_a_column_each():
    head = tree(sample_run.mixed(sample_run.SEVEN)).xpath("//table[@class='matrix']/thead")[0]
    assert all(variant in words(head) for variant in sample_run.SEVEN)


def test_each_scenario_with_traffic_has_its_diagram(mixed):
    drawings = mixed.xpath("//details//svg[@role='group']")
    assert len(drawings) == 7
    assert "registerDocument" in words(drawings[0])


def test_it_needs_no_network_and_no_script(mixed):
    assert mixed.xpath("//link | //script[@src] | //img | //iframe | //object") == []
    assert "url(" not in page(sample_run.mixed())
    assert mixed.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0].startswith(
        "default-src 'none'"
    )
    said = words(mixed.find(".//main"))
    assert "МИС переживает повторный результат" in said


def test_a_conformant_run_says_so():
    said = words(tree(sample_run.passing()).find(".//header"))
    assert "Соответствует" in said
    assert "Что чинить" not in said


def test_a_run_of_nothing_is_still_a_page():
    assert "Ни один сценарий не выполнялся." in words(tree(sample_run.empty()))


def test_english_labels_russian_findings():
    said = words(tree(sample_run.mixed(), "en"))
    assert "Not conformant" in said
    assert "What to mend first" in said
    assert "Подпись AUTHOR сделана над другим документом" in said


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="not in"):
        page(sample_run.passing(), "fr")


def test_every_label_has_both_languages():
    for pair in texts.TEXTS.values():
        assert len(pair) == 2
        assert all(pair)
        assert not re.search("[А-Яа-яЁё]", pair[1])
        assert set(re.findall(r"\{\w+\}", pair[0])) == set(re.findall(r"\{\w+\}", pair[1]))
    for verdict in Verdict:
        assert texts.verdict_name(verdict) == str(verdict)
        assert texts.verdict_name(verdict, "en").isascii()
        assert texts.verdict_meaning(verdict) != texts.verdict_meaning(verdict, "en")


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "'onmouseover='alert(1)",
            "</style><script>alert(1)</script>",
            "</script><script>alert(1)</script>",
            "javascript:alert(1)",
            "{{ 7*7 }}",
            "{% raw %}",
            "]]>",
            "&lt;b&gt;",
            "\u202e\x00\x1b[31m",
        ]
    ),
    st.text(max_size=30),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=HOSTILE)
def test_no_text_of_a_run_becomes_markup(text):
    base = sample_run.mixed()
    finding = replace(
        sample_run.LANGUAGE, code="X-Y", message=text, cure=text, got=text, expected=text,
        source=text, remd=text, where=Where(part=text, file=text, line=1, xpath=text),
    )  # fmt: skip
    assert isinstance(finding, Finding)
    step = sample_run.step(text, text, Verdict.FAIL, finding, messages=[1], note=text)
    scenario = replace(
        base.scenarios[0], id=text, name=text, feature=text, variant=text, requirements=(text,),
        steps=(step,), verdict=Verdict.FAIL, note=text,
    )  # fmt: skip
    message = replace(
        base.messages[0], body=f"<a>{text}</a>", operation=text, actor=text, peer=text,
        message_id=text, local_uid=text,
        note={text: text, "documents": [{"part": text, "text": text}]},
    )  # fmt: skip
    hostile = replace(
        base, id=text, command=text, provider=text, scenarios=(scenario,), messages=(message,),
        candidate={"vendor": text, "product": text, "version": text, "deployment": text,
                   "organizations": [{"oid": text, "name": text}], "driver": text},
        rules=({"what": text, "kind": text, "source": text, "sha256": text},),
        blocking=(text,), remarks=(text,), variants=(text, "fed-1"),
        requirements=(replace(base.requirements[0], id=text, text=text, clause=text, note=text),),
    )  # fmt: skip
    made = tree(hostile)
    assert len(made.xpath("//script")) == 1
    assert len(made.xpath("//style")) == 1
    assert made.xpath("//img | //iframe | //@*[starts-with(name(), 'on')]") == []
    assert [href for href in made.xpath("//@href") if not href.startswith("#")] == []


def test_bodies_beyond_the_budget_are_left_out_and_say_so(monkeypatch):
    monkeypatch.setattr(message_view, "BUDGET", 3_000_000)
    base = sample_run.mixed()
    filler = "<a>" + "щ" * 60_000 + "</a>"
    messages = tuple(
        replace(item, body=filler) if item.seq <= 20 or item.seq > 30 else item
        for item in base.messages * 3
    )
    messages = tuple(replace(item, seq=number) for number, item in enumerate(messages, 1))
    text = unfolded(page(replace(base, messages=messages)))
    assert len(text) < 3_000_000 + 1_500_000
    assert "Тело не показано" in text
    assert '<mark class="l bad" id="m27d0l11"' in text


def test_the_exchange_of_passed_scenarios_is_folded():
    result = sample_run.many_messages(1000)
    text = page(result)
    assert len(text) * 4 < len(unfolded(text))
    assert 'id="m25"' not in text
    assert 'id="m25"' in unfolded(text)


def test_the_same_report_gives_the_same_page():
    assert page(sample_run.mixed()) == page(sample_run.mixed())


def test_remarks_about_the_run_stand_once():
    text = page(sample_run.passing())
    assert text.count("Подписи сделаны на ключах тестового УЦ стенда.") == 1


def test_many_findings_of_a_step_are_counted_not_written_out():
    base = sample_run.mixed()
    found = [replace(sample_run.DIGEST, got=str(number)) for number in range(200)]
    step = sample_run.step("Тогда", "всё верно", Verdict.FAIL, *found)
    text = page(replace(base, scenarios=(replace(base.scenarios[2], steps=(step,)),)))
    assert "Ещё находок: 175" in text


def test_the_protocol_says_what_a_reviewer_asks(mixed):
    said = words(mixed.find(".//main"))
    for part in (
        "Документы названы заявителем. Стенд их не проверял.",
        "На какие соглашения опирается прогон",
        "Элемент ser:extension не описан в профиле стенда WIRE-SAMPLE-EXTRA · соглашение стенда",
        "№ 1–10",
        "registerDocument14",
        "5f1d" * 16,
        "dopusk run mis.toml --variant fed-3",
    ):
        assert part in said


def test_a_decision_leads_to_the_document_before_it():
    base = sample_run.mixed()
    told = replace(sample_run.LANGUAGE, got='code="en-US"')
    other = replace(told, got='code="fr"')
    step = sample_run.step("Тогда", "РЭМД регистрирует", Verdict.FAIL, told, other, messages=[28])
    made = tree(replace(base, scenarios=(replace(base.scenarios[2], steps=(step,)),)))
    excerpts = [words(node) for node in made.xpath("//div[@class='excerpt']")]
    assert len(excerpts) == 1
    assert '<languageCode code="en-US"/>' in excerpts[0]
