#include "tests/engine/validate/complete_object.h"
#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {

namespace {

using enum dicom::Severity;

using Change = std::function<void(Fields&)>;

std::function<FileBytes()> ct(const Change& change = {}) {
  return [change] {
    Fields fields = ct_image();
    if (change) change(fields);
    return fields.bytes();
  };
}

std::function<FileBytes()> plain(const Change& change = {}) {
  return [change] {
    Fields fields = private_object();
    if (change) change(fields);
    return fields.bytes();
  };
}

Change text(std::uint32_t tag, VR vr, std::string_view value) {
  return [=](Fields& fields) { fields.text(tag, vr, value); };
}

std::vector<RuleCase> geometry_cases() {
  const auto shaped = [](std::string_view ratio) {
    return plain([ratio](Fields& f) {
      f.text(0x00280030, VR::DS, "0.5\\1").text(0x00280034, VR::IS, ratio);
    });
  };
  return {
      {{4, 17}, Error, "no spacing", ct(text(0x00280030, VR::DS, "0\\0.5")), ct(), "(0028,0030)"},
      {{4, 17}, Error, "a slope of 0", ct(text(0x00281053, VR::DS, "0")), ct(), "(0028,1053)"},
      {{4, 18}, Warning, "no voltage", ct(text(0x00180060, VR::DS, "0")), ct(), "(0018,0060)"},
      {{4, 19},
       Warning,
       "a long row",
       ct(text(0x00200037, VR::DS, "1\\1\\0\\0\\0\\1")),
       ct(),
       "(0020,0037)"},
      {{4, 19},
       Warning,
       "a skewed column",
       ct(text(0x00200037, VR::DS, "1\\0\\0\\0.6\\0.8\\0")),
       ct(),
       "(0020,0037)"},
      {{4, 20},
       Warning,
       "a position alone",
       plain(text(0x00200032, VR::DS, "0\\0\\0")),
       ct(),
       "(0020,0032)"},
      {{4, 35}, Warning, "two shapes", shaped("1\\1"), shaped("1\\2"), "(0028,0034)"},
      {{4, 49},
       Info,
       "a spacing from nowhere",
       ct(text(0x00181164, VR::DS, "0.6\\0.6")),
       ct([](Fields& f) {
         f.text(0x00181164, VR::DS, "0.6\\0.6").text(0x00280A02, VR::CS, "GEOMETRY");
       }),
       "(0028,0030)"},
      {{4, 51},
       Warning,
       "a position nowhere",
       ct(text(0x00200052, VR::UI, "")),
       ct(),
       "(0020,0032)"},
  };
}

std::vector<RuleCase> time_cases() {
  const auto aged = [](std::string_view age) { return ct(text(0x00101010, VR::AS, age)); };
  return {
      {{4, 21},
       Warning,
       "born later",
       ct(text(0x00100030, VR::DA, "20250101")),
       ct(),
       "(0010,0030)"},
      {{4, 22}, Warning, "too young", aged("012Y"), aged("053Y"), "(0010,1010)"},
      {{4, 23},
       Warning,
       "a series before its study",
       ct(text(0x00080021, VR::DA, "20230101")),
       ct(text(0x00080021, VR::DA, "20240102")),
       "(0008,0021)"},
      {{4, 34},
       Warning,
       "a zone with a colon",
       ct(text(0x00080201, VR::SH, "+01:00")),
       ct(text(0x00080201, VR::SH, "+0100")),
       "(0008,0201)"},
  };
}

Fields& windowed(Fields& f, std::string_view centers, std::string_view widths) {
  return f.text(0x00281050, VR::DS, centers).text(0x00281051, VR::DS, widths);
}

std::vector<RuleCase> display_cases() {
  const auto window = [](std::string_view centers, std::string_view widths) {
    return ct([=](Fields& f) { windowed(f, centers, widths); });
  };
  const auto palettes = [](std::uint16_t entries) {
    return plain([entries](Fields& f) {
      f.us(0x00281101, {256, 0, 16}).us(0x00281102, {256, 0, 16}).us(0x00281103, {entries, 0, 16});
    });
  };
  const auto shaped = [](std::string_view shape) {
    return plain([shape](Fields& f) {
      f.text(0x00280004, VR::CS, "MONOCHROME1").text(0x20500020, VR::CS, shape);
    });
  };
  const auto compressed = [](std::string_view ratios) {
    return plain([ratios](Fields& f) {
      f.text(0x00282112, VR::DS, ratios).text(0x00282114, VR::CS, "ISO_10918_1");
    });
  };
  return {
      {{4, 25}, Error, "a width of 0", window("40", "0"), window("40", "400"), "(0028,1051)"},
      {{4, 27},
       Warning,
       "one width of two",
       window("40\\60", "400"),
       window("40\\60", "400\\80"),
       "(0028,1051)"},
      {{4, 28},
       Warning,
       "a slope alone",
       plain(text(0x00281053, VR::DS, "1")),
       ct(),
       "(0028,1053)"},
      {{4, 29},
       Warning,
       "smallest above largest",
       plain([](Fields& f) { f.us(0x00280106, {9}).us(0x00280107, {3}); }),
       plain([](Fields& f) { f.us(0x00280106, {3}).us(0x00280107, {9}); }),
       "(0028,0106)"},
      {{4, 36}, Error, "a short blue", palettes(128), palettes(256), "(0028,1103)"},
      {{4, 37}, Error, "inverted or not", shaped("IDENTITY"), shaped("INVERSE"), "(2050,0020)"},
      {{4, 38},
       Warning,
       "two ratios of one method",
       compressed("9\\8"),
       compressed("9"),
       "(0028,2112)"},
      {{4, 48},
       Warning,
       "a limit alone",
       plain([](Fields& f) { f.us(0x00280121, {9}); }),
       plain([](Fields& f) { f.us(0x00280120, {3}).us(0x00280121, {9}); }),
       "(0028,0121)"},
  };
}

std::vector<RuleCase> frame_cases() {
  const auto timed = [](std::string_view times) {
    return plain(
        [times](Fields& f) { f.text(0x00181065, VR::DS, times).text(0x00280008, VR::IS, "2"); });
  };
  const auto dosed = [](std::string_view offsets) {
    return plain([offsets](Fields& f) {
      f.text(0x00280008, VR::IS, "2").text(0x3004000C, VR::DS, offsets);
    });
  };
  return {
      {{4, 24},
       Error,
       "two frames of CT",
       ct([](Fields& f) {
         f.text(0x00280008, VR::IS, "2").text(0x7FE00010, VR::OW, std::string(64, '\1'));
       }),
       ct(),
       "(0028,0008)"},
      {{4, 30},
       Error,
       "a pointer to nothing",
       plain([](Fields& f) { f.at(0x00280009, 0x00181063); }),
       plain([](Fields& f) { f.at(0x00280009, 0x00181063).text(0x00181063, VR::DS, "40"); }),
       "(0028,0009)"},
      {{4, 31},
       Warning,
       "three times of two frames",
       timed("0\\4\\4"),
       timed("0\\4"),
       "(0018,1065)"},
      {{4, 44}, Error, "one plane of two", dosed("0"), dosed("0\\2"), "(3004,000C)"},
  };
}

std::vector<RuleCase> identity_cases() {
  const auto referring = [](std::string_view uid) {
    return plain(
        [uid](Fields& f) { f.items(0x00081140, {Fields().text(0x00081155, VR::UI, uid)}); });
  };
  const auto removed = [](const Change& change) {
    return plain([change](Fields& f) {
      f.text(0x00120062, VR::CS, "YES");
      change(f);
    });
  };
  return {
      {{4, 32},
       Error,
       "a reference to itself",
       referring("1.2.3.4"),
       referring("1.2.3.5"),
       "(0008,1140)[1].(0008,1155)"},
      {{4, 33},
       Error,
       "a series called as its study",
       plain(text(0x0020000E, VR::UI, "1.2.3.1")),
       plain(),
       "(0020,000E)"},
      {{4, 39},
       Warning,
       "a knee of either side",
       ct(text(0x00180015, VR::CS, "KNEE")),
       ct([](Fields& f) { f.text(0x00180015, VR::CS, "KNEE").text(0x00200060, VR::CS, "L"); }),
       "(0018,0015)"},
      {{4, 50},
       Warning,
       "a pregnant man",
       ct([](Fields& f) { f.text(0x00100040, VR::CS, "M").us(0x001021C0, {3}); }),
       ct([](Fields& f) { f.us(0x001021C0, {3}); }),
       "(0010,21C0)"},
      {{4, 46},
       Warning,
       "a name that was to go",
       removed(text(0x00101001, VR::PN, "Doe^J")),
       removed(text(0x00101001, VR::PN, "")),
       "(0010,1001)"},
      {{4, 47},
       Warning,
       "annotation that was to go",
       removed(text(0x00280301, VR::CS, "YES")),
       removed(text(0x00280301, VR::CS, "NO")),
       "(0028,0301)"},
  };
}

std::vector<RuleCase> content_cases() {
  const auto document = [](std::string_view bytes, std::uint32_t length) {
    return plain([=](Fields& f) {
      f.text(0x00420011, VR::OB, bytes).text(0x00420012, VR::LO, "application/pdf");
      f.ul(0x00420015, length);
    });
  };
  const auto wave = [](std::size_t bytes) {
    return plain([bytes](Fields& f) {
      Fields group;
      group.us(0x003A0005, {2}).ul(0x003A0010, 4).us(0x54001004, {16});
      f.items(0x54000100, {group.text(0x54001010, VR::OW, std::string(bytes, '\1'))});
    });
  };
  const auto contour = [](std::string_view points) {
    return plain([points](Fields& f) {
      Fields drawn;
      drawn.text(0x30060046, VR::IS, points).text(0x30060050, VR::DS, "0\\0\\0\\1\\0\\0");
      f.items(0x30060039, {Fields().items(0x30060040, {drawn})});
    });
  };
  const auto segments = [](std::uint16_t second) {
    return [second] {
      Fields fields = private_object();
      fields.text(0x00080016, VR::UI, "1.2.840.10008.5.1.4.1.1.66.4");
      Fields one;
      Fields two;
      fields.items(0x00620002, {one.us(0x00620004, {1}), two.us(0x00620004, {second})});
      return fields.bytes();
    };
  };
  return {
      {{4, 40},
       Error,
       "a picture called PDF",
       document("\x89PNGabcd", 8),
       document("%PDF-1.7", 8),
       "(0042,0011)"},
      {{4, 41},
       Error,
       "a document cut off",
       document("%PDF-1.7", 80),
       document("%PDF-1.7", 8),
       "(0042,0015)"},
      {{4, 42}, Error, "a short waveform", wave(14), wave(16), "(5400,0100)[1].(5400,1010)"},
      {{4, 43},
       Error,
       "three points of two",
       contour("3"),
       contour("2"),
       "(3006,0039)[1].(3006,0040)[1].(3006,0050)"},
      {{4, 45},
       Error,
       "segments 1 and 3",
       segments(3),
       segments(2),
       "(0062,0002)[2].(0062,0004)",
       false,
       true},
  };
}

}  // namespace

std::vector<RuleCase> consistency_cases() {
  std::vector<RuleCase> all;
  for (const auto& cases : {geometry_cases(), time_cases(), display_cases(), frame_cases(),
                            identity_cases(), content_cases()})
    all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

}  // namespace slipring::test
