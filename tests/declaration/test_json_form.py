from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from dopusk.declaration.json_form import DeclarationFormError, from_json, to_json
from dopusk.declaration.model import Attestation, Declaration
from fixtures.reference_mis import demo_declaration


def full() -> Declaration:
    document = Attestation("FED-0.2", "Договор", "1", date(2024, 1, 1), None, Path("a/b.pdf"))
    return replace(
        demo_declaration(oms=True),
        path=Path("folder/mis.toml"),
        attestations=(document,),
        trust_anchors=(Path("trust/root.cer"),),
        wire_profile=Path("profile.toml"),
    )


def test_there_and_back() -> None:
    declared = full()
    data = json.loads(json.dumps(to_json(declared, lambda path: path.as_posix())))
    assert from_json(data) == declared
    assert {item.name for item in fields(Declaration)} == set(data)


def test_paths_are_named_and_placed() -> None:
    data = to_json(full())
    assert data["path"] == "mis.toml"
    assert data["trust_anchors"] == ["root.cer"]
    made = from_json(data, lambda name: Path("place") / name)
    assert made.trust_anchors == (Path("place/root.cer"),)


def test_what_a_field_may_leave_out() -> None:
    data = to_json(full())
    for name in ("as_of", "oms", "stand"):
        del data[name]
    assert from_json(data).oms == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"vendor": 1}, "vendor"),
        ({"variants": "fed-3"}, r"variants: ожидался список"),
        ({"variants": ["fed-9"]}, r"variants\[0\]"),
        ({"as_of": "вчера"}, "as_of"),
        ({"via_ips": "да"}, "via_ips"),
        ({"stand": []}, r"stand: ожидался объект"),
        ({"extra": 1}, "неизвестное поле extra"),
        ({"staff": [{}]}, r"staff\[0\]: нет поля organization"),
        ({"kinds": [None]}, r"kinds\[0\]"),
    ],
)
def test_what_is_no_declaration(change: dict[str, object], says: str) -> None:
    with pytest.raises(DeclarationFormError, match=says):
        from_json({**to_json(full()), **change})


def test_nothing_at_all() -> None:
    with pytest.raises(DeclarationFormError, match="нет поля path"):
        from_json({})
