// Precedent: what is kept of a data set to tell how the next one differs: its tape and the bytes of
// its values. Objects of one series have the same elements and mostly the same values; their UIDs,
// numbers and places differ. Takes data sets, names entries of tapes; judges nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/dicom/data_set.h"

namespace slipring::validate::recall {

class Precedent {
 public:
  // Larger data sets are never alike: what is kept of each has a bound.
  static constexpr std::size_t kEntriesMax = 4096;
  static constexpr std::uint64_t kBytesMax = std::uint64_t{64} << 10;

  // Whether the data set is like the one kept: entry by entry the same tag, VR, header and depth,
  // and the same value where others are read by it (character set, private creators, sign of the
  // pixels, SOP class).
  [[nodiscard]] bool is_like(const dicom::DataSet& data_set);
  // After is_like() was true: the entries whose values differ, or cannot be told to be the same,
  // ascending. Those of a last value that was not given, or is large, are among them.
  [[nodiscard]] std::span<const std::uint32_t> differing() const { return differing_; }
  // The length that an entry has in the data set kept.
  [[nodiscard]] std::uint32_t length(std::size_t entry) const { return tape_[entry].length; }

  // The data set is the precedent from now on.
  void keep(const dicom::DataSet& data_set);
  void forget() { tape_.clear(); }

 private:
  // Where bytes are known to be the same as those kept, which stand at this distance.
  struct Compared {
    std::uint64_t distance = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  // `then` was where `now` is, and is as long. `bytes` are those that `now` points into.
  [[nodiscard]] bool same_value(Bytes bytes, const dicom::Element& now, const dicom::Element& then,
                                Compared& compared) const;

  dicom::Tape tape_;
  std::vector<std::uint8_t> bytes_;  // from the first header to the end of the last small value
  std::uint64_t begin_ = 0;          // of `bytes_`, as the tape counts
  dicom::Encoding encoding_;
  bool whole_ = false;  // the last value lies in the bytes that were given
  std::vector<std::uint32_t> differing_;
};

}  // namespace slipring::validate::recall
