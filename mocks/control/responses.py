"""Transport of the control API: JSON in, JSON out."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from dopusk.oms import person_from_json, policy_from_json
from mocks.control.exceptions import ControlError
from mocks.control.models import Control
from mocks.faults import Fault, FaultError
from mocks.remd.exceptions import RegistryItemNotFoundError
from mocks.tfoms.exceptions import BadRequestError
from mocks.tfoms.judge import Ordered


class ControlResponses:
    """Views of the control API."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def health(self) -> Response:
        """Tell that the stand is up, its date and version."""
        return jsonify(self._control.health())

    def faults(self) -> Response:
        """List the planned faults."""
        return jsonify([fault.to_dict() for fault in self._control.planned()])

    def plan(self) -> tuple[Response, int]:
        """Plan one fault."""
        try:
            fault = Fault.from_dict(_object())
        except FaultError as problem:
            raise ControlError(400, "fault", str(problem)) from problem
        self._control.plan(fault)
        return jsonify(fault.to_dict()), 201

    def clear(self) -> tuple[str, int]:
        """Forget the planned faults."""
        self._control.clear_plan()
        return "", 204

    def demand(self) -> tuple[Response, int]:
        """Let another system demand a registered document."""
        emdr_id = str(_object().get("emdrId", ""))
        try:
            self._control.demand(emdr_id)
        except RegistryItemNotFoundError as problem:
            text = f"Документ [{emdr_id}] не зарегистрирован"
            raise ControlError(404, "emdrId", text) from problem
        return jsonify({"emdrId": emdr_id}), 202

    def order_mek(self) -> tuple[Response, int]:
        """Let МЭК decide as a scenario says."""
        data = _object()
        okato = data.get("okato")
        try:
            ordered = Ordered.from_dict(data)
        except BadRequestError as problem:
            raise ControlError(400, "mek", str(problem)) from problem
        if not self._control.order_mek(None if okato is None else str(okato), ordered):
            raise ControlError(404, "okato", f"Территория {okato} на стенде не объявлена")
        return jsonify({**ordered.to_dict(), "okato": okato}), 201

    def forget_mek(self) -> tuple[str, int]:
        """Let МЭК decide by its rules again."""
        self._control.forget_mek_orders()
        return "", 204

    def know(self) -> tuple[str, int]:
        """Let ФЕРЗЛ know a person, as a control order has persons and policies."""
        data = _object()
        try:
            person = person_from_json(data["person"])
            policies = [policy_from_json(item) for item in data.get("policies", [])]
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            text = f"Застрахованное лицо описано неверно ({problem}): нужны person и policies"
            raise ControlError(400, "person", text) from problem
        self._control.know(person, policies)
        return "", 204

    def fail_insurance(self) -> tuple[str, int]:
        """Let ФЕРЗЛ answer the next requests with error 500."""
        times = _object().get("times", 1)
        if not isinstance(times, int) or isinstance(times, bool) or times < 0:
            raise ControlError(400, "times", "times — сколько запросов подряд получат ошибку 500")
        self._control.fail_insurance(times)
        return "", 204

    def reset(self) -> tuple[str, int]:
        """Make the stand begin anew."""
        self._control.reset()
        return "", 204


def refuse(problem: ControlError) -> tuple[Response, int]:
    """Answer a wrong call."""
    body = {"error": {"code": problem.code, "message": str(problem)}}
    return jsonify(body), problem.status


def _object() -> dict[str, Any]:
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise ControlError(400, "json", "Тело запроса должно быть объектом JSON")
    return data
