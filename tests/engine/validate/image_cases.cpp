#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {

namespace {

using enum dicom::Severity;
using pixel::Format;

constexpr std::string_view kJpegBaselineUid = "1.2.840.10008.1.2.4.50",
                           kJpegExtendedUid = "1.2.840.10008.1.2.4.51",
                           kJpegLosslessUid = "1.2.840.10008.1.2.4.70",
                           kJpegLsUid = "1.2.840.10008.1.2.4.80",
                           kJpegLsNearUid = "1.2.840.10008.1.2.4.81",
                           kJ2kUid = "1.2.840.10008.1.2.4.90";

using Change = std::function<void(Image&)>;

FileBytes native(const Change& change = {}) {
  Image image;
  image.native = image.pixels();
  if (change) change(image);
  return image.bytes();
}

// Encoded as `before` says, described as `after` says.
FileBytes encoded(std::string_view uid, Format format, const Change& before = {},
                  const Change& after = {}) {
  Image image;
  image.transfer_syntax = uid;
  if (before) before(image);
  image.fragments.push_back(encode(image, format));
  if (after) after(image);
  return image.bytes();
}

FileBytes two_frames(const Change& change) {
  return encoded(kRleUid, Format::Rle, {}, [&](Image& image) {
    image.frames = "2";
    image.fragments.push_back(image.fragments[0]);
    change(image);
  });
}

std::string u32(std::uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// The byte `back` bytes before the first entropy-coded one: NEAR of a JPEG-LS is 3 back (T.87
// C.2.3).
void patch_scan(std::string& stream, std::size_t back, char value) {
  const std::size_t sos = stream.find("\xFF\xDA");
  const std::size_t length = static_cast<unsigned char>(stream[sos + 3]);
  stream[sos + 2 + length - back] = value;
}

// A header of a JPEG process without anything behind it: 8 x 8, one component (T.81 B.2).
std::string jpeg_header(char marker, char precision, char selection) {
  std::string stream("\xFF\xD8\xFF", 3);
  stream += marker;
  stream += std::string("\0\x0B", 2) + precision + std::string("\0\x08\0\x08\x01\x01\x11\0", 8);
  stream += std::string("\xFF\xDA\0\x08\x01\x01\0", 7) + selection + std::string("\0\0", 2);
  return stream + std::string("\x12\x34\xFF\xD9", 4);
}

FileBytes jpeg(std::string_view uid, char marker, char precision, char selection) {
  Image image;
  image.transfer_syntax = uid;
  image.lossy = uid == kJpegLosslessUid ? "" : "01";
  if (precision == 8) image.allocated = image.stored = 8, image.high = 7;
  image.fragments.push_back(jpeg_header(marker, precision, selection));
  return image.bytes();
}

void colour(Image& image) {
  image.samples = 3;
  image.allocated = image.stored = 8;
  image.high = 7;
  image.photometric = "RGB";
}

FileBytes colour_wavelet(bool transform, std::string_view photometric) {
  Image image;
  colour(image);
  image.transfer_syntax = kJ2kUid;
  image.fragments.push_back(encode(image, Format::Jpeg2000, transform));
  image.photometric = photometric;
  return image.bytes();
}

FileBytes icon(std::string_view pixels) {
  ObjectBuilder b = object();
  identity(b).sequence(tags::IconImageSequence).item();
  b.us(tags::SamplesPerPixel, 1).text(tags::PhotometricInterpretation, VR::CS, "MONOCHROME2");
  b.us(tags::Rows, 2).us(tags::Columns, 2).us(tags::BitsAllocated, 8).us(tags::BitsStored, 8);
  b.us(tags::HighBit, 7).us(tags::PixelRepresentation, 0).element(tags::PixelData, VR::OB, pixels);
  return b.end_item().end_sequence().take();
}

FileBytes voi_table(std::string_view data) {
  ObjectBuilder b = object();
  identity(b).sequence({0x0028, 0x3010}).item();
  b.header({0x0028, 0x3002}, VR::US, 6).u16(4).u16(0).u16(12);
  b.element({0x0028, 0x3006}, VR::OW, data);
  return b.end_item().end_sequence().take();
}

FileBytes float_pixels(std::size_t size) {
  ObjectBuilder b = object();
  identity(b)
      .us(tags::SamplesPerPixel, 1)
      .text(tags::PhotometricInterpretation, VR::CS, "MONOCHROME2");
  b.us(tags::Rows, 2).us(tags::Columns, 2).us(tags::BitsAllocated, 32);
  return b.element(tags::FloatPixelData, VR::OF, std::string(size, '\0')).take();
}

std::vector<RuleCase> description_cases() {
  const auto right = [] { return native(); };
  return {
      {{5, 1},
       Error,
       "no rows",
       [] { return native([](Image& i) { i.without_rows = true; }); },
       right,
       "(7FE0,0010)"},
      {{5, 1},
       Error,
       "more bits stored than allocated",
       [] { return native([](Image& i) { i.stored = 17, i.high = 16; }); },
       right,
       "(0028,0101)"},
      {{5, 1},
       Warning,
       "a high bit elsewhere",
       [] { return native([](Image& i) { i.stored = 12, i.high = 15; }); },
       right,
       "(0028,0102)"},
      {{5, 1},
       Error,
       "one sample of RGB",
       [] { return native([](Image& i) { i.photometric = "RGB"; }); },
       right,
       "(0028,0004)"},
      {{5, 2},
       Error,
       "pixel data too short",
       [] { return native([](Image& i) { i.native.resize(126); }); },
       right,
       "(7FE0,0010)"},
      {{5, 2},
       Warning,
       "pixel data too long",
       [] { return native([](Image& i) { i.native.resize(140); }); },
       right,
       "(7FE0,0010)"},
      {{5, 2},
       Error,
       "float pixel data too short",
       [] { return float_pixels(12); },
       [] { return float_pixels(16); },
       "(7FE0,0008)"},
      {{5, 3},
       Error,
       "a frame beyond the limit",
       [] { return native([](Image& i) { i.rows = i.columns = 65535; }); },
       right,
       "(7FE0,0010)"},
      {{5, 18},
       Warning,
       "bits above those stored",
       [] { return native([](Image& i) { i.stored = 12, i.high = 11, i.native[1] = 0x10; }); },
       [] { return native([](Image& i) { i.stored = 12, i.high = 11, i.native[1] = 0x0F; }); },
       "(7FE0,0010)"},
      {{5, 19},
       Warning,
       "a short overlay",
       [] { return native([](Image& i) { i.overlay = std::string(4, 'x'); }); },
       [] { return native([](Image& i) { i.overlay = std::string(2, 'x'); }); },
       "(6000,3000)"},
      {{5, 19},
       Warning,
       "a short lookup table",
       [] { return voi_table("123456"); },
       [] { return voi_table("12345678"); },
       "(0028,3010)[1].(0028,3006)"},
      {{5, 19},
       Warning,
       "a short icon",
       [] { return icon("12"); },
       [] { return icon("1234"); },
       "(0088,0200)[1].(7FE0,0010)"},
  };
}

std::vector<RuleCase> fragment_cases() {
  const auto right = [] {
    return two_frames([](Image& i) {
      i.offset_table = u32(0) + u32(static_cast<std::uint32_t>(i.fragments[0].size() + 8));
    });
  };
  return {
      {{5, 4},
       Warning,
       "a basic offset table that leads nowhere",
       [] { return two_frames([](Image& i) { i.offset_table = u32(0) + u32(4); }); },
       right,
       "(7FE0,0010)"},
      {{5, 5},
       Warning,
       "an extended offset table that leads nowhere",
       [] { return two_frames([](Image& i) { i.extended_offsets = {0, 4}; }); },
       [] {
         return two_frames([](Image& i) { i.extended_offsets = {0, i.fragments[0].size() + 8}; });
       },
       "(7FE0,0001)"},
      {{5, 6},
       Error,
       "fewer fragments than frames",
       [] { return two_frames([](Image& i) { i.frames = "3"; }); },
       right,
       "(7FE0,0010)"},
      {{5, 7},
       Error,
       "no fragment at all",
       [] { return encoded(kRleUid, Format::Rle, {}, [](Image& i) { i.fragments.clear(); }); },
       right,
       "(7FE0,0010)"},
  };
}

std::vector<RuleCase> stream_cases() {
  const auto jls = [] { return encoded(kJpegLsUid, Format::JpegLs); };
  const auto j2k = [] { return encoded(kJ2kUid, Format::Jpeg2000); };
  const std::string p = "(7FE0,0010)";
  return {
      {{5, 8},
       Error,
       "JPEG-LS where RLE is said",
       [] { return encoded(kRleUid, Format::JpegLs); },
       jls,
       p},
      {{5, 8},
       Error,
       "another selection value than 1",
       [] {
         return encoded(kJpegLosslessUid, Format::JpegLossless, {},
                        [](Image& i) { patch_scan(i.fragments[0], 3, 2); });
       },
       [] { return encoded(kJpegLosslessUid, Format::JpegLossless); },
       p},
      {{5, 8},
       Error,
       "JPEG lossless where baseline is said",
       [] { return encoded(kJpegBaselineUid, Format::JpegLossless); },
       [] { return encoded(kJpegLosslessUid, Format::JpegLossless); },
       p},
      {{5, 8},
       Warning,
       "a baseline frame where extended is said",
       [] { return jpeg(kJpegExtendedUid, '\xC0', 8, 0); },
       [] { return jpeg(kJpegExtendedUid, '\xC1', 8, 0); },
       p,
       true},
      {{5, 9},
       Error,
       "other rows",
       [] { return encoded(kJpegLsUid, Format::JpegLs, {}, [](Image& i) { i.rows = 4; }); },
       jls,
       p},
      {{5, 10},
       Error,
       "another number of components",
       [] {
         return encoded(kJpegLsUid, Format::JpegLs, {},
                        [](Image& i) { i.samples = 3, i.photometric = "RGB"; });
       },
       jls,
       p},
      {{5, 11},
       Error,
       "a precision beyond bits allocated",
       [] {
         return encoded(kJpegLsUid, Format::JpegLs, {},
                        [](Image& i) { i.allocated = i.stored = 8, i.high = 7; });
       },
       jls,
       p},
      {{5, 11},
       Warning,
       "a precision below bits stored",
       [] {
         return encoded(
             kJpegLsUid, Format::JpegLs, [](Image& i) { i.stored = 12, i.high = 11; },
             [](Image& i) { i.stored = 16, i.high = 15; });
       },
       jls,
       p},
      {{5, 12},
       Warning,
       "a signed codestream of unsigned pixels",
       [] {
         return encoded(
             kJ2kUid, Format::Jpeg2000, [](Image& i) { i.sign = 1; }, [](Image& i) { i.sign = 0; });
       },
       j2k,
       p},
      {{5, 13},
       Warning,
       "transformed colours called RGB",
       [] { return colour_wavelet(true, "RGB"); },
       [] { return colour_wavelet(true, "YBR_RCT"); },
       p},
      {{5, 13},
       Warning,
       "colours as they are called YBR_RCT",
       [] { return colour_wavelet(false, "YBR_RCT"); },
       [] { return colour_wavelet(false, "RGB"); },
       p},
      {{5, 14},
       Warning,
       "a lossy codestream that is not called so",
       [] {
         return encoded(kJpegLsNearUid, Format::JpegLs, {},
                        [](Image& i) { patch_scan(i.fragments[0], 3, 2); });
       },
       [] {
         return encoded(kJpegLsNearUid, Format::JpegLs, {}, [](Image& i) {
           patch_scan(i.fragments[0], 3, 2);
           i.lossy = "01";
         });
       },
       p,
       true},
      {{5, 14},
       Warning,
       "neither 00 nor 01",
       [] { return native([](Image& i) { i.lossy = "YES"; }); },
       [] { return native([](Image& i) { i.lossy = "00"; }); },
       "(0028,2110)"},
      {{5, 15},
       Error,
       "half a codestream",
       [] {
         return encoded(kJpegLsUid, Format::JpegLs, {},
                        [](Image& i) { i.fragments[0].resize(i.fragments[0].size() / 4 * 2); });
       },
       jls,
       p},
      {{5, 16},
       Warning,
       "bytes behind the end",
       [] {
         return encoded(kJpegLsUid, Format::JpegLs, {}, [](Image& i) { i.fragments[0] += "abcd"; });
       },
       jls,
       p},
      {{5, 17},
       Error,
       "NEAR in a lossless transfer syntax",
       [] {
         return encoded(kJpegLsUid, Format::JpegLs, {},
                        [](Image& i) { patch_scan(i.fragments[0], 3, 2); });
       },
       jls,
       p},
      {{5, 21},
       Info,
       "no decoder for arithmetic coding",
       [] { return jpeg(kJpegLosslessUid, '\xCB', 16, 1); },
       jls,
       p},
      {{5, 21}, Info, "floating point pixels", [] { return float_pixels(16); }, jls, "(7FE0,0008)"},
  };
}

}  // namespace

std::vector<RuleCase> image_cases() {
  std::vector<RuleCase> all = description_cases();
  for (const auto& more : {fragment_cases(), stream_cases()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace slipring::test
