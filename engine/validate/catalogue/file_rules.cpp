#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate::catalogue {

namespace {

using enum dicom::Severity;

// L0: what is wrong with a file before a byte of it is understood.
constexpr Rule kRules[] = {
    {{0, 1},
     Error,
     "file cannot be read",
     "The file could not be opened: it is not a regular file, or the system refused. Nothing is "
     "known of "
     "what is in it.",
     "Look at the permissions and the storage; run the same command again to try only what is "
     "missing.",
     "PS3.10 6"},
    {{0, 2},
     Error,
     "file is empty",
     "The file has no bytes. Often the trace of a copy that ran out of space.",
     "Look for the object on the system the file came from.",
     "PS3.10 7"},
    {{0, 3},
     Error,
     "read error",
     "The storage failed while the file was being read, at the offset given. What lies behind it "
     "is lost "
     "unless the storage recovers.",
     "Check the disk or the mount, restore the file from another copy, run the command again.",
     "PS3.10 6"},
    {{0, 4},
     Error,
     "file changed while it was being read",
     "Size or modification time differ between the beginning and the end of the reading, so the "
     "bytes seen "
     "may never have been a whole object.",
     "Run the command again when nothing writes to the archive.",
     "PS3.10 6"},
    {{0, 5},
     Warning,
     "zeros where data should be",
     "A run of at least 4 KiB of zeros reaches the end of the file, or the file has holes inside "
     "the data. "
     "A copy was probably interrupted.",
     "Compare with another copy of the object; look at its pixels.",
     "PS3.10 7"},
    {{0, 6},
     Info,
     "same file or same content as another",
     "The file is a hard link to one already seen, or holds the same bytes.",
     "Nothing to do; it is counted once as a duplicate.",
     "PS3.10 6"},
    {{0, 7},
     Warning,
     "file name is not plain text",
     "The name is not UTF-8 or holds control characters. Other programs may fail to open it.",
     "Rename it; names in the output tree never contain such bytes.",
     "PS3.10 8.1"},
    {{0, 8},
     Error,
     "container instead of DICOM",
     "The file is an archive (gzip, zip, tar). Objects inside it are not looked at.",
     "Unpack it and give the directory.",
     "PS3.10 7"},
    {{0, 9},
     Error,
     "content differs from the ledger",
     "Size and modification time are as recorded but the bytes are not: the storage or somebody "
     "altered "
     "them silently.",
     "Restore the file from another copy and verify again.",
     "PS3.10 6"},
};

}  // namespace

std::span<const Rule> file_rules() { return kRules; }

}  // namespace slipring::validate::catalogue
