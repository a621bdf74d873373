// Images to measure codecs with: canonical frames in groups of one kind (modality, bits, size).
// Takes DICOM files, or draws the built-in set; gives groups with short names. Bounded: a group
// takes so many frames and no more. Must not know clocks, nor how results are shown.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/codec.h"
#include "codecs/pixel/layout.h"
#include "engine/dicom/record.h"
#include "engine/dicom/scanned.h"

namespace slipring::measure {

struct Frame {
  Buffer pixels;      // canonical
  Buffer codestream;  // as its file held it, fragments joined; empty where it was native
  const codecs::FormatRow* codec = nullptr;  // of the codestream
};

struct ImageGroup {
  std::string name;  // "ct-s16-512x512"
  pixel::Layout layout;
  std::vector<Frame> frames;

  [[nodiscard]] std::uint64_t frame_bytes() const { return frames.front().pixels.size(); }
};

// The codecs of this build.
[[nodiscard]] std::span<const codecs::FormatRow> codecs_here();

struct Limits {
  std::size_t frames_max = 32;  // a group
  std::uint64_t group_bytes_max = std::uint64_t{64} << 20;
  std::uint64_t total_bytes_max = std::uint64_t{1} << 30;
};

// "ct-s16-512x512": modality, s for signed, rgb for three samples, Bits Stored, columns x rows.
// What is not usual joins: "8of32" (stored of allocated), "h15" (High Bit).
[[nodiscard]] std::string group_name(std::string_view modality, const pixel::Layout& layout);

class ImageSet {
 public:
  explicit ImageSet(const Limits& limits = {}) : limits_(limits) {}

  // How many more frames of this kind are taken.
  [[nodiscard]] std::size_t room_for(std::string_view modality, const pixel::Layout& layout) const;
  void add(std::string_view modality, const pixel::Layout& layout, Frame frame);
  [[nodiscard]] std::span<const ImageGroup> groups() const { return groups_; }
  // The set is empty afterwards.
  [[nodiscard]] std::vector<ImageGroup> take() { return std::exchange(groups_, {}); }

 private:
  [[nodiscard]] const ImageGroup* find(std::string_view name) const;

  Limits limits_;
  std::uint64_t total_bytes_ = 0;
  std::vector<ImageGroup> groups_;
};

// One for every name discovered below `paths`: what became of it. Outcomes: Ok (its frames were
// taken, or there was no more room), Skipped (not DICOM, no image, no codec here), Failed.
using FileRead = std::function<void(const dicom::Record&, dicom::FileKind)>;
void read_images(const std::vector<std::string>& paths, ImageSet& images, const FileRead& each);

// The built-in set, from a fixed seed, the same on every machine: CT unsigned and signed, MR, CR,
// RGB ultrasound. Only groups whose name is wanted are drawn.
void draw_images(ImageSet& images, const std::function<bool(std::string_view name)>& wanted);

}  // namespace slipring::measure
