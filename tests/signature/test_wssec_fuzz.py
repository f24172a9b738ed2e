"""Mutated messages: never a crash, and never another part proved than the one that was signed.

DOPUSK_FUZZ_CASES sets the number of cases (the default takes seconds).
"""

import copy
import os
import random

import pytest
from lxml import etree
from wssec_samples import body_of, judge

from dopusk.signature.wssec_names import canonical

CASES = int(os.environ.get("DOPUSK_FUZZ_CASES", "1500")) // 3
SEED = int(os.environ.get("DOPUSK_FUZZ_SEED", "20250505"))


def flip(message, chance):
    data = bytearray(message)
    for _ in range(chance.randrange(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def rearrange(message, chance):
    """Move, copy, drop and rename elements and attributes."""
    root = etree.fromstring(message)
    elements = list(root.iter(etree.Element))
    for _ in range(chance.randrange(1, 3)):
        element, other = chance.choice(elements), chance.choice(elements)
        kind = chance.randrange(7)
        if kind == 0 and element.getparent() is not None:
            element.getparent().remove(element)
        elif kind == 1:
            other.append(copy.deepcopy(element))
        elif kind == 2 and element not in (other, *other.iterancestors()):
            other.insert(0, element)
        elif kind == 3:
            element.text = chance.choice(["", "x", other.text])
        elif kind == 4 and element.attrib:
            del element.attrib[chance.choice(list(element.attrib))]
        elif kind == 5:
            element.attrib.update(other.attrib)
        elif kind == 6:
            element.tag = other.tag
    return etree.tostring(root)


@pytest.mark.parametrize("mutate", [flip, rearrange])
def test_mutated_messages_prove_nothing_new(mutate, signed):
    message = signed()
    genuine = {item.name: item.octets for item in judge(message).parts}
    chance = random.Random(SEED)
    for number in range(CASES):
        mutant = mutate(message, chance)
        account = judge(mutant)
        account.to_dict()
        for part in account.parts:
            assert genuine[part.name] == part.octets, (number, mutant)
        if account.signed("Body") is not None:
            assert canonical(body_of(etree.fromstring(mutant))) == genuine["Body"]
