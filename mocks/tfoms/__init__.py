"""Mock ТФОМС: one for each territory, reached by REST, by SOAP and through a folder."""
