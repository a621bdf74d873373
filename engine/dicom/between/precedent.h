// Precedent: what is kept of a scanned object to tell how the next one differs: its tapes and the
// bytes of its header. Objects of one series have the same elements and mostly the same values;
// their UIDs, numbers and places differ. Takes scanned objects, names entries of tapes; judges
// nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/dicom/scanned.h"

namespace slipring::dicom {

class Precedent {
 public:
  // Numbers of what is kept have `which` above kWhichShift: those of several precedents differ.
  explicit Precedent(std::uint64_t which = 0) : count_(which << kWhichShift) {}
  static constexpr unsigned kWhichShift = 48;

  // Larger objects are never alike: what is kept of each has a bound.
  static constexpr std::size_t kEntriesMax = 4096;  // of both tapes
  static constexpr std::uint64_t kBytesMax = std::uint64_t{64} << 10;

  // What is kept. Offsets of the tapes point into `bytes` as far as these reach.
  struct Kept {
    FileKind kind = FileKind::Unknown;
    const TransferSyntax* syntax = nullptr;  // declared, and borne out
    std::uint64_t number = 0;                // Likeness::number; 0: nothing is kept
    std::uint64_t data_set_begin = 0;
    std::uint64_t data_set_end = 0;
    bool whole = false;               // the last value lies in the bytes that were given
    bool faultless = false;           // the scan found nothing to say
    Tape meta_tape;                   // group 2
    Tape tape;                        // the data set; not empty
    std::vector<std::uint8_t> bytes;  // of the file, to the end of the last small value
  };
  [[nodiscard]] const Kept& kept() const { return kept_; }

  // Says in `scanned.likeness` whether the object is like the one kept, and how they differ.
  // Alike: entry by entry the same tag, VR, header and depth, and the same value where others are
  // read by it (character set, private creators, sign of the pixels, SOP class).
  void compare(Scanned& scanned) const;

  // The object is the precedent from now on, and has its number in `scanned.likeness`: 0 where it
  // is damaged, too large, or not what it says it is.
  void keep(Scanned& scanned);

 private:
  // Where bytes are known to be the same as those kept, which stand at this distance.
  struct Compared {
    std::uint64_t distance = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  // `then` was where `now` is, and is as long. `bytes` are those that `now` points into.
  [[nodiscard]] bool same_value(Bytes bytes, const Element& now, const Element& then,
                                Compared& compared) const;
  [[nodiscard]] bool compare(const Tape& now, const Tape& then, Bytes bytes, Compared& compared,
                             std::vector<Likeness::Difference>& differing) const;
  [[nodiscard]] bool is_comparable(const Scanned& scanned) const;

  Kept kept_;
  std::uint64_t count_;  // of objects that were kept
};

// How many bytes both begin with.
[[nodiscard]] std::size_t count_same(Bytes one, Bytes other);

// Whether the value of an attribute decides how others are read: then objects in which it differs
// are not alike.
[[nodiscard]] bool gives_meaning(Tag tag);

// Whether an entry holds those behind it. What stands in a sequence or an item is on the tape
// itself; a fragment is a leaf.
[[nodiscard]] inline bool is_container(std::span<const Element> tape, std::size_t index) {
  const VR vr = tape[index].vr();
  return (vr == VR::SQ || vr == VR::None) && index + 1 < tape.size() &&
         tape[index + 1].depth > tape[index].depth;
}

// Whether the last value of a tape that is not empty lies within so many bytes.
[[nodiscard]] inline bool is_whole(std::span<const Element> tape, std::uint64_t bytes) {
  const Element& last = tape.back();
  return last.undefined_length() || last.offset + last.length <= bytes;
}

}  // namespace slipring::dicom
