"""The candidate's declaration: mis.toml as values, with errors that name the line."""

from dopusk.declaration.load import load, parse, read_text
from dopusk.declaration.problems import DeclarationError, Problem
from dopusk.declaration.template import template

__all__ = ["DeclarationError", "Problem", "load", "parse", "read_text", "template"]
