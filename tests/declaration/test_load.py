from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dopusk.declaration import DeclarationError, load, parse, template
from dopusk.declaration.model import Variant

Put = Callable[[str, str], str]

ATTESTATION = """
[[attestations]]
requirement = "FED-3.1"
document = "Заключение"
number = "7"
issued = 2024-01-15
"""


def problems(text: str, path: Path) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        parse(text, path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def line_of(text: str, begins: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(begins))


def test_filled_template_loads(filled: str, mis_toml: Path) -> None:
    mis_toml.write_text(filled, encoding="utf-8")
    declaration = load(mis_toml)
    assert declaration.path == mis_toml
    assert declaration.product == "МИС Проба"
    assert declaration.client_entity_id == "8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"
    assert declaration.variants == (Variant.FED_3,)
    assert declaration.kinds == ("194",)
    assert declaration.as_of == date(2024, 6, 3)
    assert declaration.mnemonic is None
    assert declaration.driver.kind == "http"
    assert declaration.stand.port == 8080
    assert [person.roles for person in declaration.staff] == [("AUTHOR",), ("CHAIRMAN",)]
    assert declaration.staff[0].snils == "11223344595"
    assert declaration.staff[0].birth_date == date(1980, 2, 1)
    (organization,) = declaration.organizations
    assert organization.address.postal_code == "141000"
    assert organization.departments[0].oid == "1.2.643.5.1.13.13.12.2.50.99999"
    assert declaration.signer(organization.oid, "CHAIRMAN") == declaration.staff[1]


def test_template_names_every_place_to_fill_in(mis_toml: Path) -> None:
    text = template()
    found = problems(text, mis_toml)
    places = [n for n, line in enumerate(text.split("\n"), 1) if ' = "<заполните' in line]
    assert [int(item.split(":")[0]) for item in found] == places
    assert all("не заполнено: " in item for item in found)
    assert found[0] == "9: [product] vendor: не заполнено: название организации-разработчика"


OMS = '[[oms]]\nokato = "{}"\nmo_code = "{}"\ntransport = "{}"\n'
"""A territory of ОМС in a declaration."""


def test_template_with_its_optional_fields_loads(filled: str, mis_toml: Path) -> None:
    (mis_toml.parent / "ca").mkdir()
    (mis_toml.parent / "ca" / "root.cer").write_bytes(b"certificate")
    (mis_toml.parent / "profile.toml").touch()
    (mis_toml.parent / "docs").mkdir()
    (mis_toml.parent / "docs" / "911n.pdf").write_bytes(b"%PDF")
    lines = []
    for line in filled.split("\n"):
        body = line.removeprefix("# ")
        optional = line.startswith("# ") and (body.startswith("[[") or " = " in body)
        lines.append(body if optional and not body.endswith(".") else line)
    declaration = parse("\n".join(lines), mis_toml)
    assert declaration.mnemonic == "mymis"
    assert declaration.trust_anchors == (mis_toml.parent / "ca/root.cer",)
    assert declaration.scope_operations == ("registerDocument", "searchRegistryItem")
    assert declaration.oms_territories == ("46000",)
    assert declaration.driver.command == ("python", "adapter.py")
    assert declaration.wire_profile == mis_toml.parent / "profile.toml"
    assert declaration.ticket.callback_urls == ("http://10.0.0.17:8090/emdr/callback",)
    assert declaration.ticket.contact is not None
    assert declaration.staff[0].speciality_name == "Профпатология"
    (attestation,) = declaration.attestations
    assert attestation.file == mis_toml.parent / "docs/911n.pdf"
    assert attestation.expires == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("begins", "by", "expected"),
    [
        ("vendor", "", "[product] vendor: нет обязательного поля"),
        ("vendor", "vendor = 5", "[product] vendor: нужна строка в кавычках, а здесь значение 5"),
        ("vendor", 'vendor = " "', "[product] vendor: пустая строка"),
        ("deployment", 'deployment = "clod"', "размещения «clod» не бывает; возможно, cloud?"),
        ("variants", 'variants = ["fed-9"]', "подключения «fed-9» не бывает; возможно, fed-4?"),
        ("variants", "variants = []", "[connection] variants: список пуст"),
        ("variants", 'variants = "fed-3"', "нужен список в квадратных скобках"),
        ("variants", 'variants = ["fed-3", "fed-3"]', "вариант fed-3 указан дважды"),
        ("variants", 'variants = ["mo-3"]', "mnemonic: для mo-3 нужна мнемоника системы"),
        ("kinds", 'kinds = ["99999"]', "вида документа «99999» нет в НСИ 1520"),
        ("as_of", 'as_of = "вчера"', "«вчера» — не дата: нужно ГГГГ-ММ-ДД"),
        ("as_of", "as_of = true", "нужна строка в кавычках, а здесь значение true"),
        ("client_entity_id", 'client_entity_id = "42"', "«42» — не GUID"),
        ("callback_url", 'callback_url = "ftp://a/b"', "«ftp://a/b» — не адрес http или https"),
        ("callback_url", 'callback_url = "http://"', "«http://» — неверный адрес"),
        ("callback_url", 'callback_url = "http://a:99999/"', "неверный адрес"),
        ("callback_url", 'callback_url = "http://a b/"', "неверный адрес"),
        ("via_ips", "via_ips = 1", "нужно true или false, а здесь значение 1"),
        ("kind =", 'kind = "htp"', "способа управления «htp» не бывает; возможно, http?"),
        ("kind =", 'kind = "command"', 'command: для kind = "command" нужна команда'),
        ("url =", "", 'url: для kind = "http" нужен адрес адаптера МИС'),
        ("timeout", "timeout = 0", "[driver] timeout: 0 не годится: нужно число больше 0"),
        ("timeout", 'timeout = "30"', "нужно число, а здесь строка «30»"),
        ("port", "port = 70000", "[stand] port: порт 70000 вне пределов 0…65535"),
        ("port", "port = 80.5", "нужно целое число, а здесь значение 80.5"),
        ("wait", "wiat = 30", "[stand] wiat: такого поля нет; возможно, wait?"),
        ("time_scale", "time_scale = inf", "inf не годится"),
        ("ogrn", 'ogrn = "1022500001326"', "контрольная цифра ОГРН «1022500001326» не сходится"),
        ("ogrn", 'ogrn = "123"', "«123» — не ОГРН организации: нужно 13 цифр"),
        ("inn", 'inn = "7707083894"', "контрольная цифра ИНН «7707083894» не сходится"),
        ("inn", 'inn = "500100732259"', "не ИНН организации: нужно 10 цифр"),
        ("oid", 'oid = "1.2.643."', "«1.2.643.» — не OID"),
        ("region =", 'region = "5"', "не код субъекта РФ"),
        ("postal_code", 'postal_code = "14100"', "не почтовый индекс"),
        ("[[organizations.departments]]", "[organizations.x]", "нет ни одного раздела"),
        ("snils", 'snils = "11223344594"', "контрольное число СНИЛС «11223344594» не сходится"),
        ("snils", 'snils = "112"', "«112» — не СНИЛС: нужно 11 цифр"),
        ("position =", 'position = "врач"', "«врач» — не код НСИ"),
        ("roles", 'roles = ["AUTOR"]', "роли НСИ 99.2.368 «AUTOR» не бывает; возможно, AUTHOR?"),
        ("roles", 'roles = ["DOCTOR"]', "нет сотрудника с ролью AUTHOR (Автор документа)"),
        ("roles", 'roles = ["AUTHOR"]\nspeciality = "22"', "нужно и её название"),
        ("organization", 'organization = "1.2.3"', "МО 1.2.3 нет среди [[organizations]]"),
        ("# mnemonic", 'mnemonic = "аcross"', "'а' на месте 1 (похожа на латинскую 'a')"),
        ("# mnemonic", 'mnemonic = "миc"', "'м' на месте 1, 'и' на месте 2"),
        ("# mnemonic", 'mnemonic = "2mis"', "нужна латинская буква"),
        ("# trust_anchors", 'trust_anchors = ["no.cer"]', "no.cer нет"),
        ("# [[oms]]", OMS.format("Москва", "500001", "rest"), "не код территории ОМС"),
        ("# [[oms]]", OMS.format("46000", "5001", "rest"), "«5001» — не код МО в реестре ОМС"),
        ("# [[oms]]", OMS.format("46000", "500001", "fax"), "способа обмена «fax» не бывает"),
        ("# [[oms]]", OMS.format("46000", "500001", "folder"), "нужна общая папка"),
        ("# [[oms]]", OMS.format("46000", "500001", "rest") * 2, "46000 описана дважды"),
        ("[product]", "[produkt]", "нет раздела [product]"),
        ("[stand]", "[stend]", "такого поля нет; возможно, stand?"),
    ],
)
def test_each_wrong_value_is_named(
    put: Put, mis_toml: Path, begins: str, by: str, expected: str
) -> None:
    found = problems(put(begins, by), mis_toml)
    assert any(expected in item for item in found), found


@pytest.mark.parametrize(
    ("begins", "by"),
    [
        ("vendor", "vendor = 5"),
        ("as_of", 'as_of = "вчера"'),
        ("port", "port = 70000"),
        ("snils", 'snils = "11223344594"'),
        ("postal_code", 'postal_code = "1"'),
        ("wait", "wiat = 30"),
    ],
)
def test_a_wrong_value_is_the_only_problem_and_has_its_line(
    put: Put, filled: str, mis_toml: Path, begins: str, by: str
) -> None:
    (found,) = problems(put(begins, by), mis_toml)
    assert int(found.split(":")[0]) == line_of(filled, begins)


def test_all_problems_at_once_in_order_of_lines(filled: str, mis_toml: Path) -> None:
    text = filled.replace('"2.4"', "2.4").replace("wait = 30", "wait = -1")
    text = text.replace("112-233-445 95", "112-233-445 96")
    found = problems(text, mis_toml)
    assert [item.split(":")[1].strip() for item in found] == [
        "[product] version",
        "[stand] wait",
        "[[staff]] snils",
        "[[staff]] snils",
    ]


def test_second_member_of_staff_is_named_by_the_line_of_the_second(
    filled: str, mis_toml: Path
) -> None:
    head, tail = filled.rsplit("112-233-445 95", 1)
    (found,) = problems(f"{head}1{tail}", mis_toml)
    assert int(found.split(":")[0]) == head.count("\n") + 1


def test_missing_field_takes_the_line_of_its_section(filled: str, mis_toml: Path) -> None:
    text = filled.replace('surname = "Пробова"\n', "", 1)
    (found,) = problems(text, mis_toml)
    assert found == f"{line_of(filled, '[[staff]]')}: [[staff]] surname: нет обязательного поля"


def test_item_of_a_list_has_its_own_line(put: Put, mis_toml: Path) -> None:
    text = put("kinds", 'kinds = [\n  "194",\n\n  "1o3",\n]')
    (found,) = problems(text, mis_toml)
    assert int(found.split(":")[0]) == line_of(text, '  "1o3"')


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"FED-3.1"', '"FED-3.2"', "заявляют документом, «FED-3.2» не бывает; возможно, FED-3."),
        ("2024-01-15", '"скоро"', "issued: «скоро» — не дата"),
        ("2024-01-15", "2024-01-15\nexpires = 2023-01-01", "срок кончается раньше"),
        ("2024-01-15", '2024-01-15\nfile = "нет.pdf"', "нет.pdf нет"),
        ('"7"', "7", "[[attestations]] number: нужна строка в кавычках"),
    ],
)
def test_attestations(filled: str, mis_toml: Path, old: str, new: str, expected: str) -> None:
    assert parse(filled + ATTESTATION, mis_toml).attestations[0].number == "7"
    (found,) = problems(filled + ATTESTATION.replace(old, new), mis_toml)
    assert expected in found


def test_organization_described_twice(filled: str, mis_toml: Path) -> None:
    start = filled.index("[[organizations]]")
    end = filled.index("[[staff]]")
    (found,) = problems(filled + "\n" + filled[start:end], mis_toml)
    assert "описана дважды" in found


def test_attestation_as_a_plain_value(filled: str, mis_toml: Path) -> None:
    (found,) = problems("attestations = 5\n" + filled, mis_toml)
    assert found == "1: attestations: нужны разделы [[attestations]], а здесь значение 5"


def test_section_as_a_plain_value(filled: str, mis_toml: Path) -> None:
    text = 'stand = "здесь"\n' + filled[: filled.index("[stand]")]
    text += filled[filled.index("[[organizations]]") :]
    (found,) = problems(text, mis_toml)
    assert found == "1: stand: нужен раздел [stand], а здесь строка «здесь»"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a = 1\nb = \n", 2, "неверное значение"),
        ("a\n", 1, "после имени поля нужен знак ="),
        ('a = "x\n', 1, "недопустимый знак; не перенесена ли строка"),
        ("a = 1\na = 2\n", 2, "поле указано дважды"),
        ("[a]\n[a]\n", 2, "раздел объявлен дважды"),
        ("a = [1, 2\n", 2, "список не закрыт скобкой ]"),
        ("a = 1 2\n", 1, "после значения в строке есть лишнее"),
        ('a = "C:\\mis"\n', 1, "обратная косая черта"),
        ('a = "\\uZZZZ"\n', 1, "после \\u нужны"),
        ('a = "\\ud800"\n', 1, "такого знака"),
        ("a = { b = 1, b = 2 }\n", 1, "поле во вложенной"),
        ("a = { b = 1 }\n[a.c]\n", 2, ""),
        ("[[a]]\n[a]\n", 2, ""),
        ("a = 2024-13-01\n", 1, ""),
        ("[a\n", 1, "заголовок раздела не закрыт скобкой ]"),
        ("?\n", 1, "строка не похожа ни на раздел, ни на поле"),
        ("a = '''\n", 2, ""),
    ],
)
def test_broken_toml_is_told_in_russian_with_its_line(
    mis_toml: Path, text: str, line: int, expected: str
) -> None:
    (found,) = problems(text, mis_toml)
    assert found.startswith(f"{line}: ошибка TOML")
    assert expected in found
    assert not set("ABCDEFGHIJKLMNPQRSUVWXYZ[]()") & set(
        found.replace("TOML", "").replace("скобкой ]", "")
    )


def test_empty_file_names_what_is_missing(mis_toml: Path) -> None:
    found = problems("", mis_toml)
    assert "1: [product]: нет раздела [product]" not in found
    assert [item.split(": ", 1)[1] for item in found] == [
        "нет раздела [product]",
        "нет раздела [connection]",
        "нет ни одного раздела [[organizations]]",
        "нет ни одного раздела [[staff]]",
        "нет раздела [driver]",
    ]


def test_windows_line_ends_and_a_byte_order_mark_are_read(filled: str, mis_toml: Path) -> None:
    mis_toml.write_bytes(b"\xef\xbb\xbf" + filled.replace("\n", "\r\n").encode())
    assert load(mis_toml).vendor == "ООО «Проба»"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("vendor = 1\nname = 'МИС'".encode("cp1251"), ":2: файл не в UTF-8"),
        ("vendor = 1".encode("utf-16"), ": файл в кодировке UTF-16"),
        (b"#" * (5 * 1024 * 1024), ": файл больше"),
    ],
)
def test_unreadable_bytes(mis_toml: Path, data: bytes, expected: str) -> None:
    mis_toml.write_bytes(data)
    with pytest.raises(DeclarationError) as caught:
        load(mis_toml)
    assert str(caught.value).startswith(f"{mis_toml}{expected}")


def test_absent_file_and_folder(mis_toml: Path) -> None:
    with pytest.raises(DeclarationError, match="такого файла нет; создайте его: dopusk init"):
        load(mis_toml)
    with pytest.raises(DeclarationError, match="файл не читается"):
        load(mis_toml.parent)
