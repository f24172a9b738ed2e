from __future__ import annotations

from pathlib import Path

import pytest

from dopusk.catalogue import Catalogue
from dopusk.declaration.model import Variant
from dopusk.extension import (
    Extension,
    ExtensionError,
    check_scenarios,
    profile_file,
    step_modules,
    whole_catalogue,
    wire_profile,
)
from dopusk.wire.profile import ProfileError, default_profile

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "suite-region"
ROW = """
[requirements."{id}"]
source = "FED"
clause = "1"
text = "Проба"
level = "обязательно"
variants = ["document"]
verification = "T"
"""


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def scenario(tags: str, name: str = "x") -> str:
    body = f"  {tags}\n  Сценарий: {name}\n    Дано МИС отвечает стенду\n"
    return f"# language: ru\nФункция: Ф\n\n{body}"


def test_the_example() -> None:
    extension = Extension.read(EXAMPLE)
    catalogue = whole_catalogue([extension])
    added = {item.id for item in catalogue.all} - {item.id for item in Catalogue.load().all}
    assert added == {"REGION.1", "REGION.2"}
    requirement = catalogue.requirement("REGION.1")
    assert requirement is not None
    assert Variant.FED_3 in requirement.variants, "groups of the project can be named"
    check_scenarios([extension], catalogue)
    (steps,) = step_modules([extension])
    assert steps.seconds(5) == 300, "helpers are seen by relative import"
    profile = wire_profile(profile_file(None, [extension]))
    assert profile.title == "РЭМД, профиль учебного региона"
    assert profile.timing.callback_backoff == (5, 10, 20)
    assert profile.timing.file_timeout == default_profile().timing.file_timeout
    assert profile.namespaces == default_profile().namespaces


@pytest.mark.parametrize("name", ["нет", "пусто"])
def test_a_folder_that_adds_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "пусто").mkdir()
    with pytest.raises(ExtensionError, match=name):
        Extension.read(tmp_path / name)


@pytest.mark.parametrize("taken", ["FED-0.1", "MO-S5d"])
def test_an_id_of_the_project_is_taken(tmp_path: Path, taken: str) -> None:
    put(tmp_path, "catalogue.toml", ROW.format(id=taken))
    with pytest.raises(ExtensionError, match=f"обозначение {taken} уже занято"):
        whole_catalogue([Extension.read(tmp_path)])


def test_an_id_of_another_extension_is_taken(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path / name, "catalogue.toml", ROW.format(id="OWN.1"))
    with pytest.raises(ExtensionError, match=r"OWN\.1 уже занято"):
        whole_catalogue([Extension.read(tmp_path / name) for name in ("a", "b")])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[requirements", "ошибка TOML"),
        (ROW.format(id="OWN.1").replace("FED", "NONE"), "требование OWN.1"),
        ("", "пуст"),
    ],
)
def test_a_wrong_catalogue(tmp_path: Path, text: str, says: str) -> None:
    put(tmp_path, "catalogue.toml", text)
    with pytest.raises(ExtensionError, match=says):
        whole_catalogue([Extension.read(tmp_path)])


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("own.feature", scenario("@fed-3 @OWN.9"), r"требования OWN\.9 в каталоге нет"),
        ("own.feature", scenario("@fed-3 @id:one"), "не называет ни одного требования"),
        ("own.feature", scenario("@REG.1"), "нет тега варианта"),
        ("fed-3.feature", scenario("@fed-3 @REG.1 @id:success"), "fed-3/success уже есть"),
        ("own.feature", "# language: ru\nчепуха", r"features: .*"),
    ],
)
def test_scenarios_that_cannot_be_taken(tmp_path: Path, file: str, text: str, says: str) -> None:
    put(tmp_path, f"features/{file}", text)
    with pytest.raises(ExtensionError, match=says):
        check_scenarios([Extension.read(tmp_path)], Catalogue.load())


@pytest.mark.parametrize("text", ["import no_such_module", "def (", "1 / 0", "raise OSError('x')"])
def test_a_step_module_that_does_not_load(tmp_path: Path, text: str) -> None:
    put(tmp_path, "steps/own.py", text)
    with pytest.raises(ExtensionError, match=r"own\.py: "):
        step_modules([Extension.read(tmp_path)])


def test_one_profile_at_most(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path / name, "profile.toml", "extends = true")
    both = [Extension.read(tmp_path / name) for name in ("a", "b")]
    with pytest.raises(ExtensionError, match="Профилей обмена несколько"):
        profile_file(None, both)
    declared = Path("declared.toml")
    assert profile_file(declared, both[:1]) == both[0].profile
    assert profile_file(declared, []) == declared
    assert profile_file(None, []) is None


def test_a_wrong_profile(tmp_path: Path) -> None:
    put(tmp_path, "profile.toml", "[profile]\ntitle = 'x'\n")
    with pytest.raises(ProfileError, match=r"profile\.toml"):
        wire_profile(tmp_path / "profile.toml")
