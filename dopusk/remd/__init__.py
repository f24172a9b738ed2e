"""What the engine knows of РЭМД: error codes, kinds, registries of the stand, checks."""
