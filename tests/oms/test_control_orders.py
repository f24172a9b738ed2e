from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from oms_samples import DECLARED, order

from dopusk.check_digits import is_enp, is_snils
from dopusk.clock import Clock
from dopusk.drivers.registers import for_mis
from dopusk.oms import PolicyStatus, RegisterOrder, ServiceKind, person_from_json, person_to_json
from fixtures.orders import OrderError, for_territory, names


@pytest.mark.parametrize("name", names())
def test_an_order_travels_unchanged(name: str) -> None:
    asked = order(name)
    assert RegisterOrder.from_json(asked.to_json()) == asked
    for service in asked.services:
        assert person_from_json(person_to_json(service.patient)) == service.patient


@pytest.mark.parametrize("name", names())
def test_an_order_is_of_the_month_before_and_its_numbers_are_right(name: str) -> None:
    asked = order(name)
    assert (asked.year, asked.month) == (2024, 1)
    assert len({service.patient.policy_number for service in asked.services}) == len(asked.services)
    for service in asked.services:
        assert (service.ended.year, service.ended.month) == (2024, 1)
        assert is_snils(service.patient.snils)
        assert is_enp(service.patient.policy_number)


def test_orders_are_deterministic_and_unlike_each_other() -> None:
    assert order("clean-h") == order("clean-h")
    first, second = order("clean-h", 7), order("clean-h", 8)
    assert not {item.patient.snils for item in first.services} & {
        item.patient.snils for item in second.services
    }


def test_only_what_oms_pays_for_is_due() -> None:
    policies, employer = order("policies"), order("employer-paid")
    assert [item.id for item in policies.due] == [policies.services[0].id]
    assert [item.kind for item in employer.due] == [ServiceKind.VISIT]
    assert order("clean-h").due == order("clean-h").services


def test_the_mis_is_not_told_the_policies() -> None:
    told = for_mis(order("clean-h"))
    assert [item["policy"] for item in told["services"]] == [None, None]


def test_a_policy_covers_its_days() -> None:
    policy = order("policies").services[3].policy
    assert policy is not None
    assert policy.valid_to is not None
    assert policy.covers(policy.valid_to)
    assert not policy.covers(date(2024, 1, 31))
    assert not replace(policy, status=PolicyStatus.CANCELLED).covers(policy.valid_to)


def test_what_cannot_be_made_is_told() -> None:
    now = Clock.at(DECLARED.as_of).now()
    with pytest.raises(OrderError, match="clean-h"):
        for_territory("nothing", DECLARED, DECLARED.oms[0], now=now, serial=1)
    with pytest.raises(OrderError, match="staff"):
        for_territory("clean-h", replace(DECLARED, staff=()), DECLARED.oms[0], now=now, serial=1)
