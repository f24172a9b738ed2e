"""Renderers of a run's result: `write_all` writes them into its folder."""
