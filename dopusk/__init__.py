"""Допуск: conformance harness and stand for МИС that connect to ЕГИСЗ."""

__version__ = "0.1.0"
