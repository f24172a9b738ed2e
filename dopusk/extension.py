"""Scenarios, steps, rules and a wire profile of a region or a vendor, from a folder of its own."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Self

from dopusk.catalogue import Catalogue, CatalogueError, discover
from dopusk.wire.profile import WireProfile, default_profile

PACKAGE = "dopusk_extension"
"""Name under which the step modules of a folder are imported, with a number."""

_MODULE_ERRORS = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What importing somebody else's module may raise."""


class ExtensionError(ValueError):
    """A folder given with --suite cannot be used; the text is Russian."""


@dataclass(frozen=True, slots=True)
class Extension:
    """What a folder adds; every part may be absent, but not all of them."""

    folder: Path
    features: Path | None
    """Folder of feature files."""
    steps: tuple[Path, ...]
    """Python modules with steps."""
    catalogue: Path | None
    profile: Path | None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what is in the folder; raises ExtensionError when it adds nothing."""
        if not folder.is_dir():
            raise ExtensionError(f"Папки {folder} нет")
        features = folder / "features"
        found = cls(
            folder=folder.resolve(),
            features=features.resolve() if any(features.rglob("*.feature")) else None,
            steps=tuple(sorted(path.resolve() for path in (folder / "steps").glob("[!_]*.py"))),
            catalogue=_file(folder / "catalogue.toml"),
            profile=_file(folder / "profile.toml"),
        )
        if not (found.features or found.steps or found.catalogue or found.profile):
            raise ExtensionError(
                f"В папке {folder} нет ничего для прогона: ни features/*.feature, ни steps/*.py, "
                "ни catalogue.toml, ни profile.toml"
            )
        return found


def whole_catalogue(extensions: Iterable[Extension]) -> Catalogue:
    """Return the catalogue with the requirements of the extensions.

    Raises ExtensionError when one of them is wrong or uses an id twice.
    """
    files = [item.catalogue for item in extensions if item.catalogue is not None]
    try:
        return Catalogue.load(extra=files)
    except CatalogueError as error:
        raise ExtensionError(str(error)) from None


def profile_file(declared: Path | None, extensions: Iterable[Extension]) -> Path | None:
    """Return the file of the wire profile: of the only extension that has one, or the declared.

    Raises ExtensionError when several extensions have one.
    """
    files = [item.profile for item in extensions if item.profile is not None]
    if len(files) > 1:
        raise ExtensionError(f"Профилей обмена несколько, а нужен один: {_listed(files)}")
    return files[0] if files else declared


def wire_profile(file: Path | None) -> WireProfile:
    """Return the profile in a file, by default the stand's; raises ProfileError."""
    return default_profile() if file is None else WireProfile.load(file)


def check_scenarios(extensions: Sequence[Extension], catalogue: Catalogue) -> None:
    """Raise ExtensionError for scenarios that repeat an id or name no requirement that is known."""
    from gherkin.errors import ParserError

    known = {item.id for item in discover()}
    for extension in extensions:
        if extension.features is None:
            continue
        try:
            scenarios = discover(extension.features)
        except (ParserError, OSError, UnicodeDecodeError) as error:
            raise ExtensionError(f"{extension.features}: {error}") from None
        for scenario in scenarios:
            place = f"{extension.features / scenario.feature}:{scenario.line}"
            unknown = [tag for tag in scenario.requirements if catalogue.requirement(tag) is None]
            if scenario.id in known:
                raise ExtensionError(f"{place}: сценарий {scenario.id} уже есть")
            if unknown:
                raise ExtensionError(f"{place}: требования {unknown[0]} в каталоге нет")
            if not scenario.requirements:
                raise ExtensionError(f"{place}: сценарий не называет ни одного требования")
            if not scenario.variants:
                raise ExtensionError(f"{place}: нет тега варианта подключения, например @fed-3")
            known.add(scenario.id)


def step_modules(extensions: Sequence[Extension]) -> list[ModuleType]:
    """Import the step modules; raises ExtensionError naming the module that cannot be imported.

    Each folder is a package of its own: its modules see each other by `from . import name`.
    """
    modules = []
    for number, extension in enumerate(extensions, 1):
        package = ModuleType(f"{PACKAGE}_{number}")
        package.__path__ = [str(extension.folder / "steps")]
        sys.modules[package.__name__] = package
        for path in extension.steps:
            modules.append(_imported(f"{package.__name__}.{path.stem}", path))
    return modules


def _imported(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ExtensionError(f"{path} не читается как модуль Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except _MODULE_ERRORS as error:
        raise ExtensionError(f"{path}: {type(error).__name__}: {error}") from error
    return module


def _file(path: Path) -> Path | None:
    return path.resolve() if path.is_file() else None


def _listed(paths: Iterable[Path]) -> str:
    return ", ".join(map(str, paths))
