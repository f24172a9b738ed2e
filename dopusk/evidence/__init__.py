"""Evidence of a run: an archive that anyone can verify and judge again."""
