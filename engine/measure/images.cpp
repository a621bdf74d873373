#include "engine/measure/images.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "codecs/registry.h"

namespace slipring::measure {

namespace {

constexpr std::size_t kModalityShown = 16;  // the standard's Code Strings are no longer (PS3.5 6.2)

// Letters and digits alone: a name is part of file names and of tables.
std::string plain(std::string_view modality) {
  std::string text;
  for (const char c : modality.substr(0, kModalityShown)) {
    if (c >= 'A' && c <= 'Z') text += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text += c;
  }
  return text.empty() ? "image" : text;
}

unsigned usual_allocation(unsigned bits_stored) {
  constexpr std::array<unsigned, 5> kAllocated = {1, 8, 16, 32, 64};
  return *std::ranges::lower_bound(kAllocated, std::min(bits_stored, 64U));
}

}  // namespace

std::span<const codecs::FormatRow> codecs_here() { return codecs::formats(); }

std::string group_name(std::string_view modality, const pixel::Layout& layout) {
  std::string bits;
  if (layout.samples_per_pixel == 3)
    bits = "rgb";
  else if (layout.samples_per_pixel != 1)
    bits = fmt::format("x{}-", layout.samples_per_pixel);
  if (layout.is_signed) bits += 's';
  bits += fmt::format("{}", layout.bits_stored);
  if (layout.bits_allocated != usual_allocation(layout.bits_stored))
    bits += fmt::format("of{}", layout.bits_allocated);
  if (layout.high_bit + 1 != layout.bits_stored) bits += fmt::format("h{}", layout.high_bit);
  return fmt::format("{}-{}-{}x{}", plain(modality), bits, layout.columns, layout.rows);
}

const ImageGroup* ImageSet::find(std::string_view name) const {
  const auto at = std::ranges::find(groups_, name, &ImageGroup::name);
  return at == groups_.end() ? nullptr : &*at;
}

std::size_t ImageSet::room_for(std::string_view modality, const pixel::Layout& layout) const {
  const auto frame_bytes = layout.frame_bytes();
  if (!frame_bytes || total_bytes_ + *frame_bytes > limits_.total_bytes_max) return 0;
  const ImageGroup* group = find(group_name(modality, layout));
  const std::size_t taken = group == nullptr ? 0 : group->frames.size();
  // A frame larger than a group may be is still taken, alone.
  const std::uint64_t fitting = std::max<std::uint64_t>(1, limits_.group_bytes_max / *frame_bytes);
  const std::uint64_t left = (limits_.total_bytes_max - total_bytes_) / *frame_bytes;
  const std::uint64_t allowed = std::min<std::uint64_t>(limits_.frames_max, fitting);
  return taken >= allowed ? 0 : std::min<std::uint64_t>(allowed - taken, left);
}

void ImageSet::add(std::string_view modality, const pixel::Layout& layout, Frame frame) {
  total_bytes_ += frame.pixels.size();
  std::string name = group_name(modality, layout);
  auto at = std::ranges::find(groups_, name, &ImageGroup::name);
  if (at == groups_.end())
    at = groups_.insert(groups_.end(), ImageGroup{std::move(name), layout, {}});
  at->frames.push_back(std::move(frame));
}

}  // namespace slipring::measure
