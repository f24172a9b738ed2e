"""Which checks of Q015 a package goes through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.names import PackageName
from dopusk.tfoms.persons import PersonView


def implemented() -> frozenset[str]:
    """Return the ids of the checks."""
    return frozenset()


class Checks:
    """No checks."""

    def __init__(
        self,
        name: PackageName,
        zglv: etree._Element,
        schet: etree._Element,
        persons: Mapping[str, PersonView],
        context: PackageContext,
    ) -> None: ...

    def head(self) -> Iterator[FlkError]:
        return iter(())

    def person_head(self, zglv: etree._Element) -> Iterator[FlkError]:
        return iter(())

    def record(self, zap: etree._Element) -> Iterator[FlkError]:
        return iter(())

    def person(self, pers: etree._Element) -> Iterator[FlkError]:
        return iter(())

    def end(self) -> Iterator[FlkError]:
        return iter(())
