// Objects as validate tests want them: a right header, pixel data of any kind; and how tests read
// what validate found.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "codecs/registry.h"
#include "engine/scan/scan.h"
#include "engine/validate/validate.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::test {

using dicom::Tag;
using dicom::VR;
namespace tags = dicom::tags;

using FileBytes = std::vector<std::uint8_t>;

// Preamble, meta group, SOP class and instance as the meta group says; nothing to complain about.
inline ObjectBuilder object(std::string_view transfer_syntax = kExplicitLittleUid) {
  ObjectBuilder builder;
  builder.preamble().meta(transfer_syntax);
  return builder;
}

inline ObjectBuilder& identity(ObjectBuilder& builder) {
  return builder.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.7")
      .text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
}

// An object with one element behind its identity.
inline FileBytes with(Tag tag, VR vr, std::string_view value, std::string_view charset = {}) {
  ObjectBuilder builder = object();
  if (!charset.empty()) builder.text(tags::SpecificCharacterSet, VR::CS, charset);
  return identity(builder).element(tag, vr, value).take();
}

// An image: every attribute may be changed before bytes() is called.
struct Image {
  std::string_view transfer_syntax = kExplicitLittleUid;
  std::uint16_t rows = 8, columns = 8, samples = 1, allocated = 16, stored = 16, high = 15,
                sign = 0;
  std::string photometric = "MONOCHROME2";
  std::string frames;  // Number of Frames; absent when empty
  std::string lossy;   // (0028,2110); absent when empty
  std::string method;  // (0028,2114); absent when empty
  std::uint16_t planar = 0;
  bool without_rows = false;
  std::string native;  // pixel bytes, when there are no fragments
  std::vector<std::string> fragments;
  std::string offset_table;
  std::string overlay;  // of 4 x 4, when not empty
  std::vector<std::uint64_t> extended_offsets;

  [[nodiscard]] pixel::Layout layout() const {
    return {rows, columns, samples, allocated, stored, high, sign == 1};
  }
  // Samples 0, 1, 2 ... in Bits Stored.
  [[nodiscard]] std::string pixels() const {
    std::string bytes(std::size_t{rows} * columns * samples * allocated / 8, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = allocated == 8 || i % 2 == 0 ? static_cast<char>(i / 3 % 200) : '\0';
    return bytes;
  }

  [[nodiscard]] FileBytes bytes() const {
    ObjectBuilder b = object(transfer_syntax);
    identity(b);
    b.us(tags::SamplesPerPixel, samples);
    b.text(tags::PhotometricInterpretation, VR::CS, photometric);
    if (samples > 1) b.us(tags::PlanarConfiguration, planar);
    if (!frames.empty()) b.text(tags::NumberOfFrames, VR::IS, frames);
    if (!without_rows) b.us(tags::Rows, rows);
    b.us(tags::Columns, columns);
    b.us(tags::BitsAllocated, allocated).us(tags::BitsStored, stored).us(tags::HighBit, high);
    b.us(tags::PixelRepresentation, sign);
    if (!lossy.empty()) b.text(tags::LossyImageCompression, VR::CS, lossy);
    if (!method.empty()) b.text(tags::LossyImageCompressionMethod, VR::CS, method);
    if (!overlay.empty()) {
      b.us({0x6000, 0x0010}, 4).us({0x6000, 0x0011}, 4);
      b.element({0x6000, 0x3000}, VR::OW, overlay);
    }
    if (!extended_offsets.empty()) {
      b.header(tags::ExtendedOffsetTable, VR::OV,
               static_cast<std::uint32_t>(8 * extended_offsets.size()));
      for (const std::uint64_t offset : extended_offsets)
        b.u32(static_cast<std::uint32_t>(offset)).u32(static_cast<std::uint32_t>(offset >> 32));
    }
    if (fragments.empty() && transfer_syntax.starts_with(kExplicitLittleUid))
      return b.element(tags::PixelData, allocated == 8 ? VR::OB : VR::OW, native).take();
    b.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).fragment(offset_table);
    for (const std::string& fragment : fragments) b.fragment(fragment);
    return b.end_sequence().take();
  }
};

// A codestream of the image's pixels, padded to even.
inline std::string encode(const Image& image, pixel::Format format, bool colour_transform = false) {
  const std::string pixels = image.pixels();
  Buffer out;
  codecs::EncodeJob job{as_bytes(pixels), image.layout(), {colour_transform}, &out, {}};
  Scratch scratch;
  codecs::find(format)->encode_batch({&job, 1}, scratch);
  EXPECT_TRUE(job.status) << (job.status ? "" : job.status.error().what);
  std::string stream(as_text(out.bytes()));
  if (stream.size() % 2 != 0) stream += '\0';
  return stream;
}

// Of objects that are no whole ones: their definitions are not looked at.
inline validate::Options without_definitions() {
  validate::Options options;
  options.object = false;
  return options;
}

class Validated {
 public:
  explicit Validated(FileBytes bytes, const validate::Options& options = without_definitions())
      : bytes_(std::move(bytes)) {
    scan::scan(bytes_, bytes_.size(), {}, scanned_);
    dicom::SerialSchedule schedule;
    answer_ = validate::validate(scanned_, options, schedule, findings_);
  }

  [[nodiscard]] const dicom::Findings& findings() const { return findings_; }
  [[nodiscard]] const validate::Answer& answer() const { return answer_; }
  [[nodiscard]] const dicom::Finding* find(dicom::RuleId rule) const {
    for (const dicom::Finding& each : findings_.kept())
      if (each.rule == rule) return &each;
    return nullptr;
  }
  // "L2-20W (0010,0030) DA value 1 ...": for messages of failing tests.
  [[nodiscard]] std::string all() const {
    std::string text;
    for (const dicom::Finding& each : findings_.kept())
      text += dicom::to_string(each.rule) + dicom::letter(each.severity) + " " + each.path + " @" +
              std::to_string(each.offset) + " " + each.message + "\n";
    return text;
  }

 private:
  FileBytes bytes_;
  dicom::Scanned scanned_;
  dicom::Findings findings_;
  validate::Answer answer_;
};

}  // namespace slipring::test
