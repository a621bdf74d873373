// TagPlaces: where on the tape the elements with certain tags are, remembered from one object to
// the next that is like it: looking them up again costs a step an element of the tape.
#pragma once

#include <array>
#include <cstdint>

#include "engine/dicom/scanned.h"

namespace slipring::dicom {

template <std::size_t kCount>
class TagPlaces {
 public:
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;

  // `tags` ascend, and are the same every time.
  explicit TagPlaces(const std::array<Tag, kCount>& tags) : tags_(tags) {}

  // The object that the calls from here on are about; `scanned` stays where it is. True: it is like
  // the one that calls were about before.
  bool find_in(const Scanned& scanned) {
    scanned_ = &scanned;
    const Likeness& likeness = scanned.likeness;
    const bool alike = number_ != 0 && likeness.before == number_;
    if (!alike) find_each();
    number_ = likeness.number;
    return alike;
  }
  // Null where the tag is not at depth 0.
  [[nodiscard]] const Element* operator[](std::size_t tag) const {
    return places_[tag] == kNowhere ? nullptr : &scanned_->tape[places_[tag]];
  }
  [[nodiscard]] std::uint32_t entry(std::size_t tag) const { return places_[tag]; }

 private:
  void find_each() {
    std::array<const Element*, kCount> found{};
    scanned_->data_set().find_each(tags_, found);
    for (std::size_t i = 0; i < kCount; ++i)
      places_[i] = found[i] == nullptr
                       ? kNowhere
                       : static_cast<std::uint32_t>(found[i] - scanned_->tape.data());
  }

  const std::array<Tag, kCount>& tags_;
  const Scanned* scanned_ = nullptr;
  std::uint64_t number_ = 0;  // of the object that the places are of; 0: of none that counts
  std::array<std::uint32_t, kCount> places_{};
};

}  // namespace slipring::dicom
