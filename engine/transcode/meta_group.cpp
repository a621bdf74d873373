#include "engine/transcode/meta_group.h"

#include <array>
#include <cstring>

#include "engine/dicom/dictionary.h"
#include "engine/dicom/encode.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::Tag;
using dicom::VR;

constexpr dicom::Encoding kMetaEncoding{true, false};  // PS3.10 7.1: always explicit little endian
constexpr std::size_t kPreambleBytes = 128;

// A UID of the data set, or of the old meta group; nothing when neither has one.
void append_uid(const dicom::Scanned& scanned, Tag in_data_set, Tag in_meta, Buffer& group) {
  std::string_view uid = scanned.data_set().text(in_data_set);
  if (uid.empty()) uid = scanned.meta().text(in_meta);
  if (uid.empty() || uid.size() > dicom::kShortValueBytesMax) return;
  dicom::append_element(group, in_meta, VR::UI, as_bytes(uid), kMetaEncoding);
}

// Old elements from (0002,0016) on: the application entity titles, private information, and what
// later editions may add. The first of a tag only, in ascending order as they must be.
void append_old_elements(const dicom::Scanned& scanned, Buffer& group) {
  const dicom::DataSet meta = scanned.meta();
  Tag last(tags::ImplementationVersionName);
  for (const dicom::Element& element : meta.tape()) {
    if (element.depth != 0 || element.tag.group() != 2 || element.tag <= last ||
        element.undefined_length() || element.tag < tags::SourceApplicationEntityTitle)
      continue;
    last = element.tag;
    const Bytes value = meta.value(element);
    VR vr = element.vr();
    if (vr == VR::None || vr == VR::Unknown || vr == VR::SQ) vr = VR::UN;
    if (vr == VR::UN) vr = dicom::implicit_vr(element.tag);
    dicom::append_element(group, element.tag, dicom::storable_vr(vr, value.size()), value,
                          kMetaEncoding);
  }
}

}  // namespace

void append_meta_group(const dicom::Scanned& scanned, const dicom::TransferSyntax& target,
                       std::string_view sop_instance, Buffer& out) {
  Buffer group;
  static constexpr std::array<std::uint8_t, 2> kVersion = {0x00, 0x01};
  dicom::append_element(group, tags::FileMetaInformationVersion, VR::OB, kVersion, kMetaEncoding);
  append_uid(scanned, tags::SOPClassUID, tags::MediaStorageSOPClassUID, group);
  if (sop_instance.empty())
    append_uid(scanned, tags::SOPInstanceUID, tags::MediaStorageSOPInstanceUID, group);
  else
    dicom::append_element(group, tags::MediaStorageSOPInstanceUID, VR::UI, as_bytes(sop_instance),
                          kMetaEncoding);
  dicom::append_element(group, tags::TransferSyntaxUID, VR::UI, as_bytes(target.uid),
                        kMetaEncoding);
  dicom::append_element(group, tags::ImplementationClassUID, VR::UI,
                        as_bytes(kImplementationClassUID), kMetaEncoding);
  dicom::append_element(group, tags::ImplementationVersionName, VR::SH,
                        as_bytes(kImplementationVersionName), kMetaEncoding);
  append_old_elements(scanned, group);
  append_file_head(group, out);
}

void append_file_head(const Buffer& group, Buffer& out) {
  const std::size_t at = out.size();
  out.resize(at + kPreambleBytes);
  std::memset(out.data() + at, 0, kPreambleBytes);
  out.append(as_bytes("DICM"));
  std::array<std::uint8_t, 4> length{};
  store_le(length.data(), static_cast<std::uint32_t>(group.size()));
  dicom::append_element(out, tags::FileMetaInformationGroupLength, VR::UL, length, kMetaEncoding);
  out.append(group.bytes());
}

}  // namespace slipring::transcode
