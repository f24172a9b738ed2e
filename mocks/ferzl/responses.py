"""Transport of the mock ФЕРЗЛ: read getInsuranceStatusRequest, ask the model, write the answer."""

from __future__ import annotations

import re
from datetime import date
from xml.sax.saxutils import escape

from flask import Response, request
from lxml import etree

from dopusk.oms import Policy
from dopusk.suite import schemas
from dopusk.wire.names import local
from dopusk.wire.soap import content_type, write_envelope, write_fault
from mocks.answers import status_of_fault, unreadable, version_of
from mocks.ferzl.exceptions import BadRequestError, FerzlError, TokenError, UnknownOperationError
from mocks.ferzl.models import Ferzl, Insured, Search
from mocks.traffic import TRAFFIC_KEY, Incoming

REQUEST = "getInsuranceStatusRequest"
TYPES = "http://ffoms.ru/types/mpiPersonInfoSchema"
COMMON = "http://ffoms.ru/types/commonTypes"
WSDL_ADDRESS = "http://localhost:8080/ferzl/mpiPersonInfoServiceWs"
"""Address that stands in schemas/ferzl/ferzl.wsdl; the served copy has the stand's own."""
FILES = {"wsdl": "ferzl.wsdl", "types": "ferzl.xsd", "common": "common.xsd"}


class FerzlResponses:
    """Views of the mock ФЕРЗЛ."""

    def __init__(self, ferzl: Ferzl) -> None:
        self._ferzl = ferzl

    def service(self) -> Response:
        """Answer one SOAP message."""
        incoming: Incoming = request.environ[TRAFFIC_KEY]
        version = version_of(incoming)
        try:
            body, status = self._answer(incoming), 200
        except (TokenError, UnknownOperationError) as refused:
            body = write_fault(str(refused), version=version)
            refused_token = isinstance(refused, TokenError)
            status = 401 if refused_token else status_of_fault(version)
        message = write_envelope(body, version=version, message_id=None, action=None)
        return Response(message, status=status, content_type=content_type(version))

    def wsdl(self) -> Response:
        """Serve the description of the service, or one of its two schemas (`?xsd=types`)."""
        name = FILES.get(request.args.get("xsd", "wsdl"), "ferzl.wsdl")
        text = (schemas() / "ferzl" / name).read_text(encoding="utf-8")
        text = text.replace(WSDL_ADDRESS, request.base_url)
        for key in ("types", "common"):
            address = f'schemaLocation="{request.base_url}?xsd={key}"'
            text = text.replace(f'schemaLocation="{FILES[key]}"', address)
        return Response(text, content_type="text/xml; charset=UTF-8")

    def _answer(self, incoming: Incoming) -> bytes:
        self._ferzl.admit(request.headers.get("X-Auth-Token"))
        if incoming.envelope is None:
            raise UnknownOperationError("400", unreadable(incoming.findings))
        body = incoming.envelope.body
        if local(body) != REQUEST:
            raise UnknownOperationError("400", f"Операция {local(body)} стенду не известна")
        external = _text(body, "externalRequestId") or ""
        try:
            if not external:
                raise BadRequestError("Не указан externalRequestId", "externalRequestId")
            insured, policy = self._ferzl.status(_search(body), _day(body, "dt"), incoming)
        except FerzlError as refused:
            return _response(external, _error(refused))
        return _response(external, _status(insured, policy))


def _search(body: etree._Element) -> Search:
    """Return whom a request looks for; raises BadRequestError when it names nobody."""
    enp, snils = _text(body, "enp"), _digits(_text(body, "snils"))
    number, oip = _text(body, "dudlNum"), _text(body, "oip")
    if enp is not None and not re.fullmatch(r"[0-9]{16}", enp):
        raise BadRequestError("ЕНП: нужно 16 цифр", "personSearchInfo/pcy/enp")
    if oip is not None:
        return Search(oip=oip)
    if enp is not None:
        return Search(enp=enp)
    if number is not None:
        return Search(document=(_digits(_text(body, "dudlSer")) or "", _digits(number) or ""))
    if snils:
        return Search(snils=snils, birth_date=_day(body, "birthDay"))
    raise BadRequestError("Нет данных для поиска застрахованного лица", "personSearchInfo")


def _response(external: str, content: str) -> bytes:
    return (
        f'<t:getInsuranceStatusResponse xmlns:t="{TYPES}" xmlns:c="{COMMON}">'
        f"<c:externalRequestId>{escape(external or '-')}</c:externalRequestId>{content}"
        "</t:getInsuranceStatusResponse>"
    ).encode()


def _error(error: FerzlError) -> str:
    fields = {"code": error.code, "message": str(error), "tag": error.tag}
    return f"<c:errors><c:errorItem>{_fields('c', fields)}</c:errorItem></c:errors>"


def _status(insured: Insured, policy: Policy) -> str:
    person = insured.person
    initials = "".join(f"{name[0]}." for name in (person.name, person.patronymic) if name)
    fields = {
        "oip": insured.oip,
        "fio": f"{person.surname} {initials}",
        "birthDay": person.birth_date.isoformat(),
        "gender": person.gender,
        "policyType": "Полис единого образца",
        "policyNumEnp": policy.enp,
        "policyStatus": policy.status.value,
        "smo": policy.smo,
        "terr": policy.okato,
        "policyValidFrom": policy.valid_from.isoformat(),
        "policyValidTo": policy.valid_to.isoformat() if policy.valid_to else None,
    }
    return f"<t:status>{_fields('t', fields)}</t:status>"


def _fields(prefix: str, fields: dict[str, str | None]) -> str:
    return "".join(
        f"<{prefix}:{name}>{escape(value)}</{prefix}:{name}>"
        for name, value in fields.items()
        if value is not None
    )


def _text(body: etree._Element, name: str) -> str | None:
    for element in body.iter(f"{{*}}{name}"):
        text = (element.text or "").strip()
        if text:
            return text
    return None


def _digits(text: str | None) -> str | None:
    return "".join(sign for sign in text if sign.isdigit()) if text else None


def _day(body: etree._Element, name: str) -> date | None:
    text = _text(body, name)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise BadRequestError(f"{name}: нужна дата ГГГГ-ММ-ДД", name) from None
