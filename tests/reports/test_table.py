from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import pytest
import sample_run
from lxml import etree

from reports import json_report, table

SHEET = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def read_csv(result, lang="ru"):
    data = table.render_csv(json_report.dump(result), lang=lang)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def sheets(result):
    """Return the texts of each sheet of the workbook."""
    with zipfile.ZipFile(io.BytesIO(table.render_xlsx(json_report.dump(result)))) as book:
        shared = etree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(item.itertext()) for item in shared.findall("x:si", SHEET)]
        made = []
        for number in (1, 2, 3):
            sheet = etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert sheet.findall(".//x:f", SHEET) == []
            made.append([texts[int(v.text)] for v in sheet.findall(".//x:c/x:v", SHEET)])
        return made


def test_one_row_for_each_requirement_with_its_verdict():
    rows = read_csv(sample_run.mixed())
    assert rows[0] == ["№", "Требование", "Пункт", "Уровень", "Чем проверено", "Вердикт",
                       "Сценарии", "Журнал", "Основание"]  # fmt: skip
    verdicts = {row[0]: row[5] for row in rows[1:]}
    assert verdicts["FED-0.1"] == "не соответствует"
    assert verdicts["FED-3.1"] == "заявлено"
    assert len(rows) == 9
    assert next(row for row in rows if row[0] == "FED-3.2")[7] == "№ 1–10"


def test_several_variants_have_a_column_each():
    rows = read_csv(sample_run.mixed(sample_run.SEVEN))
    assert rows[0][5:12] == list(sample_run.SEVEN)
    assert rows[1][5:12] == ["не соответствует"] * 7
    assert rows[3][5:12] == [""] * 7


def test_english_labels():
    assert read_csv(sample_run.mixed(), "en")[1][5] == "fail"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1"])
def test_no_cell_is_run_as_a_formula(text):
    base = sample_run.mixed()
    hostile = replace(base, requirements=(replace(base.requirements[0], text=text),))
    assert read_csv(hostile)[1][1] == "'" + text
    assert text.strip() in [cell.strip() for cell in sheets(hostile)[0]]


def test_the_workbook_holds_requirements_scenarios_and_findings():
    requirements, scenarios, findings = sheets(sample_run.mixed())
    assert "FED-0.1" in requirements
    assert "Отказ стадии 2 и исправление" in scenarios
    assert "SCH-SAMPLE-LANGUAGE" in findings
    assert "ЭМД:12:3 /ClinicalDocument[1]/languageCode[1]" in findings


def test_an_empty_run_is_a_workbook_too():
    assert all(sheets(sample_run.empty()))


def test_characters_that_xml_forbids_and_huge_texts_do_not_break_the_workbook():
    base = sample_run.mixed()
    note = "\x00\ud800" + "щ" * 40_000
    row = replace(base.requirements[0], note=note)
    cells = sheets(replace(base, requirements=(row,)))[0]
    assert max(map(len, cells)) == 32_000


def test_the_same_report_gives_the_same_workbook():
    data = json_report.dump(sample_run.mixed())
    assert table.render_xlsx(data) == table.render_xlsx(data)
