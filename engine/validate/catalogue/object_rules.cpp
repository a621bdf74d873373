#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L4: the object against the definition of its SOP class (PS3.3).
constexpr Rule kRules[] = {
    {{4, 1},
     Error,
     "SOP class is missing or not known",
     "Without a SOP Class UID nobody can say what the object is. As a warning it is under the "
     "standard's root and not in PS3.6; as information it is retired or private.",
     "Correct the UID at the source; the Media Storage SOP Class UID often has it.",
     "PS3.3 C.12.1.1.1, PS3.4 annex B"},
    {{4, 2},
     Error,
     "mandatory module is missing",
     "None of the attributes that a mandatory module must have, and no other module has, is there.",
     "The object is of another SOP class than it says, or its writer left the module out.",
     "PS3.3 A.1.3.1"},
    {{4, 3},
     Warning,
     "conditional module is missing",
     "The condition under which the module is required is true, and nothing of it is there.",
     "Readers may not show the object as meant; add the module at the source.",
     "PS3.3 A.1.3.2"},
    {{4, 4},
     Error,
     "attribute of Type 1 is missing or empty",
     "An attribute that must be there with a value is not, or has none.",
     "Readers may reject the object; supply the value at the source.",
     "PS3.5 7.4.1"},
    {{4, 5},
     Error,
     "attribute of Type 1C is missing or empty",
     "The condition under which the attribute is required is true, and it is not there; or it is "
     "there without a value.",
     "Readers may reject the object; supply the value at the source.",
     "PS3.5 7.4.2"},
    {{4, 6},
     Warning,
     "attribute of Type 2 is missing",
     "An attribute that must be there, if need be without a value, is not.",
     "Add it, empty when its value is not known.",
     "PS3.5 7.4.3"},
    {{4, 7},
     Warning,
     "attribute of Type 2C is missing",
     "The condition under which the attribute must be there, if need be without a value, is true.",
     "Add it, empty when its value is not known.",
     "PS3.5 7.4.4"},
    {{4, 8},
     Warning,
     "attribute stands beside one that excludes it",
     "Two attributes of which the standard allows one: readers disagree on which counts.",
     "Find out which is meant and remove the other.",
     "PS3.5 7.4.2, PS3.3 8.8, C.7.9, C.11"},
    {{4, 9},
     Error,
     "value is not one of those allowed",
     "The standard enumerates the values of the attribute, and this is none of them. As "
     "information it is not one of the defined terms, which others may extend.",
     "Readers that know only the listed values ignore or reject it; correct it at the source.",
     "PS3.5 6.3, PS3.3"},
    {{4, 10},
     Error,
     "sequence has more items than it may",
     "The sequence may have one item and has more. Readers take the first.",
     "Remove what does not belong there, at the source.",
     "PS3.3 C.7.6.16, 8.8"},
    {{4, 11},
     Warning,
     "attribute is not of this object's definition",
     "A standard attribute that no module of the SOP class has: a Standard Extended SOP class.",
     "Harmless to most readers; they ignore it.",
     "PS3.2 3.11.3"},
    {{4, 12},
     Info,
     "conditions could not be evaluated",
     "Attributes are missing whose requirement depends on what a program cannot know, such as how "
     "the image was acquired. They were not judged.",
     "Nothing to do; do not read this report as saying that they are right.",
     "PS3.5 7.4"},
    {{4, 13},
     Error,
     "modality does not fit the SOP class",
     "Modality (0008,0060) is not one that objects of this SOP class have.",
     "Worklists and hanging protocols will go wrong; correct the modality or the SOP class.",
     "PS3.3 C.7.3.1.1.1, A"},
    {{4, 14},
     Warning,
     "image type is not well formed",
     "Image Type has two values or more, of which the first is ORIGINAL or DERIVED and the second "
     "PRIMARY or SECONDARY.",
     "Viewers sort and filter by it; correct it at the source.",
     "PS3.3 C.7.6.1.1.2"},
    {{4, 15},
     Warning,
     "functional group is missing or given twice",
     "A mandatory functional group is neither shared nor given for every frame, or a group is both "
     "shared and given per frame.",
     "Readers cannot place or show the frames; correct it at the source.",
     "PS3.3 C.7.6.16"},
    {{4, 16},
     Info,
     "attribute rules are not available",
     "This build has no definition of the SOP class, or of one of its modules. The object was not "
     "checked against it and is not known to be valid.",
     "Nothing to do; check such objects with another tool.",
     "PS3.3 A, PS3.4 annex B"},
};

}  // namespace

std::span<const Rule> object_rules() { return kRules; }

}  // namespace slipring::validate::catalogue
