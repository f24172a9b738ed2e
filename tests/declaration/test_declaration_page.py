import re
from pathlib import Path

from dopusk.declaration.page import COMMAND, declaration_page, sections

ROOT = Path(__file__).resolve().parents[2]
CALL = re.compile(r'\.(required|optional|several)\(\s*"(\w+)"')


def asked() -> dict[str, set[str]]:
    """Return the fields that the loader asks for and how."""
    found: dict[str, set[str]] = {}
    for name in ("load.py", "connection.py"):
        text = (ROOT / "dopusk" / "declaration" / name).read_text(encoding="utf-8")
        for how, field in CALL.findall(text):
            found.setdefault(field, set()).add(how)
    return found


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "declaration.md").read_text(encoding="utf-8")
    assert page == declaration_page(), f"run: {COMMAND}"


def test_every_field_that_is_read_is_told_and_no_other() -> None:
    told = {row.name for section in sections() for row in section.fields}
    assert told == set(asked())


def test_every_field_has_words() -> None:
    assert [row.name for section in sections() for row in section.fields if not row.about] == []


def test_what_is_told_as_optional_is_optional() -> None:
    for section in sections():
        for row in section.fields:
            ways = asked()[row.name]
            if row.need == "нет":
                assert ways & {"optional", "several"}, (section.name, row.name)
            if row.need == "да":
                assert "required" in ways, (section.name, row.name)
