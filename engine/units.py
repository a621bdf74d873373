"""Sources that are compiled alike, joined into units: units.py "TARGET|SOURCE|SOURCE..." ...

Prints a line for each unit of more than one source: its target and its sources, in that form.

Most of what a compiler does for a source it does for the headers of others, which a unit needs only
once. No name is declared by two sources of a unit: what a source keeps to itself stays its own. A
source that Highway includes once for each SIMD target is never joined.
"""

import re
import sys

SOURCES_MAX = 12  # in a unit
LINES_MAX = 1600  # of a unit that is compiled: nobody waits long for the last one
DECLARED = re.compile(r"(?<![:\w])([A-Za-z_]\w*)(?=\(| =|\{| \{|;|\[| : )")
CONSTANT = re.compile(r"(?<![:\w])(k[A-Z]\w*)(?=\{| = | =$)", re.MULTILINE)
WORDS = {"const", "default", "enum", "final", "noexcept", "return", "static_assert", "void",
         "INSTANTIATE_TEST_SUITE_P", "TEST", "TEST_F", "TEST_P"}


def names_of(text):
    """The names that a source declares outside of functions and classes; there its lines begin."""
    heads = re.findall(r"^(?!namespace|template|extern)[A-Za-z][^/\n]*", text, re.MULTILINE)
    names = {name for head in heads for name in DECLARED.findall(head)} - WORDS
    return names | set(CONSTANT.findall(text))


class Unit:
    """Sources that can be compiled together."""

    def __init__(self):
        self.sources = []
        self.names = set()
        self.lines = 0

    def takes(self, names, lines, lines_max):
        return (len(self.sources) < SOURCES_MAX and self.lines + lines <= lines_max
                and self.names.isdisjoint(names))

    def add(self, source, names, lines):
        self.sources.append(source)
        self.names |= names
        self.lines += lines


def units_of(sources, lines_max=LINES_MAX):
    """Lists of sources, of those given. Neighbours share headers: they come together."""
    alone = []
    units = []
    for source in sources:
        with open(source, encoding="utf-8") as file:
            text = file.read()
        if "hwy/foreach_target.h" in text:
            alone.append([source])
            continue
        names = names_of(text)
        lines = text.count("\n")
        unit = next((unit for unit in units if unit.takes(names, lines, lines_max)), None)
        if unit is None:
            unit = Unit()
            units.append(unit)
        unit.add(source, names, lines)
    return [unit.sources for unit in units] + alone


if __name__ == "__main__":
    for group in sys.argv[1:]:
        target, *alike = group.split("|")
        for joined in units_of(alike):
            if len(joined) > 1:
                print(target, *joined, sep="|")
