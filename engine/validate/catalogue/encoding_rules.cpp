#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L2: elements and values (PS3.5 sections 6 and 7).
constexpr Rule kRules[] = {
    {{2, 1},
     Warning,
     "tags do not ascend",
     "Elements must be in ascending order of their tags. Readers that search in order miss what "
     "comes late.",
     "Conversion keeps the order; repair it where a reader fails.",
     "PS3.5 7.1"},
    {{2, 2},
     Error,
     "element occurs twice",
     "The same tag is there twice in one data set or item, with different values (a warning when "
     "they are "
     "equal). Readers disagree on which counts.",
     "Find out which value is right and remove the other.",
     "PS3.5 7.1"},
    {{2, 3},
     Warning,
     "odd length",
     "Every value must have an even length.",
     "Many readers cope; re-encode where one does not.",
     "PS3.5 7.1.1"},
    {{2, 4},
     Error,
     "element is longer than what holds it",
     "A declared length reaches beyond the end of its item, its sequence or the file. Usually the "
     "file was "
     "cut short.",
     "Restore the object from another copy.",
     "PS3.5 7.1.1, 7.5"},
    {{2, 5},
     Error,
     "undefined length where none may be",
     "Only SQ, UN and encapsulated OB or OW may leave the length open; here the end cannot be "
     "found.",
     "Restore the object from another copy.",
     "PS3.5 7.1.1"},
    {{2, 6},
     Error,
     "delimiter missing",
     "An item or a sequence of undefined length has no end.",
     "Restore the object from another copy.",
     "PS3.5 7.5.1, 7.5.2"},
    {{2, 7},
     Warning,
     "delimiter out of place",
     "A delimitation item stands where nothing is open; as an error its length is not zero.",
     "Many readers cope; re-encode where one does not.",
     "PS3.5 7.5"},
    {{2, 8},
     Error,
     "nesting deeper than the limit",
     "Sequences inside sequences beyond the limit of this program. Real objects do not have them.",
     "Treat the file as hostile unless you know it.",
     "PS3.5 7.5"},
    {{2, 9},
     Warning,
     "reserved bytes are not zero",
     "The two bytes after the VR of a long element must be 00 00.",
     "Harmless to most readers; often the sign of a faulty writer.",
     "PS3.5 7.1.2"},
    {{2, 10},
     Error,
     "value representation is not two letters",
     "The two bytes after the tag are not a VR. As a warning they are letters that no edition "
     "defines; the "
     "element was read with a 32-bit length.",
     "Look at the element: what follows may be misread.",
     "PS3.5 7.1.2"},
    {{2, 11},
     Warning,
     "VR differs from the dictionary",
     "The file states another value representation than PS3.6 gives for the tag. As information it "
     "states UN, "
     "which is allowed.",
     "Readers that trust the dictionary may misread the value; correct the VR at the source.",
     "PS3.5 6.2, 6.2.2, PS3.6 6"},
    {{2, 12},
     Error,
     "length is not a multiple of the value's size",
     "A binary value must consist of whole numbers; the bytes left over have no meaning.",
     "Look at the element: the writer was faulty or the file is damaged.",
     "PS3.5 6.2"},
    {{2, 13},
     Warning,
     "group length wrong",
     "(gggg,0000) is retired. As a warning its value does not lead to the end of the group, which "
     "misleads "
     "readers that use it to skip; as information it is right.",
     "Convert the file where a reader fails; group lengths may be removed.",
     "PS3.5 7.2"},
    {{2, 14},
     Error,
     "illegal group in a data set",
     "Groups 0000, 0001, 0003, 0005, 0007 and FFFF may not occur in a data set.",
     "Remove the element at the source.",
     "PS3.5 7.1, 7.8"},
    {{2, 15},
     Warning,
     "specific character set is not valid",
     "A value of (0008,0005) is not a defined term, or the terms may not stand together. Names may "
     "be shown "
     "wrong.",
     "Find out which character set the writer used and correct the attribute.",
     "PS3.3 C.12.1.1.2"},
    {{2, 16},
     Warning,
     "bytes cannot be read in the character set",
     "Text holds bytes that mean nothing in the specific character set in force. Names will be "
     "shown wrong or "
     "differently by different readers.",
     "Find out which character set the writer used and correct (0008,0005).",
     "PS3.5 6.1, PS3.3 C.12.1.1.2"},
    {{2, 17},
     Warning,
     "escape sequence not announced or not reset",
     "Text switches to a character set that (0008,0005) does not name, or does not switch back "
     "before a "
     "delimiter or the end of the value.",
     "Readers may show wrong characters; correct (0008,0005) or the text.",
     "PS3.5 6.1.2.5.3"},
    {{2, 18},
     Info,
     "trailing padding",
     "Bytes behind the last element: Data Set Trailing Padding (FFFC,FFFC) or zeros.",
     "Nothing to do.",
     "PS3.10 7.2"},
    {{2, 19},
     Warning,
     "value too long for an explicit VR",
     "More than 65,534 bytes in an element whose VR has a 16-bit length. It exists in Implicit VR "
     "only; in "
     "Explicit VR it must be written as UN.",
     "Expect readers of the converted file to see UN.",
     "PS3.5 6.2.2, 7.1.2"},
    {{2, 20},
     Warning,
     "value does not follow its VR's grammar",
     "The characters, the length or the form of a value are not what its VR allows. The message "
     "names the VR "
     "and what is wrong.",
     "Readers may reject or misread the value; correct it at the source.",
     "PS3.5 6.2"},
    {{2, 21},
     Warning,
     "wrong padding",
     "Text is padded to even length with a space, UI and OB with a single NUL; this value is not.",
     "Comparisons of such values fail in some readers.",
     "PS3.5 6.2"},
    {{2, 22},
     Warning,
     "NUL inside text",
     "A zero byte stands inside text; many programs end the text there.",
     "Look at the value; part of it may be invisible elsewhere.",
     "PS3.5 6.1.3"},
    {{2, 23},
     Warning,
     "control character in text",
     "Text holds a control character other than TAB, LF, FF, CR and ESC.",
     "Look at the value; displays may go wrong.",
     "PS3.5 6.1.3"},
    {{2, 24},
     Warning,
     "UN of undefined length was decoded",
     "An element of VR UN and undefined length holds a sequence in Implicit VR Little Endian. It "
     "was read so.",
     "Nothing to do; older readers may fail here.",
     "PS3.5 6.2.2 note, CP-246"},
};

}  // namespace

std::span<const Rule> encoding_rules() { return kRules; }

}  // namespace slipring::validate::catalogue
