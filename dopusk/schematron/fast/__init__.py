"""Rules as generated Python over a light copy of the document."""
