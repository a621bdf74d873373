#include "engine/pixels/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "engine/pixels/frame_run.h"

namespace slipring::pixels {

namespace {

class Sums {
 public:
  explicit Sums(const pixel::Layout& layout) : layout_(layout) {}

  void add(Bytes a, Bytes b) {
    const bool is_signed = layout_.is_signed;
    switch (layout_.bytes_per_sample()) {
      case 1:
        return is_signed ? add_samples<std::int8_t>(a, b) : add_samples<std::uint8_t>(a, b);
      case 2:
        return is_signed ? add_samples<std::int16_t>(a, b) : add_samples<std::uint16_t>(a, b);
      default:
        return is_signed ? add_samples<std::int32_t>(a, b) : add_samples<std::uint32_t>(a, b);
    }
  }

  [[nodiscard]] std::uint64_t largest() const { return largest_; }
  [[nodiscard]] double psnr_db() const {
    if (squares_ == 0) return std::numeric_limits<double>::infinity();
    const double range = std::exp2(static_cast<double>(layout_.bits_stored)) - 1;
    return 10 * std::log10(range * range * static_cast<double>(samples_) / squares_);
  }

 private:
  template <class T>
  void add_samples(Bytes a, Bytes b) {
    double squares = 0;
    for (std::size_t at = 0; at < a.size(); at += sizeof(T)) {
      const std::int64_t far = std::abs(sample<T>(a.data() + at) - sample<T>(b.data() + at));
      largest_ = std::max(largest_, static_cast<std::uint64_t>(far));
      squares += static_cast<double>(far) * static_cast<double>(far);
    }
    squares_ += squares;
    samples_ += a.size() / sizeof(T);
  }

  template <class T>
  static std::int64_t sample(const std::uint8_t* from) {
    constexpr unsigned kUnused = 64 - 8 * sizeof(T);
    const std::uint64_t bits = load_le<std::make_unsigned_t<T>>(from);
    if (!std::is_signed_v<T>) return static_cast<std::int64_t>(bits);
    return static_cast<std::int64_t>(bits << kUnused) >> kUnused;
  }

  pixel::Layout layout_;
  std::uint64_t largest_ = 0;
  std::uint64_t samples_ = 0;
  double squares_ = 0;
};

// Frames of the original, one after the other.
class Original {
 public:
  Original(const Object& object, std::size_t frame_bytes)
      : object_(object), frame_bytes_(frame_bytes) {}

  Result<Bytes> frame(std::size_t index) {
    const Bytes in_memory = pixels_in_memory(object_);
    if (!in_memory.empty()) return in_memory.subspan(index * frame_bytes_, frame_bytes_);
    decoded_.resize(frame_bytes_);
    codecs::Quirks ignored;
    TRY(decode_frame(object_, index, decoded_.mutable_bytes(), scratch_, ignored));
    return decoded_.bytes();
  }

 private:
  const Object& object_;
  std::size_t frame_bytes_;
  Buffer decoded_;
  Scratch scratch_;
};

}  // namespace

Result<Difference> difference(const Object& original, const Object& object,
                              dicom::Schedule& schedule, const Released& released) {
  const pixel::Layout& layout = object.description.layout;
  if (layout != original.description.layout || object.table.frames() != original.table.frames() ||
      layout.bits_allocated % 8 != 0)
    return fail(ErrorCode::Mismatch, kNoOffset, "images of different layouts");
  constexpr pixel::Limits kChecked{~std::uint64_t{0}};  // describe() has applied the caller's
  TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes(kChecked));
  Original frames(original, frame_bytes);
  Sums sums(layout);
  PixelHash hash(layout);
  const auto consume = [&](const FrameGroup& group) -> Result<void> {
    for (std::size_t i = 0; i < group.frames.size(); ++i) {
      TRY_ASSIGN(const Bytes before, frames.frame(group.first_frame + i));
      sums.add(before, group.frames[i]);
      hash.update(group.frames[i]);
    }
    return {};
  };
  TRY(run_frames(object, schedule, {}, consume, released));
  return Difference{hash.finish(), sums.largest(), sums.psnr_db()};
}

}  // namespace slipring::pixels
