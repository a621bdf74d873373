// GuardedPlane: a plane whose first sample lies right behind an unreadable page, or whose last
// sample right before one, with known samples between its rows: a read or a write outside its rows
// stops the test or is seen. The pages are mapped once for planes of many sizes.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "codecs/base/contract.h"
#include "codecs/kernels/wavelet/plane.h"

namespace slipring::test {

using codecs::kernels::wavelet::Bands;
using codecs::kernels::wavelet::high_count;
using codecs::kernels::wavelet::low_count;
using codecs::kernels::wavelet::Plane;
using codecs::kernels::wavelet::Region;

enum class Guard { Before, Behind };

template <class T>
class GuardedPlane {
 public:
  static constexpr std::uint8_t kBetween = 0xA5;

  explicit GuardedPlane(std::size_t samples_max) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    usable_ = (samples_max * sizeof(T) + page) / page * page;
    mapped_ = usable_ + 2 * page;
    void* memory =
        ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECTS(memory != MAP_FAILED);
    base_ = static_cast<std::uint8_t*>(memory);
    EXPECTS(::mprotect(base_, page, PROT_NONE) == 0);
    EXPECTS(::mprotect(base_ + page + usable_, page, PROT_NONE) == 0);
    first_ = base_ + page;
  }
  GuardedPlane(const GuardedPlane&) = delete;
  GuardedPlane& operator=(const GuardedPlane&) = delete;
  ~GuardedPlane() { ::munmap(base_, mapped_); }

  // All samples become those of `kBetween`. A plane without samples has no readable memory.
  Plane<T> shape(std::size_t width, std::size_t height, std::size_t gap, Guard guard) {
    width_ = width;
    height_ = height;
    plane_.stride = width + gap;
    const std::size_t bytes =
        width == 0 || height == 0 ? 0 : ((height - 1) * plane_.stride + width) * sizeof(T);
    EXPECTS(bytes <= usable_);
    std::uint8_t* at = guard == Guard::Before && bytes != 0 ? first_ : first_ + usable_ - bytes;
    std::memset(at, kBetween, bytes);
    plane_.at = reinterpret_cast<T*>(at);
    return plane_;
  }
  [[nodiscard]] Plane<T> plane() const { return plane_; }

  void fill(std::span<const T> samples) {
    for (std::size_t y = 0; y < height_; ++y)
      if (width_ != 0) std::memcpy(plane_.row(y), &samples[y * width_], width_ * sizeof(T));
  }
  [[nodiscard]] std::vector<T> samples() const {
    std::vector<T> all(width_ * height_);
    for (std::size_t y = 0; y < height_; ++y)
      if (width_ != 0) std::memcpy(&all[y * width_], plane_.row(y), width_ * sizeof(T));
    return all;
  }
  [[nodiscard]] bool is_untouched_between() const {
    T known;
    std::memset(&known, kBetween, sizeof known);
    for (std::size_t y = 0; y + 1 < height_; ++y)
      for (std::size_t x = width_; width_ != 0 && x < plane_.stride; ++x)
        if (std::memcmp(&plane_.row(y)[x], &known, sizeof known) != 0) return false;
    return true;
  }

 private:
  std::size_t usable_ = 0;
  std::size_t mapped_ = 0;
  std::uint8_t* base_ = nullptr;
  std::uint8_t* first_ = nullptr;
  Plane<T> plane_;
  std::size_t width_ = 0;
  std::size_t height_ = 0;
};

// The four bands of a region, each guarded.
template <class T>
class GuardedBands {
 public:
  explicit GuardedBands(std::size_t samples_max)
      : ll_(samples_max), hl_(samples_max), lh_(samples_max), hh_(samples_max) {}

  Bands<T> shape(const Region& region, std::size_t gap, Guard guard) {
    const std::size_t low_x = low_count(region.width, region.odd_x);
    const std::size_t low_y = low_count(region.height, region.odd_y);
    const std::size_t high_x = region.width - low_x;
    const std::size_t high_y = region.height - low_y;
    return {ll_.shape(low_x, low_y, gap, guard), hl_.shape(high_x, low_y, gap, guard),
            lh_.shape(low_x, high_y, gap, guard), hh_.shape(high_x, high_y, gap, guard)};
  }
  [[nodiscard]] Bands<T> bands() const {
    return {ll_.plane(), hl_.plane(), lh_.plane(), hh_.plane()};
  }

  // Samples of all four, one after the other.
  void fill(std::span<const T> samples) {
    for (GuardedPlane<T>* plane : {&ll_, &hl_, &lh_, &hh_}) {
      const std::size_t count = plane->samples().size();
      plane->fill(samples.first(count));
      samples = samples.subspan(count);
    }
  }
  [[nodiscard]] std::vector<T> samples() const {
    std::vector<T> all;
    for (const GuardedPlane<T>* plane : {&ll_, &hl_, &lh_, &hh_}) {
      const std::vector<T> some = plane->samples();
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
  [[nodiscard]] bool is_untouched_between() const {
    return ll_.is_untouched_between() && hl_.is_untouched_between() && lh_.is_untouched_between() &&
           hh_.is_untouched_between();
  }

 private:
  GuardedPlane<T> ll_, hl_, lh_, hh_;
};

// Whole range of an integer; floats of about `amplitude`.
template <class T>
std::vector<T> random_samples(std::size_t count, std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<T> samples(count);
  for (T& sample : samples) {
    if constexpr (std::is_floating_point_v<T>)
      sample = static_cast<T>(static_cast<std::int32_t>(generator())) / T{1 << 19};
    else
      sample = static_cast<T>(generator());
  }
  return samples;
}

// Sizes at which vectors of any width begin and end, each with all parities.
inline std::vector<Region> regions_of(std::span<const std::uint32_t> widths,
                                      std::span<const std::uint32_t> heights) {
  std::vector<Region> regions;
  for (const std::uint32_t height : heights)
    for (const std::uint32_t width : widths)
      for (const bool odd_x : {false, true})
        for (const bool odd_y : {false, true}) regions.push_back({width, height, odd_x, odd_y});
  return regions;
}

inline std::vector<std::uint32_t> up_to(std::uint32_t last) {
  std::vector<std::uint32_t> lengths;
  for (std::uint32_t length = 1; length <= last; ++length) lengths.push_back(length);
  return lengths;
}

}  // namespace slipring::test
