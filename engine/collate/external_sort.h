// ExternalSort: records in, the same records in order out, whatever their number: what does not
// fit into the memory it is given is sorted in runs, which go to a Spill and are merged from there.
// Records are plain bytes with an operator< and the number that it looks at first, leading(); what
// is equal comes in any order.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/dicom/between/spill.h"

namespace slipring::collate {

template <class Record>
class ExternalSort {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  // Holds about `memory_bytes` while records are added, and about as many while they are taken.
  ExternalSort(dicom::SpillPlace& place, std::uint64_t memory_bytes)
      : place_(place),
        records_max_(std::max<std::size_t>(kRecordsMin, memory_bytes / sizeof(Record))) {}

  // Errors: Io, of the spill.
  [[nodiscard]] Result<void> add(const Record& record) {
    if (records_.size() == records_max_) TRY(spill());
    records_.push_back(record);
    ++size_;
    return {};
  }

  // No more are added from here on: next() may be called.
  [[nodiscard]] Result<void> finish() {
    if (!runs_.empty() && !records_.empty()) TRY(spill());
    if (runs_.empty()) {
      sort_in_memory();
      return {};
    }
    std::vector<Record>().swap(records_);
    const std::size_t each = std::max<std::size_t>(kRecordsMin / 4, records_max_ / runs_.size());
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      runs_[i].ahead_max = each;
      TRY(refill(runs_[i]));
      heap_.push_back(i);
    }
    std::ranges::make_heap(heap_, later());
    return {};
  }

  // The next in order; false at the end.
  [[nodiscard]] Result<bool> next(Record& record) {
    if (runs_.empty()) {
      if (taken_ == records_.size()) return false;
      record = records_[taken_++];
      return true;
    }
    if (heap_.empty()) return false;
    std::ranges::pop_heap(heap_, later());
    Run& run = runs_[heap_.back()];
    record = run.ahead[run.at++];
    if (run.at == run.ahead.size()) TRY(refill(run));
    if (run.at == run.ahead.size())
      heap_.pop_back();
    else
      std::ranges::push_heap(heap_, later());
    return true;
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::size_t runs() const { return runs_.size(); }

 private:
  static constexpr std::size_t kRecordsMin = 64;

  struct Run {
    std::uint64_t offset = 0;  // in the spill, of what is not read yet
    std::uint64_t left = 0;    // records
    std::size_t ahead_max = 0;
    std::vector<Record> ahead;
    std::size_t at = 0;
  };

  auto later() {
    return [this](std::size_t a, std::size_t b) {
      return runs_[b].ahead[runs_[b].at] < runs_[a].ahead[runs_[a].at];
    };
  }

  // Leading numbers are hashes, or count files: spread over their range. So records are laid out by
  // them first, a few to a place, and what is left to compare is near; where they are not spread,
  // or there is no room for a second copy, sorting takes what it takes.
  void sort_in_memory() {
    constexpr std::size_t kEach = 8;  // to a place
    const std::size_t count = records_.size();
    if (count < kEach * kEach || count > records_max_ / 2)
      return std::sort(records_.begin(), records_.end());
    std::uint64_t least = records_.front().leading();
    std::uint64_t most = least;
    for (const Record& each : records_) {
      least = std::min<std::uint64_t>(least, each.leading());
      most = std::max<std::uint64_t>(most, each.leading());
    }
    const auto place_bits = static_cast<unsigned>(std::bit_width(count / kEach));
    const auto range_bits = static_cast<unsigned>(std::bit_width(most - least));
    const unsigned shift = range_bits > place_bits ? range_bits - place_bits : 0;
    const auto place_of = [&](const Record& each) { return (each.leading() - least) >> shift; };
    std::vector<std::size_t> ends((std::size_t{1} << place_bits) + 1);
    for (const Record& each : records_) ++ends[place_of(each) + 1];
    for (std::size_t place = 1; place < ends.size(); ++place) ends[place] += ends[place - 1];
    std::vector<Record> laid_out(count);  // ends[place] is where the next one of a place goes
    for (const Record& each : records_) laid_out[ends[place_of(each)]++] = each;
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      std::sort(laid_out.begin() + static_cast<std::ptrdiff_t>(begin),
                laid_out.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
    records_ = std::move(laid_out);
  }

  Result<void> spill() {
    std::sort(records_.begin(), records_.end());
    if (spill_ == nullptr) {
      TRY_ASSIGN(spill_, place_.create());
    }
    const std::uint64_t bytes = records_.size() * sizeof(Record);
    TRY(spill_->append({reinterpret_cast<const std::uint8_t*>(records_.data()), bytes}));
    runs_.push_back({spilled_, records_.size(), 0, {}, 0});
    spilled_ += bytes;
    records_.clear();
    return {};
  }

  Result<void> refill(Run& run) {
    const std::size_t count = std::min<std::uint64_t>(run.left, run.ahead_max);
    run.ahead.resize(count);
    run.at = 0;
    if (count == 0) return {};
    const std::uint64_t bytes = count * sizeof(Record);
    TRY(spill_->read(run.offset, {reinterpret_cast<std::uint8_t*>(run.ahead.data()), bytes}));
    run.offset += bytes;
    run.left -= count;
    return {};
  }

  dicom::SpillPlace& place_;
  const std::size_t records_max_;
  std::vector<Record> records_;
  std::size_t taken_ = 0;
  std::uint64_t size_ = 0;
  std::unique_ptr<dicom::Spill> spill_;
  std::uint64_t spilled_ = 0;
  std::vector<Run> runs_;
  std::vector<std::size_t> heap_;
};

}  // namespace slipring::collate
