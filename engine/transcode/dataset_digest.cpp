#include "engine/transcode/dataset_digest.h"

#include <algorithm>
#include <array>

#include "engine/dicom/dictionary.h"
#include "engine/dicom/encode.h"
#include "engine/transcode/derivation.h"
#include "engine/transcode/elements.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::Element;
using dicom::Tag;
using dicom::VR;

constexpr dicom::Encoding kLittle{true, false};
constexpr std::size_t kPendingBytes = 16 << 10;  // small records are hashed together

constexpr std::array kMayChange = {
    tags::PhotometricInterpretation,
    tags::PlanarConfiguration,
    tags::ExtendedOffsetTable,
    tags::ExtendedOffsetTableLengths,
    tags::PixelData,
    tags::EncapsulatedPixelDataValueTotalLength,
};

class Canonical {
 public:
  Canonical(const dicom::DataSet& data_set, bool implicit_target, bool derived)
      : data_set_(data_set),
        implicit_target_(implicit_target),
        derived_(derived),
        sign_(has_signed_pixels(data_set)) {
    pending_.reserve(2 * kPendingBytes);
  }

  [[nodiscard]] bool skip(const Element& element) const {
    return element.tag.group() == 2 || (derived_ && differs_when_derived(element.tag)) ||
           std::ranges::find(kMayChange, element.tag) != kMayChange.end();
  }

  void value(const Element& element, Bytes bytes) {
    sign_.see(data_set_, element, bytes);
    if (bytes.empty() && implicit_target_ && dicom::implicit_vr(element.tag) == VR::SQ) {
      open_sequence(element);
      close();
      return;
    }
    record(element.tag, label(element, bytes.size()), static_cast<std::uint32_t>(bytes.size()));
    const unsigned unit = swap_unit(data_set_, element);
    while (unit > 1 && !bytes.empty()) {
      const Bytes piece =
          bytes.first(std::min(kPendingBytes, bytes.size()));  // whole words: 8 divides it
      dicom::append_swapped(pending_, piece, unit);
      bytes = bytes.subspan(piece.size());
      flush_if_full();
    }
    append(bytes);
  }
  void open_sequence(const Element& element) {
    record(element.tag, VR::SQ, dicom::kUndefinedLength);
  }
  void open_fragments(const Element& element) {
    record(element.tag, VR::OB, dicom::kUndefinedLength);
  }
  void fragment(Bytes bytes) {
    append_item(pending_, tags::Item, static_cast<std::uint32_t>(bytes.size()), kLittle);
    append(bytes);
  }
  void item() {
    sign_.item();
    append_item(pending_, tags::Item, dicom::kUndefinedLength, kLittle);
  }
  void item_end() {
    sign_.item_end();
    append_item(pending_, tags::ItemDelimitationItem, 0, kLittle);
  }
  void close() { append_item(pending_, tags::SequenceDelimitationItem, 0, kLittle); }

  [[nodiscard]] dicom::Sha256Digest finish() {
    hash_.update(pending_.bytes());
    return hash_.finish();
  }

 private:
  [[nodiscard]] VR label(const Element& element, std::uint64_t length_bytes) const {
    if (implicit_target_) return dicom::storable_vr(dicom::implicit_vr(element.tag), length_bytes);
    return explicit_vr(element, length_bytes, sign_.is_signed());
  }

  void record(Tag tag, VR vr, std::uint32_t length) {
    const std::size_t at = pending_.size();
    pending_.resize(at + 10);
    std::uint8_t* to = pending_.data() + at;
    store_le(to, tag.group());
    store_le(to + 2, tag.element());
    to[4] = static_cast<std::uint8_t>(dicom::facts(vr).name[0]);
    to[5] = static_cast<std::uint8_t>(dicom::facts(vr).name[1]);
    store_le(to + 6, length);
  }

  void append(Bytes bytes) {
    if (bytes.size() < kPendingBytes) {
      pending_.append(bytes);
      flush_if_full();
      return;
    }
    hash_.update(pending_.bytes());
    pending_.clear();
    hash_.update(bytes);
  }

  void flush_if_full() {
    if (pending_.size() < kPendingBytes) return;
    hash_.update(pending_.bytes());
    pending_.clear();
  }

  const dicom::DataSet& data_set_;
  bool implicit_target_;
  bool derived_;
  PixelSign sign_;
  dicom::Sha256 hash_;
  Buffer pending_;
};

}  // namespace

dicom::Sha256Digest dataset_digest(const dicom::DataSet& data_set, bool implicit_target,
                                   bool derived) {
  Canonical canonical(data_set, implicit_target, derived);
  walk(data_set, 0, data_set.tape().size(), canonical);
  return canonical.finish();
}

}  // namespace slipring::transcode
