"""Russian words for what the operating system says in the language of its own."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_REASONS: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.EACCES: "нет прав",
        errno.EADDRINUSE: "адрес занят другой программой",
        errno.EADDRNOTAVAIL: "такого адреса у этой машины нет",
        errno.EEXIST: "такой файл уже есть",
        errno.EISDIR: "это папка, а не файл",
        errno.EMFILE: "открыто слишком много файлов",
        errno.ENAMETOOLONG: "имя слишком длинное",
        errno.ENOENT: "такого файла или папки нет",
        errno.ENOSPC: "на диске кончилось место",
        errno.ENOTDIR: "на пути к файлу стоит не папка",
        errno.EPERM: "операция не разрешена",
        errno.EROFS: "диск закрыт для записи",
    }
)

_WINDOWS: Final[Mapping[int, str]] = MappingProxyType(
    {
        5: "нет прав",
        32: "файл занят другой программой",
        10013: "порт занят или закрыт для вас",
        10048: "адрес занят другой программой",
        10049: "такого адреса у этой машины нет",
    }
)


def os_reason(error: OSError) -> str:
    """Return in Russian why a file, folder or socket cannot be used."""
    windows = _WINDOWS.get(getattr(error, "winerror", None) or 0)
    return windows or _REASONS.get(error.errno or 0) or error.strerror or str(error)
