"""Signatures by GOST: detached CAdES-BES of documents, WS-Security of messages; defects by name."""

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
from dopusk.signature.wssec import examine_message
from dopusk.signature.wssec_account import MessageAccount, MessagePolicy, SignedPart
from dopusk.signature.wssec_sign import MessageSigning, sign_message

__all__ = [
    "ORGANIZATION",
    "Credential",
    "CredentialError",
    "MessageAccount",
    "MessagePolicy",
    "MessageSigning",
    "NamedContainer",
    "SignatureAccount",
    "SignaturePolicy",
    "SignedPart",
    "SignerExpectation",
    "SigningFaults",
    "TrustError",
    "TrustStore",
    "check_container",
    "check_document_signatures",
    "examine",
    "examine_message",
    "load_credential",
    "sign_detached",
    "sign_message",
    "trust_remarks",
]
