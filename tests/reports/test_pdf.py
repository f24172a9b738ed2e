from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import sample_run
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dopusk.verdict import Where
from reports import glyphs, json_report, pdf


def make(result, lang="ru"):
    return pdf.render(json_report.dump(result), lang=lang)


def text_of(data: bytes, folder: Path) -> str:
    """Return the text of the pages in reading order; skips where no reader is installed."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the text cannot be read back")
    file = folder / "report.pdf"
    file.write_bytes(data)
    run = subprocess.run([reader, "-layout", file, "-"], capture_output=True, check=True)
    return " ".join(run.stdout.decode().replace("\u200b", "").split())


@pytest.mark.parametrize(
    "build",
    [
        sample_run.mixed,
        sample_run.passing,
        sample_run.empty,
        sample_run.many_findings,
        lambda: sample_run.mixed(sample_run.SEVEN),
    ],
)
def test_every_run_gives_pdf_a_2b(build):
    data = make(build())
    assert data.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    assert b"/OutputIntents" in data
    assert b"/Encrypt" not in data


def test_all_fonts_are_embedded():
    data = make(sample_run.mixed())
    described = re.findall(rb"/Type\s*/FontDescriptor.*?>>", data, re.DOTALL)
    assert described
    assert all(b"/FontFile" in one for one in described)


def test_the_protocol_says_what_a_reviewer_asks(tmp_path: Path):
    said = text_of(make(sample_run.mixed()), tmp_path)
    for part in (
        "МИС «Терапевт» 5.12.3",
        "Не соответствует",
        "Содержание",
        "Заключение",
        "Запишите в /ClinicalDocument/languageCode/@code значение ru-RU.",
        "Документы названы заявителем. Стенд их не проверял.",
        "Акт № 12-А от 11.01.2024",
        "5f1d" * 16,
        "dopusk run mis.toml --variant fed-3",
        "За 30 с от МИС не пришло ни одного registerDocument",
        '<languageCode code="en-US"/>',
        "стр. 1 / ",
        "От региона",
    ):
        assert part in said


def test_english_labels(tmp_path: Path):
    said = text_of(make(sample_run.mixed(), "en"), tmp_path)
    assert "Not conformant" in said
    assert "What to mend first" in said


def test_the_same_report_gives_the_same_bytes():
    assert make(sample_run.mixed()) == make(sample_run.mixed())


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="not in"):
        make(sample_run.passing(), "fr")


def test_what_typst_refuses_is_an_error_in_words(monkeypatch):
    monkeypatch.setattr(pdf, "page", lambda report, lang: {"t": {}})
    with pytest.raises(pdf.PdfError, match="PDF не составлен"):
        make(sample_run.passing())


def test_the_fonts_show_every_character_that_is_let_through():
    allowed = [chr(code) for code in range(32, 0x3000) if glyphs.shown(chr(code)) == chr(code)]
    page = '#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#sys.inputs.text'
    typst.compile(
        page.encode(), format="pdf", ignore_system_fonts=True, pdf_standards="a-2b",
        sys_inputs={"text": " ".join(allowed)},
    )  # fmt: skip
    assert len(allowed) > 450


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ёлка №5 — «да»", "Ёлка №5 — «да»"),
        ("\U0001f600", "[U+1F600]"),
        ("\u4e2d\x00", "[U+4E2D][U+0000]"),
        ("1\u202f000\tx", "1 000 x"),
        ("a\u202eb\u200bc", "ab\u200bc"),
    ],
)
def test_what_the_fonts_lack_is_written_by_number(text, shown):
    assert glyphs.shown(text) == shown


def test_long_codes_may_go_on_in_the_next_line():
    assert glyphs.breakable("a" * 64).count("\u200b") == 3
    assert glyphs.breakable("/ClinicalDocument[1]/id[1]").count("\u200b") >= 2
    assert glyphs.breakable("обычные слова по-русски") == "обычные слова по-русски"


MARKUP = ("#panic()", "$x$", "@ref", "\\", "]", "//", "`")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(max_size=40) | st.sampled_from(["#panic()", "$x$", "@ref", "\\", "]", "//", "`"])
)
def test_any_text_of_a_run_can_be_set_and_none_is_evaluated(text):
    base = sample_run.passing()
    finding = replace(
        sample_run.LANGUAGE, message=text, cure=text, got=text, source=text, where=Where(part=text)
    )
    step = sample_run.step(text, text, base.verdict, finding, messages=[2], note=text)
    scenario = replace(
        base.scenarios[0], name=text, feature=text, variant=text, steps=(step,), note=text
    )
    make(
        replace(
            base, id=text, command=text, scenarios=(scenario,), variants=(text,), remarks=(text,),
            candidate={"product": text, "vendor": text}, rules=({"what": text, "sha256": text},),
            blocking=(text,),
        )
    )  # fmt: skip
