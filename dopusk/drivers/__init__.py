"""Drivers: how the stand makes a МИС act and asks it what it thinks became of a document."""

from dopusk.drivers.base import (
    STATE_LABELS,
    Answer,
    DocumentState,
    DocumentStatus,
    Driver,
    DriverError,
    ResetOptions,
    Submission,
)
from dopusk.drivers.command import CommandDriver
from dopusk.drivers.factory import make_driver
from dopusk.drivers.http import HttpDriver
from dopusk.drivers.journaled import JournaledDriver
from dopusk.drivers.replay import ReplayDriver

__all__ = [
    "STATE_LABELS",
    "Answer",
    "CommandDriver",
    "DocumentState",
    "DocumentStatus",
    "Driver",
    "DriverError",
    "HttpDriver",
    "JournaledDriver",
    "ReplayDriver",
    "ResetOptions",
    "Submission",
    "make_driver",
]
