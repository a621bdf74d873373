#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L3: attributes against the data dictionary (PS3.6) and the private ones known.
constexpr Rule kRules[] = {
    {{3, 1},
     Info,
     "tag is in no dictionary",
     "An element of an even group that PS3.6 does not define. It belongs to a newer edition, or to "
     "a writer that made it up.",
     "Find out who wrote it; private data belongs in odd groups.",
     "PS3.6 6, PS3.5 7.8"},
    {{3, 2},
     Warning,
     "VR contradicts the pixels' sign",
     "An attribute that may be US or SS has the one that Pixel Representation does not say.",
     "Values of 32768 and more are misread; correct the VR at the source.",
     "PS3.5 6.2, PS3.3 C.7.6.3.1"},
    {{3, 3},
     Warning,
     "number of values is not allowed",
     "The attribute has more or fewer values than its value multiplicity in PS3.6 allows.",
     "Readers take the first values or reject the attribute; correct it at the source.",
     "PS3.5 6.4, PS3.6 6"},
    {{3, 4},
     Info,
     "attribute is retired",
     "PS3.6 marks the attribute as retired: old objects may have it, new ones should not.",
     "Nothing to do for archives; change what still writes it.",
     "PS3.6 6"},
    {{3, 5},
     Warning,
     "private element has no creator",
     "No private creator of the same item reserves the block that the element is in, so nobody can "
     "tell whose it is.",
     "Restore the creator element, or remove the orphan.",
     "PS3.5 7.8.1"},
    {{3, 6},
     Warning,
     "private creator is not valid",
     "A private creator is empty, not of VR LO, has several values, or reserves a second block of "
     "its group.",
     "Software that reads the private data will not find it; correct it at the source.",
     "PS3.5 7.8.1"},
    {{3, 7},
     Info,
     "private element has another VR than is known",
     "The VR in the file is not the one that is known for this element of its creator.",
     "Trust the file where its writer is the creator; others may misread it.",
     "PS3.5 7.8"},
    {{3, 8},
     Warning,
     "private element number is in no block",
     "Elements (gggg,0001-000F) and (gggg,0100-0FFF) of odd groups do not exist.",
     "Move the element into a block with a creator.",
     "PS3.5 7.8.1"},
    {{3, 9},
     Warning,
     "repeating group does not exist",
     "Curves and overlays have 16 groups each, 5000 to 501E and 6000 to 601E, even ones.",
     "Readers ignore what is in other groups; move it.",
     "PS3.5 7.6"},
    {{3, 10},
     Info,
     "private element has another number of values",
     "The number of values is not the one known for this element of its creator.",
     "Nothing to do unless software that reads the element fails.",
     "PS3.5 7.8"},
    {{3, 11},
     Warning,
     "UID under the standard's root is not one of its own",
     "Only the standard assigns UIDs that begin with 1.2.840.10008, and it has not assigned this.",
     "Find out what wrote it: objects so named collide with those of others.",
     "PS3.5 9, PS3.6 annex A"},
    {{3, 12},
     Error,
     "UID of the standard names an instance",
     "A study, a series or an object carries a UID that the standard gave to something else, such "
     "as a SOP class.",
     "Give the instance a UID of its own and correct what refers to it.",
     "PS3.5 9, PS3.6 annex A"},
};

}  // namespace

std::span<const Rule> dictionary_rules() { return kRules; }

}  // namespace slipring::validate::catalogue
