"""Mechanical mutants of a document: every element and attribute spoilt in each simple way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from lxml import etree

Element = etree._Element
Change = Callable[[Element], None]


def remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def empty(element: Element) -> None:
    tail = element.tail
    element.clear()
    element.tail = tail


def drop_content(element: Element) -> None:
    for child in list(element):
        element.remove(child)
    element.text = ""


def duplicate(element: Element) -> None:
    element.addnext(copy.deepcopy(element))


def move_last(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.append(element)


def swap_next(element: Element) -> None:
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def rename(element: Element) -> None:
    element.tag = f"{element.tag}X"


def other_namespace(element: Element) -> None:
    element.tag = f"{{urn:other}}{etree.QName(element).localname}"


def null_flavor(element: Element) -> None:
    element.set("nullFlavor", "NI")


def blank_text(element: Element) -> None:
    element.text = " \n"


def change_text(element: Element) -> None:
    element.text = "изменено 7"


def comment_inside(element: Element) -> None:
    element.insert(0, etree.Comment("внутри"))
    element[0].tail = "после"


ELEMENT_CHANGES: tuple[Change, ...] = (
    remove,
    empty,
    drop_content,
    duplicate,
    move_last,
    swap_next,
    rename,
    other_namespace,
    null_flavor,
    blank_text,
    change_text,
    comment_inside,
)


def attribute_values(value: str) -> Iterator[tuple[str, str | None]]:
    yield "removed", None
    yield "emptied", ""
    yield "blank", " "
    yield "lengthened", f"{value}0"
    yield "shortened", value[:-1]
    yield "letter", "X"
    if value.replace(".", "").isdigit():
        yield "zero", "0"
        yield "increased", f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
        yield "leading zero", f"0{value}"
        yield "new line", f"{value}\n"
    if value.count(".") > 3:
        yield "other OID", "1.2.643.9.9.9"
        yield "OID tail", value.rpartition(".")[0] + ".99"


def mutants(tree: etree._ElementTree) -> Iterator[tuple[str, etree._ElementTree]]:
    """Yield a name and a spoilt copy for each change of each element and attribute."""
    size = sum(1 for _ in tree.getroot().iter(etree.Element))
    for index in range(size):
        for change in ELEMENT_CHANGES:
            if index == 0 and change in (remove, duplicate, swap_next):
                continue
            spoilt = copy.deepcopy(tree)
            element = nth(spoilt, index)
            name = f"{spoilt.getpath(element)} {change.__name__}"
            change(element)
            yield name, spoilt
        yield from _attribute_mutants(tree, index)


def _attribute_mutants(
    tree: etree._ElementTree, index: int
) -> Iterator[tuple[str, etree._ElementTree]]:
    for key, value in nth(tree, index).attrib.items():
        for word, changed in attribute_values(str(value)):
            spoilt = copy.deepcopy(tree)
            element = nth(spoilt, index)
            if changed is None:
                del element.attrib[key]
            else:
                element.set(key, changed)
            yield f"{spoilt.getpath(element)}/@{key} {word}", spoilt


def nth(tree: etree._ElementTree, index: int) -> Element:
    return list(tree.getroot().iter(etree.Element))[index]
