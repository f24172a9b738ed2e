"""Mock Иная ИС (ПП РФ 447): passes documents on to РЭМД and to ГИС субъекта (fed-2)."""
