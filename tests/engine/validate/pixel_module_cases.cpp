#include "tests/engine/validate/complete_object.h"
#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {

namespace {

using enum dicom::Severity;

constexpr std::string_view kJpegLsUid = "1.2.840.10008.1.2.4.80",
                           kJpegLsNearUid = "1.2.840.10008.1.2.4.81";

// An image of the data set's own encoding with more attributes.
std::function<FileBytes()> image(const std::function<void(Fields&)>& change) {
  return [change] {
    Fields fields = private_object();
    fields.us(0x00280002, {1}).text(0x00280004, VR::CS, "MONOCHROME2");
    fields.us(0x00280010, {4}).us(0x00280011, {4});
    fields.us(0x00280100, {16}).us(0x00280101, {12}).us(0x00280102, {11}).us(0x00280103, {0});
    fields.text(0x7FE00010, VR::OW, std::string(32, '\1'));
    change(fields);
    return fields.bytes();
  };
}

std::string profile(std::uint8_t size) {
  std::string bytes(size, '\0');
  bytes[3] = static_cast<char>(size);
  return bytes.replace(36, 4, "acsp");
}

void colour(Fields& f, std::string_view photometric, std::uint16_t columns) {
  f.us(0x00280002, {3}).text(0x00280004, VR::CS, photometric).us(0x00280006, {0});
  f.us(0x00280011, {columns});
  f.us(0x00280100, {8}).us(0x00280101, {8}).us(0x00280102, {7});
  f.text(0x7FE00010, VR::OB, std::string(std::size_t{4} * columns * 3, '\1'));
}

// Compressed colour of 8 x 8.
FileBytes encoded(std::string_view uid, pixel::Format format,
                  const std::function<void(Image&)>& change = {}) {
  Image image;
  image.samples = 3;
  image.allocated = image.stored = 8;
  image.high = 7;
  image.photometric = "RGB";
  image.transfer_syntax = uid;
  image.fragments.push_back(encode(image, format));
  if (change) change(image);
  return image.bytes();
}

std::vector<RuleCase> attribute_cases() {
  const auto with_profile = [](const std::string& bytes) {
    return image([bytes](Fields& f) { f.text(0x00282000, VR::OB, bytes); });
  };
  const auto coloured = [](std::string_view photometric, std::uint16_t columns) {
    return image([=](Fields& f) { colour(f, photometric, columns); });
  };
  const auto padded = [](std::uint16_t value) {
    return image([value](Fields& f) { f.us(0x00280120, {value}); });
  };
  const auto overlaid = [](std::uint16_t bits) {
    return image([bits](Fields& f) { f.us(0x60000100, {bits}).us(0x60000102, {0}); });
  };
  return {
      {{5, 22},
       Warning,
       "text for a profile",
       with_profile("sRGB"),
       with_profile(profile(128)),
       "(0028,2000)"},
      {{5, 23},
       Error,
       "half a pair",
       coloured("YBR_FULL_422", 5),
       coloured("RGB", 5),
       "(0028,0011)",
       false,
       true},
      {{5, 24},
       Warning,
       "hue and saturation",
       coloured("HSV", 4),
       coloured("RGB", 4),
       "(0028,0004)"},
      {{5, 29}, Warning, "padding beyond 12 bits", padded(5000), padded(4095), "(0028,0120)"},
      {{5, 30}, Warning, "an overlay in bit 12", overlaid(16), overlaid(1), "(6000,0100)"},
  };
}

std::vector<RuleCase> codestream_cases() {
  const auto rle = [](bool cut) {
    return [cut] {
      return encoded(kRleUid, pixel::Format::Rle, [cut](Image& image) {
        if (cut) image.fragments.push_back("abcd");
      });
    };
  };
  const auto empty = [](bool without) {
    return [without] {
      return encoded(kJpegLsUid, pixel::Format::JpegLs, [without](Image& image) {
        if (without) image.fragments.insert(image.fragments.begin(), "");
      });
    };
  };
  const auto lossy = [](std::string_view method) {
    return [method] {
      return encoded(kJpegLsNearUid, pixel::Format::JpegLs, [method](Image& image) {
        image.lossy = "01";
        image.method = method;
      });
    };
  };
  const auto planar = [](std::uint16_t value) {
    return [value] {
      return encoded(kJpegLsUid, pixel::Format::JpegLs,
                     [value](Image& image) { image.planar = value; });
    };
  };
  return {
      {{5, 27},
       Warning,
       "a method of another format",
       lossy("ISO_10918_1"),
       lossy("ISO_14495_1"),
       "(0028,2114)"},
      {{5, 28}, Warning, "planes of JPEG-LS", planar(1), planar(0), "(0028,0006)"},
      {{5, 25}, Error, "two fragments of one frame", rle(true), rle(false), "(7FE0,0010)"},
      {{5, 26}, Error, "nothing before the frame", empty(true), empty(false), "(7FE0,0010)[2]"},
  };
}

}  // namespace

std::vector<RuleCase> pixel_module_cases() {
  std::vector<RuleCase> all = attribute_cases();
  for (RuleCase& each : codestream_cases()) all.push_back(std::move(each));
  return all;
}

}  // namespace slipring::test
