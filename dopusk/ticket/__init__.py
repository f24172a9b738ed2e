"""The application to СТП of ЕМИАС (memo of Минздрав МО, step 5): written, read and checked."""

from dopusk.ticket.application import FORWARDING, SUBJECT, Application, TicketError, compose
from dopusk.ticket.check import check_application, check_notices
from dopusk.ticket.text import WrittenApplication, read, render

__all__ = [
    "FORWARDING",
    "SUBJECT",
    "Application",
    "TicketError",
    "WrittenApplication",
    "check_application",
    "check_notices",
    "compose",
    "read",
    "render",
]
