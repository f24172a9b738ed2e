"""XPath 3.1: tokens, syntax tree, parser."""
