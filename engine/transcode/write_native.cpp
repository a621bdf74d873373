// Native Pixel Data (PS3.5 8.1, 8.2): canonical frames joined, words swapped for big endian, then
// what a native source held beyond its frames, then a pad byte where the length is odd.
#include <algorithm>

#include "codecs/kernels/byte_swap.h"
#include "engine/dicom/encode.h"
#include "engine/pixels/frame_run.h"
#include "engine/transcode/pixel_writer.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::VR;

constexpr std::uint64_t kPieceBytes = pixels::kGroupBytes;  // even

// OW for more than 8 bits allocated (PS3.5 8.2, A.2). Otherwise what a little endian source has, or
// OB, whose bytes lie the same in every byte order.
VR native_vr(const pixels::Object& object, dicom::Encoding target) {
  if (object.description.layout.bits_allocated > 8) return VR::OW;
  const dicom::Element& element = object.scanned->tape[object.description.tape_index];
  const bool as_it_was = !object.description.encapsulated && !target.big_endian &&
                         object.scanned->actual->encoding == target && element.vr() == VR::OW;
  return as_it_was ? VR::OW : VR::OB;
}

// Canonical bytes in, the target's byte order out: words reversed for OW in big endian.
class ValueOut {
 public:
  ValueOut(bool swap_words, Output& out) : swap_(swap_words), out_(out) {}

  void append(Bytes canonical) {
    length_ += canonical.size();
    if (!swap_) return out_.append(canonical);
    while (!canonical.empty()) {
      const Bytes piece = canonical.first(std::min<std::size_t>(kPieceBytes, canonical.size()));
      words_.append(piece);
      canonical = canonical.subspan(piece.size());
      append_words();
    }
  }
  void finish() {
    if (length_ % 2 == 0) return;
    if (!swap_) return out_.zeros(1);
    words_.append(std::uint8_t{0});  // the pad byte is the high byte of the last word
    append_words();
  }

 private:
  void append_words() {
    const std::size_t whole = words_.size() / 2 * 2;
    const bool odd = whole != words_.size();
    const std::uint8_t last = odd ? words_.data()[whole] : std::uint8_t{0};
    const MutableBytes words = words_.mutable_bytes().first(whole);
    codecs::kernels::byte_swap(words, words, 2);
    out_.append(words);
    words_.clear();
    if (odd) words_.append(last);
  }

  bool swap_;
  Output& out_;
  std::uint64_t length_ = 0;
  Buffer words_;  // at most one byte between two calls
};

// A native source with its samples in order: the value piece by piece, without looking at frames.
dicom::Sha256Digest copy_value(const pixels::Object& object, ValueOut& value_out, const Output& out,
                               const pixels::Released& released) {
  const Bytes value = object.table.native();
  const std::uint64_t origin = object.table.range_of(0, 1).first;
  pixels::NativeHash hash(object.description);
  Buffer canonical;
  for (std::uint64_t at = 0; at < value.size() && out.status(); at += kPieceBytes) {
    const std::uint64_t length = std::min<std::uint64_t>(kPieceBytes, value.size() - at);
    Bytes piece = value.subspan(at, length);
    if (object.description.swap_words) {
      canonical.clear();
      canonical.resize(length);
      pixels::copy_native(object, at, canonical.mutable_bytes());
      piece = canonical.bytes();
    }
    hash.update(piece);
    value_out.append(piece);
    if (released) released(origin + at, length);
  }
  return hash.finish();
}

// What a planar native source holds beyond its frames.
void copy_excess(const pixels::Object& object, ValueOut& value_out) {
  const std::uint64_t end = object.table.native().size();
  Buffer piece;
  for (std::uint64_t at = object.description.native_bytes(); at < end; at += piece.size()) {
    piece.clear();
    piece.resize(std::min(kPieceBytes, end - at));
    pixels::copy_native(object, at, piece.mutable_bytes());
    value_out.append(piece.bytes());
  }
}

Result<PixelAnswer> join_frames(const pixels::Object& object, dicom::Schedule& schedule,
                                ValueOut& value_out, const Output& out,
                                const pixels::Released& released) {
  const pixel::Layout& layout = object.description.layout;
  pixels::PixelHash hash(layout);
  pixels::BitJoiner joiner;
  PixelAnswer answer;
  const auto consume = [&](const pixels::FrameGroup& group) -> Result<void> {
    answer.quirks.bits |= group.quirks.bits;
    for (const Bytes frame : group.frames) {
      hash.update(frame);
      value_out.append(layout.bits_allocated == 1 ? joiner.join(frame, layout.samples_per_frame())
                                                  : frame);
    }
    return out.status();
  };
  TRY(pixels::run_frames(object, schedule, {}, consume, released));
  value_out.append(joiner.finish());
  if (!object.description.encapsulated) copy_excess(object, value_out);
  answer.digest = hash.finish();
  return answer;
}

}  // namespace

std::uint64_t native_value_bytes(const pixels::Description& description) {
  const std::uint64_t bytes = std::max(description.native_bytes(), description.value_bytes);
  return bytes + bytes % 2;
}

Result<PixelAnswer> write_native(const pixels::Object& object, const PixelTarget& target,
                                 dicom::Schedule& schedule, Output& out,
                                 const pixels::Released& released) {
  const std::uint64_t length = native_value_bytes(object.description);
  if (length >= dicom::kUndefinedLength)
    return fail(ErrorCode::OutOfRange, kNoOffset,
                "native pixel data longer than its length can say", 0xFFFFFFFEU, length);
  const VR vr = native_vr(object, target.encoding);
  dicom::append_header(out.pending(), tags::PixelData, vr, static_cast<std::uint32_t>(length),
                       target.encoding);
  ValueOut value_out(target.encoding.big_endian && vr == VR::OW, out);
  PixelAnswer answer;
  if (!object.description.encapsulated && !object.description.planar) {
    answer.digest = copy_value(object, value_out, out, released);
  } else {
    TRY_ASSIGN(answer, join_frames(object, schedule, value_out, out, released));
  }
  value_out.finish();
  TRY(out.status());
  return answer;
}

}  // namespace slipring::transcode
