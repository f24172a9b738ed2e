"""`dopusk pki`: test certificates for a vendor's own people and organisations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dopusk.cli.console import console, fail
from dopusk.wording import os_reason

if TYPE_CHECKING:
    from fixtures.pki.build import Pki

pki_app = typer.Typer(
    name="pki",
    help="Тестовая PKI: ключи и сертификаты ГОСТ для проверок, не для работы.",
    no_args_is_help=True,
)

WARNING = "Ключи ТЕСТОВЫЕ: их может вычислить любой. Не подписывайте ими ничего, кроме проверок."
README = "ПРОЧТИ.txt"


@pki_app.callback()
def pki() -> None:
    """Тестовая PKI: ключи и сертификаты ГОСТ для проверок, не для работы."""


@pki_app.command("new")
def new(
    out: Annotated[Path, typer.Option(help="Папка, куда записать; её ещё не должно быть.")] = Path(
        "pki"
    ),
    declaration: Annotated[
        Path,
        typer.Option(
            metavar="ФАЙЛ",
            help="Чьи сертификаты: mis.toml или другой TOML с [\\[organizations]] и [\\[staff]].",
        ),
    ] = Path("mis.toml"),
) -> None:
    """Выпустить тестовые сертификаты сотрудникам, МО и самой МИС.

    Их подписывает тестовый УЦ стенда, поэтому стенд доверяет им без настройки. Рядом —
    сертификаты с одним изъяном (истёкший, отозванный, чужой СНИЛС …): на них стенд должен
    найти ровно этот изъян. Тот же файл даёт те же байты.

    Пример: dopusk pki new --declaration mis.toml --out pki
    """
    from dopusk.declaration import DeclarationError
    from fixtures.pki.build import build, files
    from fixtures.pki.vendor import holders, vendor_pki

    try:
        declared = vendor_pki(declaration)
    except DeclarationError as error:
        fail(str(error))
    made = build(declared)
    named = dict(holders(declared))
    try:
        out.mkdir(parents=True)
        for name, data in (*files(made), (README, _readme(named, made, out).encode())):
            path = out / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    except FileExistsError:
        fail(f"{out} уже есть. Укажите другую папку: dopusk pki new --out ПАПКА")
    except OSError as error:
        fail(f"{out}: не записывается ({os_reason(error)})")
    screen = console()
    screen.print(WARNING, style="yellow", soft_wrap=True)
    for key, who in named.items():
        screen.print(f"  {out / 'credentials' / key}.pem  {who}", markup=False, soft_wrap=True)
    faulty = len(made.credentials) - len(named)
    screen.print(f"  и {faulty} сертификатов с изъяном: fault-….pem", markup=False)
    screen.print(f"Что где лежит и как этим пользоваться: {out / README}", markup=False)


def _readme(named: dict[str, str], made: Pki, out: Path) -> str:
    trust = [f"{out.name}/trust/{key}.pem" for key in (*made.anchors, *made.published)]
    trust += [f"{out.name}/trust/{key}.crl.pem" for key in made.crls]
    people = "\n".join(f"  {key}.pem — {who}" for key, who in named.items())
    faults = "\n".join(f"  {key}.pem" for key in made.credentials if key not in named)
    anchors = ", ".join(f'"{path}"' for path in trust)
    return f"""{WARNING}

credentials/ — сертификат (CERTIFICATE) и закрытый ключ (PRIVATE KEY) в одном PEM;
их читает и OpenSSL с engine gost. Ключи ГОСТ Р 34.10-2012, 256 бит, кривая TC26 A.
{people}

Сертификаты первого сотрудника и первой МО с одним изъяном каждый (имя говорит, с каким):
{faults}

trust/ — корень, промежуточные УЦ и список отзыва. Стенд знает этот корень и без настройки;
отзыв сертификата fault-revoked-… он увидит, если назвать список в mis.toml:
  trust_anchors = [{anchors}]
"""
