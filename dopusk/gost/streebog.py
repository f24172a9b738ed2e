"""Стрибог (GOST R 34.11-2012) in pure Python: the fallback where no native library is found.

Source: RFC 6986. Octets are in the order in which libraries hash them: the first octet of a message
is the least significant one of the vectors that RFC 6986 prints.
"""

from __future__ import annotations

from functools import cache
from struct import Struct, unpack

# RFC 6986 §6.2: the substitution π.
_PI = bytes.fromhex(
    "fceedd11cf6e3116fbc4fada23c5044de977f0db932e99ba1736f1bb14cd5fc1"
    "f918655ae25cef21811c3c428b018e4f058402aee36a8fa0060bed987fd4d31f"
    "eb342c51eac848abf22a68a2fd3aceccb5700e56080c7612bf7213479cb75d87"
    "15a19629107b9ac7f391786f9d9eb2b13275193dff358a7e6d54c680c3bd0d57"
    "dff524a93ea843c9d779d6f67c22b903e00fecde7a94b0bcdce828504e330a4a"
    "a79760731e0062441ab83882649f2641ad454692275e552f8ca3a57d69d5953b"
    "0758b34086ac1df730376be488d9e789e11b83494c3ff8fe8d53aa90cad88561"
    "207167a42d2b095bcb9b25d0bee56c5259a674d2e6f4b4c0d166afc2394b63b6"
)

# RFC 6986 §6.4: rows of the matrix A; the first belongs to the most significant bit of a word.
_A = unpack(
    ">64Q",
    bytes.fromhex(
        "8e20faa72ba0b470 47107ddd9b505a38 ad08b0e0c3282d1c d8045870ef14980e "
        "6c022c38f90a4c07 3601161cf205268d 1b8e0b0e798c13c8 83478b07b2468764 "
        "a011d380818e8f40 5086e740ce47c920 2843fd2067adea10 14aff010bdd87508 "
        "0ad97808d06cb404 05e23c0468365a02 8c711e02341b2d01 46b60f011a83988e "
        "90dab52a387ae76f 486dd4151c3dfdb9 24b86a840e90f0d2 125c354207487869 "
        "092e94218d243cba 8a174a9ec8121e5d 4585254f64090fa0 accc9ca9328a8950 "
        "9d4df05d5f661451 c0a878a0a1330aa6 60543c50de970553 302a1e286fc58ca7 "
        "18150f14b9ec46dd 0c84890ad27623e0 0642ca05693b9f70 0321658cba93c138 "
        "86275df09ce8aaa8 439da0784e745554 afc0503c273aa42a d960281e9d1d5215 "
        "e230140fc0802984 71180a8960409a42 b60c05ca30204d21 5b068c651810a89e "
        "456c34887a3805b9 ac361a443d1c8cd2 561b0d22900e4669 2b838811480723ba "
        "9bcf4486248d9f5d c3e9224312c8c1a0 effa11af0964ee50 f97d86d98a327728 "
        "e4fa2054a80b329c 727d102a548b194e 39b008152acb8227 9258048415eb419d "
        "492c024284fbaec0 aa16012142f35760 550b8e9e21f7a530 a48b474f9ef5dc18 "
        "70a6a56e2440598e 3853dc371220a247 1ca76e95091051ad 0edd37c48a08a6d8 "
        "07e095624504536c 8d70c431ac02a736 c83862965601dd1b 641c314b2b8ee083 "
    ),
)

# RFC 6986 §6.5: the iteration constants C1 … C12.
_C_OCTETS = bytes.fromhex(
    "b1085bda1ecadae9ebcb2f81c0657c1f2f6a76432e45d016714eb88d7585c4fc"
    "4b7ce09192676901a2422a08a460d31505767436cc744d23dd806559f2a64507 "
    "6fa3b58aa99d2f1a4fe39d460f70b5d7f3feea720a232b9861d55e0f16b50131"
    "9ab5176b12d699585cb561c2db0aa7ca55dda21bd7cbcd56e679047021b19bb7 "
    "f574dcac2bce2fc70a39fc286a3d843506f15e5f529c1f8bf2ea7514b1297b7b"
    "d3e20fe490359eb1c1c93a376062db09c2b6f443867adb31991e96f50aba0ab2 "
    "ef1fdfb3e81566d2f948e1a05d71e4dd488e857e335c3c7d9d721cad685e353f"
    "a9d72c82ed03d675d8b71333935203be3453eaa193e837f1220cbebc84e3d12e "
    "4bea6bacad4747999a3f410c6ca923637f151c1f1686104a359e35d7800fffbd"
    "bfcd1747253af5a3dfff00b723271a167a56a27ea9ea63f5601758fd7c6cfe57 "
    "ae4faeae1d3ad3d96fa4c33b7a3039c02d66c4f95142a46c187f9ab49af08ec6"
    "cffaa6b71c9ab7b40af21f66c2bec6b6bf71c57236904f35fa68407a46647d6e "
    "f4c70e16eeaac5ec51ac86febf240954399ec6c7e6bf87c9d3473e33197a93c9"
    "0992abc52d822c3706476983284a05043517454ca23c4af38886564d3a14d493 "
    "9b1f5b424d93c9a703e7aa020c6e41414eb7f8719c36de1e89b4443b4ddbc49a"
    "f4892bcb929b069069d18d2bd1a5c42f36acc2355951a8d9a47f0dd4bf02e71e "
    "378f5a541631229b944c9ad8ec165fde3a7d3a1b258942243cd955b7e00d0984"
    "800a440bdbb2ceb17b2b8a9aa6079c540e38dc92cb1f2a607261445183235adb "
    "abbedea680056f52382ae548b2e4f3f38941e71cff8a78db1fffe18a1b336103"
    "9fe76702af69334b7a1e6c303b7652f43698fad1153bb6c374b4c7fb98459ced "
    "7bcd9ed0efc889fb3002c6cd635afe94d8fa6bbbebab07612001802114846679"
    "8a1d71efea48b9caefbacd1d7d476e98dea2594ac06fd85d6bcaa4cd81f32d1b "
    "378ee767f11631bad21380b00449b17acda43c32bcdf1d77f82012d430219f9b"
    "5d80ef9d1891cc86e71da4aa88e12852faf417d5d9b21b9948bc924af11bd720 "
)
_C = tuple(int.from_bytes(_C_OCTETS[i : i + 64], "big") for i in range(0, 12 * 64, 64))

_BLOCK = 64
_WORDS = Struct("<8Q")
_MODULUS = 1 << 512

_Tables = tuple[tuple[int, ...], ...]


@cache
def _tables() -> _Tables:
    """Return for each octet of a word the π-substituted octet multiplied by its rows of A."""
    return tuple(
        tuple(_row_product(_PI[value] << 8 * octet) for value in range(256)) for octet in range(8)
    )


def _row_product(word: int) -> int:
    """Return the 64-bit word multiplied by A over GF(2)."""
    product = 0
    for bit in range(64):
        if word >> bit & 1:
            product ^= _A[63 - bit]
    return product


def _lps(state: int, tables: _Tables) -> int:
    """Return L(P(S(state))).

    The loop is written out: with 64 look-ups a call it is twice as fast as any shorter form.
    """
    t0, t1, t2, t3, t4, t5, t6, t7 = tables
    # fmt: off
    (
        a0, a1, a2, a3, a4, a5, a6, a7,
        b0, b1, b2, b3, b4, b5, b6, b7,
        c0, c1, c2, c3, c4, c5, c6, c7,
        d0, d1, d2, d3, d4, d5, d6, d7,
        e0, e1, e2, e3, e4, e5, e6, e7,
        f0, f1, f2, f3, f4, f5, f6, f7,
        g0, g1, g2, g3, g4, g5, g6, g7,
        h0, h1, h2, h3, h4, h5, h6, h7,
    ) = state.to_bytes(_BLOCK, "little")
    # fmt: on
    words = _WORDS.pack(
        t0[a0] ^ t1[b0] ^ t2[c0] ^ t3[d0] ^ t4[e0] ^ t5[f0] ^ t6[g0] ^ t7[h0],
        t0[a1] ^ t1[b1] ^ t2[c1] ^ t3[d1] ^ t4[e1] ^ t5[f1] ^ t6[g1] ^ t7[h1],
        t0[a2] ^ t1[b2] ^ t2[c2] ^ t3[d2] ^ t4[e2] ^ t5[f2] ^ t6[g2] ^ t7[h2],
        t0[a3] ^ t1[b3] ^ t2[c3] ^ t3[d3] ^ t4[e3] ^ t5[f3] ^ t6[g3] ^ t7[h3],
        t0[a4] ^ t1[b4] ^ t2[c4] ^ t3[d4] ^ t4[e4] ^ t5[f4] ^ t6[g4] ^ t7[h4],
        t0[a5] ^ t1[b5] ^ t2[c5] ^ t3[d5] ^ t4[e5] ^ t5[f5] ^ t6[g5] ^ t7[h5],
        t0[a6] ^ t1[b6] ^ t2[c6] ^ t3[d6] ^ t4[e6] ^ t5[f6] ^ t6[g6] ^ t7[h6],
        t0[a7] ^ t1[b7] ^ t2[c7] ^ t3[d7] ^ t4[e7] ^ t5[f7] ^ t6[g7] ^ t7[h7],
    )
    return int.from_bytes(words, "little")


def _compress(chain: int, length: int, block: int, tables: _Tables) -> int:
    """Return g_N(h, m) of RFC 6986 §8."""
    key = _lps(chain ^ length, tables)
    state = block
    for constant in _C:
        state = _lps(state ^ key, tables)
        key = _lps(key ^ constant, tables)
    return state ^ key ^ chain ^ block


def streebog(data: bytes, bits: int) -> bytes:
    """Return the hash of `data`, 32 octets for bits=256 and 64 for bits=512.

    Raises ValueError for another length. Source: RFC 6986 §10.
    """
    if bits not in (256, 512):
        raise ValueError(f"Стрибог has 256 and 512 bits, not {bits}")
    tables = _tables()
    chain = int.from_bytes(b"\x01" * _BLOCK, "little") if bits == 256 else 0
    length = checksum = 0
    whole = len(data) - len(data) % _BLOCK
    for start in range(0, whole, _BLOCK):
        block = int.from_bytes(data[start : start + _BLOCK], "little")
        chain = _compress(chain, length, block, tables)
        length += 8 * _BLOCK
        checksum = (checksum + block) % _MODULUS
    rest = data[whole:] + b"\x01"
    block = int.from_bytes(rest, "little")
    chain = _compress(chain, length, block, tables)
    length += 8 * (len(rest) - 1)
    checksum = (checksum + block) % _MODULUS
    chain = _compress(chain, 0, length, tables)
    chain = _compress(chain, 0, checksum, tables)
    return chain.to_bytes(_BLOCK, "little")[_BLOCK - bits // 8 :]
