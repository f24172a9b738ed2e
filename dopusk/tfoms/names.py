"""Names of the files of a register: what they are, who sends them to whom, for which month.

`<T><Pi><Ni><Pp><Np>_<YY><MM><N>` (приказ ФФОМС 79, replaced by 34н; Q015 006F.00.0030–0100).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(
    r"(?P<data>[HCT]|D[A-Z])"
    r"(?P<from>M[0-9]{6}|S[0-9]{5}|T[0-9]{2})"
    r"(?P<to>M[0-9]{6}|S[0-9]{5}|T[0-9]{2})"
    r"_(?P<year>[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<serial>[0-9]{1,12})"
)
_PERSONS = re.compile(r"L(?P<data>[A-Z])?(?P<rest>[MST][0-9].*)")

_DISP = {
    "DP": "ДВ4",
    "DV": "ДВ2",
    "DO": "ОПВ",
    "DS": "ДС1",
    "DU": "ДС2",
    "DF": "ПН1",
    "DA": "УД1",
    "DB": "УД2",
}
"""Kind of examination (V016) by the prefix. DS, DU and DF carry the second stages too."""


@dataclass(frozen=True, slots=True)
class PackageName:
    """A name of a main file, without extension, in its parts."""

    text: str
    data_type: str
    """H, C, T, or D with a letter: DP, DV, DO …"""
    sender_kind: str
    """M for МО, S for СМО, T for ТФОМС; so too `receiver_kind`."""
    sender: str
    """Code of the sender: МО by F003/F032, СМО by F002, ТФОМС by F010."""
    receiver_kind: str
    receiver: str
    year: int
    month: int
    serial: str
    """Number of the package, as it is written."""

    @property
    def family(self) -> str:
        """Return the type of file as Q015 names it (TYPE_D): H, C, T or X."""
        return self.data_type if len(self.data_type) == 1 else "X"

    @property
    def person_name(self) -> str:
        """Return the name of the person file: L, LC, LT, LP … and the rest."""
        letter = "" if self.data_type == "H" else self.data_type[-1]
        return f"L{letter}{self.text[len(self.data_type) :]}"

    @property
    def disp(self) -> str | None:
        """Return the code of V016 that the prefix stands for; None for H, C, T and others."""
        return _DISP.get(self.data_type)

    @property
    def from_mo(self) -> bool:
        """Tell whether a МО sends it; else it is an answer of СМО or ТФОМС."""
        return self.sender_kind == "M"

    @property
    def protocol_name(self) -> str:
        """Return the name of the protocol of ФЛК for this package."""
        return f"V{self.text}"


def parse_name(text: str) -> PackageName | None:
    """Return the parts of the name of a main file, given without extension; None for others."""
    match = _NAME.fullmatch(text)
    if match is None:
        return None
    return PackageName(
        text=text,
        data_type=match["data"],
        sender_kind=match["from"][0],
        sender=match["from"][1:],
        receiver_kind=match["to"][0],
        receiver=match["to"][1:],
        year=2000 + int(match["year"]),
        month=int(match["month"]),
        serial=match["serial"],
    )


def main_name(person_name: str) -> str | None:
    """Return the name of the main file of a person file; None when it is no person file."""
    match = _PERSONS.fullmatch(person_name)
    if match is None:
        return None
    letter = match["data"]
    prefix = "H" if letter is None else letter if letter in "CT" else f"D{letter}"
    text = f"{prefix}{match['rest']}"
    return text if parse_name(text) else None
