"""The layers of the design hold: who may import whom (contracts in pyproject.toml)."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_layers_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    importlinter = pytest.importorskip("importlinter.cli", reason="import-linter is not installed")
    monkeypatch.chdir(ROOT)
    assert importlinter.lint_imports(cache_dir=str(tmp_path)) == 0


def test_layer_rules_see_a_breach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    importlinter = pytest.importorskip("importlinter.cli", reason="import-linter is not installed")
    (tmp_path / "lower.py").write_text("import upper\n", encoding="utf-8")
    (tmp_path / "upper.py").write_text("", encoding="utf-8")
    config = tmp_path / "contracts.toml"
    config.write_text(
        '[tool.importlinter]\nroot_packages = ["lower", "upper"]\n'
        '[[tool.importlinter.contracts]]\nname = "order"\ntype = "layers"\n'
        'layers = ["upper", "lower"]\n',
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    code = importlinter.lint_imports(config_filename=str(config), cache_dir=str(tmp_path / "cache"))
    assert code != 0
