#!/usr/bin/env python3
"""Writes the tables of validation layers 3 and 4 from JSON facts about PS3.3, PS3.4 and PS3.6.

usage: make_iod_tables.py STANDARD_FOLDER OUTPUT_FOLDER [MODULE_ATTRIBUTES_JSON]

STANDARD_FOLDER holds data_dictionary, uid_dictionary, private_dictionary, sop_class_iod_map_2026b,
iod_module_map_2026b, ciod_to_modules, ciod_to_func_group_macros, macros, modules, ciods,
module_to_attributes_2018 and karnak_curated_rules. MODULE_ATTRIBUTES_JSON are attribute rows of a
newer edition, {module: [{"keyword", "type", "path"}]} (module_attribute_map.json of the highdicom
wheel); without it the rows of module_to_attributes_2018 are taken, whose condition sentences and
terms are used in both cases. Output: iod_table.inc, uid_table.inc, private_table.inc.
"""
import collections
import json
import os
import sys

import conditions
import corrections
import directory
from tables import CONTENT_SEQUENCE, Tables, write_private, write_uids

STRICTNESS = ["1", "1C", "2", "2C", "3"]


def path_of(text):
    """'00081140.00081150' -> tags; the first group of a repeating one stands for all."""
    return tuple(int(tag.replace("x", "0"), 16) for tag in text.split("."))


class Facts:
    def __init__(self, folder, attributes):
        def load(name):
            with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
                return json.load(file)

        self.dictionary = load("data_dictionary")
        self.uids = load("uid_dictionary")
        self.private = load("private_dictionary")
        self.iod_of_sop_class = load("sop_class_iod_map_2026b")
        self.modules_of_iod = load("iod_module_map_2026b")
        self.module_names = {row["id"]: row["name"] for row in load("modules")}
        self.iod_names = {row["id"]: row["name"] for row in load("ciods")}
        self.macro_names = {row["id"]: row["name"] for row in load("macros")}
        self.macro_rows = load("ciod_to_func_group_macros")
        self.old = load("module_to_attributes_2018")
        self.curated = load("karnak_curated_rules")
        self.module_condition = {(row["ciodId"], row["moduleId"]): row["conditionalStatement"]
                                 for row in load("ciod_to_modules")}
        self.names = conditions.Names(self.dictionary)
        self.tag_of_keyword, self.vr_of_tag = {}, {}
        for row in self.dictionary:
            digits = row["tag"].replace(",", "").upper()
            if "-" in digits:
                continue
            tag = int(digits.replace("X", "0"), 16)
            self.tag_of_keyword.setdefault(row["keyword"].removeprefix("RETIRED_"), tag)
            self.vr_of_tag.setdefault(tag, row["vr"])
        self.rows = self.read_rows(attributes)
        self.rows[directory.MODULE] = self.rows.get(directory.MODULE, []) + directory.rows()
        self.sentences, self.terms, self.parsed = {}, {}, {}
        self.read_sentences()

    def read_rows(self, attributes):
        """{module: [(path of tags, type)]}"""
        if attributes is None:
            return {module: [(path_of(row[0]), row[1] or "3")
                             for row in rows] for module, rows in self.old["modules"].items()}
        with open(attributes, encoding="utf-8") as file:
            newer = json.load(file)
        tag = self.tag_of_keyword
        return {module: [(tuple(tag[step] for step in row["path"]) + (tag[row["keyword"]],),
                          row["type"] or "3") for row in rows
                         if all(step in tag for step in row["path"] + [row["keyword"]])]
                for module, rows in newer.items()}

    def read_sentences(self):
        """What the older edition says of a row, found by module and path, or by its last steps."""
        by_steps = [collections.defaultdict(collections.Counter) for _ in range(2)]
        term_steps = [collections.defaultdict(collections.Counter) for _ in range(2)]
        for module, rows in self.old["modules"].items():
            for row in rows:
                path = path_of(row[0])
                if len(row) > 2 and row[2] is not None:
                    sentence = self.old["conditions"][row[2]]
                    self.sentences[module, path] = sentence
                    for steps in (1, 2):
                        by_steps[steps - 1][path[-steps:]][sentence] += 1
                if len(row) > 3 and row[3]:
                    terms = json.dumps(row[3], sort_keys=True)
                    self.terms[module, path] = terms
                    for steps in (1, 2):
                        term_steps[steps - 1][path[-steps:]][terms] += 1
        self.by_steps, self.term_steps = by_steps, term_steps

    def sentence(self, module, path):
        found = self.sentences.get((module, path))
        if found is None and len(path) > 1 and self.by_steps[1][path[-2:]]:
            found = self.by_steps[1][path[-2:]].most_common(1)[0][0]
        if found is None and len(self.by_steps[0][path[-1:]]) == 1:
            found = next(iter(self.by_steps[0][path[-1:]]))
        return found

    def terms_of(self, module, path):
        found = self.terms.get((module, path))
        if found is None and len(path) > 1 and len(self.term_steps[1][path[-2:]]) == 1:
            found = next(iter(self.term_steps[1][path[-2:]]))
        tag = path[-1]
        if found is None and f"{tag:08X}" in self.curated["enumeratedValues"] and len(path) == 1:
            found = json.dumps({"enum": self.curated["enumeratedValues"][f"{tag:08X}"]["values"]})
        if found is None or self.vr_of_tag.get(tag) not in ("CS", "US", "IS"):
            return None
        return corrections.terms(tag, json.loads(found))


class Node:
    def __init__(self, kind, condition, terms):
        self.kind, self.condition, self.terms, self.children = kind, condition, terms, {}


def module_tree(facts, module, cache):
    if module in cache:
        return cache[module]
    root = {}
    for path, kind in facts.rows.get(module, []):
        level = root
        for step in path[:-1]:
            if step not in level:
                level[step] = Node("3", None, None)
            level = level[step].children
        condition = None
        if kind.endswith("C"):
            condition = corrections.condition(module, path)
            if condition is None:
                sentence = facts.sentence(module, path)
                condition = parsed(facts, sentence)
        kind = corrections.kind(module, path, kind)
        if kind == "1C" and condition is None:
            condition = corrections.condition(module, path)
        if corrections.is_content_item(module, path):
            kind, condition = corrections.of_content_item(path, kind, condition)
        node = Node(kind, condition, facts.terms_of(module, path))
        if path[-1] in level:
            merge_node(level[path[-1]], node)
        else:
            level[path[-1]] = node
    if module in corrections.CONTENT_MODULES:  # items in items, which tables.py makes endless
        content = root[CONTENT_SEQUENCE].children
        content.setdefault(CONTENT_SEQUENCE, Node("3", None, None))
    cache[module] = root
    return root


def merge_node(mine, other):
    if STRICTNESS.index(other.kind) < STRICTNESS.index(mine.kind):
        mine.kind, mine.condition = other.kind, other.condition
    mine.terms = mine.terms or other.terms
    mine.children = merge_levels(mine.children, other.children)


def merge_levels(one, other):
    merged = {}
    for level in (one, other):
        for tag, node in level.items():
            if tag in merged:
                merge_node(merged[tag], node)
            else:
                merged[tag] = copy = Node(node.kind, node.condition, node.terms)
                copy.children = merge_levels(node.children, {})
    return merged


def kept_rows(rows):
    """Of the modules that are always there: the strictest row, and what holds without it."""
    rows.sort(key=lambda row: STRICTNESS.index(row[1].kind))
    kept = rows[:1]
    if kept[0][1].kind.endswith("C"):
        kept += [row for row in rows[1:] if row[1].kind in ("1", "2")][:1]
    return kept


def iod_rows(facts, iod, cache):
    """Root rows (tag, module slot, node, distinctive, children) of an object definition."""
    modules = facts.modules_of_iod[iod]
    usual, optional = collections.defaultdict(list), collections.defaultdict(list)
    owners, children = collections.defaultdict(set), {}
    for slot, (module, usage, _) in enumerate(modules):
        for tag, node in module_tree(facts, module, cache).items():
            (usual if usage == "M" else optional)[tag].append((slot, node))
            owners[tag].add(slot)
            children[tag] = merge_levels(children.get(tag, {}), node.children)
    rows = []
    for slot, (module, _, _) in enumerate(modules):
        for tag in corrections.OVERRIDES.get(module, ()):
            usual[tag] = [row for row in usual[tag] if row[0] == slot]
    per_frame = frame_content_is_mandatory(facts, iod)
    for tag in sorted(owners):
        kept = kept_rows(usual[tag]) if usual[tag] else []
        for slot, node in kept:
            if per_frame and tag == corrections.PER_FRAME_GROUPS:
                node.condition = corrections.NOT_TILED_FULL
            rows.append((tag, slot, node, len(owners[tag]) == 1))
        for slot, node in optional[tag]:
            if node.kind != "3" or not kept:
                rows.append((tag, slot, node, len(owners[tag]) == 1))
    return rows, children


def frame_content_is_mandatory(facts, iod):
    return any(row["ciodId"] == iod and row["macroId"] == "frame-content" and row["usage"] == "M"
               for row in facts.macro_rows)


def sequence_of_macro(facts, macro):
    keyword = corrections.MACRO_SEQUENCES.get(macro)
    if keyword is None:
        keyword = "".join(c for c in facts.macro_names[macro] if c.isalnum()) + "Sequence"
    by_lower = {key.lower(): tag for key, tag in facts.tag_of_keyword.items()}
    return by_lower.get(keyword.lower())


def parsed(facts, sentence):
    if not sentence:
        return [[conditions.UNKNOWN_LITERAL]]
    if sentence in corrections.SENTENCES:
        return corrections.SENTENCES[sentence]
    for wrong, right in corrections.MISPRINTS.items():
        sentence = sentence.replace(wrong, right)
    if sentence not in facts.parsed:
        facts.parsed[sentence] = conditions.parse(sentence, facts.names)
    return facts.parsed[sentence]


def main():
    standard, output = sys.argv[1:3]
    facts = Facts(standard, sys.argv[3] if len(sys.argv) > 3 else None)
    tables = Tables()
    cache = {}
    for iod in sorted(facts.modules_of_iod):
        rows, children = iod_rows(facts, iod, cache)
        modules = [(facts.module_names.get(module, module.replace("-", " ").title()), usage,
                    parsed(facts, facts.module_condition.get((iod, module))) if usage == "C"
                    else None, module in facts.rows)
                   for module, usage, _ in facts.modules_of_iod[iod]]
        groups = []
        for row in facts.macro_rows:
            tag = sequence_of_macro(facts, row["macroId"]) if row["ciodId"] == iod else None
            if tag:
                sentence = row["conditionalStatement"]
                condition = parsed(facts, sentence) if row["usage"] == "C" else None
                groups.append((tag, row["usage"], condition))
        name = facts.iod_names.get(iod, iod.replace("-", " ").title())
        tables.add_iod(iod, name, rows, children, modules, groups)
    tables.write(os.path.join(output, "iod_table.inc"))
    write_uids(facts, tables, os.path.join(output, "uid_table.inc"))
    write_private(facts.private, os.path.join(output, "private_table.inc"))
    print(tables.sizes())


if __name__ == "__main__":
    main()
