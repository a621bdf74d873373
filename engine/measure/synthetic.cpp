// draw_images: the frames of datasets/drawing, as `synthesize` puts them into its objects.
#include <array>

#include "datasets/drawing/pixels.h"
#include "engine/measure/images.h"

namespace slipring::measure {

namespace {

using datasets::Image;
using datasets::Modality;

constexpr std::uint64_t kSeed = 2026;

struct Drawn {
  std::string_view modality;
  Image image;
};

// As modalities send them: sizes and depths of the usual object of each.
constexpr std::array kDrawn = {
    Drawn{"CT", {Modality::CT, 512, 512, 16, 1, 16, 12, false}},
    Drawn{"CT", {Modality::CT, 512, 512, 16, 1, 16, 16, true}},
    Drawn{"MR", {Modality::MR, 256, 256, 32, 1, 16, 12, false}},
    Drawn{"CR", {Modality::CR, 2048, 1706, 4, 1, 16, 12, false}},
    Drawn{"US", {Modality::US, 480, 640, 8, 3, 8, 8, false}},
};

pixel::Layout layout_of(const Image& image) {
  return {image.rows,        image.columns,
          image.samples,     image.bits_allocated,
          image.bits_stored, static_cast<std::uint16_t>(image.bits_stored - 1),
          image.is_signed};
}

}  // namespace

void draw_images(ImageSet& images, const std::function<bool(std::string_view)>& wanted) {
  datasets::PixelFactory factory;
  for (const Drawn& drawn : kDrawn) {
    const pixel::Layout layout = layout_of(drawn.image);
    if (!wanted(group_name(drawn.modality, layout))) continue;
    for (std::uint32_t i = 0; i < drawn.image.frames; ++i) {
      Frame frame;
      frame.pixels.resize(drawn.image.frame_bytes());
      const double place = static_cast<double>(i) / drawn.image.frames;
      factory.draw(drawn.image, kSeed, place, kSeed + i, frame.pixels.mutable_bytes());
      images.add(drawn.modality, layout, std::move(frame));
    }
  }
}

}  // namespace slipring::measure
