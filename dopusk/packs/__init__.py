"""Rule packs: the XSD and Schematron by which documents of one kind are judged."""

from dopusk.packs.pack import Pack, PackError, load_pack, pack_kinds

__all__ = ["Pack", "PackError", "load_pack", "pack_kinds"]
