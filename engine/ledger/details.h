// Details: what the row of a file keeps in one value, because no query asks for it: why the file
// failed, digests, the object's key and the findings. One value costs a tenth of what columns and
// rows of other tables cost to write and to read. Ledger's own; bytes in, bytes out.
//
// The value: 2 bytes of flags, then what they name, in their order; numbers are LEB128, texts and
// blobs have their length before them. Findings come last: how many are kept, each of them; how
// many rules had more than was kept, and how many more.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "engine/dicom/record.h"

namespace slipring::ledger {

// Findings are no longer kept, only counted, once they take so much of one value.
inline constexpr std::size_t kPackedFindingsMaxBytes = std::size_t{8} << 20;

// Replaces what is in `packed`. Findings where they are wanted.
void pack_details(const dicom::Record& record, bool with_findings,
                  std::vector<std::uint8_t>& packed);

// Views are of the packed bytes.
struct Details {
  dicom::FileIdentity source;  // but for the device, which is 0
  std::uint64_t frames = 0;
  std::string_view sop_instance;
  bool pixel_verified = false;
  bool output_is_path = false;  // the output has the name of the file
  std::string_view output;
  std::optional<Error> error;  // `what` is a view: it lives as long as the bytes
  std::string_view error_tag;
  std::optional<dicom::Sha256Digest> pixel_digest;
  std::optional<dicom::Sha256Digest> dataset_digest;
  std::optional<dicom::Xxh128Digest> output_digest;
  std::optional<dicom::Xxh128Digest> content_digest;
  std::optional<dicom::Xxh128Digest> object_digest;
  std::optional<Bytes> keys;  // as dicom::decode_keys takes them
  Bytes findings;             // for PackedFindings
};
// Errors: Malformed (cut off, or an unknown flag or code).
[[nodiscard]] Result<Details> unpack_details(Bytes packed);

// What stands at the front of them: who the file is, and whether it has an error. What follows is
// not looked at. Errors: Malformed (cut off, or an unknown flag).
struct DetailsFront {
  dicom::FileIdentity source;  // but for the device, which is 0
  bool has_error = false;
};
[[nodiscard]] Result<DetailsFront> unpack_front(Bytes packed);

struct FindingView {
  dicom::RuleId rule;
  dicom::Severity severity = dicom::Severity::Warning;
  dicom::Tag tag;
  std::uint64_t offset = kNoOffset;
  std::string_view path;
  std::string_view message;

  [[nodiscard]] dicom::Finding copy() const {
    return {rule, severity, tag, offset, std::string(path), std::string(message)};
  }
};

// Findings one after another: first those that were kept; then, of rules that had more than that,
// how many more. Errors: Malformed.
class PackedFindings {
 public:
  explicit PackedFindings(Bytes packed) : left_(packed) {}
  [[nodiscard]] Result<bool> next(FindingView& finding);
  // Once next() has said that there are no more.
  [[nodiscard]] Result<bool> next_surplus(dicom::Findings::Count& count);

 private:
  [[nodiscard]] Result<bool> starts();
  Bytes left_;
  std::uint64_t count_ = 0;
  bool started_ = false;
  bool in_surplus_ = false;
};

// Adds all of them.
[[nodiscard]] Result<void> unpack_findings(Bytes packed, dicom::Findings& findings);

}  // namespace slipring::ledger
