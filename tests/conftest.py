"""Makes the helper modules of this folder importable by tests of all folders."""
