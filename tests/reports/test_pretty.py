from __future__ import annotations

import pytest
import sample_run
from hypothesis import given
from hypothesis import strategies as st

from reports.pretty import lay_out


def test_xml_in_one_line_is_broken_up_and_found_by_xpath():
    layout = lay_out(sample_run.register_request(1))
    assert layout.reformatted
    place = layout.find(sample_run.SNILS.where.xpath, 1)
    assert layout.lines[place].strip() == "<ser:snils>11223344500</ser:snils>"


def test_a_document_in_lines_keeps_its_lines_and_numbers():
    layout = lay_out(sample_run.DOCUMENT)
    assert not layout.reformatted
    assert layout.lines == sample_run.DOCUMENT.splitlines()
    assert layout.numbers == list(range(1, len(layout.lines) + 1))


@pytest.mark.parametrize(
    "xpath",
    [
        "/ClinicalDocument[1]/languageCode[1]",
        "/ClinicalDocument/languageCode",
        "/ClinicalDocument[1]/languageCode[1]/@code",
        "/v3:ClinicalDocument[1]/v3:languageCode[1]",
        "/languageCode[1]",
    ],
)
def test_an_xpath_finds_its_line(xpath):
    assert lay_out(sample_run.DOCUMENT).find(xpath, None) == 11


def test_the_second_of_a_kind_is_told_from_the_first():
    layout = lay_out("<a>\n<b/>\n<c/>\n<b/>\n</a>")
    assert layout.find("/a[1]/b[2]", None) == 3


def test_blank_lines_go_and_numbers_stay():
    layout = lay_out("<a>\n\n\n\n<b/>\n</a>")
    assert layout.numbers == [1, 5, 6]
    assert layout.find(None, 5) == 1


def test_a_line_of_the_original_means_nothing_once_reformatted():
    assert lay_out("<a><b/><c/><d/></a>").find(None, 1) is None


@pytest.mark.parametrize(
    "xpath", ["/a[1]/nothing[1]", "//*[local-name()='b']", "", "/", "not a path ]["]
)
def test_an_xpath_that_leads_nowhere_finds_nothing(xpath):
    assert lay_out("<a><b/></a>").find(xpath, None) is None


def test_what_is_cut_or_broken_is_still_laid_out():
    layout = lay_out('<a><b x="1">text</b><c><d y="unclosed')
    assert layout.lines[0] == "<a>"
    assert '  <b x="1">text</b>' in layout.lines
    assert layout.find("/a[1]/b[1]", None) == 1


def test_attributes_of_a_long_tag_stand_one_a_line():
    names = " ".join(f'xmlns:p{n}="urn:example:{n}:{"x" * 20}"' for n in range(4))
    assert len(lay_out(f"<a {names}><b/></a>").lines) == 6


def test_json_is_indented_and_what_is_not_json_is_left():
    assert lay_out('{"a": [1, 2]}').lines[1] == '  "a": ['
    assert lay_out("{oops").lines == ["{oops"]
    assert lay_out("[" * 5000).lines == ["[" * 5000]
    assert lay_out("").lines == []


@given(st.text(alphabet="<>/ab \"'=!-[]\n?&;", max_size=300))
def test_any_text_is_laid_out_without_losing_characters(text):
    layout = lay_out("<" + text)
    assert len(layout.lines) == len(layout.numbers)
    shown = sorted("".join("".join(layout.lines).split()))
    assert shown == sorted("".join(("<" + text).split()))


@given(st.integers(1, 3000))
def test_unbalanced_quotes_do_not_slow_it_down(count):
    assert lay_out("<a " + "\"'" * count + "<b" * count).lines
