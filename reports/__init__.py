"""Renderers of a run's result."""
