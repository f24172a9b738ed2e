"""A document, the people of the test PKI and a judge with the usual circumstances."""

from pathlib import Path

import pytest
from signature_samples import AUTHOR, DOCUMENT, NOW
from wssec_samples import ENVELOPE

from dopusk import suite
from dopusk.signature import (
    MessageSigning,
    SigningFaults,
    TrustStore,
    examine,
    load_credential,
    sign_detached,
    sign_message,
)
from dopusk.signature.wssec_names import VARIANT_B


@pytest.fixture(scope="session")
def pki() -> Path:
    return suite.root() / "fixtures" / "pki"


@pytest.fixture
def credential(pki):
    return lambda name: load_credential(pki / "credentials" / f"{name}.pem")


@pytest.fixture
def sign(credential):
    def make(name="author-7831", *, document=DOCUMENT, at=NOW, **faults):
        return sign_detached(
            document, credential(name), signing_time=at, faults=SigningFaults(**faults)
        )

    return make


@pytest.fixture
def judge():
    def examined(container, document=DOCUMENT, *, expectation=AUTHOR, trust=None, **when):
        moments = {"created_at": NOW, "received_at": NOW, "checked_at": NOW, **when}
        return examine(
            container,
            document,
            part="подпись AUTHOR",
            expectation=expectation,
            trust=trust or TrustStore.test_pki(),
            **moments,
        )

    return examined


@pytest.fixture
def codes(judge):
    """Judge and return the codes of the findings."""

    def found(container, *arguments, **keywords):
        return [item.code for item in judge(container, *arguments, **keywords).findings]

    return found


@pytest.fixture
def signed(credential):
    def make(envelope=ENVELOPE, name="mis", **options):
        options.setdefault("parts", VARIANT_B)
        signing = MessageSigning(**options)
        return sign_message(envelope, credential(name), signed_at=NOW, signing=signing)

    return make
