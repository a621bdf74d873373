#include "engine/receive/meta_group.h"

#include <array>

#include "engine/dicom/encode.h"
#include "engine/transcode/meta_group.h"

namespace slipring::receive {

namespace {

namespace tags = dicom::tags;
using dicom::VR;

constexpr dicom::Encoding kMetaEncoding{true, false};  // PS3.10 7.1: always explicit little endian
constexpr std::size_t kAeTitleBytesMax = 16;

void append_text(Buffer& group, dicom::Tag tag, VR vr, std::string_view text) {
  dicom::append_element(group, tag, vr, as_bytes(text), kMetaEncoding);
}

}  // namespace

void append_meta_group(const Announced& announced, Buffer& out) {
  Buffer group;
  static constexpr std::array<std::uint8_t, 2> kVersion = {0x00, 0x01};
  dicom::append_element(group, tags::FileMetaInformationVersion, VR::OB, kVersion, kMetaEncoding);
  append_text(group, tags::MediaStorageSOPClassUID, VR::UI, announced.sop_class);
  append_text(group, tags::MediaStorageSOPInstanceUID, VR::UI, announced.sop_instance);
  append_text(group, tags::TransferSyntaxUID, VR::UI, announced.transfer_syntax);
  append_text(group, tags::ImplementationClassUID, VR::UI, transcode::kImplementationClassUID);
  append_text(group, tags::ImplementationVersionName, VR::SH,
              transcode::kImplementationVersionName);
  if (!announced.source_ae.empty() && announced.source_ae.size() <= kAeTitleBytesMax)
    append_text(group, tags::SourceApplicationEntityTitle, VR::AE, announced.source_ae);
  transcode::append_file_head(group, out);
}

}  // namespace slipring::receive
