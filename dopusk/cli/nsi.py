"""`dopusk nsi`: dictionaries of НСИ — import an export of the portal, list, look into one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dopusk.cli.console import fail
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.nsi import Dictionary, Library

nsi_app = typer.Typer(
    name="nsi",
    help="Справочники НСИ: импорт выгрузок портала, список, содержимое.",
    no_args_is_help=True,
)

_ORIGINS = {"own": "стенд", "imported": "импорт"}


@nsi_app.command("add")
def add(
    file: Annotated[
        Path, typer.Argument(metavar="ФАЙЛ", help="Выгрузка портала НСИ: JSON или CSV.")
    ],
    oid: Annotated[
        str | None, typer.Option(help="OID справочника, если файл его не называет.")
    ] = None,
    version: Annotated[str | None, typer.Option(help="Версия, если файл её не называет.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Полное наименование справочника (codeSystemName).")
    ] = None,
    passport: Annotated[
        Path | None, typer.Option(help="Паспорт справочника с портала НСИ (JSON).")
    ] = None,
    code_column: Annotated[str | None, typer.Option(help="Столбец кодов (PRIMARY).")] = None,
    name_column: Annotated[str | None, typer.Option(help="Столбец наименований (VALUE).")] = None,
) -> None:
    """Импортировать справочник НСИ; дальше значения документов сверяются с ним.

    Файл с именем OID_версия.json сам называет справочник. Версия, которая есть и на стенде,
    берётся из импорта.

    Примеры: [bold]dopusk nsi add 1.2.643.5.1.13.13.11.1039_5.2.json[/bold] ·
    [bold]dopusk nsi add выгрузка.csv --oid 1.2.643.5.1.13.13.11.1039 --version 5.2[/bold]
    """
    from dopusk.nsi import NsiError, library
    from dopusk.nsi.add import Told, read_export
    from dopusk.nsi.imported import imported_file, write_imported
    from dopusk.nsi.library import imported_dictionaries

    told = Told(oid, version, name, code_column, name_column)
    folder = imported_dictionaries()
    try:
        held = library()
        dictionary = read_export(file, told, passport=passport, columns=held.columns)
        there = imported_file(folder, dictionary.oid, dictionary.version).exists()
        before = dictionary.version in held.versions(dictionary.oid)
        target = write_imported(folder, dictionary)
    except NsiError as error:
        fail(str(error))
    word = "Заменён" if there else "Импортирован"
    typer.echo(f"{word} справочник {dictionary.oid} версии {dictionary.version}.")
    for line in _facts(dictionary):
        typer.echo(f"  {line}")
    if before and not there:
        typer.echo("  Эта версия есть и на стенде: берётся импортированная.")
    typer.echo(f"  файл: {target}")


@nsi_app.command("list")
def list_dictionaries(
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Показать справочники, которые есть на стенде и импортированы.

    Примеры: [bold]dopusk nsi list[/bold] · [bold]dopusk nsi list --json[/bold]
    """
    held = _library()
    if as_json:
        typer.echo(json.dumps([_row(item) for item in _all(held)], ensure_ascii=True))
        return
    for item in _all(held):
        known = item.passport.name or "наименование паспорта не известно"
        origin = _ORIGINS[item.passport.origin]
        typer.echo(f"{item.oid}  {item.version}  {origin}  строк {item.passport.rows}  {known}")


@nsi_app.command("show")
def show(
    oid: Annotated[str, typer.Argument(metavar="OID", help="OID справочника.")],
    version: Annotated[str | None, typer.Option(help="Версия. По умолчанию новейшая.")] = None,
    code: Annotated[str | None, typer.Option(help="Показать только строку с этим кодом.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Показать справочник: паспорт, откуда он, и строки «код, наименование».

    Пример: [bold]dopusk nsi show 1.2.643.5.1.13.13.99.2.725 --code 32[/bold]
    """
    held = _library()
    versions = held.versions(oid)
    if not versions:
        fail(f"Справочника {oid} нет. Импорт: dopusk nsi add ФАЙЛ. Что есть: dopusk nsi list.")
    if version is not None and version not in versions:
        fail(f"Версии {version} справочника {oid} нет. Есть: {', '.join(versions)}.")
    found = _dictionary(held, oid, version or versions[0])
    rows = dict(found.names)
    if code is not None:
        if code not in rows:
            fail(f"Кода «{code}» в справочнике {oid} версии {found.version} нет.")
        rows = {code: rows[code]}
    if as_json:
        typer.echo(json.dumps({**_row(found), "names": rows}, ensure_ascii=True))
        return
    typer.echo(f"{found.oid} версия {found.version}")
    for line in (*_facts(found), f"откуда: {found.passport.source}", *_others(versions, found)):
        typer.echo(f"  {line}")
    for key, value in rows.items():
        typer.echo(f"{key}\t{value}")


@nsi_app.command("remove")
def remove(
    oid: Annotated[str, typer.Argument(metavar="OID", help="OID справочника.")],
    version: Annotated[str, typer.Argument(metavar="ВЕРСИЯ", help="Импортированная версия.")],
) -> None:
    """Забыть импортированный справочник; таблицы самого стенда остаются.

    Пример: [bold]dopusk nsi remove 1.2.643.5.1.13.13.11.1060[/bold]
    """
    from dopusk.nsi import NsiError
    from dopusk.nsi.imported import remove_imported
    from dopusk.nsi.library import imported_dictionaries
    from dopusk.nsi.model import is_oid, is_version

    if not is_oid(oid) or not is_version(version):
        fail("Нужны OID и версия справочника, как их показывает dopusk nsi list.")
    try:
        removed = remove_imported(imported_dictionaries(), oid, version)
    except NsiError as error:
        fail(str(error))
    if not removed:
        fail(f"Справочник {oid} версии {version} не импортирован.")
    typer.echo(f"Импорт справочника {oid} версии {version} удалён.")


def _library() -> Library:
    from dopusk.nsi import NsiError, library

    try:
        return library()
    except NsiError as error:
        fail(str(error), ExitCode.STAND_ERROR)


def _dictionary(held: Library, oid: str, version: str) -> Dictionary:
    from dopusk.nsi import NsiError

    try:
        found = held.dictionary(oid, version)
    except NsiError as error:
        fail(str(error))
    assert found is not None
    return found


def _all(held: Library) -> Iterator[Dictionary]:
    for oid in held.oids():
        for version in held.versions(oid):
            yield _dictionary(held, oid, version)


def _facts(found: Dictionary) -> Iterator[str]:
    passport = found.passport
    yield f"наименование: {passport.name or 'не известно, codeSystemName не сверяется'}"
    yield f"строк: {passport.rows}; код — {passport.code_column}, имя — {passport.value_column}"
    yield f"SHA-256: {passport.sha256}"


def _others(versions: tuple[str, ...], found: Dictionary) -> Iterator[str]:
    others = [version for version in versions if version != found.version]
    if others:
        yield f"другие версии: {', '.join(others)}"


def _row(found: Dictionary) -> dict[str, Any]:
    passport = found.passport
    return {
        "oid": passport.oid,
        "version": passport.version,
        "name": passport.name,
        "origin": passport.origin.value,
        "rows": passport.rows,
        "code_column": passport.code_column,
        "value_column": passport.value_column,
        "sha256": passport.sha256,
        "source": passport.source,
    }
