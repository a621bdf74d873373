// Two passes over the frame, a line at a time: how often each category occurs, then the bits.
// Differences are made twice: that is cheaper than keeping them, and of one component the first
// pass does not even write them.
#include "codecs/jpeg_lossless/encode/encoder.h"

#include <algorithm>
#include <array>
#include <new>

#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/encode/pack.h"
#include "codecs/jpeg_lossless/lines/differences.h"
#include "codecs/jpeg_markers.h"
#include "codecs/kernels/range.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

constexpr std::uint32_t kSideMax = 65535;  // T.81 B.2.2
constexpr std::uint32_t kComponents = 3;   // at most
constexpr std::size_t kHeaderBytesMax = 512;
constexpr std::size_t kRunSamples = 4096;  // lines of one component that are worked on together
constexpr std::size_t kHeldBytes = std::size_t{8} << 10;  // before zeros are stuffed between them

// Scratch slots.
constexpr std::size_t kLinesSlot = 1;
constexpr std::size_t kRawSlot = 2;
constexpr std::size_t kWorkSlot = 3;

// Signed samples keep all allocated bits, as they lie: so every decoder, extending signs or not,
// gives the same, and small steps across zero stay small. So do those whose Bits Stored do not need
// the last allocated byte, or all of a single one: DCMTK 3.6.7 and GDCM 3.0.21 misread such
// precisions.
std::uint32_t precision_of(const EncodeJob& job) {
  const pixel::Layout& layout = job.layout;
  const bool readable = !layout.is_signed && layout.bits_stored > layout.bits_allocated - 8 &&
                        layout.bits_stored >= 8;
  return readable && kernels::fits(layout, job.pixels) ? layout.bits_stored : layout.bits_allocated;
}

// The work of one line, by vectors or sample by sample.
struct Kernels {
  decltype(&load_line) load;
  decltype(&differences) subtract;
  decltype(&pixel_differences) subtract_pixels;
  decltype(&left_differences) subtract_left;
  decltype(&count_categories) count;
  decltype(&count_left_categories) count_left;
  bool scalar;
};
constexpr Kernels kFast{load_line,
                        differences,
                        pixel_differences,
                        left_differences,
                        count_categories,
                        count_left_categories,
                        false};
constexpr Kernels kPlain{load_line_scalar,
                         differences_scalar,
                         pixel_differences_scalar,
                         left_differences_scalar,
                         count_categories_scalar,
                         count_left_categories_scalar,
                         true};

class Encoder {
 public:
  Encoder(EncodeJob& job, const EncodeOptions& options, const Kernels& kernels, Scratch& scratch)
      : job_(job),
        layout_(job.layout),
        out_(*job.out),
        options_(options),
        kernels_(kernels),
        components_(layout_.samples_per_pixel),
        precision_(precision_of(job)) {
    if (components_ == 1)
      run_lines_ = static_cast<std::uint32_t>(
          std::max<std::size_t>(kRunSamples / std::max<std::size_t>(layout_.columns, 1), 1));
    const std::size_t run = std::size_t{run_lines_} * layout_.columns;
    const std::size_t pitch = (kSourceMargin + run + kSourceSlack + 31) / 32 * 32;
    const MutableBytes lines =
        scratch.take(kLinesSlot, std::size_t{3} * components_ * pitch * sizeof(std::uint16_t));
    std::fill(lines.begin(), lines.end(), std::uint8_t{0});
    auto* line = reinterpret_cast<std::uint16_t*>(lines.data()) + kSourceMargin;
    pixels_ = line;
    pixel_differences_ = line + components_ * pitch;
    for (std::size_t k = 0; k < components_; ++k, line += 3 * pitch) {
      above_[k] = line;
      now_[k] = line + pitch;
      differences_[k] = line + 2 * pitch;
    }
    raw_ = scratch.take(kRawSlot, kHeldBytes + kRawBytes).data();
    work_ = new (scratch.take(kWorkSlot, sizeof(PackWork)).data()) PackWork;
  }

  void run() {
    count_all();
    const std::uint64_t bits = choose_tables();
    out_.clear();
    out_.reserve(kHeaderBytesMax + bits / 8 + bits / 512 + 2 * (kHeldBytes + kRawBytes));
    write_header();
    if (components_ > 1 && tables_ == 1 && options_.selection_value == 1)
      write_pixels();
    else
      write_planes();
    write_end();
  }

 private:
  [[nodiscard]] std::size_t line_samples() const {
    return std::size_t{layout_.columns} * components_;
  }
  // What the first sample is predicted as (H.1.2.1).
  [[nodiscard]] std::uint16_t start() const {
    return static_cast<std::uint16_t>(1U << (precision_ - 1));
  }
  // Whether differences are made of samples as they lie in the frame.
  [[nodiscard]] bool takes_samples_as_they_lie() const {
    return components_ == 1 && layout_.bytes_per_sample() == 2 && options_.selection_value == 1;
  }

  void count_all() {
    if (takes_samples_as_they_lie())
      return kernels_.count_left(source(0), layout_.samples_per_frame(), layout_.columns, start(),
                                 histograms_[0]);
    for (std::uint32_t y = 0; y < layout_.rows; y += run_lines_) {
      const std::size_t samples = take_run(y);
      for (std::size_t k = 0; k < components_; ++k)
        kernels_.count(differences_[k], samples, histograms_[k]);
    }
  }

  [[nodiscard]] const std::uint8_t* source(std::uint32_t y) const {
    return job_.pixels.data() + y * line_samples() * layout_.bytes_per_sample();
  }

  void write_planes() {
    for (std::uint32_t y = 0; y < layout_.rows; y += run_lines_) {
      const std::size_t samples = take_run(y);
      for (std::size_t x = 0; x < samples; x += kPackSamples) {
        std::array<const std::uint16_t*, kComponents> planes = {};
        for (std::size_t k = 0; k < components_; ++k) planes[k] = differences_[k] + x;
        write_samples(std::span(planes).first(components_), std::min(kPackSamples, samples - x));
      }
    }
  }

  // Where all components share a table, and each sample is predicted from its left alone, a line is
  // one run of samples.
  void write_pixels() {
    std::array<std::uint16_t, kComponents> first = {};
    first.fill(start());
    const std::size_t size = line_samples();
    for (std::uint32_t y = 0; y < layout_.rows; ++y) {
      kernels_.load(source(y), layout_.bytes_per_sample(), size, {&pixels_, 1});
      std::copy_n(first.begin(), components_, pixels_ - components_);
      std::copy_n(pixels_, components_, first.begin());
      kernels_.subtract_pixels(pixels_, size, components_, pixel_differences_);
      for (std::size_t x = 0; x < size; x += kPackSamples) {
        const std::uint16_t* from = pixel_differences_ + x;
        write_samples({&from, 1}, std::min<std::size_t>(kPackSamples, size - x));
      }
    }
  }

  // The differences of the lines of a run, one behind the other; returns how many of each
  // component.
  std::size_t take_run(std::uint32_t y) {
    const std::uint32_t lines = std::min(run_lines_, layout_.rows - y);
    for (std::uint32_t i = 0; i < lines; ++i) take_line(y + i, std::size_t{i} * layout_.columns);
    return std::size_t{lines} * layout_.columns;
  }

  void take_line(std::uint32_t y, std::size_t at) {
    if (takes_samples_as_they_lie()) {
      const std::uint16_t above = y == 0 ? start() : load_le<std::uint16_t>(source(y - 1));
      return kernels_.subtract_left(source(y), layout_.columns, above, differences_[0] + at);
    }
    std::swap(above_, now_);
    kernels_.load(source(y), layout_.bytes_per_sample(), layout_.columns,
                  std::span(now_).first(components_));
    for (std::size_t k = 0; k < components_; ++k)
      kernels_.subtract({y == 0 ? nullptr : above_[k], now_[k], layout_.columns, start()},
                        options_.selection_value, differences_[k] + at);
  }

  // One table for all components, or one for each: what is shorter. Returns the bits of the
  // samples.
  std::uint64_t choose_tables() {
    Histogram together = {};
    std::uint64_t bits_apart = 0;
    for (std::size_t k = 0; k < components_; ++k) {
      for (std::size_t i = 0; i < kCategories; ++i) together[i] += histograms_[k][i];
      specs_[k] = optimal_table(histograms_[k]);
      bits_apart += coded_bits(histograms_[k], specs_[k]) + table_bytes(specs_[k]) * 8;
    }
    const HuffmanSpec one = optimal_table(together);
    const std::uint64_t bits_together = coded_bits(together, one) + table_bytes(one) * 8;
    tables_ = components_;
    if (bits_together <= bits_apart) {
      specs_.fill(one);
      tables_ = 1;
    }
    for (std::size_t k = 0; k < components_; ++k) codes_[k] = encode_table(specs_[k]);
    return std::min(bits_together, bits_apart);
  }

  static std::uint64_t table_bytes(const HuffmanSpec& spec) {
    return 2 + 2 + 1 + kCodeBitsMax + spec.size;
  }

  void put(std::uint32_t byte) { out_.append(static_cast<std::uint8_t>(byte)); }
  void put_word(std::uint32_t word) {
    put(word >> 8);
    put(word & 0xFF);
  }
  void put_marker(std::uint8_t marker) {
    put(0xFF);
    put(marker);
  }

  // B.2.2 to B.2.4
  void write_header() {
    put_marker(jpeg_marker::kSoi);
    put_marker(jpeg_marker::kSof3);
    put_word(8 + 3 * components_);
    put(precision_);
    put_word(layout_.rows);
    put_word(layout_.columns);
    put(components_);
    for (std::uint32_t k = 0; k < components_; ++k) {
      put(k + 1);
      put(0x11);
      put(0);
    }
    for (std::uint32_t k = 0; k < tables_; ++k) write_table(k);
    put_marker(jpeg_marker::kSos);
    put_word(6 + 2 * components_);
    put(components_);
    for (std::uint32_t k = 0; k < components_; ++k) {
      put(k + 1);
      put((tables_ == 1 ? 0 : k) << 4);
    }
    put(options_.selection_value);
    put(0);
    put(0);
  }

  void write_table(std::uint32_t k) {
    const HuffmanSpec& spec = specs_[k];
    put_marker(jpeg_marker::kDht);
    put_word(static_cast<std::uint32_t>(table_bytes(spec)) - 2);
    put(k);
    out_.append(Bytes(spec.counts).subspan(1));
    out_.append(Bytes(spec.values).first(spec.size));
  }

  void write_samples(std::span<const std::uint16_t* const> planes, std::size_t count) {
    std::uint8_t* to = raw_ + held_;
    held_ += kernels_.scalar ? pack_scalar(planes, count, codes_, pending_, to)
                             : pack(planes, count, codes_, pending_, *work_, to);
    if (held_ >= kHeldBytes) stuff_held();
  }

  void stuff_held() {
    const std::size_t at = out_.size();
    out_.resize(at + 2 * held_ + kStuffSlack);
    const Bytes raw(raw_, held_);
    out_.resize(at + (kernels_.scalar ? stuff_scalar(raw, out_.data() + at)
                                      : stuff(raw, out_.data() + at)));
    held_ = 0;
  }

  // F.1.2.3: the last byte is filled with ones.
  void write_end() {
    stuff_held();
    if (pending_.count != 0) {
      const std::uint32_t left = 8 - pending_.count;
      const auto last = static_cast<std::uint8_t>(pending_.bits << left | ((1U << left) - 1));
      put(last);
      if (last == 0xFF) put(0);
    }
    put_marker(jpeg_marker::kEoi);
  }

  EncodeJob& job_;
  const pixel::Layout& layout_;
  Buffer& out_;
  const EncodeOptions& options_;
  const Kernels& kernels_;
  std::uint32_t components_;
  std::uint32_t precision_;
  std::uint32_t run_lines_ = 1;
  std::array<std::uint16_t*, kComponents> above_ = {};
  std::array<std::uint16_t*, kComponents> now_ = {};
  std::array<std::uint16_t*, kComponents> differences_ = {};
  std::uint16_t* pixels_ = nullptr;  // a line of them, and its differences: instead of the above
  std::uint16_t* pixel_differences_ = nullptr;
  std::uint8_t* raw_ = nullptr;  // bytes that wait to be stuffed
  std::size_t held_ = 0;         // how many
  PackWork* work_ = nullptr;
  std::array<Histogram, kComponents> histograms_ = {};
  std::array<HuffmanSpec, kComponents> specs_ = {};
  std::array<EncodeTable, kComponents> codes_ = {};
  std::uint32_t tables_ = 1;
  PendingBits pending_;
};

Result<void> encode_by(const Kernels& kernels, EncodeJob& job, const EncodeOptions& options,
                       Scratch& scratch) {
  if (const std::string_view why = cannot_encode(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  EXPECTS(options.selection_value >= 1 && options.selection_value <= 7);
  Encoder(job, options, kernels, scratch).run();
  return {};
}

}  // namespace

std::string_view cannot_encode(const pixel::Layout& layout) {
  if (const auto bytes = layout.frame_bytes(); !bytes) return bytes.error().what;
  if (layout.bits_allocated != 8 && layout.bits_allocated != 16)
    return "lossless JPEG holds samples of 2 to 16 bits: bits allocated must be 8 or 16";
  if (layout.samples_per_pixel != 1 && layout.samples_per_pixel != 3)
    return "lossless JPEG in DICOM has 1 or 3 samples per pixel";
  if (layout.rows > kSideMax || layout.columns > kSideMax)
    return "lossless JPEG images have at most 65535 rows and columns";
  return {};
}

Result<void> encode_frame(EncodeJob& job, const EncodeOptions& options, Scratch& scratch) {
  return encode_by(kFast, job, options, scratch);
}

Result<void> encode_frame_scalar(EncodeJob& job, const EncodeOptions& options, Scratch& scratch) {
  return encode_by(kPlain, job, options, scratch);
}

}  // namespace slipring::codecs::jpeg_lossless
