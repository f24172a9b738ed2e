"""The reference МИС behind ИПС: addresses, signatures, signed callbacks, faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fake_remd import CALLBACK, EMDR_ID, FakeRemd, Received, Trial, envelope, reply
from judge import judge

from dopusk import suite
from dopusk.clock import Clock
from dopusk.drivers import DocumentState, ResetOptions, make_driver
from dopusk.signature import TrustStore, examine_message, load_credential, sign_message
from dopusk.signature.wssec_names import VARIANT_A, VARIANT_B
from dopusk.wire.soap import write_envelope, write_fault
from fixtures.reference_mis import MisConfig, ReferenceMis, demo_declaration


@pytest.fixture
def begin(remd: FakeRemd) -> Iterator[Callable[[str], Trial]]:
    """Return a function that starts a МИС with one of the two sets of signed parts."""
    started: list[ReferenceMis] = []

    def begin(variant: str = "B") -> Trial:
        declared = replace(demo_declaration(), via_ips=True)
        config = MisConfig(
            declared.client_entity_id, declared.mnemonic, via_ips=True, ips_variant=variant
        )
        mis = ReferenceMis(declared, config).start()
        started.append(mis)
        remd.mis_url = mis.url
        driver = make_driver(mis.declaration.driver)
        driver.reset(ResetOptions(declared.as_of, 600.0, "fed-3", endpoints={"remd": remd.url}))
        return Trial(mis, driver, remd, declared)

    yield begin
    for mis in started:
        mis.stop()


def signed_parts(trial: Trial, sent: Received) -> set[str]:
    now = Clock.at(trial.declared.as_of).now()
    trust = TrustStore.test_pki()
    account = examine_message(sent.body, part="запрос", trust=trust, checked_at=now)
    assert account.findings == ()
    return {item.name for item in account.parts}


@pytest.mark.parametrize(("variant", "parts"), [("A", VARIANT_A), ("B", VARIANT_B)])
def test_both_sets_of_signed_parts(
    begin: Callable[[str], Trial], variant: str, parts: frozenset[str]
) -> None:
    trial = begin(variant)
    case = trial.case()
    trial.driver.submit(case)
    sent = trial.remd.wait()
    assert signed_parts(trial, sent) == parts
    assert judge(trial, sent, case) == set()
    assert sent.text("To") == trial.remd.url
    assert sent.texts("ReplyTo/Address") == [trial.mis.declaration.callback_url]


def test_a_repeated_message_is_signed_anew(begin: Callable[..., Trial]) -> None:
    trial = begin()
    trial.remd.answers.append((503, b""))
    trial.driver.submit(trial.case())
    first, second = trial.remd.wait(1), trial.remd.wait(2)
    assert first.text("MessageID") != second.text("MessageID")
    for sent in (first, second):
        assert signed_parts(trial, sent) == VARIANT_B


def test_a_signed_result_is_taken(begin: Callable[..., Trial]) -> None:
    trial = begin()
    ref = trial.driver.submit(trial.case()).ref
    message_id = trial.remd.wait().text("MessageID")
    result = (
        f'<registerDocumentResult xmlns="{CALLBACK}"><relatesToMessage>{message_id}'
        f"</relatesToMessage><status>success</status><registryItem><emdrId>{EMDR_ID}</emdrId>"
        "</registryItem></registerDocumentResult>"
    )
    credential = load_credential(suite.root() / "fixtures/pki/credentials/ips.pem")
    now = Clock.at(trial.declared.as_of).now()
    trial.remd.post(sign_message(envelope(result), credential, signed_at=now))
    assert trial.wait(ref, DocumentState.REGISTERED).emdr_id == EMDR_ID


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_fault_of_the_sender_is_final(begin: Callable[..., Trial], version: str) -> None:
    trial = begin()
    fault = write_fault("подпись не принята", version=version)
    answer = write_envelope(fault, version=version, message_id=None, action=None)
    trial.remd.answers.append((400, answer))
    ref = trial.driver.submit(trial.case()).ref
    status = trial.wait(ref, DocumentState.REFUSED, DocumentState.ACCEPTED)
    assert status.state is DocumentState.REFUSED
    assert "подпись не принята" in status.errors[0][1]


def test_a_fault_of_the_receiver_is_followed_by_a_retry(begin: Callable[..., Trial]) -> None:
    trial = begin()
    fault = write_fault("сбой", sender=False)
    trial.remd.answers.append((400, write_envelope(fault, message_id=None, action=None)))
    trial.remd.answers.append(reply("success"))
    ref = trial.driver.submit(trial.case()).ref
    trial.wait(ref, DocumentState.ACCEPTED)
