"""Transport of the mock ТФОМС: REST and SOAP in, the model asked, the answer written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, jsonify, request

from dopusk.clock import Clock
from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.territories import Transport
from dopusk.wire.soap import content_type, write_fault
from mocks.answers import description, envelope_of, unreadable, version_of
from mocks.faults import Fault
from mocks.gate import FAULTS_KEY
from mocks.tfoms import soap
from mocks.tfoms.exceptions import BadRequestError, NotReadyError, TfomsError, TokenError
from mocks.tfoms.models import Tfoms
from mocks.tfoms.packages import Package
from mocks.tfoms.reading import package_name, sent_name
from mocks.tfoms.tokens import Token
from mocks.traffic import TRAFFIC_KEY, Incoming

WSDL_ADDRESSES = {
    "AuthService": "http://localhost:8080/tfoms/46000/AuthService",
    "ProtService": "http://localhost:8080/tfoms/46000/ProtService",
}
"""Addresses that stand in schemas/tfoms/*.wsdl; the served copies have the stand's own."""


class RestResponses:
    """Views of the REST exchange."""

    def __init__(self, services: Mapping[str, Tfoms], clock: Clock) -> None:
        self._services = services
        self._clock = clock

    def token(self, okato: str) -> Response:
        """Give out a token for login and password."""
        data = request.get_json(silent=True)
        if not isinstance(data, dict) or not {"login", "password"} <= data.keys():
            raise BadRequestError("Нужен объект JSON с login и password")
        token = self._service(okato).login(str(data["login"]), str(data["password"]))
        return jsonify(
            {
                "token": token.value,
                "expires": expiry(self._clock, token).isoformat(timespec="seconds"),
                "expiresIn": round(token.seconds),
            }
        )

    def send(self, okato: str) -> tuple[Response, int]:
        """Take a package: multipart with one file, or the bytes with X-File-Name."""
        service = self._entered(okato)
        incoming = _incoming()
        data, name = _sent(incoming)
        incoming.local_uid = name
        package = service.take(name, data, Transport.REST, incoming.scenario)
        return jsonify(_shown(package)), 202

    def status(self, okato: str, ref: str) -> Response:
        """Tell the state of a package."""
        return jsonify(_shown(self._entered(okato).package(ref)))

    def flk(self, okato: str, ref: str) -> Response:
        """Give the protocol of ФЛК."""
        return self._file(okato, ref, Operation.FLK)

    def mek(self, okato: str, ref: str) -> Response:
        """Give the returned register."""
        return self._file(okato, ref, Operation.MEK)

    def rak(self, okato: str, ref: str) -> Response:
        """Give the register of control acts."""
        return self._file(okato, ref, Operation.RAK)

    def _file(self, okato: str, ref: str, what: Operation) -> Response:
        answer = self._entered(okato).answer(ref, what)
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", answer.name)  # a header is Latin
        disposition = f'attachment; filename="{name}"'
        return Response(
            answer.data,
            content_type="application/zip",
            headers={"Content-Disposition": disposition, "X-File-Name": name},
        )

    def _entered(self, okato: str) -> Tfoms:
        service = self._service(okato)
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        service.enter(value.strip() if kind.lower() == "bearer" else None, _faults())
        return service

    def _service(self, okato: str) -> Tfoms:
        return _of(self._services, okato)


class SoapResponses:
    """Views of AuthService and ProtService."""

    def __init__(self, services: Mapping[str, Tfoms], clock: Clock) -> None:
        self._services = services
        self._clock = clock

    def call(self, okato: str, name: str) -> Response:
        """Answer one SOAP message."""
        incoming = _incoming()
        version = version_of(incoming)
        status = 200
        try:
            body = self._dispatch(_of(self._services, okato), incoming)
        except TfomsError as problem:
            incoming.note["findings"] = [item.to_dict() for item in incoming.findings]
            text = f"{problem.code}: {problem}"
            body = write_fault(text, version=version)
            status = 401 if problem.status == 401 else 500 if version == "1.1" else 400
        sealed = envelope_of(incoming, body, incoming.operation)
        return Response(sealed, status=status, content_type=content_type(version))

    def wsdl(self, okato: str, name: str) -> Response:
        """Serve the description of a service, with the address of this stand."""
        _of(self._services, okato)
        return description(f"tfoms/{name}.wsdl", WSDL_ADDRESSES[name])

    def _dispatch(self, service: Tfoms, incoming: Incoming) -> bytes:
        if incoming.envelope is None:
            raise BadRequestError(unreadable(incoming.findings))
        element = incoming.envelope.body
        name, ask = incoming.envelope.operation, soap.Ask.of(element)
        operation = soap.OPERATIONS.get(name)
        if operation is None:
            raise BadRequestError(f"Операция {name} сервису не известна")
        if operation is Operation.TOKEN:
            token = service.login(ask.login or "", ask.password or "")
            return soap.token_answer(token.value, expiry(self._clock, token))
        token = service.enter(ask.token, _faults(), ask.mo_code)
        if operation is Operation.PROFILE:
            return soap.profile_answer(token.mo_code, service.territory.okato)
        if operation is Operation.SEND:
            if not ask.data:
                raise BadRequestError("Нет data: пакета в base64")
            package = service.take(incoming.local_uid, ask.data, Transport.SOAP, incoming.scenario)
            return soap.delivered_answer(package.id, package.states[0][0].value)
        if not ask.ref:
            raise BadRequestError("Нет protUNID")
        if operation is Operation.STATUS:
            return soap.status_answer(service.package(ask.ref).state.value)
        try:
            data = service.answer(ask.ref, operation).data
        except NotReadyError:
            data = b""
        return soap.file_answer(name, data)


def refuse(problem: TfomsError) -> tuple[Response, int]:
    """Answer a refused REST call."""
    body = {"error": {"code": problem.code, "message": str(problem)}}
    response = jsonify(body)
    if isinstance(problem, TokenError):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response, problem.status


def expiry(clock: Clock, token: Token) -> datetime:
    """Return until when a token lives, by the stand's calendar."""
    return clock.now() + timedelta(seconds=token.seconds)


def _of(services: Mapping[str, Tfoms], okato: str) -> Tfoms:
    service = services.get(okato)
    if service is None:
        text = f"Территории {okato} нет на стенде; объявлены: {', '.join(services) or 'никакие'}"
        raise TfomsError(404, "TERRITORY", text)
    _incoming().note["okato"] = okato
    return service


def _sent(incoming: Incoming) -> tuple[bytes, str]:
    if (request.content_type or "").startswith("multipart/"):
        if len(request.files) != 1:
            raise BadRequestError("В multipart нужен ровно один файл: пакет")
        file = next(iter(request.files.values()))
        data, name = file.read(), package_name(file.filename or "")
    else:
        data, name = incoming.body, package_name(sent_name(request.environ, b""))
    if not name:
        raise BadRequestError("Нет имени пакета: назовите файл в multipart или X-File-Name")
    return data, name


def _shown(package: Package) -> dict[str, Any]:
    return {
        "id": package.id,
        "package": package.name,
        "state": package.state.value,
        "states": [
            {"state": state.value, "at": at.isoformat(timespec="seconds")}
            for state, at in package.states
        ],
    }


def _incoming() -> Incoming:
    incoming: Incoming = request.environ[TRAFFIC_KEY]
    return incoming


def _faults() -> tuple[Fault, ...]:
    faults: tuple[Fault, ...] = request.environ.get(FAULTS_KEY, ())
    return faults
