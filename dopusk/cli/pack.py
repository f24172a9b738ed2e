"""`dopusk pack`: rule packs of kinds — import an official one, list, look into one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.packs import Pack

pack_app = typer.Typer(
    name="pack", help="Пакеты правил видов СЭМД: импорт официальных, список, сведения."
)

_ORIGIN = {"own": "собственный", "imported": "импортированный"}


@pack_app.command("add")
def add(
    source: Annotated[
        Path, typer.Argument(metavar="ПАПКА|ZIP", help="Официальный пакет: CDA.xsd и .sch.")
    ],
    kind: Annotated[
        str | None, typer.Option(help="Вид по НСИ 1520, если templateId его не называет.")
    ] = None,
) -> None:
    """Импортировать официальный пакет; дальше документы вида проверяются по нему.

    Пример: dopusk pack add semd-194.zip
    """
    from dopusk.packs import PackError
    from dopusk.packs.importer import add_pack

    try:
        added = add_pack(source, kind=kind)
    except (PackError, OSError) as error:
        _refuse(str(error))
    word = "заменён" if added.replaced else "импортирован"
    typer.echo(f"Пакет вида {added.pack.kind} {word} и действует.")
    _print(added.pack)


@pack_app.command("list")
def list_packs(
    as_json: Annotated[bool, typer.Option("--json", help="Вывод для программ.")] = False,
) -> None:
    """Показать действующие пакеты правил."""
    from dopusk.packs import load_pack, pack_kinds

    found = [load_pack(kind) for kind in pack_kinds()]
    if as_json:
        typer.echo(json.dumps([_row(item) for item in found], ensure_ascii=True))
        return
    for item in found:
        typer.echo(
            f"{item.kind:>4}  редакция {item.edition}  {_ORIGIN[item.active]}  "
            f"{item.sha256[:12]}  {_window(item)}  {item.title}"
        )


@pack_app.command("show")
def show(
    kind: Annotated[str, typer.Argument(metavar="ВИД", help="Код НСИ 1520, например 194.")],
) -> None:
    """Показать пакет вида: источник, SHA-256, срок действия, правила, дефекты пакета."""
    from dopusk.packs import PackError, load_pack

    try:
        _print(load_pack(kind), rules=True)
    except PackError as error:
        _refuse(str(error))


@pack_app.command("remove")
def remove(
    kind: Annotated[str, typer.Argument(metavar="ВИД", help="Код НСИ 1520, например 194.")],
) -> None:
    """Убрать импортированный пакет: снова действует собственный, если он есть."""
    from dopusk.packs import PackError
    from dopusk.packs.importer import remove_pack

    try:
        remove_pack(kind)
    except (PackError, OSError) as error:
        _refuse(str(error))
    typer.echo(f"Импортированный пакет вида {kind} убран.")


def _print(item: Pack, *, rules: bool = False) -> None:
    lines = [
        f"Вид: {item.kind}, редакция {item.edition}",
        f"Название: {item.title}",
        f"templateId: {item.template_id}",
        f"Пакет: {_ORIGIN[item.active]}, {item.source} [{item.evidence}]",
        f"SHA-256: {item.sha256}",
        f"Регистрация вида: {_window(item)}",
    ]
    if rules:
        lines.append(f"Правил Schematron: {_count(item)}")
    lines += [f"Дефект пакета: {text}" for text in item.defects]
    for line in lines:
        typer.echo(line)


def _count(item: Pack) -> str:
    from dopusk.schematron import SchemaError, compile_schema

    try:
        schema = compile_schema(
            item.schematron, strip_namespace=item.strip_namespace, folder=item.root
        )
    except SchemaError as error:
        return f"не читаются ({error})"
    rules = [rule for pattern in schema.model.patterns for rule in pattern.rules]
    checks = sum(len(rule.checks) for rule in rules)
    return f"{len(rules)}, утверждений {checks}"


def _row(item: Pack) -> dict[str, object]:
    return {
        "kind": item.kind,
        "edition": item.edition,
        "title": item.title,
        "active": item.active,
        "source": item.source,
        "evidence": item.evidence,
        "sha256": item.sha256,
        "window": [item.window_start.isoformat(), item.window_end and item.window_end.isoformat()],
        "defects": list(item.defects),
    }


def _window(item: Pack) -> str:
    end = f" по {item.window_end:%d.%m.%Y}" if item.window_end else ""
    return f"с {item.window_start:%d.%m.%Y}{end}"


def _refuse(text: str) -> NoReturn:
    typer.secho(text, fg=typer.colors.RED, err=True)
    raise typer.Exit(ExitCode.USAGE)
