"""Rules as XSLT 3.0 on SaxonC: slower, and able to do all of XPath 3.1."""
