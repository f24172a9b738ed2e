import json

import pytest
from typer.testing import CliRunner

from dopusk.catalogue import Catalogue
from dopusk.cli.app import app

cli = CliRunner()


def listed(*arguments: str) -> dict[str, dict]:
    result = cli.invoke(app, ["catalogue", *arguments, "--json"])
    assert result.exit_code == 0
    return {row["id"]: row for row in json.loads(result.stdout)["requirements"]}


def test_all_requirements_with_their_scenarios() -> None:
    rows = listed()
    assert list(rows) == [item.id for item in Catalogue.load().all]
    assert "fed-3/success" in rows["FED-3.2"]["scenarios"]
    assert rows["MO-2.1"]["verification"] == "N+T"
    assert rows["FED-2.2"]["bearer"] == "оператор Иной ИС"


@pytest.mark.parametrize(
    ("options", "there", "absent"),
    [
        ((), "FED-3.2", "FED-OMS.1"),
        (("--oms",), "FED-OMS.1", "SIG.3"),
        (("--ips",), "SIG.3", "FED-OMS.1"),
    ],
)
def test_requirements_of_a_variant(options: tuple[str, ...], there: str, absent: str) -> None:
    rows = listed("--variant", "fed-3", *options)
    assert there in rows
    assert absent not in rows
    assert "FED-1.1" not in rows


def test_for_people() -> None:
    result = cli.invoke(app, ["catalogue", "--variant", "mo-2"])
    assert result.exit_code == 0
    assert "MO-C.1  документ кандидата" in result.stdout
    assert "MO-2.1  делать ничего не надо + " in result.stdout
    assert "Всего требований: 7" in result.stdout


def test_unknown_variant() -> None:
    result = cli.invoke(app, ["catalogue", "--variant", "fed-9"])
    assert result.exit_code == 2
    assert "Варианта fed-9 нет. Есть: fed-1" in result.stderr
