#include "engine/ingest/series/series_at_hand.h"

#include "engine/scan/scan_in_series.h"

namespace slipring::ingest {

SeriesAtHand::SeriesAtHand() : series_{Series(0), Series(1), Series(2), Series(3), Series(4)} {
  for (std::size_t i = 0; i < kKinds; ++i) order_[i] = &series_[i + 1].precedent;
}

void SeriesAtHand::scan(Bytes bytes, std::uint64_t file_size_bytes, dicom::Scanned& scanned) {
  const std::size_t found = scan::scan_in_series(bytes, file_size_bytes, {}, order_, scanned);
  const auto place = order_.begin() + static_cast<std::ptrdiff_t>(std::min(found, kKinds - 1));
  std::rotate(order_.begin(), place, place + 1);
}

void SeriesAtHand::keep(dicom::Scanned& scanned) {
  for (Series& series : series_)
    if (&series.precedent == order_.front()) series.precedent.keep(scanned);
}

Series& SeriesAtHand::of(const dicom::Scanned& scanned) {
  return series_[scanned.likeness.number >> dicom::Precedent::kWhichShift];
}

SeriesAtHand& series_of_this_worker() {
  thread_local SeriesAtHand series;
  return series;
}

}  // namespace slipring::ingest
