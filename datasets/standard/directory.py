"""The keys of a DICOMDIR's records (PS3.3 F.5), which the facts do not have: the Directory
Information Module (F.3.2.2) leaves them to the type of the record."""
from conditions import ABSENT, EQUAL, PRESENT

MODULE = "directory-information"
RECORDS, RECORD_TYPE, FILE_ID = 0x00041220, 0x00041430, 0x00041500
OF_A_FILE = [[(PRESENT, FILE_ID, 0, ())]]
OF_INSTANCES = ("IMAGE", "PRESENTATION", "WAVEFORM", "SR DOCUMENT", "KEY OBJECT DOC", "RT DOSE",
                "RT STRUCTURE SET", "RT PLAN", "RT TREAT RECORD", "SPECTROSCOPY")
# Of Type 1 or 2 in records of these types.
KEYS = {
    0x00100010: ("2C", ("PATIENT",)), 0x00100020: ("1C", ("PATIENT",)),
    0x00080020: ("1C", ("STUDY",)), 0x00080030: ("1C", ("STUDY",)),
    0x00081030: ("2C", ("STUDY",)), 0x00080050: ("2C", ("STUDY",)),
    0x00200010: ("1C", ("STUDY",)), 0x0020000D: ("1C", ("STUDY",)),
    0x00080060: ("1C", ("SERIES",)), 0x0020000E: ("1C", ("SERIES",)),
    0x00200011: ("1C", ("SERIES",)), 0x00200013: ("1C", OF_INSTANCES),
}


def condition(path):
    """Of an attribute of a record, where the sentence of the facts says less than this."""
    tag = path[-1]
    if path[:1] != (RECORDS,):
        return None
    if tag in (0x00041510, 0x00041511, 0x00041512):
        return OF_A_FILE
    if tag not in KEYS:
        return None
    clauses = [[(EQUAL, RECORD_TYPE, 0, KEYS[tag][1])]]
    return clauses + [[(ABSENT, FILE_ID, 0, ())]] if tag == 0x0020000D else clauses


def rows():
    """(path, Type)"""
    return [((RECORDS, tag), kind) for tag, (kind, _) in sorted(KEYS.items())]
