// Content: whether two files of one SOP instance hold the same object: transfer syntax and data
// set, without the meta group, which every receiver writes anew.
#pragma once

#include <optional>
#include <string_view>

#include "engine/dicom/digest.h"
#include "engine/dicom/scanned.h"
#include "engine/ingest/written/written_objects.h"

namespace slipring::receive {

// A digest to go on with over the data set's bytes.
[[nodiscard]] dicom::Xxh128 begin_content_digest(std::string_view transfer_syntax);

// Of a scanned Part 10 file; nullopt for any other.
[[nodiscard]] std::optional<dicom::Xxh128Digest> content_digest(const dicom::Scanned& scanned);

// What a receiver holds: a file that somebody removed is not held any more, and one that is not as
// long as it was is another.
class HeldObjects final : public ingest::Outputs {
 public:
  explicit HeldObjects(const deliver::OutputTree& tree) : tree_(tree) {}
  [[nodiscard]] Standing standing(const dicom::Record& written) const override;
  [[nodiscard]] bool has_bytes_of(const ingest::Parcel& parcel, const dicom::Record& written,
                                  const ingest::Parcel* finishing) const override;

 private:
  const deliver::OutputTree& tree_;
};

}  // namespace slipring::receive
