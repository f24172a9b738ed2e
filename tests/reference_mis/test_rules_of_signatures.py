"""Every rule about signatures has a defect of the reference МИС, or a reason why it has none."""

from dopusk.verdict import rules
from fixtures.reference_mis.defects import DEFECTS

SUBJECTS = ("signature", "message_signature")
NEVER_FAILS = "выведено или замечание: не бракует МИС, видно в tests/signature"
OF_THE_OPERATOR = "о файлах, которые дал стенду оператор, а не о МИС"

WITHOUT_DEFECT = {
    "SIG-WS-VALUE-ORDER": NEVER_FAILS,
    "SIG-WS-PARTS": NEVER_FAILS,
    "SIG-TIME-BEFORE-DOCUMENT": NEVER_FAILS,
    "SIG-STAFF-OGRN": NEVER_FAILS,
    "SIG-SET-MO-UNEXPECTED": NEVER_FAILS,
    "SIG-SET-ORDER": NEVER_FAILS,
    "SIG-SET-ROLE-COUNT": "числа подписей по ролям (НСИ 99.2.42) не опубликованы",
    "PKI-CRL-SIGNATURE": OF_THE_OPERATOR,
    "PKI-CRL-STALE": OF_THE_OPERATOR,
    "PKI-TEST-TRUST": OF_THE_OPERATOR,
}


def test_every_rule_has_a_defect_or_a_reason() -> None:
    known = {code for code, row in rules().items() if row.subject in SUBJECTS}
    shown = {defect.finding for defect in DEFECTS.values()}
    assert known - shown == set(WITHOUT_DEFECT)


def test_what_never_fails_really_never_does() -> None:
    for code, reason in WITHOUT_DEFECT.items():
        if reason == NEVER_FAILS:
            row = rules()[code]
            assert row.severity == "remark" or row.evidence == "выведено"


def test_defects_of_messages_are_marked() -> None:
    for defect in DEFECTS.values():
        of_messages = defect.finding.startswith("SIG-WS-") or defect.message is not None
        assert defect.ips or not of_messages, defect.name
        assert defect.ips == defect.name.startswith("ips-")
