"""Mock ГИС ЕМИАС МО: mnemonics, forwarding as declared, registered documents, a workplace."""
