"""Mock ФЕРЗЛ: the federal register of insured persons, asked about policies as of a day."""
