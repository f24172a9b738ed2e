"""Binds the scenarios of the variants of Московская область."""

from pytest_bdd import scenarios

scenarios("moscow_region")
