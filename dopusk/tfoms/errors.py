"""One error of the formal control (ФЛК) of a register, as `FLK_P/PR` carries it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dopusk.verdict import Finding, Where, finding

F012 = "F012"
"""Federal dictionary of package and format errors; its codes have three digits."""

_GENERIC = "FLK-CHECK"
"""Row of rules/tfoms.toml for every check of Q015, Q016, Q022 and Q023."""


@dataclass(frozen=True, slots=True)
class FlkError:
    """What the formal control found, with the fields of `FLK_P/PR` and the place in the file.

    `expected` and `cure` are for people: they go to findings and never to the protocol.
    """

    oshib: str
    """Code of F012 («801») or id of a check («006F.00.1040»)."""
    comment: str
    """What is wrong, one Russian sentence."""
    im_pol: str | None = None
    """Name of the field."""
    zn_pol: str | None = None
    """Its value."""
    nschet: str | None = None
    bas_el: str | None = None
    """Name of the parent element; absent when the whole file is refused."""
    n_zap: str | None = None
    id_pac: str | None = None
    idcase: str | None = None
    sl_id: str | None = None
    idserv: str | None = None
    file: str | None = None
    """Name of the member of the package, with extension."""
    line: int | None = None
    xpath: str | None = None
    expected: str | None = None
    cure: str | None = None
    """What to do, where the rule's own advice is too general."""

    @property
    def dictionary(self) -> str:
        """Return the dictionary that the code is of: F012, or Q015/Q016 (federal), Q022/Q023.

        The id of a check is KKKK.RR.TTTT: the last letter of KKKK is F for ФЛК and K for МЭК, RR
        is 00 for the federal checks and the code of the ТФОМС for its own.
        """
        family, _, rest = self.oshib.partition(".")
        if not rest:
            return F012
        federal = rest.startswith("00.")
        if family.endswith("K"):
            return "Q016" if federal else "Q023"
        return "Q015" if federal else "Q022"

    def finding(self) -> Finding:
        """Return the finding, with code «F012-801» or «Q015-006F.00.1040».

        Raises UnknownRuleError for a code of three digits that is not in F012.
        """
        where = Where(part=_record(self), file=self.file, line=self.line, xpath=self.xpath)
        code = f"{self.dictionary}-{self.oshib}"
        found = finding(
            code if self.dictionary == F012 else _GENERIC,
            where=where,
            expected=self.expected,
            got=self.zn_pol,
            comment=self.comment,
            record=_in_words(self),
        )
        if self.dictionary != F012:
            found = replace(found, code=code, source=f"ФФОМС, {self.dictionary}, {self.oshib}")
        return replace(found, cure=self.cure) if self.cure else found


def _record(error: FlkError) -> str:
    """Return the place as people name it: «SL/DS1, N_ZAP 2, IDCASE 2»."""
    field = "/".join(bit for bit in (error.bas_el, error.im_pol) if bit)
    named = (
        ("N_ZAP", error.n_zap),
        ("IDCASE", error.idcase),
        ("SL_ID", error.sl_id),
        ("IDSERV", error.idserv),
    )
    bits = [field or "пакет реестра", *(f"{name} {value}" for name, value in named if value)]
    if error.id_pac and not error.n_zap:
        bits.append(f"ID_PAC {error.id_pac}")
    return ", ".join(bits)


def _in_words(error: FlkError) -> str:
    """Return the place for the end of a message: « (PACIENT/NPOLIS, N_ZAP 2, IDCASE 2)»."""
    if not (error.im_pol or error.bas_el or error.n_zap or error.id_pac):
        return ""
    return f" ({_record(error)})"
