"""Credentials: one PEM file with certificate and test key."""

import pytest

from dopusk.signature import Credential, CredentialError, load_credential
from dopusk.signature.asn1 import to_pem
from dopusk.signature.credential import dump_credential


def test_dump_and_load_agree(credential, tmp_path):
    made = credential("curve-cryptopro-XchB")
    path = tmp_path / "copy.pem"
    path.write_bytes(dump_credential(made))
    assert load_credential(path) == made


def test_chain_is_kept(credential):
    assert len(credential("fault-untrusted").chain) == 1
    assert credential("author-7831").chain == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        to_pem(b"\x30\x00", "CERTIFICATE"),
        to_pem(b"\x30\x00", "CERTIFICATE") + to_pem(b"\x30\x00", "PRIVATE KEY"),
        b"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n",
    ],
)
def test_bad_files_are_named(content, tmp_path):
    path = tmp_path / "bad.pem"
    path.write_bytes(content)
    with pytest.raises(CredentialError, match=r"bad\.pem"):
        load_credential(path)


def test_missing_file(tmp_path):
    with pytest.raises(CredentialError, match="не читается"):
        load_credential(tmp_path / "none.pem")


def test_secrets_do_not_show(credential):
    made = credential("author-7831")
    assert isinstance(made, Credential)
    assert str(made.private_key.d) not in repr(made)
