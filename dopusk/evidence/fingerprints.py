"""SHA-256 of everything that a verdict depends on besides the messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dopusk import __version__, suite
from dopusk.extension import Extension
from dopusk.gost import provider
from dopusk.nsi import library
from dopusk.nsi.imported import imported_file
from dopusk.nsi.library import imported_dictionaries
from dopusk.packs import load_pack, pack_kinds

VERSION = "версия стенда"
CODE = "код стенда"
PROFILE = "профиль обмена"
CATALOGUE = "каталог требований"
PROVIDER = "криптопровайдер"

_DATA_FOLDERS = ("remd", "semd", "nsi", "tfoms", "emias", "ferzl", "relay", "gis", "other_is")


def fingerprints(
    extensions: Sequence[Extension] = (), profile_file: Path | None = None
) -> dict[str, str]:
    """Return by Russian name the version or SHA-256 (hex) of each thing that judges.

    Raises OSError when a file cannot be read, and what `load_pack` and `library` raise.
    """
    root = suite.root()
    profile = profile_file or suite.schemas() / "remd" / "profile.toml"
    found = {
        VERSION: __version__,
        CODE: _code(),
        PROVIDER: provider().name,
        CATALOGUE: file_digest(root / "features" / "catalogue.toml"),
        PROFILE: file_digest(profile),
    }
    for feature in sorted((root / "features").rglob("*.feature")):
        found[f"сценарии {feature.relative_to(root / 'features').as_posix()}"] = file_digest(
            feature
        )
    for name in _DATA_FOLDERS:
        found[f"данные стенда schemas/{name}"] = digest_of(suite.schemas() / name)
    found.update(_packs())
    found.update(dictionary_digests())
    for number, extension in enumerate(extensions, 1):
        found[f"дополнение {number}"] = digest_of(extension.folder, extension_files(extension))
    return found


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Yield a Russian sentence for each thing that was another when the run was judged."""
    for name in dict.fromkeys((*then, *now)):
        before, after = then.get(name), now.get(name)
        if before == after:
            continue
        if after is None:
            yield f"{name}: здесь нет, при прогоне — {_short(before or '')}"
        elif before is None:
            yield f"{name}: при прогоне не было, здесь — {_short(after)}"
        else:
            yield f"{name}: при прогоне — {_short(before)}, здесь — {_short(after)}"


def other_rules(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Tell whether code or rules are others; another provider of ГОСТ finds the same."""
    return {**then, PROVIDER: ""} != {**now, PROVIDER: ""}


def dictionary_digests() -> dict[str, str]:
    """Return by Russian name the SHA-256 of each НСИ table that is held, imported ones too."""
    held, folder = library(), imported_dictionaries()
    found = {}
    for oid in held.oids():
        for version in held.versions(oid):
            imported = imported_file(folder, oid, version)
            if imported.is_file():
                found[f"НСИ {oid} версии {version} (импорт)"] = file_digest(imported)
            else:
                own = suite.schemas() / "nsi" / f"{oid}.tsv"
                found[f"НСИ {oid} версии {version}"] = file_digest(own)
    return found


def extension_files(extension: Extension) -> tuple[Path, ...]:
    """Return the files of an extension that a run reads, in order of names."""
    found = [*extension.steps]
    if extension.features is not None:
        found += [path for path in extension.features.rglob("*.feature") if path.is_file()]
    found += [path for path in (extension.catalogue, extension.profile) if path is not None]
    helpers = (extension.folder / "steps").rglob("*.py")
    return tuple(sorted({*found, *(path.resolve() for path in helpers if path.is_file())}))


def file_digest(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of(folder: Path, files: Iterable[Path] | None = None) -> str:
    """Return the SHA-256 (hex) over names and contents of a folder's files, or of these alone."""
    whole = hashlib.sha256()
    found = sorted(folder.rglob("*")) if files is None else files
    for file in found:
        if file.is_file() and "__pycache__" not in file.parts:
            data = file.read_bytes()
            name = file.relative_to(folder).as_posix()
            whole.update(f"{name}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def _code() -> str:
    """Return the SHA-256 over the modules of the engine and of the steps.

    In the wheel the steps lie inside the engine's folder: they are counted once, by their names.
    """
    whole = hashlib.sha256()
    engine = Path(__file__).resolve().parents[1]
    for folder in (engine, suite.root() / "steps"):
        files = sorted(folder.rglob("*.py"))
        inner = [file for file in files if "suite" not in file.relative_to(folder).parts[:1]]
        whole.update(digest_of(folder, inner).encode())
    return whole.hexdigest()


def _packs() -> Iterator[tuple[str, str]]:
    for kind in pack_kinds():
        pack = load_pack(kind)
        origin = "импорт" if pack.active == "imported" else "свой"
        yield f"пакет правил вида {kind} ({origin}, редакция {pack.edition})", pack.sha256
        if pack.active == "imported":
            yield f"файлы пакета вида {kind}", digest_of(pack.root)


def _short(value: str) -> str:
    return f"{value[:12]}…" if len(value) == 64 else value
