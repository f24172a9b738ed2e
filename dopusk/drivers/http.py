"""Driver over the adapter API (schemas/openapi/mis-adapter.yaml)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from dopusk.cases import ControlCase, Person
from dopusk.drivers.answers import MAX_ANSWER, error_text, excerpt, parse_object, read_value
from dopusk.drivers.base import Answer, DocumentStatus, DriverError, ResetOptions, Submission
from dopusk.drivers.probe import DriverUnsupported, ProbeAnswer
from dopusk.drivers.registers import PolicyAnswer, RegisterStatus, for_mis
from dopusk.oms import RegisterOrder, person_to_json

CONNECT_TIMEOUT = 5.0
"""Seconds to wait for the МИС's adapter to accept a connection."""
UNSUPPORTED = (404, 405, 501)
"""HTTP statuses of an adapter that does not have an optional action."""


class HttpDriver:
    """Makes the МИС act through its adapter.

    `timeout` bounds one action as a whole, in seconds. Redirects are not followed and proxies of
    the environment are not used: the address in the declaration is the one that is called.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise DriverError(f"Адрес адаптера {url!r} не похож на http://узел:порт")
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", HTTPAdapter(pool_maxsize=16))
        self._session.mount("https://", HTTPAdapter(pool_maxsize=16))

    @property
    def name(self) -> str:
        """Return «http URL»."""
        return f"http {self._url}"

    def health(self) -> Answer:
        """Return what GET /health answered."""
        return self._call("GET", "/health", expected=200)

    def reset(self, options: ResetOptions) -> None:
        """Call POST /reset; 200 and 204 both mean done."""
        self._call("POST", "/reset", options.to_json(), expected=204)

    def submit(self, case: ControlCase) -> Submission:
        """Call POST /documents."""
        body = {"case": case.to_json()}
        answer = self._call("POST", "/documents", body, expected=202)
        return read_value(Submission.from_json, answer, "POST /documents")

    def replace(self, ref: str, case: ControlCase) -> Submission:
        """Call POST /documents/{ref}/versions."""
        path = f"/documents/{quote(ref, safe='')}/versions"
        answer = self._call("POST", path, {"case": case.to_json()}, expected=202)
        return read_value(Submission.from_json, answer, f"POST {path}")

    def status(self, ref: str) -> DocumentStatus:
        """Call GET /documents/{ref}."""
        path = f"/documents/{quote(ref, safe='')}"
        return read_value(
            DocumentStatus.from_json, self._call("GET", path, expected=200), f"GET {path}"
        )

    def probe(self, url: str) -> ProbeAnswer:
        """Call POST /probe; an adapter without it raises DriverUnsupported."""
        answer = self._call("POST", "/probe", {"url": url}, expected=200, optional=True)
        return read_value(ProbeAnswer.from_json, answer, "POST /probe")

    def policy(self, person: Person, on: date) -> PolicyAnswer:
        """Call POST /policies; an adapter without it raises DriverUnsupported, as do the rest."""
        body = {"person": person_to_json(person), "on": on.isoformat()}
        answer = self._call("POST", "/policies", body, expected=200, optional=True)
        return read_value(PolicyAnswer.from_json, answer, "POST /policies")

    def send_register(self, order: RegisterOrder) -> Submission:
        """Call POST /registers."""
        body = {"order": for_mis(order)}
        answer = self._call("POST", "/registers", body, expected=202, optional=True)
        return read_value(Submission.from_json, answer, "POST /registers")

    def correct_register(self, ref: str, order: RegisterOrder) -> Submission:
        """Call POST /registers/{ref}/corrections."""
        path = f"/registers/{quote(ref, safe='')}/corrections"
        answer = self._call("POST", path, {"order": for_mis(order)}, expected=202, optional=True)
        return read_value(Submission.from_json, answer, f"POST {path}")

    def register_status(self, ref: str) -> RegisterStatus:
        """Call GET /registers/{ref}."""
        path = f"/registers/{quote(ref, safe='')}"
        answer = self._call("GET", path, expected=200)
        return read_value(RegisterStatus.from_json, answer, f"GET {path}")

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        expected: int,
        optional: bool = False,
    ) -> Answer:
        action = f"{method} {self._url}{path}"
        deadline = time.monotonic() + self._timeout
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Accept": "application/json", "Connection": "close"}
        if data is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        try:
            with self._session.request(
                method,
                self._url + path,
                data=data,
                headers=headers,
                timeout=(min(CONNECT_TIMEOUT, self._timeout), self._timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                raw = self._read(response, action, deadline)
                status = response.status_code
        except requests.exceptions.Timeout:
            raise DriverError(
                f"{action}: МИС не ответила за {self._timeout:g} с. Адаптер должен отвечать сразу, "
                "не дожидаясь регистрации; срок меняет поле timeout раздела [driver]"
            ) from None
        except requests.exceptions.ConnectionError as error:
            raise DriverError(f"{action}: {_connection_text(error)}") from None
        except requests.exceptions.RequestException as error:
            raise DriverError(f"{action}: вызов не удался: {error}") from None
        if optional and status in UNSUPPORTED:
            raise DriverUnsupported(f"{action}: адаптер отвечает HTTP {status}")
        if status not in (200, expected):
            raise DriverError(f"{action}: МИС ответила HTTP {status}: {error_text(raw)}")
        if expected == 204:
            return {}
        return parse_object(raw, action)

    def _read(self, response: requests.Response, action: str, deadline: float) -> bytes:
        # What has come, not a whole portion: a slow answer must not outlive the deadline.
        raw = b""
        while True:
            try:
                chunk = response.raw.read1(65536, decode_content=True)
            except urllib3.exceptions.ReadTimeoutError:
                raise requests.exceptions.ReadTimeout from None
            except urllib3.exceptions.HTTPError:
                raise DriverError(f"{action}: ответ МИС оборвался или испорчен") from None
            if not chunk:
                return raw
            raw += chunk
            if len(raw) > MAX_ANSWER:
                raise DriverError(
                    f"{action}: ответ МИС больше {MAX_ANSWER >> 20} МиБ, начинается с "
                    f"{excerpt(raw)}"
                )
            if time.monotonic() > deadline:
                raise requests.exceptions.ReadTimeout


def _connection_text(error: requests.exceptions.ConnectionError) -> str:
    text = str(error)
    if "NameResolutionError" in text or "getaddrinfo" in text:
        return "имя узла МИС не разрешается. Проверьте поле url раздела [driver]"
    if "Connection refused" in text or "WinError 10061" in text or "Errno 61" in text:
        return (
            "МИС не принимает соединение. Запустите адаптер МИС и проверьте поле url "
            "раздела [driver]"
        )
    return "соединение с МИС оборвалось, ответа нет"
