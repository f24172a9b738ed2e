"""Mock ГИС субъекта РФ: passes documents on to РЭМД (fed-1), keeps those of Иная ИС (fed-2)."""
