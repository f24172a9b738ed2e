from __future__ import annotations

from dataclasses import replace

import pytest
import remd_samples

from dopusk.behaviour.connection import (
    Deed,
    check_organization,
    check_path,
    check_scope,
    check_sent_once,
)
from dopusk.behaviour.orders import check_foreign, check_found
from dopusk.behaviour.status import Shown, check_second_refusal, check_stage_told
from dopusk.clock import Clock
from dopusk.declaration.connection import DIRECT, SERVICES, Service, entry, receivers
from dopusk.declaration.model import Variant
from dopusk.semd import SemdDocument
from dopusk.verdict import Severity, Where
from fixtures.cases import for_declaration
from fixtures.reference_mis.document import Identity, form

REGISTER, SEARCH = "registerDocument", "searchRegistryItem"
DECLARED = remd_samples.declaration()
FIRST, SECOND = DECLARED.organizations[:2]
NUMBER, OTHER = "194.77.24.02.000000001", "194.77.24.02.000000002"
codes = remd_samples.codes


def deed(operation: str = REGISTER, service: str = "ЕМИАС", mo: str | None = FIRST.oid) -> Deed:
    return Deed(operation, service, mo, Where(part="запись журнала 1"))


def test_every_variant_has_its_way() -> None:
    assert set(SERVICES) == set(Variant)
    assert all(Service.REMD in services for services in SERVICES.values())
    assert {item for item in Variant if entry(item) is Service.REMD} == DIRECT
    assert receivers(Variant.MO_1) == (Service.REMD, Service.EMIAS)
    assert receivers(Variant.MO_2) == ()
    assert receivers(Variant.FED_2) == (Service.OTHER_IS,)


@pytest.mark.parametrize(
    ("variant", "declared", "forwards"),
    [
        (Variant.MO_3, None, True),
        (Variant.MO_1, None, False),
        (Variant.MO_3, False, False),
        (Variant.MO_1, True, True),
    ],
)
def test_forwarding_is_as_declared_or_as_the_variant_needs(
    variant: Variant, declared: bool | None, forwards: bool
) -> None:
    assert replace(DECLARED, forward_to_remd=declared).forwards(variant) is forwards


def test_rights_name_operations_and_organizations() -> None:
    declared = replace(DECLARED, scope_operations=(REGISTER,))
    assert list(check_scope([deed(), deed(mo=None)], declared)) == []
    assert codes(check_scope([deed(SEARCH)], declared)) == ["SCOPE-OPERATION"]
    assert codes(check_scope([deed(mo="1.2.3")], declared)) == ["SCOPE-ORGANIZATION"]
    (undeclared,) = check_scope([], replace(DECLARED, scope_operations=()))
    assert (undeclared.code, undeclared.severity) == ("SCOPE-UNDECLARED", Severity.UNCHECKED)


def test_documents_go_where_the_variant_says() -> None:
    here = [deed(), deed(SEARCH, "РЭМД")]
    assert check_path(here, permitted=["ЕМИАС"], variant="mo-3") == []
    (found,) = check_path([*here, deed(service="РЭМД")], permitted=["ЕМИАС"], variant="mo-3")
    assert (found.code, found.got) == ("PATH-BYPASSED", "РЭМД")
    assert codes(check_path(here, permitted=[], variant="mo-2")) == ["PATH-NOTHING-EXPECTED"]


def test_an_accepted_document_is_sent_once() -> None:
    assert list(check_sent_once(1)) == []
    assert codes(check_sent_once(2)) == ["PATH-SENT-AGAIN"]


def test_each_document_is_of_its_own_mo() -> None:
    now = Clock.at(DECLARED.as_of).now()
    case = for_declaration("fit", DECLARED, now=now, serial="1", organization=SECOND.oid)
    identity = Identity("u", "s", 1, "1", now)
    document = SemdDocument.read(form(case, identity).getroottree())
    department = SECOND.departments[0].oid
    own = remd_samples.request(organization=SECOND.oid, department=department)
    assert list(check_organization(own, document, case)) == []
    foreign = remd_samples.request()
    found = list(check_organization(foreign, document, case))
    assert {item.code for item in found} == {"MO-MIXED"}
    assert {item.got for item in found} == {FIRST.oid, FIRST.departments[0].oid}
    first = for_declaration("fit", DECLARED, now=now, serial="1")
    mixed = SemdDocument.read(form(first, identity).getroottree())
    assert codes(check_organization(own, mixed, case))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown("registered", "u", NUMBER), []),
        (Shown("registered", "u", OTHER), ["CB-FOREIGN"]),
        (Shown("accepted", "u"), ["STATUS-WRONG"]),
    ],
)
def test_foreign_results(shown: Shown, expected: list[str]) -> None:
    assert codes(check_foreign(shown, own=NUMBER, foreign=OTHER)) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown("registered", "u", NUMBER), []),
        (Shown("registered", "u", OTHER), ["STATUS-NO-EMDRID"]),
        (Shown("accepted", "u"), ["CB-LOST-NOT-FOUND"]),
    ],
)
def test_lost_results(shown: Shown, expected: list[str]) -> None:
    assert codes(check_found(shown, emdr_id=NUMBER, seconds=5.0)) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown("registered", "u", NUMBER, ("INVALID_CONTENT",)), []),
        (Shown("registered", "u", NUMBER), ["CB-CODES-LOST"]),
        (Shown("refused", "u", None, ("INVALID_CONTENT",)), ["CB-STAGE-LOST"]),
        (Shown("registered", "u", OTHER, ("INVALID_CONTENT",)), ["STATUS-NO-EMDRID"]),
    ],
)
def test_a_refusal_of_the_second_system(shown: Shown, expected: list[str]) -> None:
    found = check_second_refusal(shown, emdr_id=NUMBER, codes=["INVALID_CONTENT"], who="ЕМИАС")
    assert codes(found) == expected


def test_the_answer_of_gis_is_no_registration() -> None:
    assert codes(check_stage_told(Shown("accepted"))) == []
    assert codes(check_stage_told(Shown("registered"))) == ["CB-STAGE-CONFUSED"]
    assert codes(check_stage_told(Shown("refused"))) == ["STATUS-WRONG"]
