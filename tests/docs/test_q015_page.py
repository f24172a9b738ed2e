from bench.q015 import TARGET, render
from dopusk.tfoms.flk import not_taken, rules


def test_the_page_is_what_the_tables_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run: python -m bench.q015"


def test_no_id_is_both_made_and_not_made() -> None:
    made, left = [rule.id for rule in rules()], [one.id for one in not_taken()]
    assert not set(made) & set(left)
    assert len(set(made)) == len(made)
    assert len(set(left)) == len(left)
