// SeriesAtHand: what a worker remembers of the object before. Its files come in the order of
// discovery, by series, and most of what one says the one before it has said.
#pragma once

#include <algorithm>
#include <array>

#include "engine/collate/key_taker.h"
#include "engine/dicom/between/precedent.h"
#include "engine/dicom/between/tag_places.h"
#include "engine/validate/validate_in_series.h"

namespace slipring::ingest {

// What a record says of an object itself, ascending.
inline constexpr std::array kDescribed = {dicom::tags::SOPClassUID,
                                          dicom::tags::SOPInstanceUID,
                                          dicom::tags::Modality,
                                          dicom::tags::StudyInstanceUID,
                                          dicom::tags::SeriesInstanceUID,
                                          dicom::tags::NumberOfFrames,
                                          dicom::tags::Rows};
static_assert(std::ranges::is_sorted(kDescribed));

struct Series {
  explicit Series(std::size_t which) : precedent(which) {}

  dicom::Precedent precedent;
  dicom::TagPlaces<kDescribed.size()> described{kDescribed};
  collate::KeyTaker keys;
  validate::recall::Recall recall;
};

// A worker's, of several kinds of objects: files of one directory may take turns.
class SeriesAtHand {
 public:
  SeriesAtHand();

  // scan::scan_in_series() by what is at hand.
  void scan(Bytes bytes, std::uint64_t file_size_bytes, dicom::Scanned& scanned);
  // What was scanned last is what the next of its kind is held against.
  void keep(dicom::Scanned& scanned);
  // That of an object that was kept; of one that was not, one that remembers nothing of use.
  [[nodiscard]] Series& of(const dicom::Scanned& scanned);

 private:
  static constexpr std::size_t kKinds = 4;
  std::array<Series, kKinds + 1> series_;              // the first is of none
  std::array<const dicom::Precedent*, kKinds> order_;  // used last first
};
[[nodiscard]] SeriesAtHand& series_of_this_worker();

}  // namespace slipring::ingest
