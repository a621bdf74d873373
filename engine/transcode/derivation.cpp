#include "engine/transcode/derivation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/dicom/digest.h"
#include "engine/dicom/encode.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::Tag;
using dicom::VR;

constexpr Tag kIdentifyingGroupLength{0x0008, 0x0000};
constexpr Tag kCodeValue{0x0008, 0x0100};
constexpr Tag kCodingSchemeDesignator{0x0008, 0x0102};
constexpr Tag kCodeMeaning{0x0008, 0x0104};
constexpr Tag kDerivationDescription{0x0008, 0x2111};
constexpr Tag kSourceImageSequence{0x0008, 0x2112};
constexpr Tag kDerivationCodeSequence{0x0008, 0x9215};
constexpr Tag kPurposeOfReferenceCodeSequence{0x0040, 0xA170};
constexpr Tag kSharedFunctionalGroups{0x5200, 0x9229};
constexpr Tag kPerFrameFunctionalGroups{0x5200, 0x9230};

constexpr dicom::Encoding kExplicitLittle{true, false};  // of every syntax with fragments
constexpr std::string_view kYes = "01";
constexpr std::string_view kMethod = "ISO_15444_15";  // PS3.3 C.7.6.1.1.5.1
constexpr std::size_t kDecimalBytes = 16;             // of a DS at most (PS3.5 6.2)
constexpr std::size_t kShortTextMax = 1024;           // of an ST

// Samples that are labels or doses, not what somebody looks at.
constexpr std::array<std::string_view, 4> kNeverWithLoss = {
    "1.2.840.10008.5.1.4.1.1.30",     // Parametric Map
    "1.2.840.10008.5.1.4.1.1.66.4",   // Segmentation
    "1.2.840.10008.5.1.4.1.1.66.7",   // Label Map Segmentation
    "1.2.840.10008.5.1.4.1.1.481.2",  // RT Dose
};

// PS3.5 B.2: "2.25." and a UUID as a number. One of our own making: version 8 (RFC 9562, 5.8).
std::string uid_of(const dicom::Sha256Digest& digest) {
  std::array<std::uint8_t, 16> uuid;
  std::copy_n(digest.bytes.begin(), uuid.size(), uuid.begin());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | 0x80);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);
  std::string digits;
  while (std::ranges::any_of(uuid, [](std::uint8_t byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (std::uint8_t& byte : uuid) {
      const unsigned value = rest * 256 + byte;
      byte = static_cast<std::uint8_t>(value / 10);
      rest = value % 10;
    }
    digits.push_back(static_cast<char>('0' + rest));
  }
  std::ranges::reverse(digits);
  return "2.25." + digits;
}

std::string joined(std::string_view before, std::string_view value) {
  return before.empty() ? std::string(value) : fmt::format("{}\\{}", before, value);
}

// Value 1 says whether the pixels are original (PS3.3 C.7.6.1.1.2).
std::string derived_image_type(std::string_view image_type) {
  if (image_type.empty()) return "DERIVED\\PRIMARY";
  const std::size_t rest = std::min(image_type.find('\\'), image_type.size());
  return fmt::format("DERIVED{}", image_type.substr(rest));
}

std::string how(const Loss& loss) {
  if (loss.ratio != 0) return fmt::format("at least {:g}:1", loss.ratio);
  return fmt::format("quantizer step {:g} of the range", loss.step);
}

void append_text(Buffer& to, Tag tag, VR vr, std::string_view text) {
  dicom::append_element(to, tag, vr, as_bytes(text), kExplicitLittle);
}

void append_one_item(Buffer& to, const Buffer& content) {
  dicom::append_item(to, tags::Item, static_cast<std::uint32_t>(content.size()), kExplicitLittle);
  to.append(content.bytes());
}

// A code sequence's value (PS3.3 8.8) of one code of DCM.
Buffer code_of(std::string_view value, std::string_view meaning) {
  Buffer content;
  append_text(content, kCodeValue, VR::SH, value);
  append_text(content, kCodingSchemeDesignator, VR::SH, "DCM");
  append_text(content, kCodeMeaning, VR::LO, meaning);
  Buffer sequence;
  append_one_item(sequence, content);
  return sequence;
}

// The object that stays, and why it is referred to (PS3.3 10.3, CID 7202).
Buffer reference_to(const dicom::DataSet& data_set) {
  Buffer content;
  append_text(content, tags::ReferencedSOPClassUID, VR::UI, data_set.text(tags::SOPClassUID));
  append_text(content, tags::ReferencedSOPInstanceUID, VR::UI, data_set.text(tags::SOPInstanceUID));
  const Buffer purpose = code_of("121320", "Uncompressed predecessor");
  dicom::append_element(content, kPurposeOfReferenceCodeSequence, VR::SQ, purpose.bytes(),
                        kExplicitLittle);
  Buffer sequence;
  append_one_item(sequence, content);
  return sequence;
}

}  // namespace

std::string_view why_not_derived(const dicom::DataSet& data_set,
                                 const pixels::Description& description) {
  const std::string_view sop_class = data_set.text(tags::SOPClassUID);
  if (sop_class.empty() || data_set.text(tags::SOPInstanceUID).empty())
    return "an object without SOP class or instance cannot be referred to";
  if (std::ranges::find(kNeverWithLoss, sop_class) != kNeverWithLoss.end())
    return "samples that are labels, measures or doses are not compressed with loss";
  if (description.photometric == "PALETTE COLOR")
    return "numbers of colours are not compressed with loss";
  const pixel::Layout& layout = description.layout;
  if (layout.bits_stored == 1) return "images of one bit are not compressed with loss";
  if (layout.high_bit + 1U != layout.bits_stored)
    return "samples that do not begin at bit 0 are not compressed with loss";
  if (data_set.find(kSharedFunctionalGroups) != nullptr ||
      data_set.find(kPerFrameFunctionalGroups) != nullptr)
    return "functional groups say of each frame what it is: not compressed with loss";
  if (data_set.find(kSourceImageSequence) != nullptr)
    return "the object names source images of its own: not compressed with loss";
  return {};
}

Derivation derive(const dicom::DataSet& data_set, const Loss& loss) {
  const std::string_view old = data_set.text(tags::SOPInstanceUID);
  const std::string what = how(loss);
  Derivation derivation;
  const std::string seed = fmt::format("slipring HTJ2K {} {}", what, old);
  derivation.sop_instance = uid_of(dicom::sha256(as_bytes(seed)));
  derivation.image_type = derived_image_type(data_set.text(tags::ImageType));
  derivation.description = data_set.text(kDerivationDescription);
  const std::string sentence = fmt::format("Lossy compression with HTJ2K, {}", what);
  if (derivation.description.size() + sentence.size() + 2 <= kShortTextMax) {
    if (!derivation.description.empty()) derivation.description += "; ";
    derivation.description += sentence;
  }
  derivation.ratios =
      joined(data_set.text(tags::LossyImageCompressionRatio), std::string(kDecimalBytes, ' '));
  derivation.methods = joined(data_set.text(tags::LossyImageCompressionMethod), kMethod);
  if (data_set.find(kDerivationCodeSequence) == nullptr)
    derivation.code = code_of("113040", "Lossy Compression");
  derivation.source_image = reference_to(data_set);
  return derivation;
}

void append_edits(const Derivation& derivation, std::uint64_t* ratios_at,
                  std::vector<Edit>& edits) {
  const auto set = [&](Tag tag, VR vr, std::string_view text) {
    edits.push_back(Edit::set(tag, vr, as_bytes(text)));
  };
  edits.push_back(Edit::dropped(kIdentifyingGroupLength));
  set(tags::ImageType, VR::CS, derivation.image_type);
  set(tags::SOPInstanceUID, VR::UI, derivation.sop_instance);
  set(kDerivationDescription, VR::ST, derivation.description);
  edits.push_back(Edit::set(kSourceImageSequence, VR::SQ, derivation.source_image.bytes()));
  if (!derivation.code.empty())
    edits.push_back(Edit::set(kDerivationCodeSequence, VR::SQ, derivation.code.bytes()));
  set(tags::LossyImageCompression, VR::CS, kYes);
  set(tags::LossyImageCompressionRatio, VR::DS, derivation.ratios);
  edits.back().value_at = ratios_at;
  set(tags::LossyImageCompressionMethod, VR::CS, derivation.methods);
}

std::string ratio_text(double ratio) {
  return fmt::format("{:<{}}", fmt::format("{:.5g}", ratio), kDecimalBytes);
}

std::uint64_t last_ratio_offset(const Derivation& derivation) {
  return derivation.ratios.size() - kDecimalBytes;
}

bool differs_when_derived(Tag tag) {
  static constexpr std::array kDiffer = {tags::ImageType,
                                         tags::SOPInstanceUID,
                                         kDerivationDescription,
                                         kSourceImageSequence,
                                         kDerivationCodeSequence,
                                         tags::LossyImageCompression,
                                         tags::LossyImageCompressionRatio,
                                         tags::LossyImageCompressionMethod};
  return std::ranges::find(kDiffer, tag) != kDiffer.end();
}

}  // namespace slipring::transcode
