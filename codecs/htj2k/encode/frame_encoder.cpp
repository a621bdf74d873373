#include "codecs/htj2k/encode/frame_encoder.h"

#include <algorithm>

#include "codecs/htj2k/encode/image_parameters.h"
#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::codecs::htj2k {

namespace {

using codestream::Band;
using codestream::Block;
using codestream::TileComponent;

}  // namespace

Result<void> FrameEncoder::encode(const EncodeJob& job, std::uint32_t precision_bits,
                                  double base_step, Crew* crew) {
  // What the wavelet rounds on its way may add up, in rare images of few bits, to one bit more.
  constexpr std::uint8_t kMoreGuardBitsMax = 2;
  for (std::uint8_t more = 0;; ++more) {
    describe_image(job.layout, job.parameters, precision_bits, base_step, more, parameters_);
    cramped_ = false;
    const Result<void> done = encode_tiles(job, crew);
    if (!cramped_ || more == kMoreGuardBitsMax) return done;
  }
}

Result<void> FrameEncoder::encode_tiles(const EncodeJob& job, Crew* crew) {
  TRY(writer_.begin(parameters_, write_options(job.parameters), *job.out));
  const auto tiles = static_cast<std::uint32_t>(parameters_.siz.tiles());
  for (std::uint32_t i = 0; i < tiles; ++i) {
    TRY(codestream::lay_out(parameters_.siz, parameters_.coding, i, ~std::uint64_t{0}, {}, tile_));
    TRY(encode_tile(job, crew));
    TRY(writer_.write_tile(tile_));
  }
  writer_.finish();
  return {};
}

// The narrowest lanes that no coefficient of such samples can leave. Signed samples, which have no
// level shift, often take far fewer bits than are stored: then what they take is what counts.
Result<void> FrameEncoder::encode_tile(const EncodeJob& job, Crew* crew) {
  const codestream::Coding& coding = parameters_.coding;
  if (!tile_.components.front().reversible) return encode_tile_in<float>(job, crew);
  const std::uint32_t bits = parameters_.siz.components.front().precision_bits;
  const unsigned levels = tile_.components.front().levels;
  if (bits <= 16 && wavelet::fits_int16(bits, levels, coding.colour_transform))
    return encode_tile_in<std::int16_t>(job, crew);
  if (bits <= 16 && load_narrow(job, levels)) return encode_loaded<std::int16_t>(crew);
  if (!wavelet::fits_int32(bits, levels, coding.colour_transform))
    return fail(ErrorCode::Unsupported, kNoOffset, "samples too wide for 32-bit coefficients", 32,
                bits);
  return encode_tile_in<std::int32_t>(job, crew);
}

template <class T>
Result<void> FrameEncoder::encode_tile_in(const EncodeJob& job, Crew* crew) {
  const codestream::ComponentSize& size = parameters_.siz.components.front();
  if (!load<T>(job, size.precision_bits, tile_.rect))
    return fail(ErrorCode::OutOfRange, kNoOffset, "a sample does not fit the precision",
                size.precision_bits, std::uint64_t{8} * job.layout.bytes_per_sample());
  return encode_loaded<T>(crew);
}

template <class T>
Result<void> FrameEncoder::encode_loaded(Crew* crew) {
  std::get<Blocks<T>>(blocks_).assign(tile_.blocks.size(), {});
  hand_of_.assign(tile_.blocks.size(), 0);
  bytes_.resize(crew == nullptr ? 1 : crew->hands());
  for (Buffer& bytes : bytes_) bytes.clear();
  for (std::size_t c = 0; c < tile_.components.size(); ++c) encode_component<T>(c, crew);
  return collect<T>();
}

// One row tells of most images that it is in vain.
bool FrameEncoder::load_narrow(const EncodeJob& job, unsigned levels) {
  const codestream::ComponentSize& size = parameters_.siz.components.front();
  if (!size.is_signed) return false;
  std::uint32_t bits = size.precision_bits;
  while (bits > 0 && !wavelet::fits_int16(bits, levels, parameters_.coding.colour_transform))
    --bits;
  if (bits == 0) return false;
  codestream::Rect row = tile_.rect;
  row.y0 += row.height() / 2;
  row.y1 = row.y0 + 1;
  return load<std::int16_t>(job, bits, row) && load<std::int16_t>(job, bits, tile_.rect);
}

// The samples of `rect`, which lies in the tile; false: one of them has more than so many bits.
template <class T>
bool FrameEncoder::load(const EncodeJob& job, std::uint32_t bits, const codestream::Rect& rect) {
  const pixel::Layout& layout = job.layout;
  wavelet::SampleForm form{.sample_bytes = layout.bytes_per_sample(),
                           .bits_stored = bits,
                           .is_signed = parameters_.siz.components.front().is_signed,
                           .components = layout.samples_per_pixel};
  if (parameters_.coding.colour_transform)
    form.transform = std::is_same_v<T, float> ? wavelet::ComponentTransform::Irreversible
                                              : wavelet::ComponentTransform::Reversible;
  const std::size_t stride = tiles::plane_stride<T>(rect.width());
  plane_samples_ = stride * rect.height();
  T* memory = tiles::samples_of<T>(plane_memory_, plane_samples_ * layout.samples_per_pixel);
  std::vector<wavelet::Plane<T>> planes(layout.samples_per_pixel);
  for (std::size_t c = 0; c < planes.size(); ++c) planes[c] = {memory + c * plane_samples_, stride};
  const std::size_t pixel_bytes = std::size_t{layout.samples_per_pixel} * form.sample_bytes;
  const std::size_t row_bytes = layout.columns * pixel_bytes;
  const std::uint8_t* from = job.pixels.data() + rect.y0 * row_bytes + rect.x0 * pixel_bytes;
  return wavelet::load_components<T>(from, row_bytes, form, rect.width(), rect.height(), planes);
}

template <class T>
void FrameEncoder::encode_component(std::size_t component, Crew* crew) {
  const TileComponent& geometry = tile_.components[component];
  const wavelet::Pyramid& pyramid = pyramids_.of(geometry);
  const wavelet::Plane<const T> plane{
      reinterpret_cast<const T*>(plane_memory_.data()) + component * plane_samples_,
      tiles::plane_stride<T>(geometry.rect.width())};
  T* memory = tiles::samples_of<T>(bands_, pyramid.samples());
  pyramid.forward(plane, memory, tiles::samples_of<T>(scratch_, pyramid.scratch_samples()));

  Blocks<T>& blocks = std::get<Blocks<T>>(blocks_);
  const std::size_t first = tile_.bands[geometry.first_band].first_block;
  std::size_t last = first;
  for (std::size_t k = 0; k < pyramid.bands().size(); ++k) {
    const Band& band = tile_.bands[geometry.first_band + k];
    const wavelet::Band& place = pyramid.bands()[k];
    for (std::size_t i = 0; i < tile_.blocks_of(band).size(); ++i, ++last) {
      const Block& block = tile_.blocks[last];
      blocks[last].source = {memory + place.offset + block.y * place.stride + block.x, place.stride,
                             block.width, block.height};
      blocks[last].bit_planes = band.bit_planes;
      blocks[last].inverse_step = static_cast<float>(1 / band.step);
    }
  }
  share(crew, last - first, tiles::kBlocksAPart, tiles::kBlocksShared,
        [&](std::size_t at, std::size_t count, std::size_t hand) {
          std::fill_n(hand_of_.begin() + static_cast<std::ptrdiff_t>(first + at), count, hand);
          encode_blocks<T>(std::span(blocks).subspan(first + at, count), bytes_[hand]);
        });
}

// The blocks' bytes have come to rest: hands them to the tile.
template <class T>
Result<void> FrameEncoder::collect() {
  const Blocks<T>& blocks = std::get<Blocks<T>>(blocks_);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (!blocks[i].status) {
      cramped_ = blocks[i].status.error().code == ErrorCode::OutOfRange;
      return blocks[i].status;
    }
    const EncodedBlock& coded = blocks[i].encoded;
    Block& block = tile_.blocks[i];
    block.data = bytes_[hand_of_[i]].data() + coded.at;
    block.bytes = block.cleanup_bytes = coded.cleanup_bytes;
    block.zero_bit_planes = coded.zero_bit_planes;
    block.passes = coded.cleanup_bytes == 0 ? 0 : 1;
  }
  return {};
}

}  // namespace slipring::codecs::htj2k
