from pathlib import Path

import pytest

from dopusk.catalogue import Catalogue, ScenarioTags, coverage, discover
from dopusk.declaration.model import Variant

FEATURE = """# language: ru
@fed-3 @FED-3.2
Функция: Прямое подключение

  Предыстория:
    Дано стенд

  @id:first @REG.1 @медленный
  Сценарий: Первый
    Когда есть текст
      \"\"\"
      @REG.2
      Сценарий: это не сценарий
      \"\"\"

  @mo-1
  Структура сценария: Второй
    Когда <что>

    Примеры:
      | что |
      | раз |

  @REG.3
  Правило: Правило
    @NO.9
    Сценарий: Третий
      Когда раз
"""


@pytest.fixture
def found(tmp_path: Path) -> tuple[ScenarioTags, ...]:
    (tmp_path / "federal").mkdir()
    (tmp_path / "federal" / "fed-3.feature").write_text(FEATURE, encoding="utf-8")
    (tmp_path / "empty.feature").write_text("", encoding="utf-8")
    return discover(tmp_path)


def test_tags_of_scenarios(found: tuple[ScenarioTags, ...]) -> None:
    assert [(item.id, item.requirements) for item in found] == [
        ("fed-3/first", ("FED-3.2", "REG.1")),
        ("fed-3/Второй", ("FED-3.2",)),
        ("fed-3/Третий", ("FED-3.2", "REG.3", "NO.9")),
    ]
    assert found[0].variants == (Variant.FED_3,)
    assert found[1].variants == (Variant.FED_3, Variant.MO_1)
    assert (found[0].feature, found[0].line, found[0].name) == (
        "federal/fed-3.feature",
        9,
        "Первый",
    )


def test_coverage_names_what_does_not_fit(found: tuple[ScenarioTags, ...]) -> None:
    bare = ScenarioTags("x/bare", "Без тегов", "x.feature", 1, (), ())
    covered = coverage(Catalogue.load(), [*found, bare])
    assert [item.id for item in covered.scenarios["FED-3.2"]] == [item.id for item in found]
    assert covered.scenarios["REG.1"] == (found[0],)
    assert covered.scenarios["CB.1"] == ()
    assert [(item.id, tag) for item, tag in covered.unknown] == [("fed-3/Третий", "NO.9")]
    assert covered.aimless == (bare,)
    unshown = {item.id for item in covered.unshown}
    assert {"CB.1", "MO-C.5", "MO-2.1"} <= unshown
    assert not {"FED-3.1", "FED-3.2", "REG.1"} & unshown


def test_scenarios_of_the_project_name_only_what_the_catalogue_has() -> None:
    covered = coverage(Catalogue.load(), discover())
    assert covered.unknown == ()
    assert covered.aimless == ()
