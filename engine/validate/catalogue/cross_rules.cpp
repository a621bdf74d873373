#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L6: objects against each other. Raised by collate; L6-01 by a conversion too.
constexpr Rule kRules[] = {
    {{6, 1},
     Error,
     "same SOP Instance UID, different content",
     "Two files claim to be the same object and are not. A PACS keeps one of them and drops "
     "the other. In two transfer syntaxes (then a warning) the pixels may be the same.",
     "Find out which is right; a conversion keeps both under different names.",
     "PS3.5 9, PS3.3 C.12.1.1.1"},
    {{6, 2},
     Info,
     "exact duplicate of another object",
     "Another file holds the same data set, byte for byte.",
     "Nothing is wrong; one of them is enough.",
     "PS3.5 9"},
    {{6, 3},
     Error,
     "series in two studies",
     "Objects with one Series Instance UID name different studies. A PACS files them under "
     "one of them or refuses the others.",
     "Ask which study is right: a study was split or merged and not all objects followed.",
     "PS3.3 A.1.2.3"},
    {{6, 4},
     Error,
     "study with two patients",
     "Objects of one study name different patients by ID (error), or one by another name, "
     "birth date or sex (warning). Somebody's images may be in somebody else's record.",
     "Have the patients reconciled before the study is moved: where it arrives, one of them "
     "wins.",
     "PS3.3 A.1.2.2, C.7.1.1"},
    {{6, 5},
     Warning,
     "series does not agree with itself",
     "Modality, Body Part Examined, Laterality or Frame of Reference UID differ among "
     "objects of one series, and belong to the series.",
     "Look at the objects named: they may belong to another series.",
     "PS3.3 C.7.3.1, C.7.4.1"},
    {{6, 6},
     Warning,
     "slices of a series do not fit together",
     "Orientation or spacing differ, slices are missing between others, or some positions "
     "have more slices than the rest. A volume made of them is wrong.",
     "Compare with the source: slices were lost, or sent twice.",
     "PS3.3 C.7.6.2.1.1, C.7.6.3.1.1"},
    {{6, 7},
     Warning,
     "instances are missing from a series",
     "Instance Numbers have gaps, or fewer objects are there than Images in Acquisition "
     "(0020,1002) says.",
     "Compare with the source: objects were lost, or deleted on purpose.",
     "PS3.3 C.7.6.1, C.7.6.1.1.1"},
    {{6, 8},
     Warning,
     "referenced instances are not there",
     "An object refers to images or other objects that are not among the files looked at. A "
     "report or a presentation state cannot be shown without them.",
     "Look for them in other archives; nothing is wrong where only a part of one was looked "
     "at.",
     "PS3.3 10.8"},
    {{6, 9},
     Error,
     "DICOMDIR does not match its files",
     "It leads out of its directory or its records go in a circle (errors), it lists files "
     "that are not there or hold other objects, or objects below it are not listed "
     "(warnings).",
     "Make a new DICOMDIR from the files; read the files themselves meanwhile.",
     "PS3.3 F.3, PS3.10 8"},
    {{6, 10},
     Warning,
     "study has several dates",
     "Study Date differs among objects of one study, though a study has one.",
     "Look whether two studies share a UID; an archive that routes by date will split the "
     "study.",
     "PS3.3 C.7.2.1"},
    {{6, 11},
     Info,
     "UID root is shared by manufacturers",
     "Objects of two manufacturers have SOP Instance UIDs below one organisation's root. A "
     "gateway gave out the UIDs anew, or two systems may give out the same ones.",
     "Nothing, unless L6-01 is there too: then look at who gives out the UIDs.",
     "PS3.5 9.1"},
};

}  // namespace

std::span<const Rule> cross_rules() { return kRules; }

}  // namespace slipring::validate::catalogue
