from bench.cross_checks import TARGET, render


def test_the_table_is_what_the_rules_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run: python -m bench.cross_checks"
