"""Signatures of documents: detached CAdES-BES by GOST, each defect by its own name."""

from dopusk.signature.account import (
    ORGANIZATION,
    SignatureAccount,
    SignaturePolicy,
    SignerExpectation,
)
from dopusk.signature.check import check_container, examine, trust_remarks
from dopusk.signature.credential import Credential, CredentialError, load_credential
from dopusk.signature.document_set import NamedContainer, check_document_signatures
from dopusk.signature.sign import SigningFaults, sign_detached
from dopusk.signature.trust import TrustError, TrustStore

__all__ = [
    "ORGANIZATION",
    "Credential",
    "CredentialError",
    "NamedContainer",
    "SignatureAccount",
    "SignaturePolicy",
    "SignerExpectation",
    "SigningFaults",
    "TrustError",
    "TrustStore",
    "check_container",
    "check_document_signatures",
    "examine",
    "load_credential",
    "sign_detached",
    "trust_remarks",
]
