"""Стрибог of the machine's libgcrypt, through ctypes."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from ctypes import c_char_p, c_int, c_size_t, c_void_p
from functools import cache
from pathlib import Path

# enum gcry_md_algos, stable since libgcrypt 1.7
_STREEBOG = {256: 309, 512: 310}


class Libgcrypt:
    """Hashing by libgcrypt; raises OSError when the library is not there or not usable."""

    def __init__(self) -> None:
        path = ctypes.util.find_library("gcrypt")
        if path is None or (sys.platform == "win32" and not Path(path).is_file()):
            raise OSError("libgcrypt is not installed")
        library = ctypes.CDLL(path)
        try:
            check, hash_buffer = library.gcry_check_version, library.gcry_md_hash_buffer
            test_algorithm = library.gcry_md_algo_info
        except AttributeError as missing:
            raise OSError(f"libgcrypt has no {missing}") from missing
        check.restype, check.argtypes = c_char_p, [c_char_p]
        hash_buffer.restype, hash_buffer.argtypes = None, [c_int, c_void_p, c_char_p, c_size_t]
        test_algorithm.restype = c_int
        test_algorithm.argtypes = [c_int, c_int, c_void_p, c_void_p]
        version = check(None)
        if not version:
            raise OSError("libgcrypt does not start")
        # GCRYCTL_TEST_ALGO = 8: gcry_md_hash_buffer aborts the process for an unknown algorithm.
        for algorithm in _STREEBOG.values():
            if test_algorithm(algorithm, 8, None, None):
                raise OSError("libgcrypt has no Стрибог")
        self.name = f"libgcrypt {version.decode('ascii', 'replace')}"
        self._hash_buffer = hash_buffer

    def hash(self, data: bytes, bits: int) -> bytes:
        """Return the hash of `data`; raises ValueError for bits other than 256 and 512."""
        if bits not in _STREEBOG:
            raise ValueError(f"Стрибог has 256 and 512 bits, not {bits}")
        digest = ctypes.create_string_buffer(bits // 8)
        self._hash_buffer(_STREEBOG[bits], digest, data, len(data))
        return digest.raw


@cache
def load() -> Libgcrypt:
    """Return the library; raises OSError."""
    return Libgcrypt()
