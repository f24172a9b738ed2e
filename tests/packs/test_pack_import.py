from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dopusk.cli.pack import pack_app
from dopusk.packs import PackError, load_pack, pack_kinds
from dopusk.packs.archive import ArchiveLimits, read_package
from dopusk.packs.importer import add_pack, remove_pack
from dopusk.packs.pack import forget_packs, own_packs
from dopusk.semd import check_document
from dopusk.verdict import Severity, Verdict
from fixtures.documents import GOOD, good

OFFICIAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd"


def official(kind: str) -> Path:
    if not OFFICIAL.is_dir():
        pytest.skip("no official rules beside the project")
    return OFFICIAL / "packs" / kind


def package() -> dict[str, bytes]:
    """Return a small complete package: our own pack for 194 with what it shares."""
    return {
        file.relative_to(own_packs()).as_posix(): file.read_bytes()
        for folder in ("194", "common")
        for file in (own_packs() / folder).rglob("*")
        if file.suffix in (".xsd", ".sch")
    }


def zipped(files: dict[str, bytes], folder: Path) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    root = folder / "package"
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def structure(data: bytes) -> tuple[list[str], set[Verdict]]:
    """Return codes and statuses of the layers that a pack decides."""
    layers = [item for item in check_document(data).layers if item.name in ("xsd", "schematron")]
    codes = [found.code for layer in layers for found in layer.findings]
    return codes, {layer.status for layer in layers}


PASSED: tuple[list[str], set[Verdict]] = ([], {Verdict.PASS})


@pytest.mark.parametrize("form", [zipped, unpacked])
def test_an_imported_pack_is_the_active_one_until_removed(form: object, tmp_path: Path) -> None:
    added = add_pack(form(package(), tmp_path))  # type: ignore[operator]
    assert (added.pack.kind, added.pack.active, added.replaced) == ("194", "imported", False)
    assert load_pack("194").source.startswith("Официальный пакет, импортирован из package")
    assert structure(good()) == PASSED
    assert add_pack(form(package(), tmp_path)).replaced  # type: ignore[operator]
    remove_pack("194")
    assert load_pack("194").active == "own"
    with pytest.raises(PackError, match="нет импортированного"):
        remove_pack("194")


def test_both_forms_have_one_digest(tmp_path: Path) -> None:
    first = add_pack(zipped(package(), tmp_path)).pack.sha256
    assert add_pack(unpacked(package(), tmp_path)).pack.sha256 == first


@pytest.mark.parametrize("name", GOOD)
def test_the_official_pack_judges_like_our_own(name: str) -> None:
    add_pack(official("194"))
    assert structure(good(name)) == PASSED
    assert structure((OFFICIAL / "samples" / "194_synthetic.xml").read_bytes()) == PASSED
    bad = check_document((OFFICIAL / "samples" / "194_synthetic_bad.xml").read_bytes())
    places = [str(item.where).rsplit("/", 1)[-1] for item in bad.findings if item.blocks()]
    assert places == ["languageCode[1]", "postalCode[1]", "value[1]"]


def test_defects_of_the_official_packs_are_listed() -> None:
    second = add_pack(official("194")).pack
    assert "194.sch: 8 утверждений вида count(…) >= 0 верны всегда" in second.defects
    assert any("обратная косая черта" in text for text in second.defects)
    first = add_pack(official("103")).pack
    assert first.kind == "103"
    contradictory = [text for text in first.defects if "допускает только nullFlavor" in text]
    assert [text.split(":")[0] for text in contradictory] == [
        "ClinicalDocument/author/time",
        "ClinicalDocument/legalAuthenticator/time",
        "ClinicalDocument/legalAuthenticator/signatureCode",
    ]
    assert pack_kinds() == ("103", "194", "306")


def test_what_an_official_pack_contradicts_itself_in_fails_nobody() -> None:
    pack = add_pack(official("103")).pack
    assert len(pack.contradicted) == 3
    report = check_document(good("103"))
    rules = next(layer for layer in report.layers if layer.name == "schematron")
    assert rules.status is Verdict.REMARK
    assert len(rules.findings) == 3
    assert {item.severity for item in rules.findings} == {Severity.REMARK}
    assert all("противоречит себе" in (item.cure or "") for item in rules.findings)
    wrong = check_document(good("103").replace(b'code="ru-RU"', b'code="en"'))
    assert any(item.blocks() for item in wrong.findings)


def changed(name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    files = package()
    assert old in files[name]
    return files | {name: files[name].replace(old, new, 1)}


def test_backslashes_and_windows_1251_are_mended(tmp_path: Path) -> None:
    files = changed("common/header.xsd", b'"identity.xsd"', b'".\\identity.xsd"')
    files["194/194.sch"] = (
        files["194/194.sch"].decode().replace("UTF-8", "windows-1251", 1).encode("cp1251")
    )
    files["common/fias.xsd"] = b"\xef\xbb\xbf" + files["common/fias.xsd"]
    files["common/types.xsd"] = files["common/types.xsd"].replace(
        b"<!-- People", "<!-- Люди".encode("cp1251")
    )
    added = add_pack(unpacked(files, tmp_path)).pack
    assert added.defects == (
        "194/194.sch: кодировка windows-1251 (переписано в UTF-8)",
        "common/fias.xsd: метка порядка байтов (BOM)",
        "common/header.xsd: обратная косая черта в ссылках, 1 (исправлено)",
        "common/types.xsd: байты в windows-1251, а объявлена UTF-8 (исправлено)",
    )
    assert structure(good()) == PASSED


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            changed("common/header.xsd", b'"identity.xsd"', b'"http://example.org/i.xsd"'),
            "ведёт в сеть",
        ),
        (changed("common/header.xsd", b'"identity.xsd"', b'"../../i.xsd"'), "за пределы пакета"),
        (changed("common/header.xsd", b'"identity.xsd"', b'"/etc/i.xsd"'), "за пределы пакета"),
        (changed("194/194.sch", b"<schema ", b"<!DOCTYPE schema []><schema "), "DOCTYPE"),
        (changed("194/194.sch", b"</schema>", b""), "XML не разбирается"),
        (changed("194/194.sch", b"header.sch#root", b"absent.sch#root"), "не читается файл правил"),
        (changed("194/194.sch", b"header.sch#root", b"header.sch#no"), "нет элемента с id «no»"),
        (changed("common/header.sch", b"@code = 'RU'", b"@code == 'RU'"), "194.sch: выражение"),
        (
            {n: d for n, d in package().items() if n != "194/194.sch"},
            "ровно один главный файл .sch",
        ),
        (package() | {"b.sch": b"<a/>"}, "ровно один главный файл .sch"),
        ({n: d for n, d in package().items() if n != "194/document.xsd"}, "какая схема главная"),
        ({"guide.pdf": b"%PDF-"}, "нет файлов .xsd и .sch"),
    ],
)
def test_packages_that_cannot_be_used_are_refused(
    files: dict[str, bytes], words: str, tmp_path: Path, own_home: Path
) -> None:
    with pytest.raises(PackError, match=words):
        add_pack(unpacked(files, tmp_path))
    assert not list(own_home.rglob("*.sch"))
    assert load_pack("194").active == "own"


def test_a_schema_that_libxml2_refuses_leaves_its_layer_unchecked(tmp_path: Path) -> None:
    added = add_pack(
        unpacked(changed("common/body.xsd", b'type="field"', b'type="nothing"'), tmp_path)
    )
    assert any("libxml2 не принимает схему" in text for text in added.pack.defects)
    layers = {layer.name: layer for layer in check_document(good()).layers}
    assert layers["xsd"].status is Verdict.SKIP
    assert [item.code for item in layers["xsd"].findings] == ["XSD-NOT-RUN"]
    assert layers["schematron"].status is Verdict.PASS


def test_an_unknown_template_needs_a_kind(tmp_path: Path) -> None:
    files = changed("194/document.xsd", b"1.2.643.5.1.13.13.15.47.2", b"1.2.643.5.1.13.13.15.999.9")
    files["194/194.sch"] = files["194/194.sch"].replace(
        b"1.2.643.5.1.13.13.15.47.2", b"1.2.643.5.1.13.13.15.999.9"
    )
    with pytest.raises(PackError, match="--kind"):
        add_pack(unpacked(files, tmp_path))
    assert add_pack(unpacked(files, tmp_path), kind="194").pack.kind == "194"
    with pytest.raises(PackError, match="нет в НСИ 1520"):
        add_pack(unpacked(files, tmp_path), kind="100500")


@pytest.mark.parametrize("name", ["../evil.sch", "/evil.sch", "C:\\evil.sch", "a/../../evil.sch"])
def test_paths_out_of_the_archive_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="за пределы архива"):
        add_pack(zipped(package() | {name: b"<a/>"}, tmp_path))


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    path = zipped(package(), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.sch")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(PackError, match="ссылка, а не файл"):
        add_pack(path)


def test_zip_bombs_are_refused(tmp_path: Path) -> None:
    path = zipped({"a.sch": b" " * (30 * 2**20)}, tmp_path)
    assert path.stat().st_size < 100_000
    with pytest.raises(PackError, match="больше 20 МиБ"):
        read_package(path)
    many = zipped({f"{n}.xsd": b" " * 2**20 for n in range(12)}, tmp_path)
    with pytest.raises(PackError, match="файлы больше 10 МиБ"):
        read_package(many, ArchiveLimits(max_total=10 * 2**20))
    with pytest.raises(PackError, match="больше 5 файлов"):
        read_package(many, ArchiveLimits(max_files=5))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"plain"])
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(data)
    with pytest.raises(PackError):
        read_package(path)
    with pytest.raises(PackError, match="нет такой"):
        read_package(tmp_path / "nothing")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.sch", b"<a/>" * 100)
    data = bytearray(buffer.getvalue())
    data[60] ^= 0xFF
    path = tmp_path / "package.zip"
    path.write_bytes(data)
    with pytest.raises(PackError, match="не читается"):
        read_package(path)


def run(*words: str) -> str:
    result = CliRunner().invoke(pack_app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_commands(tmp_path: Path) -> None:
    source = zipped(package(), tmp_path)
    assert "Пакет вида 194 импортирован и действует." in run("add", str(source))
    assert "Пакет вида 194 заменён и действует." in run("add", str(source))
    assert " 194  редакция 2  импортированный  [профиль]" in run("list")
    shown = run("show", "194")
    for words in (
        "Действует: импортированный пакет; собственный (",
        "SHA-256: ",
        "Регистрация вида: с 31.07.2023 по 30.06.2024",
        "XSD: document.xsd, читается",
        "утверждений",
    ):
        assert words in shown
    assert "снова действует собственный" in run("remove", "194")
    assert "Действует: собственный пакет\n" in run("show", "194")
    assert "Дефект официального пакета: author/time" in run("show", "103")
    assert "[выведено]" in run("show", "306")


def test_commands_for_programs(tmp_path: Path) -> None:
    added = json.loads(run("add", str(zipped(package(), tmp_path)), "--json"))
    assert (added["kind"], added["replaced"], added["active"]) == ("194", False, "imported")
    assert added["beside"]["active"] == "own"
    rows = {row["kind"]: row for row in json.loads(run("list", "--json"))}
    assert {kind: row["active"] for kind, row in rows.items()} == {
        "103": "own",
        "194": "imported",
        "306": "own",
    }
    assert rows["194"]["sha256"] == added["sha256"]
    assert json.loads(run("show", "306", "--json"))["evidence"] == "выведено"


def test_wrong_commands_are_refused_in_words() -> None:
    for wrong in (["show", "999"], ["add", "nothing"], ["remove", "194"]):
        refused = CliRunner().invoke(pack_app, wrong)
        assert refused.exit_code == 2
        assert "Traceback" not in refused.output


def test_a_damaged_imported_pack_is_told(tmp_path: Path, own_home: Path) -> None:
    add_pack(zipped(package(), tmp_path))
    next(own_home.rglob("document.xsd")).unlink()
    forget_packs()
    for words in (["list"], ["show", "194"]):
        refused = CliRunner().invoke(pack_app, words)
        assert refused.exit_code == 2
        assert "нет файла document.xsd" in refused.output
    assert "103  редакция 1" in CliRunner().invoke(pack_app, ["list"]).output
