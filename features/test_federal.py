"""Binds the scenarios of the federal variants."""

from pytest_bdd import scenarios

scenarios("federal")
