"""libxml2 must never compile two schemas at once: its built-in types are set up by the first."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from dopusk.semd import xsd


def test_schemas_are_compiled_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', encoding="utf-8"
    )
    compile_schema = xsd.etree.XMLSchema
    inside: list[int] = []
    most: list[int] = []

    def watched(tree: Any) -> Any:
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.02)
        inside.pop()
        return compile_schema(tree)

    monkeypatch.setattr(xsd.etree, "XMLSchema", watched)
    threads = [threading.Thread(target=xsd.Xsd, args=(tmp_path / "a.xsd",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6
