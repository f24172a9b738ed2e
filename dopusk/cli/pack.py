"""`dopusk pack`: rule packs of kinds — import an official one, list, look into one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.packs import Pack

pack_app = typer.Typer(
    name="pack", help="Пакеты правил видов СЭМД: импорт официальных, список, сведения."
)

_ORIGIN = {"own": "собственный", "imported": "импортированный"}
_DEFECT = {"own": "Дефект официального пакета", "imported": "Дефект пакета"}

AsJson = Annotated[bool, typer.Option("--json", help="Вывод для программ.")]


@pack_app.command("add")
def add(
    source: Annotated[
        Path, typer.Argument(metavar="ПАПКА|ZIP", help="Официальный пакет: CDA.xsd и .sch.")
    ],
    kind: Annotated[
        str | None, typer.Option(help="Вид по НСИ 1520, если templateId его не называет.")
    ] = None,
    as_json: AsJson = False,
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
    if as_json:
        _dump({"replaced": added.replaced, **_details(added.pack)})
        return
    word = "заменён" if added.replaced else "импортирован"
    typer.echo(f"Пакет вида {added.pack.kind} {word} и действует.")
    _print(added.pack)


@pack_app.command("list")
def list_packs(as_json: AsJson = False) -> None:
    """Показать действующие пакеты правил.

    Примеры: [bold]dopusk pack list[/bold] · [bold]dopusk pack list --json[/bold]
    """
    from dopusk.packs import PackError, load_pack, pack_kinds

    found: list[Pack] = []
    broken: list[str] = []
    for kind in pack_kinds():
        try:
            found.append(load_pack(kind))
        except (PackError, OSError) as error:
            broken.append(str(error))
    if as_json:
        _dump([_row(item) for item in found])
    else:
        for item in found:
            defects = f"  дефектов: {len(item.defects)}" if item.defects else ""
            typer.echo(
                f"{item.kind:>4}  редакция {item.edition}  {_ORIGIN[item.active]:<15}  "
                f"[{item.evidence}]  {item.sha256[:12]}  {_window(item)}{defects}\n"
                f"      {item.title}"
            )
    if broken:
        _refuse("\n".join(broken))


@pack_app.command("show")
def show(
    kind: Annotated[str, typer.Argument(metavar="ВИД", help="Код НСИ 1520, например 194.")],
    as_json: AsJson = False,
) -> None:
    """Показать пакет вида: источник, SHA-256, срок действия, правила, дефекты пакета.

    Примеры: [bold]dopusk pack show 194[/bold] · [bold]dopusk pack show 306 --json[/bold]
    """
    from dopusk.packs import PackError, load_pack

    try:
        pack = load_pack(kind)
    except (PackError, OSError) as error:
        _refuse(str(error))
    if as_json:
        _dump(_details(pack))
    else:
        _print(pack)


@pack_app.command("remove")
def remove(
    kind: Annotated[str, typer.Argument(metavar="ВИД", help="Код НСИ 1520, например 194.")],
) -> None:
    """Убрать импортированный пакет: снова действует собственный, если он есть.

    Пример: [bold]dopusk pack remove 194[/bold]
    """
    from dopusk.packs import PackError, pack_kinds
    from dopusk.packs.importer import remove_pack

    try:
        remove_pack(kind)
    except (PackError, OSError) as error:
        _refuse(str(error))
    rest = "снова действует собственный" if kind in pack_kinds() else "другого пакета для вида нет"
    typer.echo(f"Импортированный пакет вида {kind} убран, {rest}.")


def _print(item: Pack) -> None:
    told = _details(item)
    lines = [
        f"Вид: {item.kind}, редакция {item.edition}",
        f"Название: {item.title}",
        f"templateId: {item.template_id}",
        f"Действует: {_ORIGIN[item.active]} пакет{_beside(told['beside'])}",
        f"Источник: {item.source} [{item.evidence}]",
        f"SHA-256: {item.sha256}",
        f"Регистрация вида: {_window(item)}",
        f"XSD: {told['structure']}",
        f"Schematron: {told['rules']}",
        *(f"{_DEFECT[item.active]}: {text}" for text in item.defects),
    ]
    for line in lines:
        typer.echo(line)


def _beside(other: dict[str, Any] | None) -> str:
    if other is None:
        return ""
    return f"; {_ORIGIN[other['active']]} ({other['sha256'][:12]}) есть, но не действует"


def _details(item: Pack) -> dict[str, Any]:
    """Return everything about a pack: what lies in it and what is there besides."""
    from dopusk.packs.pack import PackError, own_packs, read_pack

    beside: dict[str, Any] | None = None
    folder = own_packs() / item.kind
    if item.active == "imported" and folder.is_dir():
        try:
            beside = _row(read_pack(folder, active="own"))
        except PackError as error:
            beside = {"active": "own", "sha256": "", "error": str(error)}
    return {
        **_row(item),
        "template": item.template_id,
        "structure": _structure(item),
        "rules": _rules(item),
        "contradicted": len(item.contradicted),
        "beside": beside,
    }


def _structure(item: Pack) -> str:
    from dopusk.semd.xsd import XsdError, load_xsd

    try:
        note = load_xsd(item.xsd).note
    except XsdError as error:
        return f"{item.xsd.name}, слой не проверяется: {error}"
    return f"{item.xsd.name}, {note}" if note else f"{item.xsd.name}, читается"


def _rules(item: Pack) -> str:
    from dopusk.schematron import SchemaError, compile_schema

    try:
        schema = compile_schema(
            item.schematron, strip_namespace=item.strip_namespace, folder=item.root
        )
    except SchemaError as error:
        return f"{item.schematron.name}, не читается: {error}"
    rules = [rule for pattern in schema.model.patterns for rule in pattern.rules]
    checks = sum(len(rule.checks) for rule in rules)
    slow = f", точным движком — шаблонов {len(schema.fallbacks)}" if schema.fallbacks else ""
    return f"{item.schematron.name}, правил {len(rules)}, утверждений {checks}{slow}"


def _row(item: Pack) -> dict[str, Any]:
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


def _dump(data: object) -> None:
    typer.echo(json.dumps(data, ensure_ascii=True))


def _refuse(text: str) -> NoReturn:
    typer.secho(text, fg=typer.colors.RED, err=True)
    raise typer.Exit(ExitCode.USAGE)
