"""Mock РЭМД: two-phase registration, search, retrieval, callbacks."""
