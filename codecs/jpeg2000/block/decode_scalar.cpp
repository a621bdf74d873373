#include <array>
#include <type_traits>

#include "codecs/base/contract.h"
#include "codecs/jpeg2000/block/mq_decoder.h"
#include "codecs/jpeg2000/block/segments.h"

namespace slipring::codecs::jpeg2000 {
namespace {

constexpr std::uint32_t kStripeRows = 4;  // D.1
constexpr std::size_t kFramedAreaMax = kBlockAreaMax + 2 * (kBlockSideMax + 4) + 4;

struct Sample {
  std::uint32_t magnitude = 0;
  std::uint8_t last_plane = 0;
  bool significant = false;
  bool negative = false;
  bool refined = false;
  bool visited = false;  // coded in this plane's significance pass
};

// How many of a sample's neighbours are significant.
struct Neighbours {
  unsigned horizontal = 0;
  unsigned vertical = 0;
  unsigned diagonal = 0;
  [[nodiscard]] bool any() const { return horizontal + vertical + diagonal != 0; }
};

class PlainDecoder {
 public:
  PlainDecoder(const CodedBlock& coded, std::uint32_t width, std::uint32_t height)
      : coded_(coded), width_(width), height_(height) {}

  Result<void> decode() {
    TRY(check_segments(coded_));
    std::uint32_t pass = 0;
    for (const Segment& segment : coded_.segments) {
      raw_pass_ = is_raw(coded_.style, pass);
      if (raw_pass_) raw_.start(segment.bytes);
      if (!raw_pass_) mq_.start(segment.bytes);
      for (std::uint32_t i = 0; i < segment.passes; ++i, ++pass) TRY(decode_pass(pass));
    }
    return {};
  }

  [[nodiscard]] const Sample& sample(std::uint32_t x, std::uint32_t y) const {
    return samples_[(y + 1) * (std::size_t{width_} + 2) + x + 1];
  }

 private:
  [[nodiscard]] Sample& at(std::uint32_t x, std::uint32_t y) {
    return samples_[(y + 1) * (std::size_t{width_} + 2) + x + 1];
  }
  // Coordinates from 1 on, as a neighbour may lie in the frame.
  [[nodiscard]] const Sample& framed(std::uint32_t x, std::uint32_t y) const {
    return samples_[y * (std::size_t{width_} + 2) + x];
  }

  // D.7: of a vertically causal block the next stripe counts as insignificant.
  [[nodiscard]] bool sees_below(std::uint32_t y) const {
    return !coded_.style.vertically_causal || y % kStripeRows != kStripeRows - 1;
  }

  [[nodiscard]] Neighbours neighbours(std::uint32_t x, std::uint32_t y) const {
    Neighbours n;
    const auto add = [&](unsigned& sum, std::uint32_t dx, std::uint32_t dy) {
      if (dy == 2 && !sees_below(y)) return;
      sum += framed(x + dx, y + dy).significant ? 1U : 0U;
    };
    for (const std::uint32_t dx : {0U, 2U}) {
      add(n.horizontal, dx, 1);
      add(n.diagonal, dx, 0);
      add(n.diagonal, dx, 2);
    }
    add(n.vertical, 1, 0);
    add(n.vertical, 1, 2);
    return n;
  }

  [[nodiscard]] static int contribution(const Sample& sample) {
    return sample.significant ? sample.negative ? -1 : 1 : 0;
  }

  [[nodiscard]] bool decode_sign(std::uint32_t x, std::uint32_t y) {
    if (raw_pass_) return raw_.bit() != 0;
    const int horizontal = contribution(framed(x, y + 1)) + contribution(framed(x + 2, y + 1));
    int vertical = contribution(framed(x + 1, y));
    if (sees_below(y)) vertical += contribution(framed(x + 1, y + 2));
    const SignContext cx = sign_context(horizontal, vertical);
    return (mq_.decode(cx.context) ^ cx.flip) != 0;
  }

  void become_significant(std::uint32_t x, std::uint32_t y) {
    const bool negative = decode_sign(x, y);
    Sample& sample = at(x, y);
    sample.significant = true;
    sample.negative = negative;
    sample.magnitude = 1U << plane_;
    sample.last_plane = static_cast<std::uint8_t>(plane_);
  }

  [[nodiscard]] bool decode_significance(const Neighbours& n) {
    const unsigned context =
        significance_context(coded_.band, n.horizontal, n.vertical, n.diagonal);
    return mq_.decode(context) != 0;
  }

  // In stripes, and in these by columns (D.1).
  template <class Column>
  void for_each_column(Column column) {
    for (std::uint32_t y = 0; y < height_; y += kStripeRows)
      for (std::uint32_t x = 0; x < width_; ++x) column(x, y, std::min(y + kStripeRows, height_));
  }
  template <class Visit>
  void for_each_sample(Visit visit) {
    for_each_column([&](std::uint32_t x, std::uint32_t top, std::uint32_t bottom) {
      for (std::uint32_t y = top; y < bottom; ++y) visit(x, y);
    });
  }

  // D.3.1.
  void significance_pass() {
    for_each_sample([&](std::uint32_t x, std::uint32_t y) {
      const Neighbours n = neighbours(x, y);
      if (at(x, y).significant || !n.any()) return;
      at(x, y).visited = true;
      if (raw_pass_ ? raw_.bit() != 0 : decode_significance(n)) become_significant(x, y);
    });
  }

  // D.3.3.
  void refinement_pass() {
    for_each_sample([&](std::uint32_t x, std::uint32_t y) {
      Sample& sample = at(x, y);
      if (!sample.significant || sample.visited) return;
      const unsigned context = refinement_context(sample.refined, neighbours(x, y).any());
      const unsigned bit = raw_pass_ ? raw_.bit() : mq_.decode(context);
      sample.magnitude |= bit << plane_;
      sample.last_plane = static_cast<std::uint8_t>(plane_);
      sample.refined = true;
    });
  }

  [[nodiscard]] bool is_quiet(std::uint32_t x, std::uint32_t top, std::uint32_t bottom) {
    if (bottom - top != kStripeRows) return false;
    for (std::uint32_t y = top; y < bottom; ++y)
      if (at(x, y).significant || at(x, y).visited || neighbours(x, y).any()) return false;
    return true;
  }

  // D.3.4, Table D.5.
  void cleanup_pass() {
    for_each_column([&](std::uint32_t x, std::uint32_t top, std::uint32_t bottom) {
      std::uint32_t y = top;
      if (is_quiet(x, top, bottom)) {
        if (mq_.decode(kRunLengthContext) == 0) return;
        y += 2 * mq_.decode(kUniformContext);
        y += mq_.decode(kUniformContext);
        become_significant(x, y++);
      }
      for (; y < bottom; ++y)
        if (!at(x, y).significant && !at(x, y).visited && decode_significance(neighbours(x, y)))
          become_significant(x, y);
    });
    for_each_sample([&](std::uint32_t x, std::uint32_t y) { at(x, y).visited = false; });
  }

  // D.5.
  [[nodiscard]] bool is_segmentation_symbol() {
    unsigned symbol = 0;
    for (int i = 0; i < 4; ++i) symbol = symbol << 1 | mq_.decode(kUniformContext);
    return symbol == kSegmentationSymbol;
  }

  Result<void> decode_pass(std::uint32_t pass) {
    plane_ = coded_planes(coded_) - 1 - planes_above(pass);
    switch (pass_kind(pass)) {
      case Pass::Significance:
        significance_pass();
        break;
      case Pass::Refinement:
        refinement_pass();
        break;
      case Pass::Cleanup:
        cleanup_pass();
        if (coded_.style.segmentation_symbols && !is_segmentation_symbol())
          return fail(ErrorCode::Malformed, kNoOffset, "a segmentation symbol is wrong");
        break;
    }
    if (coded_.style.reset) mq_.reset_contexts();
    return {};
  }

  const CodedBlock& coded_;
  std::uint32_t width_;
  std::uint32_t height_;
  MqDecoder mq_;
  RawBits raw_;
  bool raw_pass_ = false;
  unsigned plane_ = 0;
  std::array<Sample, kFramedAreaMax> samples_{};
};

template <class T>
[[nodiscard]] T value_of(const Sample& sample, float step) {
  if (!sample.significant) return T{};
  // Twice the middle of the interval.
  const auto doubled = static_cast<std::int32_t>(2 * sample.magnitude + (1U << sample.last_plane));
  const std::int32_t value = sample.negative ? -doubled : doubled;
  if constexpr (std::is_same_v<T, float>)
    return static_cast<float>(value) * (0.5F * step);
  else
    return static_cast<T>(value / 2);
}

template <class T>
void decode_job(BlockJob<T>& job) {
  const BlockSamples<T>& out = job.samples;
  EXPECTS(out.width >= 1 && out.width <= kBlockSideMax && out.height >= 1 &&
          out.height <= kBlockSideMax && out.width * out.height <= kBlockAreaMax);
  PlainDecoder decoder(job.coded, out.width, out.height);
  job.status = decoder.decode();
  if (std::is_same_v<T, std::int16_t> && job.status && coded_planes(job.coded) > 15)
    job.status = fail(ErrorCode::OutOfRange, kNoOffset, "a coefficient may not fit 16 bits");
  for (std::uint32_t y = 0; y < out.height; ++y)
    for (std::uint32_t x = 0; x < out.width; ++x)
      out.at[y * out.stride + x] = job.status ? value_of<T>(decoder.sample(x, y), job.step) : T{};
}

}  // namespace

void decode_block_scalar(BlockJob<std::int16_t>& job) { decode_job(job); }
void decode_block_scalar(BlockJob<std::int32_t>& job) { decode_job(job); }
void decode_block_scalar(BlockJob<float>& job) { decode_job(job); }

}  // namespace slipring::codecs::jpeg2000
