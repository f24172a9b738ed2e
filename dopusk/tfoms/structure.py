"""The format of a register: order, presence, emptiness and types of elements (F012 901–905)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from lxml import etree

from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.place import Place
from dopusk.tfoms.tables import Block, Form, Row, block

Root = Literal["ZL_LIST", "PERS_LIST"]

_KEYS = {"ZL_LIST": ("ZAP", "Z_SL/IDCASE"), "PERS_LIST": ("PERS", "ID_PAC")}
"""Keys that no check of Q015 watches: the record, and the path of the key in it."""
_NOTES = 20
"""Names out of the table that a file may have where the table is not known to be complete."""
_SHOWN = 60


class Structure:
    """Judges one file, child of the root by child, in order."""

    def __init__(
        self,
        root: Root,
        family: str,
        version: str,
        *,
        file: str | None = None,
        covered: Collection[str] = (),
    ) -> None:
        """Judge by the table of a family and version.

        `covered` are the checks of Q015 that the caller runs itself: nothing is said twice.
        """
        self._root: Root = root
        self._block = block(root, family, version)
        self._named = f"файлов {family} версии {version}"
        self._file = file
        self._covered = frozenset(covered)
        self._last = -1
        self._counts: dict[str, int] = {}
        self._keys: set[str] = set()
        self._unknown: dict[str, None] = {}

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return names that the table does not hold, where it is not known to be complete."""
        return tuple(name[:_SHOWN] for name in self._unknown)

    def child(self, element: etree._Element) -> Iterator[FlkError]:
        """Yield what is wrong with one child of the root."""
        name = _name(element)
        count = self._counts[name] = self._counts.get(name, 0) + 1
        place = Place(self._root, element, count, self._file)
        row = self._block.rows.get(name)
        if row is None:
            yield from self._stranger(element, self._block, place)
            return
        if count > 1 and not row.repeats:
            yield place.error("901", element, f"Элемент {name} повторён, он бывает только один")
        if row.place < self._last:
            yield place.error("901", element, f"Элемент {name} стоит не на своём месте")
        self._last = max(self._last, row.place)
        if row.block:
            yield from self._inside(element, row.block, place)
        yield from self._duplicate(element, place)

    def end(self) -> Iterator[FlkError]:
        """Yield what the file lacks as a whole."""
        for row in self._block.required:
            if row.name not in self._counts:
                yield FlkError(
                    "901",
                    f"В файле нет элемента {row.name}",
                    im_pol=row.name,
                    bas_el=self._root,
                    file=self._file,
                    xpath=f"/{self._root}",
                )

    def _inside(self, element: etree._Element, table: Block, place: Place) -> Iterator[FlkError]:
        rows = table.rows
        seen: set[str] = set()
        last, disorder = -1, False
        for child in element:
            name = child.tag
            row = rows.get(name)
            if row is None:
                yield from self._stranger(child, table, place)
                continue
            if not row.free:
                if row.place < last:
                    if not disorder:
                        yield place.error(
                            "901",
                            child,
                            f"Элемент {name} стоит не на своём месте в {element.tag}",
                            expected=_order(table, row),
                        )
                    disorder = True
                else:
                    last = row.place
            if name in seen and not row.repeats:
                yield place.error("901", child, f"Элемент {name} повторён, он бывает только один")
            seen.add(name)
            if row.form is not None:
                if len(child) or not row.form.fits(child.text or ""):
                    yield from self._value(child, row, row.form, place)
            elif len(child) == 0 and row.block:
                yield place.error("902", child, f"Элемент {name} пуст")
            elif row.block:
                yield from self._inside(child, row.block, place)
        for row in table.required:
            if row.name not in seen and row.presence not in self._covered:
                yield place.missing(element, row.name)

    def _value(
        self, element: etree._Element, row: Row, form: Form, place: Place
    ) -> Iterator[FlkError]:
        """Yield what is wrong with a value that is not of the form."""
        if len(element):
            yield place.error("903", element, f"В {row.name} вложены элементы, а нужно значение")
            return
        text = element.text or ""
        if not text.strip():
            if row.required:
                yield place.error("902", element, f"Обязательный элемент {row.name} пуст")
            else:
                yield place.error(
                    "902",
                    element,
                    f"Элемент {row.name} пуст; необязательный элемент без значения не пишут",
                )
        elif row.form_check not in self._covered or form.looks(text):
            spaces = " (лишние пробелы)" if form.fits(text.strip()) else ""
            yield place.error(
                "903",
                element,
                f"Значение {row.name} не того типа{spaces}",
                expected=form.words,
                value=text[:_SHOWN],
            )

    def _stranger(self, element: etree._Element, table: Block, place: Place) -> Iterator[FlkError]:
        name = _name(element)
        if name in table.elsewhere:
            yield place.error("901", element, f"Элемента {name} не бывает здесь в {self._named}")
        elif name not in self._unknown and (
            table.closed or "{" in name or len(self._unknown) >= _NOTES
        ):
            yield place.error("901", element, f"Лишний элемент {name[:_SHOWN]}: его нет в формате")
        else:
            self._unknown.setdefault(name)

    def _duplicate(self, element: etree._Element, place: Place) -> Iterator[FlkError]:
        record, path = _KEYS[self._root]
        if element.tag != record:
            return
        key = element.findtext(path)
        if not key:
            return
        if key in self._keys:
            found = element.find(path)
            name = path.rpartition("/")[2]
            yield place.error(
                "905",
                element if found is None else found,
                f"{name} = {key[:_SHOWN]} уже был в этом файле",
                value=key[:_SHOWN],
            )
        self._keys.add(key)


def _name(element: etree._Element) -> str:
    return str(element.tag)


def _order(table: Block, row: Row) -> str:
    """Return the neighbours between which the element stands: «после NPOLIS, перед NOVOR»."""
    names = [other.name for other in table.rows.values() if not other.free]
    at = names.index(row.name)
    bits = []
    if at:
        bits.append(f"после {names[at - 1]}")
    if at + 1 < len(names):
        bits.append(f"перед {names[at + 1]}")
    return ", ".join(bits)
