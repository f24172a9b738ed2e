"""The page in headless Chromium, from a file and without network."""

from __future__ import annotations

import html as markup
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sample_run
from lxml import html as lxml_html
from unfolding import unfolded

from reports import html, json_report

BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium: apt-get install chromium to try the page in a browser"
)
CSP = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture(scope="module")
def browse(tmp_path_factory) -> Callable[..., str]:
    folder = tmp_path_factory.mktemp("browser")

    def run(url: str, *arguments: str) -> str:
        command = [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder}",
            "--virtual-time-budget=4000", *(arguments or ("--dump-dom",)), url,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=120, check=True)
        return done.stdout.decode()

    return run


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    report = json_report.dump(sample_run.mixed(("fed-3", "mo-1")))
    file.write_text(html.render(report), encoding="utf-8")
    return file


@pytest.fixture
def opened(browse, page) -> Callable[[str], Any]:
    return lambda hash_: lxml_html.document_fromstring(browse(page.as_uri() + hash_))


def shown(tree) -> list[Any]:
    return tree.xpath("//details[contains(@class, 'scenario') and not(@hidden)]")


def test_without_filters_everything_is_shown(opened):
    tree = opened("")
    assert tree.get("class") == "js"
    assert len(shown(tree)) == 16


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("verdict=fail", 6),
        ("verdict=fail&verdict=skip", 8),
        ("variant=mo-1", 8),
        ("requirement=CB-3", 4),
        ("requirement=CB-3&variant=mo-1&verdict=skip", 1),
        ("text=%D0%BF%D0%BE%D1%80%D1%82%208443", 2),
        ("text=00000000-0000-4000-8000-000000000011", 1),
        ("text=<b>nothing</b>", 0),
    ],
)
def test_filters_leave_what_fits(opened, query, count):
    tree = opened(f"#?{query}")
    assert len(shown(tree)) == count
    assert tree.get_element_by_id("shown").text == str(count)
    hidden = tree.get_element_by_id("nothing").get("hidden")
    assert (hidden is None) == (count == 0)


def test_a_filter_by_verdict_leaves_the_rows_of_that_verdict(opened):
    rows = opened("#?verdict=fail").xpath("//tr[@data-requirement and not(@hidden)]/@data-verdict")
    assert set(rows) == {"fail"}


@pytest.mark.parametrize("target", ["m27", "m27d0l11", "m2"])
def test_a_deep_link_opens_all_that_it_lies_in(opened, target):
    node = opened(f"#{target}").get_element_by_id(target)
    around = [node, *node.iterancestors()]
    assert all(item.get("open") is not None for item in around if item.tag == "details")


def test_what_the_script_unfolds_is_what_was_folded(browse, page, tmp_path: Path):
    text = page.read_text(encoding="utf-8")
    file = tmp_path / "all.html"
    file.write_text(
        text + "<script>document.querySelectorAll('details').forEach(d => { d.open = true })"
        "</script>",
        encoding="utf-8",
    )
    seen = lxml_html.document_fromstring(browse(file.as_uri()))
    meant = lxml_html.document_fromstring(unfolded(text))
    assert seen.xpath("//*[@data-packed]") == []
    for kind in ("journal", "drawing"):
        pick = f"//div[@class='{kind}']"
        assert [one.text_content() for one in seen.xpath(pick)] == [
            one.text_content() for one in meant.xpath(pick)
        ]


def test_an_unknown_or_hostile_link_changes_nothing(opened):
    assert len(shown(opened("#no-such"))) == 16
    assert len(shown(opened("#%3Cscript%3E"))) == 16
    assert len(shown(opened("#%"))) == 16


def test_a_phone_needs_no_sideways_scrolling(browse, page, tmp_path: Path):
    frame = tmp_path / "phone.html"
    inner = markup.escape(CSP.sub("", page.read_text(encoding="utf-8")))
    frame.write_text(
        f'<meta charset="utf-8"><iframe width="390" height="800" srcdoc="{inner}"></iframe>'
        "<script>onload = () => { document.title ="
        " frames[0].document.documentElement.scrollWidth }</script>",
        encoding="utf-8",
    )
    title = re.search(r"<title>(\d+)</title>", browse(frame.as_uri()))
    assert title
    assert int(title[1]) <= 390


@pytest.mark.parametrize(
    "build",
    [sample_run.mixed, sample_run.passing, sample_run.empty],
    ids=["mixed", "pass", "empty"],
)
def test_axe_finds_nothing_serious(browse, tmp_path: Path, build):
    axe = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    text = CSP.sub("", html.render(json_report.dump(build())))
    text += (
        "<script>document.querySelectorAll('details').forEach(d => { d.open = true })</script>"
        f"<script>{script}</script><script>axe.run({{resultTypes: ['violations']}}).then(r => {{"
        "const box = document.createElement('pre'); box.id = 'axe';"
        "const told = r.violations.map(v => [v.id, v.impact, v.nodes[0].html]);"
        "box.textContent = JSON.stringify(told);"
        "document.body.append(box) })</script>"
    )
    file = tmp_path / "axe.html"
    file.write_text(text, encoding="utf-8")
    found = lxml_html.document_fromstring(browse(file.as_uri())).get_element_by_id("axe")
    assert json.loads(found.text_content()) == []


def test_paper_shows_what_is_folded_on_the_screen(browse, page, tmp_path: Path):
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the print cannot be read back")
    paper = tmp_path / "paper.pdf"
    browse(page.as_uri(), f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    text = subprocess.run([reader, paper, "-"], capture_output=True, check=True).stdout.decode()
    assert "МИС переживает повторный результат" in text
    assert "Показано сценариев" not in text
