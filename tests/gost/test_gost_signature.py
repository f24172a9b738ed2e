"""GOST R 34.10-2012 against RFC 7091, its edges, and native against pure."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dopusk.gost import (
    Curve,
    PrivateKey,
    ProviderUnavailableError,
    PublicKey,
    UnknownCurveError,
    curve,
    curves,
    points,
    provider,
)
from dopusk.gost.signature import sign_with, verify

# RFC 7091 §7.1 and §7.2.
EXAMPLES = {
    "7.1": {
        "p": "8000000000000000000000000000000000000000000000000000000000000431",
        "a": "7",
        "b": "5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E",
        "q": "8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3",
        "x": "2",
        "y": "08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8",
        "d": "7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28",
        "xq": "7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B",
        "yq": "26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA",
        "e": "2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5",
        "k": "77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3",
        "r": "41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493",
        "s": "01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40",
    },
    "7.2": {
        "p": "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D"
        "F1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373",
        "a": "7",
        "b": "1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC43"
        "61834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC",
        "q": "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D"
        "A82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF",
        "x": "24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762"
        "FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A",
        "y": "2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C"
        "83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E",
        "d": "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020"
        "72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
        "xq": "115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD"
        "5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1",
        "yq": "37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61"
        "EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC",
        "e": "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591"
        "7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
        "k": "0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F3658"
        "86748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1",
        "r": "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3"
        "5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
        "s": "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5"
        "823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
    },
}
PURE = provider("pure")


@pytest.fixture(params=EXAMPLES)
def example(request):
    row = {name: int(value, 16) for name, value in EXAMPLES[request.param].items()}
    made = Curve("example", "", *(row[name] for name in "pabqxy"))
    return made, row


@pytest.fixture(params=["pure", "native"])
def any_provider(request):
    try:
        return provider(request.param)
    except ProviderUnavailableError as error:
        pytest.skip(str(error))


def octets(number, made):
    return number.to_bytes(made.size, "big")


def test_example_of_the_rfc_is_made(example):
    made, row = example
    key = PrivateKey(made, row["d"])
    assert key.public() == PublicKey(made, row["xq"], row["yq"])
    digest = octets(row["e"], made)[::-1]
    signature = sign_with(key, digest, row["k"], points.multiply_base)
    assert signature == octets(row["s"], made) + octets(row["r"], made)


def test_example_of_the_rfc_verifies(example, any_provider):
    made, row = example
    key = PublicKey(made, row["xq"], row["yq"])
    digest = octets(row["e"], made)[::-1]
    signature = octets(row["s"], made) + octets(row["r"], made)
    assert any_provider.verify(key, digest, signature)
    assert not any_provider.verify(key, digest[::-1], signature)
    assert not any_provider.verify(key, digest, signature[::-1])


@pytest.mark.parametrize("name", curves())
def test_every_curve_signs_and_verifies(name, any_provider):
    made = curve(name)
    assert made.holds(made.x, made.y)
    assert points.multiply_base(made, made.q) is None
    key = PrivateKey.derive(made, b"test", any_provider.hash)
    public = any_provider.public_key(key)
    digest = any_provider.hash(b"document", made.bits)
    signature = any_provider.sign(key, digest)
    assert any_provider.verify(public, digest, signature)
    for place in (0, made.size - 1, made.size, len(signature) - 1):
        spoilt = bytearray(signature)
        spoilt[place] ^= 1
        assert not any_provider.verify(public, digest, bytes(spoilt))
    assert PublicKey.from_octets(made, public.to_octets()) == public


def test_native_and_pure_sign_alike(any_provider):
    key = PrivateKey.derive(curve("tc26-512-C"), b"same", PURE.hash)
    digest = PURE.hash(b"document", 512)
    assert any_provider.sign(key, digest) == PURE.sign(key, digest)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(curves())), st.integers(1, 1 << 512), st.integers(0, 1 << 512))
def test_native_multiplies_like_pure(name, u, v):
    try:
        native = provider("native")
    except ProviderUnavailableError as error:
        pytest.skip(str(error))
    made = curve(name)
    point = points.multiply_base(made, u % (made.q - 1) + 1)
    factors = (u % made.q, v % made.q)
    assert native.multiply_add(made, *factors, point) == points.multiply_add(made, *factors, point)


@pytest.mark.parametrize("factors", [(0, 0), (0, 1), (1, 0), (2, 1), (1, 1), (5, 7)])
def test_small_and_opposite_factors(factors, any_provider):
    made = curve("tc26-256-B")
    base = (made.x, made.y)
    opposite = (made.x, made.p - made.y)
    u, v = factors
    assert any_provider.multiply_add(made, u, v, base) == points.multiply_base(made, u + v)
    difference = (u - v) % made.q
    assert any_provider.multiply_add(made, u, v, opposite) == points.multiply_base(made, difference)


@pytest.mark.parametrize("which", ["r", "s"])
@pytest.mark.parametrize("value", ["zero", "order", "above"])
def test_numbers_out_of_range_are_refused(which, value, any_provider):
    made = curve("tc26-256-A")
    key = PrivateKey.derive(made, b"range", PURE.hash)
    digest = PURE.hash(b"document", 256)
    signature = PURE.sign(key, digest)
    s, r = signature[:32], signature[32:]
    number = {"zero": 0, "order": made.q, "above": made.q + int.from_bytes(r, "big")}[value]
    bad = number.to_bytes(32, "big")
    forged = bad + r if which == "s" else s + bad
    assert not any_provider.verify(key.public(), digest, forged)


@pytest.mark.parametrize(
    "signature", [b"", b"\x00" * 64, b"\xff" * 64, b"\x01" * 63, b"\x01" * 128]
)
def test_malformed_values_are_refused(signature, any_provider):
    key = PrivateKey.derive(curve("tc26-256-A"), b"malformed", PURE.hash).public()
    assert not any_provider.verify(key, PURE.hash(b"", 256), signature)
    assert not any_provider.verify(key, b"", signature)


def test_points_that_are_no_keys():
    made = curve("tc26-256-A")
    with pytest.raises(ValueError, match="not on the curve"):
        PublicKey(made, made.x, made.y + 1)
    with pytest.raises(ValueError, match="octets"):
        PublicKey.from_octets(made, b"\x01" * 63)
    with pytest.raises(ValueError, match="not on the curve"):
        PublicKey.from_octets(made, b"\xff" * 64)


def test_points_of_small_order_are_refused():
    """Curves with cofactor 4 hold points of order 2 and 4: no one's keys."""
    made = curve("tc26-256-A")
    # The cofactor is 4: a point of the whole group times q has an order that divides 4.
    found = set()
    x = 1
    while len(found) < 2:
        x += 1
        square = (x**3 + made.a * x + made.b) % made.p
        y = pow(square, (made.p + 1) // 4, made.p)
        if y * y % made.p != square:
            continue
        small = points.multiply_add(made, 0, made.q, (x, y))
        if small is not None:
            found.add(small)
            with pytest.raises(ValueError, match="small order"):
                PublicKey(made, *small)


def test_private_keys_out_of_range():
    made = curve("tc26-256-A")
    for number in (0, made.q, -1):
        with pytest.raises(ValueError, match="out of range"):
            PrivateKey(made, number)


def test_unknown_curve():
    with pytest.raises(UnknownCurveError):
        curve("1.2.3")


def test_wrong_digest_length_is_not_signed():
    key = PrivateKey.derive(curve("tc26-256-A"), b"length", PURE.hash)
    with pytest.raises(ValueError, match="octets"):
        PURE.sign(key, b"\x00" * 64)


def test_digest_that_is_zero_counts_as_one():
    """RFC 7091 §6.1 step 2."""
    made = curve("tc26-256-A")
    key = PrivateKey.derive(made, b"zero", PURE.hash)
    signature = PURE.sign(key, bytes(32))
    one = (1).to_bytes(32, "little")
    assert verify(key.public(), one, signature, points.multiply_add)


def test_curves_by_name_and_identifier():
    for name, made in curves().items():
        assert curve(made.oid) is curve(name)
    assert dataclasses.replace(curve("cryptopro-A"), name="", oid="") == dataclasses.replace(
        curve("tc26-256-B"), name="", oid=""
    )
