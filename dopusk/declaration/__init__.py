"""The candidate's declaration: mis.toml as values, with errors that name the line."""
