"""Reads mis.toml: a Declaration, or every problem of the file with its line."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dopusk.cases import Address
from dopusk.declaration import numbers, values
from dopusk.declaration.model import (
    Attestation,
    Declaration,
    Department,
    DriverSettings,
    Employee,
    OmsTerritory,
    Organization,
    StandSettings,
    TicketSettings,
    Variant,
)
from dopusk.declaration.positions import lines
from dopusk.declaration.problems import DeclarationError, Problem
from dopusk.declaration.syntax import syntax_problem
from dopusk.declaration.table import Report, Table
from dopusk.remd.kinds import kind, roles
from dopusk.tfoms.territories import Transport, territories
from dopusk.wording import os_reason

if TYPE_CHECKING:
    from dopusk.catalogue import Catalogue

DRIVERS: Final = ("http", "command", "manual")
DEPLOYMENTS: Final = ("on-premises", "cloud")
WITH_MNEMONIC: Final = (Variant.MO_1, Variant.MO_3)
"""Variants in which `system` of registerDocument carries the mnemonic (MO-S5a)."""

SIGNING_ROLES: Final = ("AUTHOR", "CHAIRMAN")
"""Roles in which somebody of each MO must sign the documents of the control examples."""

_MAX_BYTES: Final = 4 * 1024 * 1024


def load(path: Path, catalogue: Catalogue | None = None) -> Declaration:
    """Return the declaration in a file.

    `catalogue` names the requirements that may be attested, by default the suite's. Raises
    DeclarationError with all problems of the file at once, each with field and line.
    """
    return parse(read_text(path), path, catalogue)


def read_text(path: Path) -> str:
    """Return the text of a TOML file; raises DeclarationError when it is none that can be read."""
    try:
        if path.is_file() and path.stat().st_size > _MAX_BYTES:
            raise _whole(path, f"файл больше {_MAX_BYTES} байт: это не декларация")
        data = path.read_bytes()
    except FileNotFoundError:
        raise _whole(path, "такого файла нет; создайте его: dopusk init") from None
    except OSError as error:
        raise _whole(path, f"файл не читается: {os_reason(error)}") from None
    return _decode(data, path)


def parse(text: str, path: Path, catalogue: Catalogue | None = None) -> Declaration:
    """Return the declaration in a text; relative paths in it are taken from the folder of `path`.

    Raises DeclarationError.
    """
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError([syntax_problem(error, text, path)]) from None
    report = Report(path, lines(text))
    declaration = _declaration(Table(report, data, (), ""), path, catalogue)
    if report.problems:
        raise DeclarationError(report.problems)
    return declaration


def _declaration(root: Table, path: Path, catalogue: Catalogue | None) -> Declaration:
    product = root.table("product")
    connection = root.table("connection")
    organizations = [_organization(table) for table in root.tables("organizations")]
    staff_tables = root.tables("staff")
    staff = [_employee(table) for table in staff_tables]
    declaration = Declaration(
        path=path,
        vendor=product.required("vendor", values.TEXT),
        product=product.required("name", values.TEXT),
        version=product.required("version", values.TEXT),
        deployment=product.optional(
            "deployment", values.choice(DEPLOYMENTS, "размещения"), "on-premises"
        ),
        client_entity_id=connection.required("client_entity_id", values.text(numbers.guid)),
        mnemonic=connection.optional("mnemonic", values.text(numbers.mnemonic), None),
        callback_url=connection.required("callback_url", values.URL),
        file_service_url=connection.required("file_service_url", values.URL),
        variants=_variants(connection),
        kinds=connection.several("kinds", values.text(_known_kind), ["194"]),
        organizations=tuple(organizations),
        staff=tuple(staff),
        driver=_driver(root.table("driver")),
        stand=_stand(root.table("stand", required=False)),
        via_ips=connection.optional("via_ips", values.FLAG, False),
        as_of=connection.optional("as_of", values.DATE, None),
        trust_anchors=connection.several("trust_anchors", values.file(path.parent), []),
        attestations=tuple(
            _attestation(table, path.parent, catalogue)
            for table in root.tables("attestations", required=False)
        ),
        oms=tuple(_oms(table, path.parent) for table in root.tables("oms", required=False)),
        scope_operations=connection.several("scope_operations", values.TEXT, []),
        forward_to_remd=connection.optional("forward_to_remd", values.FLAG, None),
        ticket=_ticket(root.table("ticket", required=False)),
        wire_profile=connection.optional("wire_profile", values.file(path.parent), None),
    )
    _check_whole(root, connection, staff_tables, declaration)
    for table in (product, connection, root):
        table.finish()
    return declaration


def _variants(connection: Table) -> tuple[Variant, ...]:
    known = values.choice([item.value for item in Variant], "варианта подключения")
    return tuple(Variant(code) for code in connection.several("variants", known) if code)


def _organization(table: Table) -> Organization:
    address = table.table("address")
    departments = table.tables("departments")
    organization = Organization(
        oid=table.required("oid", values.text(numbers.oid)),
        name=table.required("name", values.TEXT),
        ogrn=table.required("ogrn", values.text(numbers.organisation_ogrn)),
        inn=table.required("inn", values.text(numbers.organisation_inn)),
        region=table.required("region", values.text(_region)),
        license_number=table.required("license_number", values.TEXT),
        license_issuer=table.required("license_issuer", values.TEXT),
        address=Address(
            text=address.required("text", values.TEXT),
            region=address.required("region", values.text(_region)),
            region_name=address.required("region_name", values.TEXT),
            postal_code=address.required("postal_code", values.text(_postal_code)),
            aoguid=address.required("aoguid", values.text(numbers.guid)),
            houseguid=address.required("houseguid", values.text(numbers.guid)),
        ),
        phone=table.required("phone", values.TEXT),
        departments=tuple(
            Department(
                oid=item.required("oid", values.text(numbers.oid)),
                name=item.required("name", values.TEXT),
            )
            for item in departments
        ),
    )
    for part in (*departments, address, table):
        part.finish()
    return organization


def _employee(table: Table) -> Employee:
    employee = Employee(
        organization=table.required("organization", values.text(numbers.oid)),
        local_id=table.required("local_id", values.TEXT),
        surname=table.required("surname", values.TEXT),
        name=table.required("name", values.TEXT),
        patronymic=table.optional("patronymic", values.TEXT, None),
        birth_date=table.required("birth_date", values.DATE),
        snils=table.required("snils", values.text(numbers.snils)),
        position=table.required("position", values.text(_code)),
        position_name=table.required("position_name", values.TEXT),
        roles=table.several("roles", values.choice(roles(), "роли НСИ 99.2.368")),
        speciality=table.optional("speciality", values.text(_code), None),
        speciality_name=table.optional("speciality_name", values.TEXT, None),
    )
    if employee.speciality and not employee.speciality_name:
        table.problem("speciality_name", "указан код специальности, нужно и её название")
    table.finish()
    return employee


def _driver(table: Table) -> DriverSettings:
    settings = DriverSettings(
        kind=table.required("kind", values.choice(DRIVERS, "способа управления")),
        url=table.optional("url", values.URL, None),
        command=table.several("command", values.TEXT, []),
        timeout=table.optional("timeout", values.above(0), 30.0),
    )
    if settings.kind == "http" and "url" not in table.data:
        table.problem("url", 'для kind = "http" нужен адрес адаптера МИС')
    if settings.kind == "command" and "command" not in table.data:
        table.problem("command", 'для kind = "command" нужна команда: ["программа", "аргумент"]')
    table.finish()
    return settings


def _stand(table: Table) -> StandSettings:
    usual = StandSettings()
    settings = StandSettings(
        host=table.optional("host", values.TEXT, usual.host),
        port=table.optional("port", values.PORT, usual.port),
        public_url=table.optional("public_url", values.URL, usual.public_url),
        wait=table.optional("wait", values.above(0), usual.wait),
        time_scale=table.optional("time_scale", values.above(0), usual.time_scale),
        conventions_block=table.optional("conventions_block", values.FLAG, usual.conventions_block),
    )
    table.finish()
    return settings


def _oms(table: Table, folder: Path) -> OmsTerritory:
    okato = table.required("okato", values.text(_territory))
    usual = OmsTerritory("", "", "")
    item = OmsTerritory(
        okato=okato,
        mo_code=table.required("mo_code", values.text(_mo_code)),
        transport=table.required("transport", values.choice(list(Transport), "способа обмена")),
        login=table.optional("login", values.TEXT, usual.login),
        folder=_exchange_folder(table, folder),
    )
    known = territories().get(okato)
    if known and item.transport and item.transport not in known.transports:
        ways = ", ".join(known.transports)
        table.problem("transport", f"ТФОМС территории {okato} принимает пакеты так: {ways}")
    if item.transport == Transport.FOLDER and "folder" not in table.data:
        table.problem("folder", 'для transport = "folder" нужна общая папка')
    table.finish()
    return item


def _exchange_folder(table: Table, base: Path) -> Path | None:
    """Return the folder of exchange, which the stand makes where it does not exist."""
    name = table.optional("folder", values.TEXT, None)
    return None if name is None else base / name


def _ticket(table: Table) -> TicketSettings:
    settings = TicketSettings(
        callback_urls=table.several("callback_urls", values.URL, []),
        contact=table.optional("contact", values.TEXT, None),
    )
    table.finish()
    return settings


def _attestation(table: Table, folder: Path, catalogue: Catalogue | None) -> Attestation:
    # The catalogue speaks of variants, so it imports this package's model.
    from dopusk.catalogue import Catalogue

    known = [item.id for item in (catalogue or Catalogue.load()).all if item.attested]
    attestation = Attestation(
        requirement=table.required(
            "requirement", values.choice(known, "требования, которое заявляют документом,")
        ),
        document=table.required("document", values.TEXT),
        number=table.required("number", values.TEXT),
        issued=table.required("issued", values.DATE),
        expires=table.optional("expires", values.DATE, None),
        file=table.optional("file", values.file(folder), None),
    )
    if attestation.expires and attestation.expires < attestation.issued:
        table.problem("expires", "срок кончается раньше, чем документ выдан (issued)")
    table.finish()
    return attestation


def _check_whole(
    root: Table, connection: Table, staff: list[Table], declaration: Declaration
) -> None:
    """Note what is wrong between fields that are right by themselves."""
    oids = [item.oid for item in declaration.organizations if item.oid]
    for repeated in _repeated(oids):
        root.problem("organizations", f"МО с OID {repeated} описана дважды")
    for table, person in zip(staff, declaration.staff, strict=True):
        if person.organization and oids and person.organization not in oids:
            table.problem(
                "organization",
                f"МО {person.organization} нет среди [[organizations]]; есть: {', '.join(oids)}",
            )
    for repeated in _repeated(declaration.oms_territories):
        root.problem("oms", f"территория {repeated} описана дважды")
    for repeated in _repeated(declaration.variants):
        connection.problem("variants", f"вариант {repeated} указан дважды")
    if not root.report.problems:
        _check_signers(root, declaration)
    needing = [item.value for item in declaration.variants if item in WITH_MNEMONIC]
    if needing and "mnemonic" not in connection.data:
        connection.problem(
            "mnemonic", f"для {', '.join(needing)} нужна мнемоника системы (требование MO-S5a)"
        )


def _check_signers(root: Table, declaration: Declaration) -> None:
    """Note the MOs that lack somebody to sign in a role that every control example needs."""
    for organization in declaration.organizations:
        for role in SIGNING_ROLES:
            if declaration.signer(organization.oid, role) is None:
                root.problem(
                    "staff",
                    f"у МО {organization.oid} нет сотрудника с ролью {role} ({roles()[role]})",
                )


def _repeated(items: Iterable[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


def _known_kind(text: str) -> str:
    if kind(text) is None:
        raise ValueError(f"вида документа «{text}» нет в НСИ 1520; например, 194")
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[0-9]{2}", text):
        raise ValueError(
            f"«{text}» — не код субъекта РФ (НСИ 99.2.206): нужны 2 цифры, например 50"
        )
    return text


def _postal_code(text: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError(f"«{text}» — не почтовый индекс: нужно 6 цифр")
    return text


def _territory(text: str) -> str:
    if text not in territories():
        known = ", ".join(f"{item.okato} ({item.name})" for item in territories().values())
        raise ValueError(f"«{text}» — не код территории ОМС, которую знает стенд; есть: {known}")
    return text


def _mo_code(text: str) -> str:
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError(f"«{text}» — не код МО в реестре ОМС (F032): нужно 6 цифр")
    return text


def _code(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError(f"«{text}» — не код НСИ: нужны цифры, например 122")
    return text


def _decode(data: bytes, path: Path) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _whole(path, "файл в кодировке UTF-16; сохраните его в UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(path, line, "", "файл не в UTF-8 (Windows-1251?); сохраните его в UTF-8")
        raise DeclarationError([problem]) from None


def _whole(path: Path, message: str) -> DeclarationError:
    return DeclarationError([Problem(path, None, "", message)])
