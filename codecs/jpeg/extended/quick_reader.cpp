#include "codecs/jpeg/extended/quick_reader.h"

namespace slipring::codecs::jpeg::extended {

void QuickReader::open() {
  const Bytes interval = intervals_.next();
  begin_ = interval.data();
  end_ = begin_ + interval.size();
  window_ = {0, 0, begin_};
}

// More bits used than there were, or whole bytes left.
void QuickReader::close() {
  const std::uint64_t used = static_cast<std::uint64_t>(window_.at - begin_) * 8 - window_.count;
  const std::uint64_t there = static_cast<std::uint64_t>(end_ - begin_) * 8;
  if (used > there) failed_ = true;
  if (used + 8 <= there) extraneous_ = true;
}

void QuickReader::restart(unsigned n) {
  close();
  if (intervals_.marker() != jpeg_marker::kRst0 + n) failed_ = true;
  if (failed_) return;
  intervals_.skip_marker();
  open();
}

}  // namespace slipring::codecs::jpeg::extended
