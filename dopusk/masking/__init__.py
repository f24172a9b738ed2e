"""Personal data: whose they are, where they stand, and what is shown instead of them."""

from dopusk.masking.masker import Masker
from dopusk.masking.people import Field, People
from dopusk.masking.reading import read_entry, read_findings, read_staff

__all__ = ["Field", "Masker", "People", "read_entry", "read_findings", "read_staff"]
