"""What README and docs show: commands run, options exist, links lead somewhere.

A fence whose commands cannot run here says so and why: ```console не запускается: причина.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
import typer
from candidate import running_mis
from commands import ROOT

from dopusk.cli.app import app
from dopusk.signature import load_credential, sign_detached

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "examples").glob("*/*.md"),
        *(ROOT / "schemas").glob("*/*.md"),
    ]
)
SHELLS = {"", "console", "bash", "sh", "shell"}
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
REASON = "не запускается: "
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)\s]+)\)|!\[[^\]]*\]\((?P<picture>[^)\s]+)\)")
INSTALLERS = ("pip install ", "tox")
"""Commands that the very run of the tests has already shown."""
SHORTER = ("--variant", "fed-3", "--scenario", "success")
"""What is added to a whole demo or run: they go through all variants in tests/e2e."""
DEADLINE = 60


@dataclass(frozen=True)
class Shown:
    """A command of `dopusk` that a page shows."""

    page: str
    words: tuple[str, ...]
    reason: str = ""
    """Why it is not run."""

    def __str__(self) -> str:
        return f"{self.page}: dopusk {' '.join(self.words)}"


def shown() -> list[Shown]:
    """Return every command of `dopusk` in the fences, in order."""
    found = []
    for page in PAGES:
        name = page.relative_to(ROOT).as_posix()
        for fence in FENCE.finditer(page.read_text(encoding="utf-8")):
            language, _, rest = fence["info"].strip().partition(" ")
            if language not in SHELLS:
                continue
            reason = rest.removeprefix(REASON) if rest.startswith(REASON) else ""
            for line in fence["body"].replace("\\\n", " ").splitlines():
                for part in line.removeprefix("$ ").split(" && "):
                    words = shlex.split(part, comments=True)
                    if words and words[0] == "dopusk":
                        found.append(Shown(name, tuple(words[1:]), reason))
                    elif words and not reason:
                        assert part.startswith(INSTALLERS), f"{name}: {part}: не сказано, почему"
    return found


SHOWN = shown()
RUN = list({one.words: one for one in SHOWN if not one.reason}.values())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder that holds the files that the pages name, beside a МИС that works."""
    folder = tmp_path_factory.mktemp("docs")
    document = ROOT / "fixtures" / "documents" / "194.xml"
    for name in ("заключение.xml", "документ.xml", "папка/1.xml", "выгрузка/2024/2.xml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(document, folder / name)
    keys = ROOT / "fixtures" / "pki"
    for name, who in (("врач", "author-7831"), ("мо", "mo-7831")):
        credential = load_credential(keys / "credentials" / f"{who}.pem")
        when = datetime(2024, 2, 15, 12, tzinfo=UTC)
        (folder / f"{name}.p7s").write_bytes(
            sign_detached(document.read_bytes(), credential, signing_time=when)
        )
    shutil.copytree(keys / "trust", folder / "корни")
    (folder / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    with running_mis(folder, oms=True):
        yield folder


def shortened(words: tuple[str, ...]) -> list[str]:
    """Return the command without what other tests go through: scenarios and packing."""
    if words[0] not in ("demo", "run") or "--list-defects" in words:
        return list(words)
    short = list(words) if "--out" in words else [*words, "--no-pdf", "--no-evidence"]
    if "--scenario" in words or "mo-2" in words:
        return short
    if "--defect" in words or "--variant" in words:
        return [*short, "--scenario", "success"]
    return [*short, *SHORTER]


@pytest.mark.parametrize("command", RUN, ids=str)
def test_a_shown_command_runs(command: Shown, place: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dopusk", *shortened(command.words)],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )
    text = done.stdout + done.stderr
    assert "Traceback (most recent call last)" not in text, text
    assert done.returncode in (0, 1, 4), text


def commands(
    group: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its name as it is typed."""
    inner: dict[str, click.Command] = getattr(group, "commands", {})
    if inner:
        for name, one in inner.items():
            yield from commands(one, (*path, name))
    else:
        yield " ".join(path), group


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_of_the_command(name: str) -> None:
    told = COMMANDS[name].help or ""
    assert "Пример" in told, f"dopusk {name} --help: нет примера"
    assert f"dopusk {name}" in told, f"dopusk {name} --help: пример не про неё"


@pytest.mark.parametrize("name", COMMANDS)
def test_options_of_examples_in_help_exist(name: str) -> None:
    examples = re.sub(r"\[/?\w+\]", "", COMMANDS[name].help or "").partition("Пример")[2]
    for bit in re.split(r"\s·\s|\n\n", examples):
        where = bit.find("dopusk ")
        if where >= 0:
            line = " ".join(bit[where + len("dopusk ") :].split())
            check_options(tuple(shlex.split(line)), f"dopusk {name} --help")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_options_is_not_eaten_as_markup(name: str) -> None:
    for option in COMMANDS[name].params:
        told = getattr(option, "help", None) or ""
        assert not re.search(r"(?<!\\)\[[a-z]+\]\]", told), f"{name}: {option.name}: {told}"


@pytest.mark.parametrize("command", SHOWN, ids=str)
def test_a_shown_command_and_its_options_exist(command: Shown) -> None:
    check_options(command.words, command.page)


def check_options(words: tuple[str, ...], where: str) -> None:
    """Fail when there is no such command, or it has no such option."""
    if words[0].startswith("-"):
        return
    one = COMMANDS.get(words[0]) or COMMANDS.get(" ".join(words[:2]))
    assert one is not None, f"{where}: команды dopusk {words[0]} нет"
    known = {flag for option in one.params for flag in (*option.opts, *option.secondary_opts)}
    asked = {word.partition("=")[0] for word in words if word.startswith("-") and len(word) > 1}
    assert asked <= known | {"--help", "-h"}, f"{where}: dopusk {words[0]}: {asked - known}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in LINK.finditer(text):
        to = link["to"] or link["picture"]
        if to.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = to.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: ссылка {to} никуда не ведёт"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page.name}: в {target.name} нет раздела #{anchor}"


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, made as GitLab and GitHub make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index, f"docs/README.md: {page.name}"


def test_russian_and_english_readme_show_the_same_commands() -> None:
    def of(name: str) -> list[tuple[str, ...]]:
        return [one.words for one in SHOWN if one.page == name]

    assert of("README.md") == of("README.ru.md")
