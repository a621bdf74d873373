#include "codecs/htj2k/decode/frame_decoder.h"

#include <algorithm>

#include "codecs/kernels/wavelet/components.h"
#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::codecs::htj2k {

namespace {

using codestream::Band;
using codestream::Block;
using codestream::ComponentSize;
using codestream::Rect;
using codestream::TileComponent;

std::uint32_t reduced(std::uint32_t coordinate, unsigned by) {
  return static_cast<std::uint32_t>((std::uint64_t{coordinate} + (std::uint64_t{1} << by) - 1) >>
                                    by);
}

Rect reduced(const Rect& rect, unsigned by) {
  return {reduced(rect.x0, by), reduced(rect.y0, by), reduced(rect.x1, by), reduced(rect.y1, by)};
}

Result<void> supported(const codestream::Parameters& parameters) {
  const ComponentSize& first = parameters.siz.components.front();
  for (const ComponentSize& size : parameters.siz.components) {
    if (size.dx != 1 || size.dy != 1)
      return fail(ErrorCode::Unsupported, 0, "components of fewer samples than the image");
    if (size.precision_bits != first.precision_bits || size.is_signed != first.is_signed)
      return fail(ErrorCode::Unsupported, 0, "components of unlike precision or sign");
  }
  for (const codestream::ComponentCoding& component : parameters.coding.components)
    if ((component.style.block_style & (codestream::kHt | codestream::kHtMixed)) != codestream::kHt)
      return fail(ErrorCode::Unsupported, 0, "code-blocks of JPEG 2000 Part 1");
  return {};
}

}  // namespace

Result<void> FrameDecoder::open(Bytes codestream) {
  TRY(reader_.open(codestream));
  return supported(parameters());
}

std::uint32_t FrameDecoder::columns(unsigned reduce) const {
  return reduced(parameters().siz.image, reduce).width();
}

std::uint32_t FrameDecoder::rows(unsigned reduce) const {
  return reduced(parameters().siz.image, reduce).height();
}

Result<void> FrameDecoder::decode(unsigned reduce, std::uint32_t sample_bytes, Crew* crew,
                                  MutableBytes out, Quirks& quirks) {
  EXPECTS(out.size() == std::size_t{columns(reduce)} * rows(reduce) *
                            parameters().siz.components.size() * sample_bytes);
  const Picture picture{out, reduce, sample_bytes, crew};
  for (std::uint32_t i = 0; i < reader_.tiles(); ++i) {
    TRY(reader_.read_tile(i, reduce, tile_));
    TRY(decode_tile(picture));
  }
  const codestream::Remarks& remarks = reader_.remarks();
  if (remarks.missing_end) quirks.add(Quirk::MissingEndMarker);
  if (remarks.inconsistent_lengths) quirks.add(Quirk::InconsistentLengths);
  if (remarks.trailing_bytes > 1) quirks.add(Quirk::TrailingBytes);
  return {};
}

// 16-bit lanes where no coefficient of an honest codestream can leave them; a block that does is
// told by its coder, and the tile is decoded again in 32.
Result<void> FrameDecoder::decode_tile(const Picture& picture) {
  const TileComponent& first = tile_.components.front();
  for (const TileComponent& component : tile_.components)
    if (component.reversible != first.reversible)
      return fail(ErrorCode::Unsupported, 0, "components of unlike wavelets");
  if (tile_.coding->colour_transform && tile_.components.size() < 3)
    return fail(ErrorCode::Malformed, 0, "a component transform of fewer than three components", 3,
                tile_.components.size());
  if (!first.reversible) return decode_tile_in<float>(picture);
  const std::uint32_t bits = parameters().siz.components.front().precision_bits;
  const bool rct = tile_.coding->colour_transform;
  unsigned levels = 0;
  for (const TileComponent& component : tile_.components)
    levels = std::max<unsigned>(levels, component.levels);
  if (bits <= 16 && wavelet::fits_int16(bits, levels, rct)) {
    const Result<void> done = decode_tile_in<std::int16_t>(picture);
    if (done || done.error().code != ErrorCode::OutOfRange) return done;
  }
  if (!wavelet::fits_int32(bits, levels, rct))
    return fail(ErrorCode::Unsupported, 0, "samples too wide for 32-bit coefficients", 32, bits);
  return decode_tile_in<std::int32_t>(picture);
}

template <class T>
Result<void> FrameDecoder::decode_tile_in(const Picture& picture) {
  const Rect rect = reduced(tile_.rect, picture.reduce);
  if (rect.empty()) return {};
  const std::size_t stride = plane_stride<T>(rect.width());
  const std::size_t plane_samples = stride * rect.height();
  T* memory = samples_of<T>(plane_memory_, plane_samples * tile_.components.size());
  std::get<Blocks<T>>(blocks_).resize(tile_.blocks.size());
  hands_.resize(picture.crew == nullptr ? 1 : picture.crew->hands());
  std::vector<wavelet::Plane<const T>> planes(tile_.components.size());
  for (std::size_t c = 0; c < planes.size(); ++c) {
    const wavelet::Plane<T> plane{memory + c * plane_samples, stride};
    TRY(decode_component<T>(c, picture, plane));
    planes[c] = plane;
  }
  store<T>(picture, planes);
  return {};
}

template <class T>
Result<void> FrameDecoder::decode_component(std::size_t component, const Picture& picture,
                                            wavelet::Plane<T> plane) {
  const TileComponent& geometry = tile_.components[component];
  const unsigned resolutions = geometry.levels + 1U - picture.reduce;
  const wavelet::Pyramid& pyramid = pyramids_.of(geometry);
  T* memory = samples_of<T>(bands_, pyramid.samples());
  TRY(decode_bands(component, resolutions, pyramid, memory, picture.crew));
  pyramid.inverse(memory, resolutions - 1, plane,
                  samples_of<T>(scratch_, pyramid.scratch_samples()));
  return {};
}

template <class T>
Result<void> FrameDecoder::decode_bands(std::size_t component, unsigned resolutions,
                                        const wavelet::Pyramid& pyramid, T* memory, Crew* crew) {
  const TileComponent& geometry = tile_.components[component];
  const std::uint8_t style = tile_.coding->components[component].style.block_style;
  Blocks<T>& blocks = std::get<Blocks<T>>(blocks_);
  const std::size_t first = tile_.bands[geometry.first_band].first_block;
  std::size_t last = first;
  for (std::size_t k = 0; k < 1 + 3 * (resolutions - 1); ++k) {
    const Band& band = tile_.bands[geometry.first_band + k];
    const wavelet::Band& place = pyramid.bands()[k];
    for (std::size_t i = 0; i < tile_.blocks_of(band).size(); ++i, ++last) {
      const Block& block = tile_.blocks[last];
      BlockJob<T>& job = blocks[last];
      job.coded = {.bytes = block.data,
                   .cleanup_bytes = block.cleanup_bytes,
                   .refinement_bytes = block.bytes - block.cleanup_bytes,
                   .passes = block.passes,
                   .zero_bit_planes = block.zero_bit_planes,
                   .bit_planes = band.bit_planes,
                   .causal = (style & codestream::kVerticallyCausal) != 0};
      job.samples = {memory + place.offset + block.y * place.stride + block.x, place.stride,
                     block.width, block.height};
      job.step = static_cast<float>(band.step);
      job.status = {};
    }
  }
  share(crew, last - first, kBlocksAPart, kBlocksShared,
        [&](std::size_t at, std::size_t count, std::size_t hand) {
          decode_blocks(std::span(blocks).subspan(first + at, count), hands_[hand]);
        });
  for (std::size_t i = first; i < last; ++i) TRY(blocks[i].status);
  return {};
}

template <class T>
void FrameDecoder::store(const Picture& picture, std::span<const wavelet::Plane<const T>> planes) {
  const ComponentSize& size = parameters().siz.components.front();
  wavelet::SampleForm form{.sample_bytes = picture.sample_bytes,
                           .bits_stored = size.precision_bits,
                           .is_signed = size.is_signed,
                           .components = static_cast<std::uint32_t>(planes.size())};
  if (tile_.coding->colour_transform)
    form.transform = std::is_same_v<T, float> ? wavelet::ComponentTransform::Irreversible
                                              : wavelet::ComponentTransform::Reversible;
  const Rect rect = reduced(tile_.rect, picture.reduce);
  const Rect image = reduced(parameters().siz.image, picture.reduce);
  const std::size_t pixel_bytes = planes.size() * form.sample_bytes;
  const std::size_t row_bytes = image.width() * pixel_bytes;
  std::uint8_t* to = picture.out.data() + std::size_t{rect.y0 - image.y0} * row_bytes +
                     (rect.x0 - image.x0) * pixel_bytes;
  wavelet::store_components<T>(planes, form, rect.width(), rect.height(), to, row_bytes);
}

}  // namespace slipring::codecs::htj2k
