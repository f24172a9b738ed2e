"""Renderers of a run's result: `write_all` writes them into its folder."""

from reports.write import FILES, USUAL, write, write_all

__all__ = ["FILES", "USUAL", "write", "write_all"]
