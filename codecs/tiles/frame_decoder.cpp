#include "codecs/tiles/frame_decoder.h"

#include <algorithm>
#include <cstring>

#include "codecs/kernels/wavelet/components.h"

namespace slipring::codecs::tiles {

namespace {

using codestream::Band;
using codestream::Block;
using codestream::ComponentSize;
using codestream::Rect;
using codestream::TileComponent;

// A strip is as many rows of the bands of a last level as blocks mostly have; its rows of the plane
// are made and stored a few at a time.
constexpr std::uint32_t kStripLows = 64;
constexpr std::uint32_t kStepLows = 16;
constexpr std::size_t kStripComponents = 4;

std::uint32_t reduced(std::uint32_t coordinate, unsigned by) {
  return static_cast<std::uint32_t>((std::uint64_t{coordinate} + (std::uint64_t{1} << by) - 1) >>
                                    by);
}

Rect reduced(const Rect& rect, unsigned by) {
  return {reduced(rect.x0, by), reduced(rect.y0, by), reduced(rect.x1, by), reduced(rect.y1, by)};
}

Result<void> check_style(const BlockDecoders& decoders, std::uint8_t style) {
  if (decoders.of(style) != nullptr) return {};
  return fail(ErrorCode::Unsupported, 0,
              (style & codestream::kHt) != 0 ? "HT code-blocks (T.814)"
                                             : "code-blocks of JPEG 2000 Part 1");
}

Result<void> supported(const codestream::Parameters& parameters) {
  const ComponentSize& first = parameters.siz.components.front();
  for (const ComponentSize& size : parameters.siz.components) {
    if (size.dx != 1 || size.dy != 1)
      return fail(ErrorCode::Unsupported, 0, "components of fewer samples than the image");
    if (size.precision_bits != first.precision_bits || size.is_signed != first.is_signed)
      return fail(ErrorCode::Unsupported, 0, "components of unlike precision or sign");
  }
  return {};
}

}  // namespace

Result<void> FrameDecoder::open(Bytes codestream, const BlockDecoders& decoders) {
  decoders_ = decoders;
  TRY(reader_.open(codestream));
  for (const codestream::ComponentCoding& component : parameters().coding.components)
    TRY(check_style(decoders, component.style.block_style));
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
  return run({out, {}, reduce, sample_bytes, crew}, quirks);
}

Result<void> FrameDecoder::compare(std::uint32_t sample_bytes, Crew* crew, Bytes expected,
                                   Quirks& quirks) {
  EXPECTS(expected.size() ==
          std::size_t{columns(0)} * rows(0) * parameters().siz.components.size() * sample_bytes);
  compared_bytes_ = 0;
  TRY(run({{}, expected, 0, sample_bytes, crew}, quirks));
  if (compared_bytes_ == expected.size()) return {};
  return fail(ErrorCode::Mismatch, kNoOffset, "tiles that do not cover the image", expected.size(),
              compared_bytes_);
}

Result<void> FrameDecoder::run(const Picture& picture, Quirks& quirks) {
  Crew* const crew = picture.crew;
  for (BlockDecoder* decoder : {decoders_.ht, decoders_.part1})
    if (decoder != nullptr) decoder->employ(crew == nullptr ? 1 : crew->hands());
  for (std::uint32_t i = 0; i < reader_.tiles(); ++i) {
    TRY(reader_.read_tile(i, picture.reduce, tile_));
    TRY(decode_tile(picture));
  }
  const codestream::Remarks& remarks = reader_.remarks();
  if (remarks.missing_end) quirks.add(Quirk::MissingEndMarker);
  if (remarks.inconsistent_lengths) quirks.add(Quirk::InconsistentLengths);
  if (remarks.trailing_bytes > 1) quirks.add(Quirk::TrailingBytes);
  return {};
}

// Whether a block of Part 1 lacks bit planes: what a wavelet makes of middles of intervals may be
// larger than any image's coefficients.
bool FrameDecoder::ends_early() const {
  for (const Band& band : tile_.bands) {
    const std::uint8_t style = tile_.coding->components[band.component].style.block_style;
    if ((style & codestream::kHt) != 0) continue;
    for (const Block& block : tile_.blocks_of(band))
      if (block.passes != 0 && block.passes + 2U < 3U * (band.bit_planes - block.zero_bit_planes))
        return true;
  }
  return false;
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
  if (bits <= 16 && wavelet::fits_int16(bits, levels, rct) && !ends_early()) {
    const std::size_t compared_before = compared_bytes_;
    const Result<void> done = decode_tile_in<std::int16_t>(picture);
    if (done || done.error().code != ErrorCode::OutOfRange) return done;
    compared_bytes_ = compared_before;
  }
  if (!wavelet::fits_int32(bits, levels, rct))
    return fail(ErrorCode::Unsupported, 0, "samples too wide for 32-bit coefficients", 32, bits);
  return decode_tile_in<std::int32_t>(picture);
}

template <class T>
Result<void> FrameDecoder::decode_tile_in(const Picture& picture) {
  const Rect rect = reduced(tile_.rect, picture.reduce);
  if (rect.empty()) return {};
  if constexpr (!std::is_same_v<T, float>)
    if (goes_in_strips(picture)) return decode_strips<T>(picture);
  const std::size_t stride = plane_stride<T>(rect.width());
  const std::size_t plane_samples = stride * rect.height();
  T* memory = samples_of<T>(plane_memory_, plane_samples * tile_.components.size());
  std::vector<wavelet::Plane<const T>> planes(tile_.components.size());
  for (std::size_t c = 0; c < planes.size(); ++c) {
    const wavelet::Plane<T> plane{memory + c * plane_samples, stride};
    TRY(decode_component<T>(c, picture, plane));
    planes[c] = plane;
  }
  return store<T>(picture, planes, 0, rect.height());
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
  TRY(check_style(decoders_, style));
  Tasks<T>& tasks = std::get<Tasks<T>>(tasks_);
  tasks.clear();
  for (std::size_t k = 0; k < 1 + 3 * (resolutions - 1); ++k) {
    const Band& band = tile_.bands[geometry.first_band + k];
    const wavelet::Band& place = pyramid.bands()[k];
    for (const Block& block : tile_.blocks_of(band))
      tasks.push_back(
          task_of(band, block, memory + place.offset + block.y * place.stride, place.stride));
  }
  BlockDecoder& decoder = *decoders_.of(style);
  const Sharing sharing = decoder.sharing();
  share(crew, tasks.size(), sharing.a_part, sharing.worth,
        [&](std::size_t at, std::size_t count, std::size_t hand) {
          decoder.decode(std::span(tasks).subspan(at, count), hand);
        });
  for (const BlockTask<T>& task : tasks) TRY(task.status);
  return {};
}

// `row`: of the band, where the block's first one begins.
template <class T>
BlockTask<T> FrameDecoder::task_of(const Band& band, const Block& block, T* row,
                                   std::size_t stride) const {
  const std::uint8_t style = tile_.coding->components[band.component].style.block_style;
  return {&block,
          tile_.segments.data() + block.first_segment,
          {style, band.bit_planes, band.orientation, static_cast<float>(band.step)},
          row + block.x,
          stride,
          {}};
}

const Band& FrameDecoder::band_of_last(const TileComponent& component, unsigned reduce,
                                       std::size_t band) const {
  return tile_.bands[component.first_band + 3 * (component.levels - reduce) - 2 + band];
}

// Where idle hands would share the blocks, they had better have all of them at once.
bool FrameDecoder::goes_in_strips(const Picture& picture) const {
  const auto is_shared = [&](std::size_t component) {
    const std::uint8_t style = tile_.coding->components[component].style.block_style;
    const BlockDecoder* decoder = decoders_.of(style);
    return decoder == nullptr || tile_.blocks.size() >= decoder->sharing().worth;
  };
  if (tile_.components.size() > kStripComponents) return false;
  for (std::size_t c = 0; c < tile_.components.size(); ++c) {
    if (picture.crew != nullptr && picture.crew->hands() > 1 && is_shared(c)) return false;
    if (!falls_in_strips(tile_.components[c], picture)) return false;
  }
  return true;
}

// Whether no block of the last level is in two strips, and each low row above its high row.
bool FrameDecoder::falls_in_strips(const TileComponent& component, const Picture& picture) const {
  if (component.levels <= picture.reduce || reduced(component.rect, picture.reduce).y0 % 2 != 0)
    return false;
  for (std::size_t band = 0; band < 3; ++band)
    for (const Block& block : tile_.blocks_of(band_of_last(component, picture.reduce, band)))
      if (block.y % kStripLows + block.height > kStripLows) return false;
  return true;
}

// The last level and its blocks in strips: the memory of a strip's bands is that of the next one's,
// planes are never whole, and both are used while they are in a cache.
template <class T>
Result<void> FrameDecoder::decode_strips(const Picture& picture) {
  const std::size_t count = tile_.components.size();
  std::size_t samples = 0, scratch_samples = 0;
  for (const TileComponent& component : tile_.components) {
    const wavelet::Pyramid& pyramid = pyramids_.of(component);
    samples = std::max(samples, pyramid.samples());
    scratch_samples = std::max(scratch_samples, pyramid.scratch_samples());
  }
  T* bands = samples_of<T>(bands_, count * samples);
  T* scratch = samples_of<T>(scratch_, count * scratch_samples);
  due_.clear();
  due_.reserve(tile_.blocks.size());
  std::vector<LastLevel<T>> levels;
  for (std::size_t c = 0; c < count; ++c) {
    TRY_ASSIGN(const LastLevel<T> level,
               open_level<T>(c, picture, bands + c * samples,
                             {scratch + c * scratch_samples, scratch_samples}));
    levels.push_back(level);
  }
  return run_strips<T>(picture, levels);
}

template <class T>
Result<void> FrameDecoder::run_strips(const Picture& picture, std::span<LastLevel<T>> levels) {
  const wavelet::Region region = levels.front().steps.region;
  const std::size_t stride = plane_stride<T>(region.width);
  const std::size_t size = stride * (2 * kStepLows + 2);
  T* memory = samples_of<T>(plane_memory_, levels.size() * size);
  std::vector<wavelet::Plane<const T>> planes(levels.size());
  for (std::uint32_t made = 0, lows = 0; made < region.height;) {
    const std::uint32_t end = std::min(lows + kStepLows, wavelet::low_count(region.height, false));
    const std::uint32_t rows = wavelet::rows_made(region, end) - made;
    const std::size_t overlap = made == 0 ? 0 : 1;
    for (std::size_t c = 0; c < levels.size(); ++c) {
      LastLevel<T>& level = levels[c];
      if (lows % kStripLows == 0) TRY(next_strip(level, picture.reduce));
      const wavelet::Plane<T> plane{memory + c * size, stride};
      wavelet::inverse_reversible<T>(level.steps, end, plane, level.scratch);
      planes[c] = {plane.row(overlap), stride};
    }
    TRY(store<T>(picture, planes, made, rows));
    for (std::size_t c = 0; c < levels.size(); ++c)
      std::copy_n(planes[c].row(rows - 1), region.width, memory + c * size);
    made += rows;
    lows = end;
  }
  return {};
}

// The levels below the last, and the last one's blocks strip by strip.
template <class T>
auto FrameDecoder::open_level(std::size_t component, const Picture& picture, T* memory,
                              std::span<T> scratch) -> Result<LastLevel<T>> {
  const TileComponent& geometry = tile_.components[component];
  const wavelet::Pyramid& pyramid = pyramids_.of(geometry);
  const unsigned resolution = geometry.levels - picture.reduce;
  TRY(decode_bands(component, resolution, pyramid, memory, picture.crew));
  LastLevel<T> level;
  level.component = component;
  level.scratch = scratch;
  level.steps.from = pyramid.inverse_below(memory, resolution, scratch.data());
  level.steps.region = pyramid.resolution(resolution).region();
  const std::size_t begin = due_.size();
  for (std::uint32_t k = 0; k < 3; ++k) {
    const wavelet::Band& place = pyramid.bands()[3 * resolution - 2 + k];
    level.bands[k] = {memory + place.offset, place.stride};
    const auto blocks = tile_.blocks_of(band_of_last(geometry, picture.reduce, k));
    for (std::uint32_t i = 0; i < blocks.size(); ++i)
      due_.push_back({blocks[i].y / kStripLows, k, i});
  }
  std::ranges::sort(std::span(due_).subspan(begin));
  level.due = std::span(due_).subspan(begin);
  return level;
}

template <class T>
Result<void> FrameDecoder::next_strip(LastLevel<T>& level, unsigned reduce) {
  wavelet::InverseSteps<T>& steps = level.steps;
  steps.from.ll.at += (steps.lows - steps.from_row) * steps.from.ll.stride;
  steps.from_row = steps.lows;
  const TileComponent& component = tile_.components[level.component];
  Tasks<T>& tasks = std::get<Tasks<T>>(tasks_);
  tasks.clear();
  for (; !level.due.empty() && level.due.front().strip == steps.lows / kStripLows;
       level.due = level.due.subspan(1)) {
    const Due& due = level.due.front();
    const Band& band = band_of_last(component, reduce, due.band);
    const Block& block = tile_.blocks_of(band)[due.block];
    const wavelet::Plane<T>& strip = level.bands[due.band];
    tasks.push_back(task_of(band, block, strip.row(block.y % kStripLows), strip.stride));
  }
  const std::uint8_t style = tile_.coding->components[level.component].style.block_style;
  decoders_.of(style)->decode(std::span(tasks), 0);
  for (const BlockTask<T>& task : tasks) TRY(task.status);
  return {};
}

template <class T>
Result<void> FrameDecoder::store(const Picture& picture,
                                 std::span<const wavelet::Plane<const T>> planes, std::uint32_t row,
                                 std::uint32_t rows) {
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
  const std::size_t at =
      std::size_t{rect.y0 - image.y0 + row} * row_bytes + (rect.x0 - image.x0) * pixel_bytes;
  if (picture.expected.empty()) {
    wavelet::store_components<T>(planes, form, rect.width(), rows, picture.out.data() + at,
                                 row_bytes);
    return {};
  }
  const std::size_t bytes = rect.width() * pixel_bytes;
  stored_.resize(bytes * rows);
  wavelet::store_components<T>(planes, form, rect.width(), rows, stored_.data(), bytes);
  for (std::size_t y = 0; y < rows; ++y)
    if (std::memcmp(stored_.data() + y * bytes, picture.expected.data() + at + y * row_bytes,
                    bytes) != 0)
      return fail(ErrorCode::Mismatch, kNoOffset, "a sample is not what was expected");
  compared_bytes_ += bytes * rows;
  return {};
}

}  // namespace slipring::codecs::tiles
