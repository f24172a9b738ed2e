from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dopusk.suite import schemas
from dopusk.wire import messages as m
from dopusk.wire.profile import ProfileError, WireProfile, default_profile
from dopusk.wire.template import Template, TemplateError

SERVICE = "http://egisz.rosminzdrav.ru/iehr/emdr/service/"


def read(text: str) -> m.Message | None:
    return default_profile().read(etree.fromstring(text))


def register(inner: str) -> m.RegisterDocument:
    found = read(f'<registerDocumentRequest xmlns="{SERVICE}">{inner}</registerDocumentRequest>')
    assert isinstance(found, m.RegisterDocument)
    return found


def test_the_live_search_body() -> None:
    found = read(
        f'<ser:searchRegistryItemRequest xmlns:ser="{SERVICE}">'
        "<ser:organization>1.2.643.5</ser:organization><ser:kind>58</ser:kind>"
        "<ser:registerDateBegin>2021-09-11T00:00:00+03:00</ser:registerDateBegin>"
        "</ser:searchRegistryItemRequest>"
    )
    assert isinstance(found, m.SearchRegistryItem)
    assert str(found.kind) == "58"
    assert found.end is None


@pytest.mark.parametrize(
    "kind",
    [
        "<kind>194</kind>",
        "<kind version='12.85'>194</kind>",
        "<kind code='194' codeSystem='1.2' codeSystemVersion='12.85' displayName='x'/>",
        "<kind><code>194</code><codeSystem>1.2</codeSystem><displayName>x</displayName></kind>",
        "<kind><value>194</value></kind>",
        "<kind>\n  194\n</kind>",
    ],
)
def test_forms_of_a_coded_value(kind: str) -> None:
    found = register(f"<document>{kind}</document>")
    assert str(found.kind) == "194"
    assert found.unknown == ()


def test_version_and_system_of_a_coded_value() -> None:
    kind = register("<kind code='194' codeSystem='1.2' codeSystemVersion='12.85'/>").kind
    assert kind is not None
    assert (kind.system, kind.version) == ("1.2", "12.85")


def test_document_element_may_be_left_out() -> None:
    assert str(register("<localUid>1</localUid>").local_uid) == "1"
    assert str(register("<document><localUid>1</localUid></document>").local_uid) == "1"


@pytest.mark.parametrize(
    "signatures",
    [
        "<personalSignatures><item>{0}</item><item>{1}</item></personalSignatures>",
        "<personalSignatures>{0}</personalSignatures><personalSignatures>{1}</personalSignatures>",
        "<personalSignatures><personalSignature>{0}</personalSignature>"
        "<personalSignature>{1}</personalSignature></personalSignatures>",
    ],
)
def test_forms_of_a_list(signatures: str) -> None:
    one = "<signer><snils>1</snils></signer><signature><data>QQ==</data></signature>"
    two = "<signer><snils>2</snils></signer>"
    found = register(f"<document>{signatures.format(one, two)}</document>")
    assert [str(signer.snils) for signer in found.signers] == ["1", "2"]
    assert str(found.signers[0].signature) == "QQ=="
    assert found.unknown == ()


def test_place_of_a_value_is_an_xpath_that_finds_it() -> None:
    text = (
        f'<n:registerDocumentRequest xmlns:n="{SERVICE}"><n:document><n:personalSignatures>'
        "<n:item><n:signer><n:snils>1</n:snils></n:signer></n:item>"
        "<n:item><n:signer><n:snils>2</n:snils></n:signer></n:item>"
        "</n:personalSignatures></n:document></n:registerDocumentRequest>"
    )
    tree = etree.fromstring(text)
    found = default_profile().read(tree)
    assert isinstance(found, m.RegisterDocument)
    snils = found.signers[1].snils
    assert snils is not None
    assert snils.where.xpath is not None
    (element,) = tree.getroottree().xpath(snils.where.xpath, namespaces={"n": SERVICE})
    assert element.text == "2"


def test_only_the_topmost_unknown_element_is_told() -> None:
    found = register("<document><a><b/></a><localUid>1</localUid></document><c/>")
    names = [(where.xpath or "").rsplit("/", 1)[-1] for where in found.unknown]
    assert sorted(names) == ["a[1]", "c[1]"]


def test_empty_containers_are_known_and_empty() -> None:
    found = register("<document><associations/><personalSignatures/><patient/></document>")
    assert found.associations == ()
    assert found.signers == ()
    assert found.patient is None
    assert found.unknown == ()


def test_order_does_not_matter() -> None:
    one = register("<document><kind>1</kind><localUid>2</localUid></document>")
    other = register("<document><localUid>2</localUid><kind>1</kind></document>")
    assert (str(one.kind), str(one.local_uid)) == (str(other.kind), str(other.local_uid))


def test_result_of_registration() -> None:
    ns = "http://egisz.rosminzdrav.ru/iehr/emdr/callback/"
    found = read(
        f'<registerDocumentResult xmlns="{ns}"><relatesToMessage>m</relatesToMessage>'
        "<status>error</status><errors><item><code>A</code><message>x</message></item>"
        "<item><code>B</code></item></errors></registerDocumentResult>"
    )
    assert isinstance(found, m.RegistrationResult)
    assert found.errors == (("A", "x"), ("B", ""))
    assert found.emdr_id is None


def test_unknown_body_is_not_read() -> None:
    assert read("<updateMetadata/>") is None
    assert not default_profile().knows(etree.fromstring("<updateMetadata/>"))


def test_operation_is_told_by_the_profile(tmp_path: Path) -> None:
    text = (schemas() / "remd" / "profile.toml").read_text(encoding="utf-8")
    own = '["registerDocumentRequest", "registerDocument"]'
    other = tmp_path / "vendor.toml"
    other.write_text(text.replace(own, '["PostDocument"]', 1), encoding="utf-8")
    profile = WireProfile.load(other)
    assert profile.operation(etree.fromstring("<PostDocument/>")) == "registerDocument"
    assert profile.operation(etree.fromstring("<demandContentResponse/>")) == "demandContent"
    assert profile.operation(etree.fromstring("<updateMetadata/>")) == "updateMetadata"


def test_acknowledgement_of_any_name() -> None:
    told = default_profile().read_acknowledgement(etree.fromstring("<x><status>OK</status></x>"))
    assert told.succeeded
    assert not default_profile().read_acknowledgement(etree.fromstring("<x/>")).succeeded


# ------------------------------------------------------------------ templates

EVERY_TEMPLATE = {
    "registerDocumentRequest": {"local_uid": "1", "signers": [{"snils": "1"}]},
    "registerDocumentResponse": {"status": "success"},
    "searchRegistryItemRequest": {"begin": "1"},
    "searchRegistryItemResponse": {"status": "success", "items": [{"emdr_id": "1"}]},
    "getRegistryItemRequest": {"emdr_id": "1"},
    "getRegistryItemResponse": {"status": "success", "emdr_id": "1"},
    "demandContentRequest": {"emdr_id": "1"},
    "demandContentResponse": {"status": "success"},
    "getDocumentFileRequest": {"local_uid": "1"},
    "getDocumentFileResponse": {"status": "success", "data": "QQ=="},
    "registerDocumentResult": {"relates_to": "1", "status": "success"},
    "registerDocumentResultResponse": {"status": "success"},
    "sendDocumentFileRequest": {"relates_to": "1", "status": "success"},
    "sendDocumentFileResponse": {"status": "success"},
}


@pytest.mark.parametrize("name", EVERY_TEMPLATE)
def test_every_template_is_read_back_without_unknown_elements(name: str) -> None:
    element = default_profile().write(name, **EVERY_TEMPLATE[name])
    assert etree.QName(element).localname == name
    message = default_profile().read(element)
    assert message is not None
    assert etree.QName(element).namespace in default_profile().namespaces.values()


@settings(max_examples=50)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_text_survives(text: str) -> None:
    wanted = text.strip()
    found = default_profile().read(
        default_profile().write("registerDocumentRequest", patient_surname=text)
    )
    assert isinstance(found, m.RegisterDocument)
    if wanted:
        assert found.patient is not None
        assert str(found.patient.surname) == wanted


def test_absent_values_leave_nothing_behind() -> None:
    element = default_profile().write("registerDocumentRequest", local_uid="1")
    names = [etree.QName(item).localname for item in element.iter()]
    assert names == ["registerDocumentRequest", "document", "localUid"]


def test_attribute_without_value_is_left_out() -> None:
    template = Template("x", '<x><y version="{v}">{t}</y></x>')
    assert template.render({"t": "1"}) == b"<x><y>1</y></x>"
    assert template.render({"t": "1", "v": "2"}) == b'<x><y version="2">1</y></x>'


def test_repetition_needs_a_list() -> None:
    template = Template("x", '<x><y repeat="ys">{t}</y></x>')
    assert template.render({"ys": [{"t": 1}, {"t": "<"}]}) == b"<x><y>1</y><y>&lt;</y></x>"
    with pytest.raises(TypeError):
        template.render({"ys": "ab"})


# ------------------------------------------------------------------ files


def test_another_profile_file_speaks_another_dialect(tmp_path: Path) -> None:
    text = (schemas() / "remd" / "profile.toml").read_text(encoding="utf-8")
    other = tmp_path / "vendor.toml"
    other.write_text(
        text.replace('local_uid = ["localUid"]\nkind', 'local_uid = ["head/uid"]\nkind', 1),
        encoding="utf-8",
    )
    profile = WireProfile.load(other)
    element = etree.fromstring(
        "<registerDocumentRequest><head><uid>7</uid></head></registerDocumentRequest>"
    )
    message = profile.read(element)
    assert isinstance(message, m.RegisterDocument)
    assert str(message.local_uid) == "7"
    assert message.unknown == ()


@pytest.mark.parametrize(
    "text",
    ["", "[profile]\n", "не toml", "[profile]\ntitle = 1\nversion = '1'\n[template]\na = '<'\n"],
)
def test_unusable_profile_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=r"broken\.toml"):
        WireProfile.load(path)


def test_absent_profile_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="Не читается"):
        WireProfile.load(tmp_path / "no.toml")


def test_broken_template_is_named() -> None:
    with pytest.raises(TemplateError, match="answer"):
        Template("answer", "<a>")
