"""The provider: forced, chosen, and never a library that fails its self-test."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dopusk.gost import (
    PrivateKey,
    ProviderUnavailableError,
    curve,
    curves,
    libcrypto,
    libgcrypt,
    provider,
)
from dopusk.gost.provider import _native_arithmetic, _native_hash


@pytest.fixture
def absent(monkeypatch):
    """A machine without native libraries."""

    def load():
        raise OSError("not here")

    monkeypatch.setattr(libgcrypt, "load", load)
    monkeypatch.setattr(libcrypto, "load", load)
    provider.cache_clear()
    yield
    provider.cache_clear()


def test_pure_can_be_forced():
    assert provider("pure").name == "Python"


def test_unknown_name():
    with pytest.raises(ProviderUnavailableError, match="pure и native"):
        provider("fast")


@pytest.mark.usefixtures("absent")
def test_without_libraries_python_computes():
    assert provider().name == "Python"
    with pytest.raises(ProviderUnavailableError, match="libgcrypt"):
        provider("native")


class _Lying:
    name = "lying 1.0"

    def hash(self, data, bits):
        return bytes(bits // 8)

    def multiply_add(self, curve, u, v, point):
        return (curve.x, curve.y)

    def multiply_base(self, curve, u):
        return (curve.x, curve.y)


def test_library_that_lies_is_not_trusted(monkeypatch):
    monkeypatch.setattr(libgcrypt, "load", _Lying)
    monkeypatch.setattr(libcrypto, "load", _Lying)
    assert _native_hash()[0] == "Python"
    assert _native_arithmetic()[0] == "Python"


class _Failing(_Lying):
    def multiply_add(self, curve, u, v, point):
        raise ArithmeticError("EC_POINT_mul failed")


def test_library_that_fails_is_not_trusted(monkeypatch):
    monkeypatch.setattr(libcrypto, "load", _Failing)
    assert _native_arithmetic()[0] == "Python"


def test_provider_may_be_used_from_many_threads():
    judged = provider()
    keys = {name: PrivateKey.derive(curve(name), b"threads", judged.hash) for name in curves()}

    def verify(name):
        key = keys[name]
        digest = judged.hash(name.encode(), key.curve.bits)
        return judged.verify(judged.public_key(key), digest, judged.sign(key, digest))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(verify, list(keys) * 8))
