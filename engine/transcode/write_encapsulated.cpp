// Encapsulated Pixel Data (PS3.5 A.4): one fragment a frame, offset tables reserved first and
// patched when the offsets are known.
#include <algorithm>
#include <array>

#include "codecs/base/contract.h"
#include "codecs/registry.h"
#include "engine/dicom/encode.h"
#include "engine/pixels/frame_run.h"
#include "engine/transcode/pixel_writer.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::VR;

constexpr std::uint64_t kItemHeaderBytes = 8;

// Offset tables: room first, numbers last.
class OffsetTables {
 public:
  OffsetTables(std::uint64_t frames, bool extended, dicom::Encoding encoding, Output& out)
      : extended_(extended), frames_(frames), encoding_(encoding), out_(out) {}

  void reserve() {
    if (extended_) {
      offsets_at_ = reserve_element(tags::ExtendedOffsetTable);
      lengths_at_ = reserve_element(tags::ExtendedOffsetTableLengths);
    }
    dicom::append_header(out_.pending(), tags::PixelData, VR::OB, dicom::kUndefinedLength,
                         encoding_);
    const std::uint64_t basic = extended_ ? 0 : frames_ * 4;
    dicom::append_item(out_.pending(), tags::Item, static_cast<std::uint32_t>(basic), encoding_);
    if (!extended_) offsets_at_ = out_.size();
    out_.zeros(basic);
    origin_ = out_.size();
    offsets_.reserve(frames_);
  }

  void note(std::uint64_t length) {  // of the fragment about to be written
    offsets_.push_back(out_.size() - origin_);
    if (extended_) lengths_.push_back(length);
  }

  Result<void> patch() {
    if (extended_) {
      patch_numbers<std::uint64_t>(offsets_at_, offsets_);
      patch_numbers<std::uint64_t>(lengths_at_, lengths_);
      return out_.status();
    }
    if (!offsets_.empty() && offsets_.back() > 0xFFFFFFFFU)
      return fail(ErrorCode::OutOfRange, kNoOffset,
                  "the frames grew beyond what a basic offset table can say", 0xFFFFFFFFU,
                  offsets_.back());
    patch_numbers<std::uint32_t>(offsets_at_, offsets_);
    return out_.status();
  }

 private:
  std::uint64_t reserve_element(dicom::Tag tag) {
    dicom::append_header(out_.pending(), tag, VR::OV, static_cast<std::uint32_t>(frames_ * 8),
                         encoding_);
    const std::uint64_t at = out_.size();
    out_.zeros(frames_ * 8);
    return at;
  }

  template <class T>
  void patch_numbers(std::uint64_t at, std::span<const std::uint64_t> numbers) {
    // The table of a single frame is as it was reserved; a patch of a file costs a write.
    if (std::ranges::all_of(numbers, [](std::uint64_t number) { return number == 0; })) return;
    constexpr std::size_t kPiece = 4096;
    std::array<std::uint8_t, kPiece * sizeof(T)> bytes{};
    for (std::size_t done = 0; done < numbers.size(); done += kPiece) {
      const std::size_t count = std::min(kPiece, numbers.size() - done);
      for (std::size_t i = 0; i < count; ++i)
        store_le(bytes.data() + i * sizeof(T), static_cast<T>(numbers[done + i]));
      out_.patch(at + done * sizeof(T), Bytes(bytes).first(count * sizeof(T)));
    }
  }

  bool extended_;
  std::uint64_t frames_;
  dicom::Encoding encoding_;
  Output& out_;
  std::uint64_t origin_ = 0;  // of the first fragment's item: offsets count from here
  std::uint64_t offsets_at_ = 0;
  std::uint64_t lengths_at_ = 0;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint64_t> lengths_;
};

Result<void> encode_group(const pixels::Object& object, const PixelTarget& target,
                          pixels::FrameGroup& group, Scratch& scratch) {
  if (group.encoded.size() < group.frames.size()) group.encoded.resize(group.frames.size());
  std::vector<codecs::EncodeJob> jobs(group.frames.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].pixels = group.frames[i];
    jobs[i].layout = object.description.layout;
    jobs[i].parameters = target.parameters;
    jobs[i].out = &group.encoded[i];
  }
  target.encoder->encode_batch(jobs, scratch);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].status) continue;
    Error error = jobs[i].status.error();
    error.offset = object.table.offset_of(group.first_frame + i);
    return std::unexpected(error);
  }
  return {};
}

bool encodes_pixels(const Plan& plan) {
  return plan.action == Action::Convert && plan.to->encapsulated && plan.object &&
         plan.decodes_pixels;
}

bool has_lone_frame(const Plan& plan) {
  if (!encodes_pixels(plan)) return false;
  const Bytes pixels = pixels::pixels_in_memory(*plan.object);
  return plan.object->table.frames() == 1 && !pixels.empty() &&
         pixels.size() <= pixels::kAheadFrameBytesMax;
}

// `last`: with the end of the sequence of fragments behind it.
Result<void> append_fragment(Bytes codestream, bool last, const PixelTarget& target,
                             OffsetTables& tables, Output& out) {
  const std::uint64_t padded = codestream.size() + codestream.size() % 2;
  if (padded >= dicom::kUndefinedLength)
    return fail(ErrorCode::OutOfRange, kNoOffset, "a codestream longer than a fragment can be",
                0xFFFFFFFEU, padded);
  tables.note(padded);
  dicom::append_item(out.pending(), tags::Item, static_cast<std::uint32_t>(padded),
                     target.encoding);
  Buffer after;
  if (padded != codestream.size()) after.append(std::uint8_t{0});
  if (last) dicom::append_item(after, tags::SequenceDelimitationItem, 0, target.encoding);
  out.append(codestream, after.bytes());
  return out.status();
}

}  // namespace

PixelTarget encapsulated_target(const Plan& plan) {
  PixelTarget target;
  target.encoding = plan.to->encoding;
  target.encoder = codecs::find(plan.to->format);
  target.parameters.colour_transform = plan.colour_transform;
  target.parameters.ratio = plan.loss.ratio;
  target.parameters.step = plan.loss.step;
  target.parameters.by_resolution = plan.to->keyword == "HTJ2KLosslessRPCL";
  return target;
}

void encode_ahead(std::span<const EncodedAhead> aheads, Scratch& scratch) {
  const codecs::FormatRow* encoder = nullptr;  // a job has one target
  std::vector<const EncodedAhead*> taken;
  std::vector<codecs::EncodeJob> jobs;
  for (const EncodedAhead& ahead : aheads) {
    const Plan& plan = *ahead.plan;
    if (!has_lone_frame(plan)) continue;
    const PixelTarget target = encapsulated_target(plan);
    if (target.encoder == nullptr || target.encoder->encode_batch == nullptr) continue;
    if (encoder != nullptr && encoder != target.encoder) continue;
    encoder = target.encoder;
    taken.push_back(&ahead);
    jobs.push_back({.pixels = pixels::pixels_in_memory(*plan.object),
                    .layout = plan.object->description.layout,
                    .parameters = target.parameters,
                    .out = ahead.codestream});
  }
  if (encoder == nullptr) return;
  encoder->encode_batch(jobs, scratch);
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (jobs[i].status) taken[i]->plan->codestream = taken[i]->codestream->bytes();
}

std::size_t company_of(const Plan& plan) {
  if (plan.action != Action::Convert || !plan.decodes_pixels || !plan.object) return 1;
  const std::size_t decoded = pixels::company_of(*plan.object);
  if (!encodes_pixels(plan) || plan.object->table.frames() != 1) return decoded;
  const codecs::FormatRow* encoder = codecs::find(plan.to->format);
  return encoder == nullptr ? decoded : std::max<std::size_t>(decoded, encoder->lockstep_encode);
}

bool needs_extended_offsets(const pixels::Description& description) {
  // An incompressible frame grows: RLE by 1/128 and a 64-byte header (PS3.5 G.3.1), a JPEG 2000
  // codestream by its headers. 1/16 and 1,024 bytes a frame are beyond what any of ours needs.
  constexpr std::uint64_t kFrameOverheadBytes = 1024;
  const std::uint64_t native = description.native_bytes();
  return native / 16 + native + description.frames * (kFrameOverheadBytes + kItemHeaderBytes) >
         0xFFFFFFFFU;
}

Result<PixelAnswer> write_encapsulated(const pixels::Object& object, const PixelTarget& target,
                                       dicom::Schedule& schedule, Output& out,
                                       const pixels::Released& released) {
  pixels::PixelHash hash(object.description.layout);
  PixelAnswer answer;
  EXPECTS(object.table.frames() > 0);
  OffsetTables tables(object.table.frames(), target.extended_offsets, target.encoding, out);
  tables.reserve();
  const auto produce = [&](pixels::FrameGroup& group, Scratch& scratch) {
    if (target.codestream.empty()) group.status = encode_group(object, target, group, scratch);
  };
  const auto consume = [&](const pixels::FrameGroup& group) -> Result<void> {
    answer.quirks.bits |= group.quirks.bits;
    for (std::size_t i = 0; i < group.frames.size(); ++i) {
      hash.update(group.frames[i]);
      const Bytes codestream =
          target.codestream.empty() ? group.encoded[i].bytes() : target.codestream;
      answer.codestream_bytes += codestream.size();
      const bool last = group.first_frame + i + 1 == object.table.frames();
      TRY(append_fragment(codestream, last, target, tables, out));
    }
    return {};
  };
  TRY(pixels::run_frames(object, schedule, produce, consume, released));
  TRY(tables.patch());
  answer.digest = hash.finish();
  return answer;
}

}  // namespace slipring::transcode
