"""Binds the scenarios of the exchange with ТФОМС."""

from pytest_bdd import scenarios

scenarios("tfoms")
