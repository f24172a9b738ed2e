"""Every mock is a folder of the same modules, each with its own part of the work."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mocks
from dopusk.declaration.connection import Service
from mocks.faults import SERVICES

ROOT = Path(mocks.__file__).parent
PARTS = ("urls", "responses", "models", "exceptions")
COMMON, CONTROL = "relay", "control"
"""What the relays have in common, and the control of the stand: no services of their own."""
FOLDERS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
TRANSPORT = ("flask", "werkzeug", "waitress")


def tree(folder: str, part: str) -> ast.Module:
    return ast.parse((ROOT / folder / f"{part}.py").read_text(encoding="utf-8"))


def imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def classes(module: ast.Module) -> list[str]:
    return [node.name for node in module.body if isinstance(node, ast.ClassDef)]


def test_every_service_has_its_folder() -> None:
    assert set(FOLDERS) - {COMMON, CONTROL} == set(SERVICES) == {item.value for item in Service}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_has_the_same_parts(folder: str) -> None:
    missing = [part for part in PARTS if not (ROOT / folder / f"{part}.py").is_file()]
    assert missing == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_transport_is_known_only_to_routes_and_views(folder: str) -> None:
    for path in (ROOT / folder).glob("*.py"):
        found = {name.split(".")[0] for name in imported(tree(folder, path.stem))}
        if path.stem not in ("urls", "responses"):
            assert found.isdisjoint(TRANSPORT), path


@pytest.mark.parametrize("folder", FOLDERS)
def test_routes_are_one_blueprint(folder: str) -> None:
    module = tree(folder, "urls")
    made = [
        node.returns.id
        for node in module.body
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name)
    ]
    assert made == ["Blueprint"]
    assert classes(module) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_views_and_exceptions_are_named_after_what_they_are(folder: str) -> None:
    views = classes(tree(folder, "responses"))
    assert [name for name in views if name.endswith("Responses")] == views != []
    errors = classes(tree(folder, "exceptions"))
    assert [name for name in errors if name.endswith("Error")] == errors != []


@pytest.mark.parametrize("folder", sorted(set(FOLDERS) - {COMMON, CONTROL}))
def test_services_do_not_know_each_other(folder: str) -> None:
    """They meet over HTTP: a service may use what all share, never another one's rules."""
    others = set(SERVICES) - {folder, "remd"}
    for path in (ROOT / folder).glob("*.py"):
        used = {
            name.split(".")[1] for name in imported(tree(folder, path.stem)) if "mocks." in name
        }
        assert used.isdisjoint(others), path
        assert "mocks.remd.models" not in imported(tree(folder, path.stem)) or folder == "remd"
