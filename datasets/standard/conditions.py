"""Condition sentences of PS3.3 ("Required if ...") made into predicates a program can evaluate.

A condition is a list of clauses, all of which must hold; a clause is a list of literals, one of
which must hold. A literal is (operation, tag, value number, values); value number 0 means any
value. What cannot be understood becomes UNKNOWN, so that a sentence understood by half can still
be false.
"""
import re

PRESENT, ABSENT, EQUAL, NOT_EQUAL, GREATER, POINTS_TO, UNKNOWN = range(7)
UNKNOWN_LITERAL = (UNKNOWN, 0, 0, ())

TAG = re.compile(r"\(([0-9A-Fa-f]{4}),\s?([0-9A-Fa-f]{4})\)")
# The words of an attribute's name before its tag.
NAME_BEFORE = re.compile(r"(?:(?:[A-Z0-9(][\w'’/().-]*|of|to|in|per|for|the|and|at|by|or)\s+)*$")
LEAD = re.compile(r"((?:the|value|of|or|and|in|for|to|at|by|per) )+")
T = r"<([0-9A-F]{8})>"
VALUE_NUMBER = r"(?:,? ?[Vv]alue (\d))?,?"
SUBJECT = (r"(?:either )?(?:the )?(?:[Aa]ttribute )?(?:(?:an?y? )?value (?:of|for) )?"
           r"(?:[Vv]alue (\d) of )?" + T + VALUE_NUMBER)
IS = (r" ?(?:attribute )?(?:(?:is|are) present (?:and|with)(?: the| a)? ?(?:value)? ?"
      r"(?:is|equals|of|has a value of)?|(?:is|has|=|equals?|are)"
      r"(?: equal to| present with)?(?: the| a)?(?: value)?(?: of| is)?|value (?:is|of|equals)|"
      r"has the value) ?")
ONE_VALUE = r"\"?[A-Z0-9][A-Z0-9_.]*(?: [A-Z0-9_]+)*\"?(?: ?\([^)]*\))?"
VALUES = rf"({ONE_VALUE}(?:(?:, or |, | or ){ONE_VALUE})*)"


class Names:
    """Attribute names both ways, from rows of data_dictionary.json."""

    def __init__(self, dictionary):
        rows = [row for row in dictionary if row["name"] and "x" not in row["tag"].lower()]
        self.name_of_tag = {row["tag"].replace(",", "").upper(): row["name"] or row["keyword"]
                            for row in dictionary if "x" not in row["tag"].lower()}
        self.tag_of_name = {row["name"]: row["tag"].replace(",", "").upper() for row in rows
                            if not row["retired"] and " " in row["name"]}
        self.tag_of_name["Modality"] = "00080060"
        self.by_length = sorted(self.tag_of_name, key=len, reverse=True)


def tag_subjects(text, names):
    """'Name (gggg,eeee)' -> '<ggggeeee>'; a whole name without its tag too."""
    out, at = "", 0
    for match in TAG.finditer(text):
        before = text[at:match.start()].removesuffix(" ")
        tag = (match.group(1) + match.group(2)).upper()
        name = names.name_of_tag.get(tag)
        if name is None:  # a slip of the text: what it names is not known
            out += text[at:match.end()]
            at = match.end()
            continue
        if name and before.endswith(name):
            kept = before.removesuffix(name)
        else:
            before += " "
            words = NAME_BEFORE.search(before)
            kept = before[:words.start()]
            # "the value of Image Box (..)" keeps "the value of"; "or Name" keeps "or".
            lead = LEAD.match(before[words.start():])
            kept += lead.group(0) if lead else ""
        out += kept + f"<{tag}>"
        at = match.end()
    out += text[at:]
    for name in names.by_length:
        if name in out:
            whole = rf"(?<![\w<]){re.escape(name)}(?![\w>])"
            out = re.sub(whole, f"<{names.tag_of_name[name]}>", out)
    return out


def values_of(text):
    parts = re.split(r", or |, | or ", text)
    return tuple(re.sub(r" ?\([^)]*\)$", "", part).strip('" ') for part in parts)


def literal(text):
    """One comparison as a clause of literals, or None."""
    text = text.strip(" ,.;").removeprefix("if ").strip()
    several = re.fullmatch(
        rf"(?:either |neither |both )?((?:{T}(?:, and |, or |, | and | or | nor )?)+?)"
        r" ?(?:is|are) (not )?(present|absent|included)(?: in the image)?", text)
    if several and text.count("<") > 1:
        tags = re.findall(T, several.group(1))
        absent = (several.group(3) is not None or several.group(4) == "absent"
                  or text.startswith("neither"))
        every = (" or " not in several.group(1)) or text.startswith("neither")
        literals = [(ABSENT if absent else PRESENT, int(tag, 16), 0, ()) for tag in tags]
        return [[each] for each in literals] if every else [literals]
    match = re.fullmatch(
        SUBJECT + r" ?(?:attribute )?(?:is|are) (not )?(present|absent|included)", text)
    if match:
        absent = (match.group(4) is not None) != (match.group(5) == "absent")
        return [[(ABSENT if absent else PRESENT, int(match.group(2), 16), 0, ())]]
    match = re.fullmatch(SUBJECT + r" ?(?:(?:is|has a value) )?(?:greater than (\d+|zero|one)|"
                         r"(?:is )?(non-zero)|not (?:equal to )?(0)|(?:is )?(non-null))", text)
    if match and not match.group(7):
        number = {"zero": "0", "one": "1"}.get(match.group(4) or "0", match.group(4) or "0")
        return [[(GREATER, int(match.group(2), 16), 0, (number,))]]
    match = re.fullmatch(SUBJECT + r" ?(?:points to|includes the Tag for) " + T, text)
    if match:
        return [[(POINTS_TO, int(match.group(2), 16), 0, (match.group(4).upper(),))]]
    match = re.fullmatch(SUBJECT + r" ?(?:is|equals|are|has a value|has the value)"
                         r"(?: not| other than| not equal to| equal to other than)(?: equal to)? "
                         + VALUES, text)
    if match:
        return [[(NOT_EQUAL, int(match.group(2), 16), int(match.group(1) or match.group(3) or 0),
                  values_of(match.group(4)))]]
    match = re.fullmatch(SUBJECT + IS + VALUES, text)
    if match:
        return [[(EQUAL, int(match.group(2), 16), int(match.group(1) or match.group(3) or 0),
                  values_of(match.group(4)))]]
    return None


def parse(sentence, names):
    """The clauses of a sentence; [[UNKNOWN_LITERAL]] when nothing of it is understood."""
    text = sentence.strip()
    text = re.split(
        r"[.;] |[.;]$|,? ?[Mm]ay be present otherwise|, shall not be|Shall not", text)[0]
    text = re.sub(
        r"^(Required|Shall be present|Required only|Condition: Required)(,)? if ", "", text)
    text = text.replace("“", '"').replace("”", '"').replace("’", "'")
    text = tag_subjects(text, names)
    whole = literal(text)
    if whole:
        return whole
    parts = re.split(r",? and (?=(?:the |value |either |if |[Vv]alue \d of |a value of )*<)", text)
    clauses = []
    for part in parts:
        understood = literal(part)
        if understood:
            clauses += understood
            continue
        choices = re.split(r",? or (?=(?:the |value |if |[Vv]alue \d of |a value of )*<)", part)
        clause = []
        for choice in choices:
            found = literal(choice)
            clause += found[0] if found and len(found) == 1 else [UNKNOWN_LITERAL]
        clauses.append(clause)
    if all(each == UNKNOWN_LITERAL for clause in clauses for each in clause):
        return [[UNKNOWN_LITERAL]]
    return clauses
