"""What the facts leave out or say in words no parser follows: conditions, terms and types, each
from the text of the clause named beside it."""
import directory
from conditions import ABSENT, EQUAL, GREATER, NOT_EQUAL, PRESENT, UNKNOWN_LITERAL

SHARED_GROUPS, PER_FRAME_GROUPS = 0x52009229, 0x52009230
PALETTE = [[(EQUAL, 0x00280004, 0, ("PALETTE COLOR",)),
            (EQUAL, 0x00089205, 0, ("COLOR", "MIXED"))]]
NEVER = [[(EQUAL, 0x00080100, 0, ())]]

# By the last tag of the path, wherever it stands.
BY_TAG = {
    # PS3.3 8.8: one of three code values; the long ones only where the short one does not fit.
    0x00080100: [[(ABSENT, 0x00080119, 0, ())], [(ABSENT, 0x00080120, 0, ())]],
    0x00080119: NEVER,
    0x00080120: NEVER,
    0x00080102: [[(PRESENT, 0x00080100, 0, ()), (PRESENT, 0x00080119, 0, ())]],
    # PS3.3 C.7.6.3
    0x00280006: [[(GREATER, 0x00280002, 0, ("1",))]],
    0x00281101: PALETTE,
    0x00281102: PALETTE,
    0x00281103: PALETTE,
    0x00281201: PALETTE + [[(ABSENT, 0x00281221, 0, ())]],
    0x00281202: PALETTE + [[(ABSENT, 0x00281222, 0, ())]],
    0x00281203: PALETTE + [[(ABSENT, 0x00281223, 0, ())]],
    # PS3.3 C.7.6.1.1.5
    0x00282112: [[(EQUAL, 0x00282110, 0, ("01",))]],
    0x00282114: [[(EQUAL, 0x00282110, 0, ("01",))]],
    # PS3.3 C.11.2.1: a window or a table.
    0x00281050: [[(ABSENT, 0x00283010, 0, ())]],
    0x00281051: [[(PRESENT, 0x00281050, 0, ())]],
}
BY_MODULE = {
    ("image-pixel", 0x7FE00010): [[(ABSENT, 0x00287FE0, 0, ())], [(ABSENT, 0x7FE00008, 0, ())],
                                  [(ABSENT, 0x7FE00009, 0, ())]],
    # PS3.3 C.7.6.1.1.1: where Image Orientation and Position (Patient) are not required.
    ("general-image", 0x00200020): [[(ABSENT, 0x00200037, 0, ())], [(ABSENT, 0x00200032, 0, ())],
                                    [UNKNOWN_LITERAL]],
    ("general-image", 0x00080023): [[UNKNOWN_LITERAL]],
    ("general-image", 0x00080033): [[UNKNOWN_LITERAL]],
    # PS3.3 A.8.2.4: overrides Type 1 of the Multi-frame Module.
    ("multi-frame", 0x00280009): [[(GREATER, 0x00280008, 0, ("1",))]],
    # PS3.3 C.11.2: in an image the window is optional, in items it stands instead of a table.
    ("voi-lut", 0x00281050): [[(ABSENT, 0x00283010, 0, ())]],
    ("modality-lut", 0x00281052): [[(ABSENT, 0x00283000, 0, ())]],
    ("modality-lut", 0x00281053): [[(PRESENT, 0x00281052, 0, ())]],
    ("modality-lut", 0x00281054): [[(PRESENT, 0x00281052, 0, ())]],
    # PS3.3 C.8.2.1: or the type is not HU, which nobody can tell.
    ("ct-image", 0x00281054): [[(EQUAL, 0x00189361, 0, ("YES",)), UNKNOWN_LITERAL]],
    # PS3.3 C.7.3.1: of CT and MR, where no Patient Orientation Code Sequence says it.
    ("general-series", 0x00185100): [[(EQUAL, 0x00080016, 0, (
        "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.2.1",
        "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.2"))],
        [(ABSENT, 0x00540410, 0, ())]],
}
# PS3.3 C.7.6.16.2.2: the Frame Content Macro is never shared, so that where an object definition
# has it as mandatory the per-frame groups are there; a plane full of tiles needs none (C.7.6.17.3).
NOT_TILED_FULL = [[(ABSENT, 0x00209311, 0, ()), (NOT_EQUAL, 0x00209311, 0, ("TILED_FULL",))]]
# Types that one module sets for another of the same object (PS3.3 C.8.6.1).
OVERRIDES = {"sc-equipment": {0x00080060}}
# Sentences that no attribute's absence may leave open.
SENTENCES = {
    # Of the Segmentation Macro; a label map's pixels are the segments' numbers (A.51.5.1).
    "Required if Dimension Organization Type (0020,9311) is not TILED_FULL":
        NOT_TILED_FULL + [[(NOT_EQUAL, 0x00620001, 0, ("LABELMAP",))]],
}
# Slips of the text.
MISPRINTS = {"(0048,ee08)": "(0048,0108)"}

# Content items (PS3.3 C.17.3): what belongs to a kind of item is asked of that kind only. The facts
# have the macros' attributes and not under which Value Type they are included.
VALUE_TYPE, REFERENCED_ITEM = 0x0040A040, 0x0040DB73
OF_VALUE_TYPE = {
    0x0040A160: ("TEXT",), 0x0040A120: ("DATETIME",), 0x0040A121: ("DATE",), 0x0040A122: ("TIME",),
    0x0040A123: ("PNAME",), 0x0040A124: ("UIDREF",), 0x0040A168: ("CODE",), 0x0040A300: ("NUM",),
    0x0040A301: ("NUM",), 0x0040A801: ("TABLE",), 0x0040A050: ("CONTAINER",),
    0x00081199: ("COMPOSITE", "IMAGE", "WAVEFORM"),
    0x00700022: ("SCOORD", "SCOORD3D"), 0x00700023: ("SCOORD", "SCOORD3D"),
    0x30060024: ("SCOORD3D",),
    0x0040A130: ("TCOORD",), 0x0040A132: ("TCOORD",), 0x0040A138: ("TCOORD",),
    0x0040A13A: ("TCOORD",),
}
CONTENT_MODULES = {"sr-document-content"}


def is_content_item(module, path):
    if module not in CONTENT_MODULES or (len(path) > 1 and path[-2] != 0x0040A730):
        return False
    return path[-1] in OF_VALUE_TYPE or (path[-1] == VALUE_TYPE and len(path) > 1)


def of_content_item(path, kind, condition):
    """(kind, condition) of an attribute that one kind of content item has."""
    if path[-1] == VALUE_TYPE:  # a reference to another item has none (PS3.3 C.17.3.2.5)
        return "1C", [[(ABSENT, REFERENCED_ITEM, 0, ())]]
    mine = [[(EQUAL, VALUE_TYPE, 0, OF_VALUE_TYPE[path[-1]])]]
    if kind in ("1", "2"):
        return kind + "C", mine
    if kind in ("1C", "2C"):
        return kind, mine + (condition or [[UNKNOWN_LITERAL]])
    return kind, condition


# Required by an older text, or of every macro's own copy: not here.
KINDS = {
    ("multi-frame", 0x00280009): "1C",
    ("general-image", 0x00080023): "2C",
}
# Terms that depend on the value's number, or on more than the attribute.
WITHOUT_TERMS = {0x00080008, 0x00089007, 0x00081150, 0x00080061, 0x0020000E}
# Terms that joined since the edition of the lists.
MORE_TERMS = {
    0x00280004: ["YBR_ICT", "YBR_RCT", "XYB", "YBR_PARTIAL_420"],
    0x00100040: ["M", "F", "O"],
}
MACRO_SEQUENCES = {
    "breast-biopsy-target": "BiopsyTargetSequence",
    "breast-x-ray-acquisition-dose": "XRayAcquisitionDoseSequence",
    "breast-x-ray-detector": "DetectorPositionSequence",
    "breast-x-ray-geometry": "XRayGeometrySequence",
    "breast-x-ray-isocenter-reference-system": "IsocenterReferenceSystemSequence",
    "breast-x-ray-positioner": "PositionerPositionSequence",
    "ct-pixel-value-transformation": "PixelValueTransformationSequence",
    "frame-voi-lut-with-lut": "FrameVOILUTSequence",
    "identity-pixel-value-transformation": "PixelValueTransformationSequence",
    "image-frame-conversion-source": "ConversionSourceAttributesSequence",
    "photoacoustic-image-data-type": "ImageDataTypeSequence",
    "photoacoustic-reconstruction-algorithm": "ReconstructionAlgorithmSequence",
    "plane-orientation-patient": "PlaneOrientationSequence",
    "plane-position-patient": "PlanePositionSequence",
    "rt-beam-limiting-device-opening-sequence": "RTBeamLimitingDeviceOpeningSequence",
    "rt-image-frame-radiation-acquisition-parameters": "RTImageFrameRadiationAcquisitionSequence",
    "segmentation": "SegmentIdentificationSequence",
    "x-ray-collimator": "CollimatorShapeSequence",
    "x-ray-exposure-control-sensing-regions": "ExposureControlSensingRegionsSequence",
    "x-ray-field-of-view": "FieldOfViewSequence",
    "x-ray-frame-acquisition": "FrameAcquisitionSequence",
    "x-ray-frame-characteristics": "XAXRFFrameCharacteristicsSequence",
    "x-ray-frame-detector-parameters": "FrameDetectorParametersSequence",
    "x-ray-frame-pixel-data-properties": "FramePixelDataPropertiesSequence",
    "x-ray-isocenter-reference-system": "IsocenterReferenceSystemSequence",
    "x-ray-object-thickness": "ObjectThicknessSequence",
    "x-ray-positioner": "PositionerPositionSequence",
    "x-ray-projection-pixel-calibration": "ProjectionPixelCalibrationSequence",
    "x-ray-table-position": "TablePositionSequence",
}


def condition(module, path):
    if module == directory.MODULE:
        return directory.condition(path)
    return BY_MODULE.get((module, path[-1])) if len(path) == 1 and (module, path[-1]) in BY_MODULE \
        else BY_TAG.get(path[-1])


def kind(module, path, stated):
    """Functional groups stand in the shared or in the per-frame items: L4-15 asks where, not the
    Type of the sequence in either."""
    if len(path) == 2 and path[0] in (SHARED_GROUPS, PER_FRAME_GROUPS):
        return "3"
    if len(path) == 1:
        return KINDS.get((module, path[-1]), stated)
    return stated


def terms(tag, listed):
    """(values, closed) of {"enum": [...], "defined": [...]}"""
    if tag in WITHOUT_TERMS:
        return None
    values = listed.get("enum", []) + listed.get("defined", []) + MORE_TERMS.get(tag, [])
    values = sorted({plain(value) for value in values})
    return (tuple(values), "defined" not in listed) if values else None


def plain(value):
    """'0001H' -> '1'"""
    if value.endswith("H") and all(c in "0123456789ABCDEF" for c in value[:-1]) and len(value) > 1:
        return str(int(value[:-1], 16))
    return value
