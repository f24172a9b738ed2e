"""Driver that has a person act: the operator is told what to do and says what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from dopusk.cases import ControlCase, Person
from dopusk.declaration.connection import Service
from dopusk.drivers.base import (
    ADVICE_LABELS,
    STATE_LABELS,
    Advice,
    Answer,
    DocumentState,
    DocumentStatus,
    DriverSkipped,
    ResetOptions,
    Submission,
)
from dopusk.drivers.by_hand import (
    PAYMENTS,
    day,
    order_sections,
    person_rows,
    shown_case,
    shown_errors,
)
from dopusk.drivers.example import Section, sections
from dopusk.drivers.probe import ProbeAnswer
from dopusk.drivers.registers import (
    REGISTER_LABELS,
    Exclusion,
    PackageStatus,
    PolicyAnswer,
    RegisterState,
    RegisterStatus,
)
from dopusk.oms import PolicyStatus, RegisterOrder

_UNSEEN = {"unseen": "по МИС этого не видно"}
"""Answer of an operator who cannot tell what the МИС advises."""


class Reply(StrEnum):
    """What the operator says to a task."""

    DONE = "done"
    REPEAT = "repeat"
    """Show the task again."""
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Task:
    """What the operator is asked to do."""

    title: str
    steps: tuple[str, ...]
    """What to do in the МИС, step by step."""
    awaited: str
    """What the stand waits for afterwards."""
    example: tuple[Section, ...] = ()
    """The control example, for a task that needs one."""


class Prompter(Protocol):
    """Shows tasks to the operator and takes the answers; KeyboardInterrupt ends the run."""

    def show(self, task: Task) -> None:
        """Show a task."""

    def reply(self, task: Task) -> Reply:
        """Wait until the operator has done the task, wants to see it again or skips it."""
        ...

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        """Return the key of the choice that the operator made."""
        ...

    def text(self, question: str, *, required: bool = False) -> str | None:
        """Return what the operator typed, None for nothing."""
        ...


class ManualDriver:
    """Makes the МИС act through its operator.

    A skipped task raises DriverSkipped with the operator's reason. The operator is asked for
    identifiers, too, but need not know them: documents are then told apart by their patient.
    """

    def __init__(self, prompter: Prompter) -> None:
        self._prompter = prompter
        self._titles: dict[str, str] = {}
        self._orders: dict[str, RegisterOrder] = {}
        self._entry = "адрес стенда"

    @property
    def name(self) -> str:
        """Return «manual»."""
        return "manual"

    def health(self) -> Answer:
        """Return that there is an operator; nothing is asked."""
        return {"status": "ok", "operator": "да"}

    def reset(self, options: ResetOptions) -> None:
        """Have the МИС set up for the stand's addresses and date."""
        addresses = [f"{_service(key)}: {url}" for key, url in options.endpoints.items()]
        self._entry = next(iter(options.endpoints.values()), self._entry)
        day = f"{options.as_of:%d.%m.%Y}" if options.as_of else "сегодняшняя"
        steps = (
            "Укажите в настройках МИС адреса стенда: " + "; ".join(addresses),
            f"Дата стенда: {day}; документы создавайте этой датой",
            *_pauses(options.time_scale),
        )
        self._carry_out(
            Task(f"Подготовьте МИС к варианту {options.variant}", steps, "вашего подтверждения")
        )

    def submit(self, case: ControlCase) -> Submission:
        """Have a document formed, signed and sent."""
        ref = f"документ {len(self._titles) + 1}"
        self._carry_out(
            Task(
                f"Зарегистрируйте {ref}: {case.title}",
                (
                    "Внесите в МИС пациента и осмотр из таблицы",
                    f"Сформируйте СЭМД вида {case.kind} и подпишите его",
                    "Отправьте документ на регистрацию",
                ),
                f"registerDocument на {self._entry}",
                sections(case),
            )
        )
        return self._sent(ref, case)

    def replace(self, ref: str, case: ControlCase) -> Submission:
        """Have the document mended or replaced by another case."""
        self._carry_out(
            Task(
                f"Исправьте {ref} и отправьте новую версию: {case.title}",
                (
                    "Внесите в осмотр значения из таблицы",
                    "Сформируйте новую версию СЭМД и подпишите её",
                    "Отправьте новую версию на регистрацию",
                ),
                f"registerDocument на {self._entry}",
                sections(case),
            )
        )
        return self._sent(ref, case)

    def status(self, ref: str) -> DocumentStatus:
        """Ask what the МИС shows of the document."""
        about = self._titles.get(ref, "")
        task = Task(
            f"Посмотрите {ref} в МИС: {about}",
            ("Откройте документ в МИС и посмотрите, что она показывает пользователю",),
            "вашего ответа",
        )
        self._carry_out(task)
        state = DocumentState(
            self._prompter.choose(
                f"Состояние: {ref}", {state.value: STATE_LABELS[state] for state in DocumentState}
            )
        )
        uid = self._prompter.text("localUid документа, если МИС его показывает")
        emdr_id = None
        if state is DocumentState.REGISTERED:
            emdr_id = self._prompter.text("Номер в РЭМД (emdrId), если МИС его показывает")
        errors: tuple[tuple[str, str], ...] = ()
        reaction = None
        if state in (DocumentState.REFUSED, DocumentState.FAILED):
            said = self._prompter.text("Коды ошибок, которые показывает МИС, через запятую")
            errors = tuple((code, "") for code in (said or "").replace(",", " ").split())
            reaction = self._advice(ref)
        return DocumentStatus(state, uid, emdr_id, errors, reaction=reaction)

    def probe(self, url: str) -> ProbeAnswer:
        """Have the address opened from where the МИС runs; what came, the stand sees itself."""
        steps = (
            f"На машине, где работает МИС, откройте адрес {url} (браузер или curl)",
            "Должно открыться описание службы (XML)",
        )
        self._carry_out(Task("Проверьте путь от МИС к стенду", steps, f"обращения к {url}"))
        return ProbeAnswer()

    def policy(self, person: Person, on: date) -> PolicyAnswer:
        """Have the person's policy looked up and told."""
        steps = (
            f"Проверьте в МИС страховую принадлежность пациента на {on:%d.%m.%Y}",
            "Посмотрите, что МИС показывает о полисе",
        )
        example = (Section("Пациент", person_rows(person)),)
        self._carry_out(Task("Проверьте полис", steps, "getInsuranceStatus", example))
        choices = {item.value: item.value for item in PolicyStatus} | {"": "полис не найден"}
        status = self._prompter.choose("Статус полиса в МИС", choices)
        if not status:
            return PolicyAnswer(found=False)
        return PolicyAnswer(
            found=True,
            status=status,
            enp=self._prompter.text("ЕНП, который показывает МИС"),
            smo=self._prompter.text("Код СМО, если МИС его показывает"),
            valid_from=day(self._prompter.text("Полис действует с (ДД.ММ.ГГГГ), если видно")),
            valid_to=day(self._prompter.text("Полис действует по (ДД.ММ.ГГГГ), если указано")),
        )

    def send_register(self, order: RegisterOrder) -> Submission:
        """Have the register formed and sent."""
        ref = f"реестр {len(self._orders) + 1}"
        steps = (
            "Внесите в МИС пациентов и услуги из таблицы, каких ещё нет",
            "Проверьте полисы, сформируйте реестр счетов за отчётный месяц и отправьте его в ТФОМС",
        )
        awaited = f"пакета реестра в ТФОМС территории {order.okato}"
        self._carry_out(
            Task(f"Отправьте {ref}: {order.title}", steps, awaited, order_sections(order))
        )
        self._orders[ref] = order
        return Submission(ref)

    def correct_register(self, ref: str, order: RegisterOrder) -> Submission:
        """Have what ФЛК refused mended and sent again."""
        steps = (
            "Исправьте в МИС услуги, как в таблице",
            "Отправьте исправленные записи в ТФОМС новым пакетом",
        )
        awaited = f"нового пакета в ТФОМС территории {order.okato}"
        self._carry_out(Task(f"Исправьте {ref}", steps, awaited, order_sections(order)))
        self._orders[ref] = order
        return Submission(ref)

    def register_status(self, ref: str) -> RegisterStatus:
        """Ask what the МИС shows of the register."""
        steps = ("Откройте реестр в МИС и посмотрите протоколы, которые она получила",)
        self._carry_out(Task(f"Посмотрите {ref} в МИС", steps, "вашего ответа"))
        choices = {item.value: REGISTER_LABELS[item] for item in RegisterState}
        state = RegisterState(self._prompter.choose(f"Состояние: {ref}", choices))
        name = self._prompter.text("Имя последнего пакета (без расширения)", required=True) or ""
        errors = shown_errors(
            self._prompter.text("Коды ошибок ФЛК, которые показывает МИС, через запятую")
        )
        order, cases, excluded = self._orders.get(ref), [], []
        for service in order.services if order else ():
            about = f"{service.id}, {service.patient.surname} {service.patient.name}"
            said = self._prompter.choose(
                f"Оплата по МЭК: {about}", PAYMENTS | {"": "услуги в реестре нет"}
            )
            if not said:
                why = self._prompter.text("Почему её нет, по словам МИС")
                excluded.append(Exclusion(service.id, why or ""))
                continue
            money = self._prompter.text("Принятая сумма, если видно")
            codes = self._prompter.text("Коды причин отказа (F014), если видно")
            cases.append(shown_case(service.id, said, money, codes))
        package = PackageStatus(name, state, errors, tuple(cases))
        return RegisterStatus(state, (package,), tuple(excluded))

    def _advice(self, ref: str) -> Advice | None:
        """Ask what the МИС tells its user to do after a refusal; None when it is not seen."""
        choices = {item.value: label for item, label in ADVICE_LABELS.items()} | _UNSEEN
        said = self._prompter.choose(f"Что МИС предлагает делать дальше: {ref}", choices)
        return None if said in _UNSEEN else Advice(said)

    def _carry_out(self, task: Task) -> None:
        while True:
            self._prompter.show(task)
            reply = self._prompter.reply(task)
            if reply is Reply.DONE:
                return
            if reply is Reply.SKIP:
                reason = self._prompter.text("Почему пропускаете", required=True)
                raise DriverSkipped(reason or "причина не названа")

    def _sent(self, ref: str, case: ControlCase) -> Submission:
        self._titles[ref] = f"{case.patient.surname} {case.patient.name}, {case.title}"
        return Submission(ref, self._prompter.text("localUid отправленного документа, если знаете"))


def _service(actor: str) -> str:
    known = {item.value: item.label for item in Service}
    return known.get(actor, actor)


def _pauses(scale: float) -> tuple[str, ...]:
    if scale == 1:
        return ()
    return (f"Предписанные паузы на стенде короче в {scale:g} раз: минута длится {60 / scale:g} с",)
