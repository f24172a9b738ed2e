from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from remd_samples import (
    KNOWN_EMDR_ID,
    NOW,
    body,
    codes,
    declaration,
    request,
    signer,
    values,
)

from dopusk.declaration.model import Declaration
from dopusk.remd.checks import (
    RegisteredItem,
    check_coarse,
    check_metadata,
    check_replacement,
    check_request,
)
from dopusk.remd.directory import Directory
from dopusk.wire.profile import default_profile


class OneItem:
    """A registry that holds one document."""

    def __init__(self, **changes: Any) -> None:
        organization = declaration().organizations[0].oid
        self._item = replace(RegisteredItem(KNOWN_EMDR_ID, "known", "194", organization), **changes)

    def registered(self, system: str, local_uid: str) -> RegisteredItem | None:
        return self._item if local_uid == self._item.local_uid else None

    def item(self, emdr_id: str) -> RegisteredItem | None:
        return self._item if emdr_id == self._item.emdr_id else None


def judge(declared: Declaration | None = None, registry: Any = None, **changes: Any) -> list[str]:
    declared = declared or declaration()
    directory = Directory.of(declared)
    system = directory.system(declared.client_entity_id)
    assert system is not None
    found = check_request(
        request(**changes),
        system=system,
        directory=directory,
        now=NOW,
        registry=registry or OneItem(),
    )
    return codes(found)


def test_right_request_has_no_findings() -> None:
    assert codes(check_coarse(request())) == []
    assert judge() == []
    assert codes(check_metadata(request(), declaration(), now=NOW)) == []


@pytest.mark.parametrize("name", ["local_uid", "kind", "organization", "created"])
@pytest.mark.parametrize("empty", [None, ""])
def test_required_elements(name: str, empty: str | None) -> None:
    found = check_coarse(request(**{name: empty}))
    assert codes(found) == ["REG-REQUIRED"]
    assert found[0].remd == "VALIDATION_ERROR"
    assert found[0].where is not None
    assert found[0].where.xpath


@pytest.mark.parametrize("name", ["department_name", "document_number", "description"])
def test_expected_elements_never_block(name: str) -> None:
    found = check_coarse(request(**{name: None}))
    assert codes(found) == ["REG-EXPECTED"]
    assert not found[0].blocks()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("local_uid", "17", "REG-LOCAL-UID-FORM"),
        ("organization", "ГБУЗ", "REG-ORGANIZATION-FORM"),
        ("organization", "1.2.0643", "REG-ORGANIZATION-FORM"),
        ("created", "2024-02-15", "REG-CREATED-FORM"),
        ("created", "2024-02-15T10:30:00", "REG-CREATED-FORM"),
        ("created", "2024-02-30T10:30:00+03:00", "REG-CREATED-FORM"),
        ("created", "15.02.2024 10:30", "REG-CREATED-FORM"),
    ],
)
def test_forms(name: str, value: str, code: str) -> None:
    assert codes(check_coarse(request(**{name: value}))) == [code]


def test_unknown_element_is_a_remark() -> None:
    data = body().replace(b"<kind>", b"<novelty><deep>1</deep></novelty><kind>")
    element = default_profile().read(_parse(data))
    found = check_coarse(element)  # type: ignore[arg-type]
    assert codes(found) == ["WIRE-UNKNOWN-ELEMENT"]
    assert found[0].got == "novelty[1]"


def _parse(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "9999"}, "REG-KIND-UNKNOWN"),
        ({"created": (NOW + timedelta(minutes=1)).isoformat()}, "REG-CREATED-FUTURE"),
        ({"created": "2023-07-30T23:59:59+03:00"}, "REG-KIND-CLOSED"),
        ({"organization": "1.2.643.5.1.13.13.12.2.50.99999"}, "REG-ORG-UNKNOWN"),
        ({"department": None}, "REG-NO-DEPARTMENT"),
        ({"department": "1.2.643.5.1.13.13.12.2.50.1.0.1"}, "REG-DEPARTMENT-UNKNOWN"),
        ({"patient_surname": None}, "REG-PATIENT-SURNAME"),
        ({"patient_name": None}, "REG-PATIENT-NAME"),
        ({"patient_snils": "112-233-445 95"}, "REG-SNILS-FORM"),
        ({"patient_snils": "11223344596"}, "REG-SNILS-CONTROL"),
        ({"patient_birth_date": "17.05.1990"}, "REG-PATIENT-BIRTH-DATE"),
        ({"patient_gender": "ж"}, "REG-GENDER"),
        ({"patient_local_id": None}, "REG-EXPECTED"),
        ({"patient_birth_date": None}, "REG-EXPECTED"),
        ({"patient_gender": None}, "REG-EXPECTED"),
        ({"local_uid": "known"}, "REG-DUPLICATE-UID"),
        ({"org_checksum": "abc"}, "REG-CHECKSUM-FORM"),
        ({"org_checksum": 12345}, "REG-CHECKSUM"),
    ],
)
def test_each_rule_by_itself(changes: dict[str, Any], code: str) -> None:
    assert judge(**changes) == [code]


def test_window_is_judged_by_the_day_in_moscow() -> None:
    assert judge(created="2023-07-30T21:00:00Z") == []
    assert judge(created="2023-07-30T20:59:59Z") == ["REG-KIND-CLOSED"]


def test_kind_194_needs_no_snils_and_no_patient() -> None:
    assert judge(patient_snils=None) == []
    nobody = {name: None for name in values() if name.startswith("patient_")}
    assert judge(**nobody) == []


def test_kind_that_needs_snils() -> None:
    assert judge(kind="103", patient_snils=None) == ["REG-PATIENT-SNILS"]
    nobody = {name: None for name in values() if name.startswith("patient_")}
    assert judge(kind="103", **nobody) == ["REG-NO-PATIENT"]


def test_kind_that_needs_a_series() -> None:
    opened = "2024-02-15T10:30:00+03:00"
    assert "REG-SERIES" in judge(kind="167", created=opened)
    assert "REG-SERIES" not in judge(kind="167", created=opened, series="46")
    assert "REG-SERIES" not in judge(kind="167", created=opened, document_number="46 000017")


def test_organisation_of_another_system() -> None:
    declared = declaration()
    directory = Directory.of(declared)
    system = directory.system(declared.client_entity_id)
    assert system is not None
    found = check_request(
        request(),
        system=replace(system, organizations=frozenset()),
        directory=directory,
        now=NOW,
    )
    assert codes(found) == ["REG-ORG-NOT-BOUND"]
    assert found[0].remd == "VALIDATION_ERROR"


# ------------------------------------------------------------------ links


@pytest.mark.parametrize(
    ("link", "registry", "found"),
    [
        ({"type": "1", "target": KNOWN_EMDR_ID}, OneItem(), []),
        ({"type": "replace", "target": KNOWN_EMDR_ID}, OneItem(), []),
        ({"type": "1", "target": "17"}, OneItem(), ["REG-LINK-FORM"]),
        ({"type": "1", "target": "194.77.24.02.000000099"}, OneItem(), ["REG-LINK-TARGET"]),
        ({"type": "XX", "target": KNOWN_EMDR_ID}, OneItem(), ["REG-LINK-TYPE"]),
        ({"type": "1", "target": KNOWN_EMDR_ID}, OneItem(kind="103"), ["REG-LINK-KIND"]),
        (
            {"type": "1", "target": KNOWN_EMDR_ID},
            OneItem(organization="1.2.3"),
            ["REG-LINK-ORGANIZATION"],
        ),
        (
            {"type": "1", "target": KNOWN_EMDR_ID},
            OneItem(replaced_by="194.77.24.02.000000078"),
            ["REG-LINK-STALE"],
        ),
    ],
)
def test_links(link: dict[str, str], registry: OneItem, found: list[str]) -> None:
    assert judge(registry=registry, associations=[link]) == found


def test_old_form_of_the_number_is_right_too() -> None:
    link = {"type": "1", "target": "01.18.246.000000184"}
    assert judge(registry=OneItem(emdr_id=link["target"]), associations=[link]) == []


def test_same_link_twice() -> None:
    link = {"type": "1", "target": KNOWN_EMDR_ID}
    assert judge(associations=[link, link]) == ["REG-LINK-DUPLICATE"]


def test_kind_without_new_versions() -> None:
    link = {"type": "1", "target": KNOWN_EMDR_ID}
    found = judge(registry=OneItem(kind="230"), kind="230", associations=[link])
    assert "REG-NO-NEW-VERSION" in found


def test_new_version() -> None:
    link = {"type": "1", "target": KNOWN_EMDR_ID}
    new = request(associations=[link])
    assert new.local_uid is not None
    same = new.local_uid.value.upper()
    assert check_replacement(new, previous_local_uid="x", previous_emdr_id=KNOWN_EMDR_ID) == []
    assert codes(check_replacement(new, previous_local_uid=same, previous_emdr_id=None)) == [
        "REG-SAME-UID"
    ]
    assert codes(
        check_replacement(request(), previous_local_uid="x", previous_emdr_id=KNOWN_EMDR_ID)
    ) == ["REG-NO-ASSOCIATION"]


# ------------------------------------------------------------------ staff


def with_author(**changes: Any) -> list[str]:
    usual = values()["signers"]
    return judge(signers=[{**usual[0], **changes}, usual[1]])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": None, "role_version": None}, "REG-REQUIRED"),
        ({"role": "BOSS"}, "REG-SIGNER-ROLE"),
        ({"role": "SURGEON"}, "REG-PERSON-ROLE"),
        ({"snils": None}, "REG-REQUIRED"),
        ({"snils": "1-2"}, "REG-SNILS-FORM"),
        ({"snils": "11223344595"}, "REG-PERSON-UNKNOWN"),
        ({"position": "1"}, "REG-PERSON-POST"),
        ({"position": None, "position_version": None}, "REG-REQUIRED"),
        ({"surname": "Другой"}, "REG-PERSON-DATA"),
        ({"name": "Другой"}, "REG-PERSON-DATA"),
        ({"patronymic": None}, "REG-PERSON-DATA"),
        ({"birth_date": "1981-01-01"}, "REG-PERSON-DATA"),
        ({"checksum": 1}, "REG-CHECKSUM"),
    ],
)
def test_signer(changes: dict[str, Any], code: str) -> None:
    assert with_author(**changes) == [code]


def test_role_by_number_and_names_without_case() -> None:
    author = values()["signers"][0]
    assert with_author(role="19", surname=author["surname"].upper()) == []


def test_signer_of_another_organisation() -> None:
    declared = declaration()
    other = declared.signer(declared.organizations[1].oid, "AUTHOR")
    assert other is not None
    assert judge(signers=[signer(other, "AUTHOR")]) == ["REG-PERSON-CARD"]


def test_texts_are_those_that_remd_sends() -> None:
    found = check_metadata(request(kind="103", patient_snils=None), declaration(), now=NOW)
    assert found[0].message == (
        "СНИЛС пациента в составе сведений о пациенте обязателен для данного вида документов"
    )
    assert found[0].remd == "NO_SNILS"
