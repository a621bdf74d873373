#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L1: the file format around a data set (PS3.10 section 7).
constexpr Rule kRules[] = {
    {{1, 1},
     Error,
     "no DICOM prefix",
     "Byte 128 does not begin \"DICM\". As a warning: the data set was recognised without it and "
     "read.",
     "Convert the file: what is written has preamble, prefix and file meta information.",
     "PS3.10 7.1"},
    {{1, 2},
     Warning,
     "preamble is not zero",
     "The 128 bytes before \"DICM\" hold something. As a warning it is the head of a program or "
     "script, which "
     "a system could run; as information it is anything else, such as a TIFF header.",
     "Treat executables as suspicious. Conversion writes a zero preamble.",
     "PS3.10 7.1, 7.5"},
    {{1, 3},
     Warning,
     "file meta group length missing or wrong",
     "(0002,0000) is absent or does not lead to the first element behind the group. As a warning "
     "the end of "
     "the group was found by other means.",
     "Convert the file: the group is written anew.",
     "PS3.10 7.1"},
    {{1, 4},
     Error,
     "file meta information is not Explicit VR Little Endian",
     "Group 2 must be encoded so, whatever the data set is. Many readers give up here.",
     "Convert the file: the group is written anew.",
     "PS3.10 7.1"},
    {{1, 5},
     Error,
     "transfer syntax missing, unknown or unsupported",
     "How the data set is encoded is not said, or in a term nobody defined. As a warning it was "
     "recognised "
     "from the bytes.",
     "Ask the vendor for private syntaxes; otherwise convert the file, which states the true one.",
     "PS3.10 7.1, PS3.5 10"},
    {{1, 6},
     Warning,
     "file meta information version missing or wrong",
     "(0002,0001) must be the two bytes 00 01.",
     "Convert the file: the group is written anew.",
     "PS3.10 7.1"},
    {{1, 7},
     Warning,
     "file meta information disagrees with the data set",
     "Media Storage SOP Class or Instance UID is missing or is not the data set's. Readers that "
     "trust the one "
     "file the object elsewhere than readers that trust the other.",
     "Find out which is right before migrating; conversion keeps the data set's.",
     "PS3.10 7.1"},
    {{1, 8},
     Warning,
     "implementation class UID missing or illegal",
     "(0002,0012) says which software wrote the file; it is required.",
     "Convert the file: the group is written anew.",
     "PS3.10 7.1, PS3.7 D.3.3.2"},
    {{1, 9},
     Warning,
     "file meta information out of order",
     "An element of group 2 is repeated, not in ascending order, or unknown.",
     "Convert the file: the group is written anew.",
     "PS3.10 7.1"},
    {{1, 10},
     Error,
     "group 2 element in the data set",
     "File meta information belongs before the data set only; on the network it is not allowed at "
     "all.",
     "Convert the file or remove the element.",
     "PS3.10 7.1"},
    {{1, 11},
     Warning,
     "private information without its creator",
     "(0002,0102) is there and (0002,0100), which says whose it is, is not.",
     "The content cannot be understood; it is kept.",
     "PS3.10 7.1"},
    {{1, 12},
     Warning,
     "retired transfer syntax",
     "The encoding was withdrawn from the standard; new systems may refuse it.",
     "Convert to a current transfer syntax.",
     "PS3.5 10, PS3.6 A"},
    {{1, 13},
     Error,
     "encoding contradicts the transfer syntax",
     "The elements are not encoded as (0002,0010) says. As a warning they were read as they are.",
     "Convert the file: what is written says what it is.",
     "PS3.5 7, 10"},
    {{1, 14},
     Error,
     "deflate stream damaged",
     "The compressed data set ends early or is corrupt; as a warning there are bytes behind its "
     "end.",
     "Restore the object from another copy.",
     "PS3.5 A.5"},
};

}  // namespace

std::span<const Rule> part10_rules() { return kRules; }

}  // namespace slipring::validate::catalogue
