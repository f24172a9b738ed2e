"""The coverage of the catalogue as a page: docs/coverage.md."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.catalogue.coverage import Coverage, ScenarioTags
from dopusk.catalogue.model import Catalogue, Requirement
from dopusk.declaration.model import Variant

HEAD = """# Требования и чем они проверяются

Страница собрана командой `dopusk catalogue --markdown docs/coverage.md` из
`features/catalogue.toml` и тегов сценариев; править её руками не нужно. «Документ» значит, что
требование заявляется документом кандидата (раздел `[[attestations]]` в mis.toml).
"""
COLUMNS = "| требование | что нужно | уровень | варианты | сценарии | документ |"
RULE = "|---|---|---|---|---|---|"
NONE = "нет"


def coverage_page(catalogue: Catalogue, covered: Coverage) -> str:
    """Return the page: requirements by source, each with its scenarios."""
    lines = [HEAD]
    for source in dict.fromkeys(item.source for item in catalogue.all):
        rows = [item for item in catalogue.all if item.source == source]
        lines += [f"## {source}", "", COLUMNS, RULE]
        lines += [_row(item, covered.scenarios[item.id]) for item in rows]
        lines.append("")
    lines += list(_summary(catalogue, covered))
    return "\n".join(lines)


def _row(item: Requirement, scenarios: tuple[ScenarioTags, ...]) -> str:
    cells = (
        f"**{item.id}** {item.clause}",
        item.text + (f" ({item.reason})" if item.reason else ""),
        str(item.level),
        "все" if len(item.variants) == len(Variant) else ", ".join(item.variants),
        ", ".join(f"`{scenario.id}`" for scenario in scenarios) if item.tested else "",
        "да" if item.attested else "",
    )
    if item.tested and not scenarios:
        cells = (*cells[:4], NONE, cells[5])
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _summary(catalogue: Catalogue, covered: Coverage) -> Iterator[str]:
    tested = [item for item in catalogue.all if item.tested]
    yield "## Итого"
    yield ""
    yield f"- требований: {len(catalogue.all)}"
    shown = len(tested) - len(covered.unshown)
    yield f"- решают сценарии: {len(tested)}, из них со сценарием: {shown}"
    yield f"- заявляются документом: {sum(item.attested for item in catalogue.all)}"
    names = ", ".join(item.id for item in covered.unshown) or NONE
    yield f"- без сценария: {names}"
    yield ""
