#include "tests/codecs/jpeg2000/block/block_writer.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "codecs/jpeg2000/block/segments.h"
#include "tests/codecs/jpeg2000/block/mq_encoder.h"

namespace slipring::test {
namespace {

using namespace codecs::jpeg2000;

struct Written {
  std::uint32_t magnitude = 0;
  bool negative = false;
  bool significant = false;
  bool refined = false;
  bool visited = false;
};

class Writer {
 public:
  explicit Writer(const Block& block)
      : block_(block), width_(block.width), height_(block.height), grid_(width_ * height_) {
    for (std::size_t i = 0; i < grid_.size(); ++i) {
      grid_[i].magnitude = static_cast<std::uint32_t>(std::abs(block.samples[i]));
      grid_[i].negative = block.samples[i] < 0;
      planes_ = std::max(planes_, static_cast<unsigned>(std::bit_width(grid_[i].magnitude)));
    }
  }

  void write(std::uint32_t passes_max, WrittenBlock& to) {
    const std::uint32_t passes = planes_ == 0 ? 0 : std::min(3 * planes_ - 2, passes_max);
    std::vector<std::uint32_t> passes_of;
    for (std::uint32_t pass = 0; pass < passes; ++pass) {
      if (pass == 0 || ends_before(pass)) {
        finish(to);
        raw_pass_ = is_raw(block_.style, pass);
        raw_.start(), mq_.start();
        open_ = true;
        passes_of.push_back(0);
      }
      ++passes_of.back();
      write_pass(pass);
    }
    finish(to);
    for (std::size_t i = 0; i < to.bytes.size(); ++i)
      to.segments.push_back({to.bytes[i], passes_of[i]});
  }

  [[nodiscard]] unsigned planes() const { return planes_; }

 private:
  [[nodiscard]] bool ends_before(std::uint32_t pass) const {
    const BlockStyle& style = block_.style;
    return style.terminate_all || is_raw(style, pass) != is_raw(style, pass - 1);
  }

  void finish(WrittenBlock& to) {
    if (open_) to.bytes.push_back(raw_pass_ ? raw_.finish() : mq_.finish());
    open_ = false;
  }

  void put(unsigned context, unsigned bit) {
    if (raw_pass_) return raw_.put(bit);
    mq_.encode(context, bit);
  }

  // -1, 0, 1: insignificant ones count as nothing.
  [[nodiscard]] int sign_at(std::int64_t x, std::int64_t y, std::int64_t from_y) const {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return 0;
    if (block_.style.vertically_causal && y > from_y && y % 4 == 0) return 0;
    const Written& sample = grid_[static_cast<std::size_t>(y * width_ + x)];
    return sample.significant ? sample.negative ? -1 : 1 : 0;
  }
  [[nodiscard]] unsigned count(std::int64_t x, std::int64_t y, int kind) const {
    unsigned sum = 0;
    for (int dy = -1; dy <= 1; ++dy)
      for (int dx = -1; dx <= 1; ++dx) {
        const int this_kind = dx == 0 ? 1 : dy == 0 ? 0 : 2;
        if ((dx != 0 || dy != 0) && this_kind == kind && sign_at(x + dx, y + dy, y) != 0) ++sum;
      }
    return sum;
  }
  [[nodiscard]] unsigned significance_label(std::int64_t x, std::int64_t y) const {
    return significance_context(block_.band, count(x, y, 0), count(x, y, 1), count(x, y, 2));
  }

  void put_sign(std::uint32_t x, std::uint32_t y, Written& sample) {
    const std::int64_t sx = x, sy = y;
    const SignContext cx = sign_context(sign_at(sx - 1, sy, sy) + sign_at(sx + 1, sy, sy),
                                        sign_at(sx, sy - 1, sy) + sign_at(sx, sy + 1, sy));
    put(cx.context, (sample.negative ? 1U : 0U) ^ (raw_pass_ ? 0U : cx.flip));
    sample.significant = true;
  }

  void put_significance(std::uint32_t x, std::uint32_t y, Written& sample) {
    const unsigned bit = sample.magnitude >> plane_ & 1;
    put(significance_label(x, y), bit);
    if (bit != 0) put_sign(x, y, sample);
  }

  void write_sample(Pass kind, std::uint32_t x, std::uint32_t y) {
    Written& sample = grid_[y * width_ + x];
    const bool any = count(x, y, 0) + count(x, y, 1) + count(x, y, 2) != 0;
    if (kind == Pass::Significance && !sample.significant && any) {
      sample.visited = true;
      put_significance(x, y, sample);
    }
    if (kind == Pass::Refinement && sample.significant && !sample.visited) {
      put(refinement_context(sample.refined, any), sample.magnitude >> plane_ & 1);
      sample.refined = true;
    }
    if (kind == Pass::Cleanup && !sample.significant && !sample.visited)
      put_significance(x, y, sample);
  }

  [[nodiscard]] bool is_quiet(std::uint32_t x, std::uint32_t top) const {
    if (top + 4 > height_) return false;
    for (std::uint32_t y = top; y < top + 4; ++y) {
      const Written& sample = grid_[y * width_ + x];
      if (sample.significant || sample.visited || significance_label(x, y) != 0) return false;
    }
    return true;
  }

  void write_column(Pass kind, std::uint32_t x, std::uint32_t top) {
    std::uint32_t y = top;
    if (kind == Pass::Cleanup && is_quiet(x, top)) {
      std::uint32_t run = 0;
      while (run < 4 && (grid_[(y + run) * width_ + x].magnitude >> plane_ & 1) == 0) ++run;
      put(kRunLengthContext, run < 4 ? 1 : 0);
      if (run == 4) return;
      put(kUniformContext, run >> 1);
      put(kUniformContext, run & 1);
      y += run;
      put_sign(x, y, grid_[y * width_ + x]);
      ++y;
    }
    for (; y < std::min(top + 4, height_); ++y) write_sample(kind, x, y);
  }

  void write_pass(std::uint32_t pass) {
    plane_ = planes_ - 1 - planes_above(pass);
    for (std::uint32_t top = 0; top < height_; top += 4)
      for (std::uint32_t x = 0; x < width_; ++x) write_column(pass_kind(pass), x, top);
    if (pass_kind(pass) == Pass::Cleanup) {
      for (Written& sample : grid_) sample.visited = false;
      if (block_.style.segmentation_symbols)
        for (const unsigned bit : {1U, 0U, 1U, 0U}) put(kUniformContext, bit);
    }
    if (block_.style.reset) mq_.reset_contexts();
  }

  const Block& block_;
  std::uint32_t width_;
  std::uint32_t height_;
  std::vector<Written> grid_;
  unsigned planes_ = 0;
  unsigned plane_ = 0;
  MqEncoder mq_;
  RawWriter raw_;
  bool raw_pass_ = false;
  bool open_ = false;
};

}  // namespace

void write_block(const Block& block, std::uint32_t passes_max, WrittenBlock& to) {
  to = {};
  Writer writer(block);
  writer.write(passes_max, to);
  to.coded.segments = to.segments;
  to.coded.band = block.band;
  to.coded.style = block.style;
  to.coded.bit_planes = static_cast<std::uint8_t>(writer.planes() + 2);
  to.coded.zero_bit_planes = 2;
}

}  // namespace slipring::test
