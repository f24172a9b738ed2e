"""Binds the scenarios that several variants share."""

from pytest_bdd import scenarios

scenarios("common")
