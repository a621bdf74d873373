#include "engine/pixels/frame_run.h"

#include <algorithm>
#include <utility>

namespace slipring::pixels {

namespace {

// Frames that are canonical where they lie need no copy.
bool lies_canonical(const Description& description) {
  return description.stored_canonical() && description.frame_bits() % 8 == 0;
}

Result<void> fill(const Object& object, std::size_t frame_bytes, std::size_t count,
                  FrameGroup& group, Scratch& scratch) {
  group.frames.resize(count);
  if (lies_canonical(object.description)) {
    for (std::size_t i = 0; i < count; ++i)
      group.frames[i] =
          object.table.native().subspan((group.first_frame + i) * frame_bytes, frame_bytes);
    return {};
  }
  if (!object.ahead.empty()) {
    group.frames[0] = object.ahead;
    group.quirks = object.ahead_quirks;
    return {};
  }
  for (std::size_t i = 0; i < count; ++i) TRY(check_expansion(object, group.first_frame + i));
  group.decoded.clear();
  group.decoded.resize(count * frame_bytes);
  std::vector<MutableBytes> outs(count);
  for (std::size_t i = 0; i < count; ++i) {
    outs[i] = group.decoded.mutable_bytes().subspan(i * frame_bytes, frame_bytes);
    group.frames[i] = outs[i];
  }
  return decode_frames(object, group.first_frame, outs, scratch, group.quirks);
}

}  // namespace

Result<void> run_frames(const Object& object, dicom::Schedule& schedule,
                        const ProduceGroup& produce, const ConsumeGroup& consume,
                        const Released& released) {
  constexpr pixel::Limits kChecked{~std::uint64_t{0}};  // describe() has applied the caller's
  TRY_ASSIGN(const std::uint64_t frame_bytes, object.description.layout.frame_bytes(kChecked));
  const std::size_t frames = object.table.frames();
  const std::size_t group_frames = std::min(frames_per_group(object.description), frames);
  std::vector<FrameGroup> slots(schedule.slots());
  Result<void> status;
  const auto count_of = [&](std::size_t index) {
    return std::min(group_frames, frames - index * group_frames);
  };
  schedule.run((frames + group_frames - 1) / group_frames,
               [&](std::size_t index, std::size_t slot, Scratch& scratch) {
                 FrameGroup& group = slots[slot];
                 group.first_frame = index * group_frames;
                 group.quirks = {};
                 group.status = fill(object, frame_bytes, count_of(index), group, scratch);
                 if (group.status && produce) produce(group, scratch);
                 return true;
               },
               [&](std::size_t, std::size_t slot) {
                 const FrameGroup& group = slots[slot];
                 status = group.status;
                 if (status) status = consume(group);
                 if (status && released) {
                   const auto [begin, end] =
                       object.table.range_of(group.first_frame, group.frames.size());
                   released(begin, end - begin);
                 }
                 return status.has_value();
               });
  return status;
}

}  // namespace slipring::pixels
