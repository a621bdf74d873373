// Pyramids: the layout of wavelet bands of the last tile-component, as the next one mostly has the
// same; and the planes that go with it.
#pragma once

#include <optional>

#include "codecs/base/buffer.h"
#include "codecs/codestream/geometry.h"
#include "codecs/kernels/wavelet/pyramid.h"

namespace slipring::codecs::tiles {

namespace wavelet = kernels::wavelet;

// Blocks of one component: from a million samples on they are shared out, 0.1 million at a time.
inline constexpr std::size_t kBlocksShared = 256;
inline constexpr std::size_t kBlocksAPart = 32;

class Pyramids {
 public:
  [[nodiscard]] const wavelet::Pyramid& of(const codestream::TileComponent& component) {
    const codestream::Rect& rect = component.rect;
    const wavelet::Rectangle rectangle{rect.x0, rect.y0, rect.x1, rect.y1};
    if (!last_ || last_->levels() != component.levels || rectangle != rectangle_) {
      last_.emplace(rectangle, component.levels);
      rectangle_ = rectangle;
    }
    return *last_;
  }

 private:
  std::optional<wavelet::Pyramid> last_;
  wavelet::Rectangle rectangle_;
};

// Samples from a row to the next: whole vectors, and rows that do not fall on one cache set.
template <class T>
[[nodiscard]] constexpr std::size_t plane_stride(std::uint32_t width) {
  constexpr std::size_t kLine = Buffer::kAlignment / sizeof(T);
  constexpr std::size_t kPage = 4096 / sizeof(T);
  const std::size_t stride = (width + kLine - 1) / kLine * kLine;
  return stride % kPage == 0 ? stride + kLine : stride;
}

template <class T>
[[nodiscard]] T* samples_of(Buffer& buffer, std::size_t count) {
  buffer.resize(count * sizeof(T));
  return reinterpret_cast<T*>(buffer.data());
}

}  // namespace slipring::codecs::tiles
