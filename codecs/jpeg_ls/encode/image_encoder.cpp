#include "codecs/jpeg_ls/encode/image_encoder.h"

#include <array>

#include "codecs/jpeg_ls/encode/encode_group.h"
#include "codecs/jpeg_ls/encode/encode_scan.h"
#include "codecs/jpeg_markers.h"
#include "codecs/kernels/range.h"

namespace slipring::codecs::jpeg_ls {

namespace {

using namespace jpeg_marker;

constexpr std::uint8_t kPresetSegment = 1;  // T.87 C.2.4.1.1
// Above 12 bits, where readers disagree on the defaults, the thresholds are written down.
constexpr std::uint8_t kUndisputedPrecision = 12;

// Signed samples keep all allocated bits, so that every decoder, extending signs or not, gives the
// same. So do those whose Bits Stored do not need the last allocated byte, or all of a single one:
// DCMTK 3.6.7 and GDCM 3.0.21 refuse such precisions.
std::uint8_t precision_of(const EncodeJob& job) {
  const pixel::Layout& layout = job.layout;
  const bool readable = !layout.is_signed && layout.bits_stored > layout.bits_allocated - 8 &&
                        layout.bits_stored >= 8;
  const bool stored = readable && kernels::fits(layout, job.pixels);
  return static_cast<std::uint8_t>(stored ? layout.bits_stored : layout.bits_allocated);
}

class Writer {
 public:
  explicit Writer(Buffer& out) : out_(out) {}

  void byte(std::size_t value) { out_.append(static_cast<std::uint8_t>(value)); }
  void word(std::size_t value) {
    byte(value >> 8);
    byte(value);
  }
  void marker(std::uint8_t code) {
    byte(0xFF);
    byte(code);
  }

 private:
  Buffer& out_;
};

// T.87 C.2.2, T.81 B.2.2; components are numbered from 1.
void write_frame_header(Writer& to, const pixel::Layout& layout, std::uint8_t precision) {
  const std::size_t components = layout.samples_per_pixel;
  to.marker(kSof55);
  to.word(8 + 3 * components);
  to.byte(precision);
  to.word(layout.rows);
  to.word(layout.columns);
  to.byte(components);
  for (std::size_t i = 1; i <= components; ++i)
    for (const std::size_t value : {i, std::size_t{0x11}, std::size_t{0}}) to.byte(value);
}

void write_preset(Writer& to, const Parameters& p) {
  to.marker(kLse);
  to.word(13);
  to.byte(kPresetSegment);
  for (const std::int32_t value : {p.maximum, p.t1, p.t2, p.t3, p.reset})
    to.word(static_cast<std::size_t>(value));
}

// T.87 C.2.3: NEAR and the interleave mode where T.81 has the spectral selection.
void write_scan_header(Writer& to, std::size_t first, std::size_t components, std::uint8_t near,
                       std::size_t mode) {
  to.marker(kSos);
  to.word(6 + 2 * components);
  to.byte(components);
  for (std::size_t i = 0; i < components; ++i) {
    to.byte(first + i + 1);
    to.byte(0);
  }
  to.byte(near);
  to.byte(mode);
  to.byte(0);
}

// Table C.3
std::size_t mode_of(const EncodeJob& job) {
  if (job.layout.samples_per_pixel == 1) return 0;
  switch (job.parameters.interleave) {
    case Interleave::None:
      return 0;
    case Interleave::Line:
      return 1;
    case Interleave::Default:
    case Interleave::Sample:
      break;
  }
  return 2;
}

Result<Parameters> parameters_of(const EncodeJob& job, std::uint8_t precision) {
  const std::uint8_t near = job.parameters.near;
  if (near != 0 && job.layout.is_signed)
    return fail(ErrorCode::Unsupported, kNoOffset, "near-lossless JPEG-LS of signed samples");
  auto parameters = make_parameters(precision, near, {}, Thresholds::Standard);
  if (!parameters)
    return fail(ErrorCode::OutOfRange, kNoOffset, parameters.error().what,
                parameters.error().expected, parameters.error().actual);
  return parameters;
}

// A frame on its way: what is decided before anything is written.
struct Plan {
  EncodeJob* job = nullptr;
  std::uint8_t precision = 0;
  std::size_t mode = 0;
  Parameters parameters;

  [[nodiscard]] std::uint32_t components() const { return job->layout.samples_per_pixel; }
  [[nodiscard]] std::uint32_t components_of_scan() const { return mode == 0 ? 1 : components(); }
  [[nodiscard]] bool is_alike(const Plan& other) const {
    return job->layout == other.job->layout && precision == other.precision && mode == other.mode &&
           parameters == other.parameters;
  }
};

Result<Plan> make_plan(EncodeJob& job) {
  const std::uint8_t precision = precision_of(job);
  TRY_ASSIGN(const Parameters parameters, parameters_of(job, precision));
  return Plan{&job, precision, mode_of(job), parameters};
}

void begin_image(const Plan& plan) {
  EncodeJob& job = *plan.job;
  constexpr std::size_t kHeaderBytes = 256;
  job.out->clear();
  job.out->reserve(job.pixels.size() / 2 + kHeaderBytes);
  Writer to(*job.out);
  to.marker(kSoi);
  write_frame_header(to, job.layout, plan.precision);
  if (plan.precision > kUndisputedPrecision) write_preset(to, plan.parameters);
}

ScanSource begin_scan(const Plan& plan, std::uint32_t first) {
  const pixel::Layout& layout = plan.job->layout;
  Writer to(*plan.job->out);
  write_scan_header(to, first, plan.components_of_scan(), plan.job->parameters.near, plan.mode);
  return {.samples = plan.job->pixels.data() + std::size_t{first} * layout.bytes_per_sample(),
          .rows = layout.rows,
          .columns = layout.columns,
          .frame_components = plan.components(),
          .sample_bytes = layout.bytes_per_sample(),
          .components = plan.components_of_scan(),
          .by_sample = plan.mode == 2,
          .parameters = plan.parameters};
}

// Frames alike that are encoded together, as soon as there are enough of them.
class Crew {
 public:
  explicit Crew(Scratch& scratch) : scratch_(scratch) {}

  void join(const Plan& plan) {
    if (size_ == kGroupFramesMax || (size_ != 0 && !plans_[0].is_alike(plan))) finish();
    plans_[size_++] = plan;
  }

  void finish() {
    if (size_ == 0) return;
    for (const Plan& plan : plans()) begin_image(plan);
    const std::uint32_t together = plans_[0].components_of_scan();
    for (std::uint32_t first = 0; first < plans_[0].components(); first += together)
      encode_scans(first);
    for (const Plan& plan : plans()) {
      Writer(*plan.job->out).marker(kEoi);
      plan.job->status = {};
    }
    size_ = 0;
  }

 private:
  [[nodiscard]] std::span<const Plan> plans() const { return std::span(plans_).first(size_); }

  void encode_scans(std::uint32_t first) {
    std::array<ScanSource, kGroupFramesMax> sources;
    std::array<Buffer*, kGroupFramesMax> outs;
    for (std::size_t i = 0; i < size_; ++i) {
      sources[i] = begin_scan(plans_[i], first);
      outs[i] = plans_[i].job->out;
    }
    if (size_ >= kGroupFramesMin && suits_group(sources[0]))
      return encode_group(std::span(sources).first(size_), std::span(outs).first(size_), scratch_);
    for (std::size_t i = 0; i < size_; ++i) encode_scan(sources[i], *outs[i], scratch_);
  }

  Scratch& scratch_;
  std::array<Plan, kGroupFramesMax> plans_;
  std::size_t size_ = 0;
};

}  // namespace

void encode_group(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                  Scratch& scratch) {
  return sources.size() <= kSmallGroupFrames ? encode_group_of_four(sources, outs, scratch)
                                             : encode_group_of_eight(sources, outs, scratch);
}

void encode_images(std::span<EncodeJob> jobs, Scratch& scratch) {
  Crew crew(scratch);
  for (EncodeJob& job : jobs) {
    if (const auto plan = make_plan(job); plan)
      crew.join(*plan);
    else
      job.status = std::unexpected(plan.error());
  }
  crew.finish();
}

}  // namespace slipring::codecs::jpeg_ls
