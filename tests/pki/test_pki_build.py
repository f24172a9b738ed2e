"""The test PKI follows from its declaration, byte for byte, and says what it is."""

import tomllib

import pytest
from stdnum.ru import inn, ogrn

from dopusk import suite
from dopusk.signature import load_credential
from dopusk.signature.certificate import read_certificate
from fixtures.pki.build import FOLDER, build, declared, files


@pytest.fixture(scope="module")
def made():
    return dict(files(build(declared())))


def test_regeneration_gives_the_committed_bytes(made):
    committed = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.glob("*/*.pem")
    }
    assert committed.keys() == made.keys()
    assert [name for name in made if committed[name] != made[name]] == []


def test_every_certificate_is_marked_as_a_test():
    for path in (FOLDER / "credentials").glob("*.pem"):
        names = read_certificate(load_credential(path).certificate_der).subject
        assert "ТЕСТ" in (names.first("O"), names.first("OU")), path.name
    assert "never trust" in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()[0]


def test_numbers_have_valid_check_digits():
    pki = declared()
    for row in pki["organizations"]:
        assert ogrn.is_valid(row["ogrn"])
        assert inn.is_valid(row["inn"])
    for row in pki["staff"]:
        number = [int(digit) for digit in row["snils"]]
        total = sum(digit * (9 - place) for place, digit in enumerate(number[:9]))
        assert total % 101 % 100 == number[9] * 10 + number[10]


def test_staff_belongs_to_declared_organizations():
    pki = declared()
    keys = {row["key"] for row in pki["organizations"]}
    assert {row["organization"] for row in pki["staff"]} <= keys
    for organization in keys:
        roles = {
            role
            for row in pki["staff"]
            if row["organization"] == organization
            for role in row["roles"]
        }
        assert {"AUTHOR", "CHAIRMAN"} <= roles


def test_another_seed_makes_other_keys(made):
    pki = tomllib.loads((FOLDER / "pki.toml").read_text(encoding="utf-8"))
    other = dict(files(build({**pki, "seed": "another"})))
    assert not set(other.values()) & set(made.values())


def test_suite_finds_the_folder():
    assert suite.root() / "fixtures" / "pki" == FOLDER
