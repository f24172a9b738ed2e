"""The exact engine: the stylesheet on SaxonC, results brought back to the original tree."""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from lxml import etree

from dopusk.schematron.errors import SchemaError
from dopusk.schematron.exact.stylesheet import stylesheet
from dopusk.schematron.model import SchemaModel
from dopusk.schematron.outcome import Hit, Outcome
from dopusk.schematron.text import normalise

if TYPE_CHECKING:
    from saxonche import PySaxonProcessor

_SETTINGS = {
    "http://saxon.sf.net/feature/allowedProtocols": "",
    "http://saxon.sf.net/feature/allow-external-functions": "false",
    "http://saxon.sf.net/feature/standardErrorOutputFile": os.devnull,
}
"""Rules come from outside: they may read no file and no address, call nothing, print nothing."""


class ExactEngine:
    """A schema on SaxonC. Compiled once in each thread that uses it."""

    def __init__(
        self,
        model: SchemaModel,
        *,
        strip_namespace: str | None,
        patterns: Collection[int] | None = None,
        guarded: bool = True,
    ) -> None:
        """Compile the patterns named, or all.

        Raises:
            SchemaError: Saxon refuses an expression of the rules.
        """
        self._model = model
        self._strip = strip_namespace
        self._source = stylesheet(model, patterns, guarded=guarded)
        self._local = threading.local()
        self._saxon()

    def run(self, tree: etree._ElementTree) -> Outcome:
        """Return what failed in the document."""
        answer = etree.fromstring(self.transform(self.prepare(tree)).encode())
        return self._outcome(tree.getroot(), answer)

    def prepare(self, tree: etree._ElementTree) -> str:
        """Return the text of the document as the rules expect it, without the stripped namespace.

        The tree itself is left alone.
        """
        root = tree.getroot()
        if self._strip is None:
            return etree.tostring(tree, encoding="unicode")
        whole = copy.deepcopy(tree)
        root = whole.getroot()
        mark = f"{{{self._strip}}}"
        prefixes: set[str] = set()
        for element in root.iter(etree.Element):
            prefixes.update(prefix for prefix in element.nsmap if prefix)
            tag = str(element.tag)
            if tag.startswith(mark):
                element.tag = tag[len(mark) :]
        etree.cleanup_namespaces(whole, keep_ns_prefixes=sorted(prefixes))
        return etree.tostring(whole, encoding="unicode")

    def transform(self, document: str) -> str:
        """Return the raw answer of the stylesheet for a prepared document."""
        from saxonche import PySaxonApiError

        processor, executable = self._saxon()
        try:
            node = processor.parse_xml(xml_text=document)
            answer: str = executable.transform_to_string(xdm_node=node)
        except PySaxonApiError as error:
            raise SchemaError(
                f"Saxon не выполнил правила: {normalise(str(error))}", file=self._model.file
            ) from None
        return answer

    def _saxon(self) -> tuple[PySaxonProcessor, Any]:
        """Return the processor and the compiled stylesheet of this thread and process."""
        held = getattr(self._local, "held", None)
        if held is None or held[0] != os.getpid():
            processor = _processor()
            held = (os.getpid(), processor, self._compile(processor))
            self._local.held = held
        return held[1], held[2]

    def _compile(self, processor: PySaxonProcessor) -> Any:
        from saxonche import PySaxonApiError

        try:
            return processor.new_xslt30_processor().compile_stylesheet(stylesheet_text=self._source)
        except PySaxonApiError as error:
            raise SchemaError(
                f"выражение в правилах не разобрано: {normalise(str(error))}",
                file=self._model.file,
            ) from None

    def _outcome(self, root: etree._Element, answer: etree._Element) -> Outcome:
        fired = 0
        hits: list[Hit] = []
        elements = list(root.iter(etree.Element))
        orders = {element: order for order, element in enumerate(elements)}
        for one in answer:
            if one.tag == "f":
                fired += 1
                continue
            element = _follow(root, one.get("p", ""))
            pattern, rule, check = map(int, one.get("c", "").split("."))
            texts = [normalise(text.text or "") for text in one.iterfind("t")]
            error = one.tag == "e"
            hits.append(
                Hit(
                    (pattern, rule, check),
                    orders[element] if one.get("p") else -1,
                    element,
                    one.get("a", "").removeprefix("Q{}").removeprefix("Q") or None,
                    normalise(one.text or "") if error else texts[0],
                    () if error else tuple(texts[1:]),
                    error,
                )
            )
        return Outcome(hits, fired)


def _processor() -> PySaxonProcessor:
    try:
        from saxonche import PySaxonProcessor
    except ImportError as error:
        raise SchemaError(
            f"точному движку нужен пакет saxonche (pip install saxonche): {error}"
        ) from None
    processor = PySaxonProcessor(license=False)
    for name, value in _SETTINGS.items():
        processor.set_configuration_property(name, value)
    return processor


def _follow(root: etree._Element, path: str) -> etree._Element:
    """Return the element that «0/3/1» (preceding sibling elements at each level) leads to."""
    element = root
    for step in path.split("/")[1:]:
        children = [child for child in element if isinstance(child.tag, str)]
        element = children[int(step)]
    return element
