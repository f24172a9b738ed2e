"""What the checks of a register need to know of its file of persons: compact, one view a person.

A register of a hundred thousand people keeps one view for each, so a view holds values only.
"""

from __future__ import annotations

from datetime import date

from lxml import etree


class PersonView:
    """One PERS of the file L, and what the main file says of the same person."""

    __slots__ = ("began", "born", "ended", "flags", "id_pac", "novor", "vpolis", "w")

    def __init__(self, id_pac: str, w: str, born: date | None, flags: int = 0) -> None:
        self.id_pac = id_pac
        self.w = w
        self.born = born
        """DR; None when it is missing or is no date."""
        self.flags = flags
        self.novor: str | None = None
        """NOVOR of the main file, the newborn's when there are several; None: not seen there."""
        self.vpolis: str | None = None
        """VPOLIS of the main file, other than 3 when there are several."""
        self.began: date | None = None
        """The first DATE_Z_1 of the person's cases; `ended` is the last DATE_Z_2."""
        self.ended: date | None = None

    @classmethod
    def of(cls, pers: etree._Element) -> PersonView:
        """Return the view of one PERS; its `id_pac` is empty where ID_PAC is missing."""
        flags = (1 if pers.findtext("OT") else 0) | (2 if pers.findtext("OT_P") else 0)
        return cls(
            pers.findtext("ID_PAC") or "", pers.findtext("W") or "", day(pers.findtext("DR")), flags
        )

    @property
    def has_ot(self) -> bool:
        """Tell whether the person has a patronymic (OT)."""
        return bool(self.flags & 1)

    @property
    def has_ot_p(self) -> bool:
        """Tell whether the representative has a patronymic (OT_P)."""
        return bool(self.flags & 2)

    def met(
        self, novor: str | None, vpolis: str | None, began: date | None, ended: date | None
    ) -> None:
        """Note one case of the person in the main file."""
        if novor and self.novor in (None, "0"):
            self.novor = novor
        if vpolis and self.vpolis in (None, "3"):
            self.vpolis = vpolis
        if began and (self.began is None or began < self.began):
            self.began = began
        if ended and (self.ended is None or ended > self.ended):
            self.ended = ended


def day(text: str | None) -> date | None:
    """Return the date of «ГГГГ-ММ-ДД»; None for anything else."""
    if text is None or len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
