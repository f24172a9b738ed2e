"""Стрибог against RFC 6986 and, at every length around a block, native against pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.gost import ProviderUnavailableError, provider
from dopusk.gost.streebog import streebog

# RFC 6986 §10.1 and §10.2; octets in the order of a file.
M1 = b"012345678901234567890123456789012345678901234567890123456789012"
M2 = "Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы".encode("cp1251")
VECTORS = [
    (M1, 256, "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"),
    (
        M1,
        512,
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    ),
    (M2, 256, "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50"),
    (
        M2,
        512,
        "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
        "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
    ),
]


@pytest.fixture(params=["pure", "native"])
def any_provider(request):
    try:
        return provider(request.param)
    except ProviderUnavailableError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(("message", "bits", "digest"), VECTORS)
def test_vectors_of_the_rfc(any_provider, message, bits, digest):
    assert any_provider.hash(message, bits).hex() == digest


@pytest.mark.parametrize("bits", [0, 255, 384, 1024])
def test_other_lengths_are_refused(any_provider, bits):
    with pytest.raises(ValueError, match="256"):
        any_provider.hash(b"", bits)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 129, 1000])
@pytest.mark.parametrize("filler", [b"\x00", b"\xff", b"\x01"])
def test_native_agrees_at_block_borders(length, filler):
    try:
        native = provider("native")
    except ProviderUnavailableError as error:
        pytest.skip(str(error))
    for bits in (256, 512):
        assert native.hash(filler * length, bits) == streebog(filler * length, bits)


@given(st.binary(max_size=400), st.sampled_from([256, 512]))
def test_native_agrees_on_random_messages(message, bits):
    try:
        native = provider("native")
    except ProviderUnavailableError as error:
        pytest.skip(str(error))
    assert native.hash(message, bits) == streebog(message, bits)
