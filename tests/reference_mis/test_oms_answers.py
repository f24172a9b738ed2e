from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest

from fixtures.reference_mis.oms.answers import (
    BadAnswerError,
    read_acts,
    read_protocol,
    read_result,
)

HEAD = '<?xml version="1.0" encoding="windows-1251"?>'
FLK = HEAD + (
    "<FLK_P><FNAME>VHM1</FNAME><FNAME_I>HM1</FNAME_I>"
    "<PR><OSHIB>003F.00.0080</OSHIB><IM_POL>SPOLIS</IM_POL><N_ZAP>2</N_ZAP><IDCASE>7</IDCASE>"
    "<COMMENT>Серия полиса</COMMENT></PR><PR><OSHIB>805</OSHIB></PR></FLK_P>"
)
RETURNED = HEAD + (
    "<ZL_LIST><ZAP><Z_SL><IDCASE>7</IDCASE><SUMV>450.00</SUMV><OPLATA>3</OPLATA>"
    "<SUMP>200.00</SUMP><SANK><S_OSN>216</S_OSN></SANK><SANK><S_OSN>216</S_OSN></SANK>"
    "<SANK><S_OSN>211</S_OSN></SANK></Z_SL></ZAP></ZL_LIST>"
)
ACTS = HEAD + (
    "<RAK><AKT><SCHET><SLUCH><IDCASE>8</IDCASE><OPLATA>2</OPLATA><SUMP>0.00</SUMP>"
    "<SANK><S_OSN>222</S_OSN></SANK></SLUCH></SCHET></AKT></RAK>"
)


def data(text: str) -> bytes:
    return text.encode("windows-1251")


def archive(**members: bytes) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as made:
        for name, content in members.items():
            made.writestr(f"{name}.XML", content)
    return box.getvalue()


@pytest.mark.parametrize("wrap", [lambda content: content, lambda content: archive(V=content)])
def test_a_protocol_is_read_from_xml_and_from_zip(wrap: object) -> None:
    assert callable(wrap)
    protocol = read_protocol(wrap(data(FLK)))
    assert protocol.about == "HM1"
    first, second = protocol.items
    assert (first.code, first.field, first.n_zap, first.idcase) == (
        "003F.00.0080",
        "SPOLIS",
        "2",
        "7",
    )
    assert first.comment == "Серия полиса"
    assert (second.code, second.field, second.n_zap) == ("805", None, None)


def test_the_main_file_of_a_returned_register_is_read() -> None:
    (case,) = read_result(archive(LS1=data(HEAD + "<PERS_LIST/>"), HS1=data(RETURNED)))
    assert (case.idcase, case.oplata, case.accepted) == ("7", "3", Decimal("200.00"))
    assert case.reasons == ("216", "211")


def test_acts_are_read() -> None:
    (case,) = read_acts(data(ACTS))
    assert (case.idcase, case.oplata, case.reasons) == ("8", "2", ("222",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"not xml",
        data(HEAD + "<OTHER/>"),
        data(FLK)[:-10],
        data(FLK).replace(b"windows-1251", b"utf-8"),
        b'<!DOCTYPE a [<!ENTITY b "c">]><FLK_P/>',
        archive(),
    ],
)
def test_what_is_no_protocol_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadAnswerError) as caught:
        read_protocol(content)
    assert str(caught.value)
