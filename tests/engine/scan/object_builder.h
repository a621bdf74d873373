// ObjectBuilder: DICOM objects byte by byte, right or wrong as a test wants them.
//   auto bytes = ObjectBuilder().preamble().meta("1.2.840.10008.1.2.1")
//                    .text(tags::PatientID, VR::LO, "X").us(tags::Rows, 2).take();
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/base/bytes.h"
#include "engine/dicom/tag.h"
#include "engine/dicom/tape.h"
#include "engine/dicom/vr.h"

namespace slipring::test {

enum class Encoded : std::uint8_t { ExplicitLittle, ImplicitLittle, ExplicitBig };

inline constexpr std::string_view kImplicitLittleUid = "1.2.840.10008.1.2";
inline constexpr std::string_view kExplicitLittleUid = "1.2.840.10008.1.2.1";
inline constexpr std::string_view kDeflatedUid = "1.2.840.10008.1.2.1.99";
inline constexpr std::string_view kExplicitBigUid = "1.2.840.10008.1.2.2";
inline constexpr std::string_view kRleUid = "1.2.840.10008.1.2.5";

class ObjectBuilder {
 public:
  using Tag = dicom::Tag;
  using VR = dicom::VR;

  explicit ObjectBuilder(Encoded encoded = Encoded::ExplicitLittle) : encoded_(encoded) {}

  // What follows is encoded like this.
  ObjectBuilder& encoding(Encoded encoded) {
    encoded_ = encoded;
    return *this;
  }

  ObjectBuilder& preamble() {
    bytes_.resize(bytes_.size() + 128);
    return raw("DICM");
  }

  // A right meta group, always explicit VR little endian; the data set goes on in the encoding of
  // the UID.
  ObjectBuilder& meta(std::string_view transfer_syntax_uid,
                      std::string_view sop_class = "1.2.840.10008.5.1.4.1.1.7",
                      std::string_view sop_instance = "1.2.3.4") {
    ObjectBuilder group;
    group.header(dicom::tags::FileMetaInformationVersion, VR::OB, 2)
        .raw(std::string_view("\0\1", 2));
    group.text(dicom::tags::MediaStorageSOPClassUID, VR::UI, sop_class);
    group.text(dicom::tags::MediaStorageSOPInstanceUID, VR::UI, sop_instance);
    group.text(dicom::tags::TransferSyntaxUID, VR::UI, transfer_syntax_uid);
    group.text(dicom::tags::ImplementationClassUID, VR::UI, "1.2.3");
    encoded_ = Encoded::ExplicitLittle;
    ul(dicom::tags::FileMetaInformationGroupLength, static_cast<std::uint32_t>(group.size()));
    raw(group.bytes_);
    encoded_ = transfer_syntax_uid == kImplicitLittleUid ? Encoded::ImplicitLittle
               : transfer_syntax_uid == kExplicitBigUid  ? Encoded::ExplicitBig
                                                         : Encoded::ExplicitLittle;
    return *this;
  }

  ObjectBuilder& u16(std::uint16_t value) {
    if (encoded_ == Encoded::ExplicitBig) value = byte_swap(value);
    return append(&value, sizeof value);
  }
  ObjectBuilder& u32(std::uint32_t value) {
    if (encoded_ == Encoded::ExplicitBig) value = byte_swap(value);
    return append(&value, sizeof value);
  }
  ObjectBuilder& raw(std::string_view text) { return append(text.data(), text.size()); }
  ObjectBuilder& raw(Bytes bytes) { return append(bytes.data(), bytes.size()); }
  ObjectBuilder& raw(const std::vector<std::uint8_t>& bytes) { return raw(Bytes(bytes)); }
  ObjectBuilder& zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  ObjectBuilder& tag(Tag tag) { return u16(tag.group()).u16(tag.element()); }

  // A header alone. Item, delimiters and implicit VR have no VR; 16-bit lengths are cut to 16 bits.
  ObjectBuilder& header(Tag which, VR vr, std::uint32_t length) {
    tag(which);
    if (encoded_ == Encoded::ImplicitLittle || vr == VR::None) return u32(length);
    raw(dicom::name(vr));
    if (dicom::facts(vr).long_header) return u16(0).u32(length);
    return u16(static_cast<std::uint16_t>(length));
  }
  ObjectBuilder& element(Tag which, VR vr, std::string_view value) {
    return header(which, vr, static_cast<std::uint32_t>(value.size())).raw(value);
  }
  // Padded to even length, UI by NUL.
  ObjectBuilder& text(Tag which, VR vr, std::string_view value) {
    header(which, vr, static_cast<std::uint32_t>(value.size() + value.size() % 2)).raw(value);
    if (value.size() % 2 != 0) bytes_.push_back(vr == VR::UI ? 0 : ' ');
    return *this;
  }
  ObjectBuilder& us(Tag which, std::uint16_t value) { return header(which, VR::US, 2).u16(value); }
  ObjectBuilder& ul(Tag which, std::uint32_t value) { return header(which, VR::UL, 4).u32(value); }

  ObjectBuilder& sequence(Tag which, std::uint32_t length = dicom::kUndefinedLength) {
    return header(which, VR::SQ, length);
  }
  ObjectBuilder& item(std::uint32_t length = dicom::kUndefinedLength) {
    return header(dicom::tags::Item, VR::None, length);
  }
  ObjectBuilder& end_item(std::uint32_t length = 0) {
    return header(dicom::tags::ItemDelimitationItem, VR::None, length);
  }
  ObjectBuilder& end_sequence(std::uint32_t length = 0) {
    return header(dicom::tags::SequenceDelimitationItem, VR::None, length);
  }
  ObjectBuilder& fragment(std::string_view value) {
    return item(static_cast<std::uint32_t>(value.size())).raw(value);
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  ObjectBuilder& append(const void* from, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(from);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
    return *this;
  }

  Encoded encoded_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace slipring::test
