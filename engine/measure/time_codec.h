// CodecWork: a codec at work on a group of images. Takes a row of the registry and a group; proves
// first that what was encoded decodes to what it was, one frame at a time and several in one call;
// then times. A figure is the median of runs, each over the same frames, in memory that is reused,
// as a worker's is. Must not know files, nor how results are shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codecs/base/result.h"
#include "codecs/codec.h"
#include "engine/measure/images.h"

namespace slipring::measure {

enum class Direction : std::uint8_t { Decode, Encode };
[[nodiscard]] std::string_view name(Direction direction);

struct Effort {
  double seconds = 0.5;       // for each figure; four times as much where runs_min asks for it
  std::size_t runs_min = 15;  // unless even that time is over: then at least kRunsLeast
  unsigned threads = 1;       // of the figure with all threads
  std::size_t batch = 8;      // frames in one call, where a group has as many
};
inline constexpr std::size_t kRunsLeast = 3;

struct Timing {
  unsigned threads = 1;
  std::size_t batch = 1;  // frames in one call
  double mb_per_s = 0;    // 10^6 uncompressed bytes
  double samples_per_s = 0;
  std::size_t runs = 0;
  double spread = 0;                        // samples.h
  std::optional<double> cycles_per_sample;  // of one thread, where the processor counts
};

class CodecWork {
 public:
  // nullopt: this codec cannot take these images. A codec that only decodes takes what the files
  // held. Errors: what the codec says, or Mismatch (decoding does not give back what was encoded).
  [[nodiscard]] static Result<std::optional<CodecWork>> prepare(const codecs::FormatRow& codec,
                                                                const ImageGroup& images,
                                                                std::size_t batch);

  [[nodiscard]] bool can(Direction direction) const {
    return direction == Direction::Decode || codec_->encode_batch != nullptr;
  }
  [[nodiscard]] double ratio() const;  // uncompressed to compressed bytes

  // One thread, a frame a call; one thread, a batch a call; all threads, a batch a call each. What
  // would be the same as one before it is left out.
  [[nodiscard]] Result<std::vector<Timing>> time(Direction direction, const Effort& effort) const;

 private:
  friend class Runner;
  [[nodiscard]] Result<void> encode_all(std::size_t batch);
  [[nodiscard]] Result<void> check_decoding(std::size_t batch) const;

  const codecs::FormatRow* codec_ = nullptr;
  const ImageGroup* images_ = nullptr;
  std::vector<const Frame*> frames_;
  std::vector<Buffer> encoded_;
  std::vector<Bytes> streams_;  // of each frame: in `encoded_`, or what its file held
};

}  // namespace slipring::measure
