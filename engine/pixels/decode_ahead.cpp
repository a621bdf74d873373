// decode_ahead: lone frames of objects, those of one codec through one call of it.
#include <algorithm>

#include "codecs/base/contract.h"
#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

bool is_lone_frame(const Object& object) {
  if (!object.description.encapsulated) return false;
  if (object.table.frames() != 1 || object.description.planar) return false;
  const auto bytes = object.description.layout.frame_bytes({kAheadFrameBytesMax});
  return bytes && check_expansion(object, 0);
}

bool is_compared(const Ahead& ahead) {
  return !ahead.expected.empty() && ahead.object->codec->compares &&
         ahead.object->description.layout.frame_bytes() == ahead.expected.size();
}

void decode_alike(std::span<const Ahead> aheads, Scratch& scratch) {
  std::vector<codecs::DecodeJob> jobs(aheads.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Object& object = *aheads[i].object;
    jobs[i].fragments = object.table.fragments_of(0);
    jobs[i].layout = object.description.layout;
    aheads[i].frame->clear();
    if (is_compared(aheads[i])) {
      jobs[i].expected = aheads[i].expected;
      continue;
    }
    aheads[i].frame->resize(*object.description.layout.frame_bytes());
    jobs[i].out = aheads[i].frame->mutable_bytes();
  }
  aheads.front().object->codec->decode_batch(jobs, scratch);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!jobs[i].status) continue;
    aheads[i].object->same_as = jobs[i].expected;
    aheads[i].object->ahead = aheads[i].frame->bytes();
    aheads[i].object->ahead_quirks = jobs[i].quirks;
  }
}

}  // namespace

void decode_ahead(std::span<const Ahead> aheads, Scratch& scratch) {
  std::vector<Ahead> left;
  std::ranges::copy_if(aheads, std::back_inserter(left),
                       [](const Ahead& ahead) { return is_lone_frame(*ahead.object); });
  while (!left.empty()) {
    const codecs::FormatRow* codec = left.front().object->codec;
    const auto others = std::ranges::stable_partition(
        left, [&](const Ahead& ahead) { return ahead.object->codec == codec; });
    const std::span<const Ahead> alike(left.begin(), others.begin());
    decode_alike(alike, scratch);
    left.erase(left.begin(), others.begin());
  }
}

std::size_t company_of(const Object& object) {
  return is_lone_frame(object) ? object.codec->lockstep : 1;
}

}  // namespace slipring::pixels
