import errno

import pytest

from dopusk.wording import os_reason


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "нет прав"),
        (OSError(errno.EADDRINUSE, "Address already in use"), "адрес занят другой программой"),
        (OSError(errno.EPROTO, "Protocol error"), "Protocol error"),
        (OSError("timed out"), "timed out"),
    ],
)
def test_reason_in_russian_where_it_is_known(error: OSError, text: str) -> None:
    assert os_reason(error) == text


def test_error_of_windows_goes_by_its_own_number() -> None:
    error = OSError(errno.EACCES, "Access denied")
    error.winerror = 32
    assert os_reason(error) == "файл занят другой программой"
