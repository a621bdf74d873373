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

std::function<FileBytes()> frames(const Change& change = {}) {
  return [change] {
    Fields fields = enhanced_ct();
    if (change) change(fields);
    return fields.bytes();
  };
}

Fields code(std::string_view meaning) {
  Fields item;
  item.text(0x00080100, VR::SH, "T-1").text(0x00080102, VR::SH, "SRT");
  if (!meaning.empty()) item.text(0x00080104, VR::LO, meaning);
  return item;
}

// A CT image with a sequence of one item, which has these anatomic regions.
std::function<FileBytes()> in_item(std::uint32_t sequence, const std::vector<Fields>& regions) {
  Fields item;
  item.items(0x00082218, regions);
  return ct([=](Fields& f) { f.items(sequence, {item}); });
}

// An overlay of 4 x 4 in a group.
Fields& overlay(Fields& fields, std::uint32_t group) {
  fields.us(group | 0x0010, {4}).us(group | 0x0011, {4}).text(group | 0x0040, VR::CS, "G");
  fields.us(group | 0x0050, {1, 1}).retype(group | 0x0050, VR::SS);
  fields.us(group | 0x0100, {1}).us(group | 0x0102, {0});
  return fields.text(group | 0x3000, VR::OW, std::string(2, '\1'));
}

// A DICOMDIR of one record, of a patient.
Fields record() {
  Fields fields;
  fields.ul(0x00041400, 0).us(0x00041410, {0xFFFF}).ul(0x00041420, 0);
  fields.text(0x00041430, VR::CS, "PATIENT").text(0x00100010, VR::PN, "Doe^Jane");
  return fields.text(0x00100020, VR::LO, "17");
}
Fields directory(const Fields& only) {
  Fields fields;
  fields.text(0x00041130, VR::CS, "DISC").ul(0x00041200, 0).ul(0x00041202, 0);
  return fields.us(0x00041212, {0}).items(0x00041220, {only});
}

// A content item, and an enhanced SR whose only container holds it.
Fields content(std::string_view value_type) {
  Fields fields;
  fields.text(0x0040A010, VR::CS, "CONTAINS").text(0x0040A040, VR::CS, value_type);
  return fields.items(0x0040A043, {code("Length")});
}
Fields report(const Fields& inner) {
  Fields fields;
  fields.text(0x00080016, VR::UI, "1.2.840.10008.5.1.4.1.1.88.22");
  fields.text(0x0040A040, VR::CS, "CONTAINER");
  return fields.items(0x0040A730, {content("CONTAINER").items(0x0040A730, {inner})});
}

std::vector<RuleCase> type_cases() {
  return {
      {{4, 4},
       Error,
       "Type 1 missing",
       ct([](Fields& f) { f.erase(0x00280030); }),
       ct(),
       "(0028,0030)"},
      {{4, 4},
       Error,
       "Type 1 empty",
       ct([](Fields& f) { f.text(0x00080008, VR::CS, ""); }),
       ct(),
       "(0008,0008)"},
      {{4, 4},
       Error,
       "Type 1 missing in an item",
       ct([](Fields& f) { f.items(0x00082218, {code("")}); }),
       ct([](Fields& f) { f.items(0x00082218, {code("Head")}); }),
       "(0008,2218)[1].(0008,0104)"},
      {{4, 5},
       Error,
       "Type 1C missing",
       ct([](Fields& f) { f.text(0x00281050, VR::DS, "40"); }),
       ct([](Fields& f) { f.text(0x00281050, VR::DS, "40").text(0x00281051, VR::DS, "400"); }),
       "(0028,1051)"},
      {{4, 6},
       Warning,
       "Type 2 missing",
       ct([](Fields& f) { f.erase(0x00080050); }),
       ct(),
       "(0008,0050)"},
      {{4, 4},
       Error,
       "a second overlay without its rows",
       ct([](Fields& f) { overlay(f, 0x60020000).erase(0x60020010); }),
       ct([](Fields& f) { overlay(f, 0x60020000); }),
       "(6002,0010)"},
      {{4, 4},
       Error,
       "a sixteenth overlay whose type is empty",
       ct([](Fields& f) { overlay(f, 0x601E0000).text(0x601E0040, VR::CS, ""); }),
       ct([](Fields& f) { overlay(f, 0x601E0000); }),
       "(601E,0040)"},
      {{4, 4},
       Error,
       "a record of no offset",
       [] { return directory(record().erase(0x00041400)).bytes(); },
       [] { return directory(record()).bytes(); },
       "(0004,1220)[1].(0004,1400)"},
      {{4, 5},
       Error,
       "a patient's record without the patient's ID",
       [] { return directory(record().erase(0x00100020)).bytes(); },
       [] {
         return directory(record()
                              .erase(0x00100020)
                              .text(0x00041430, VR::CS, "IMAGE")
                              .text(0x00200013, VR::IS, "1"))
             .bytes();
       },
       "(0004,1220)[1].(0010,0020)"},
      {{4, 7},
       Warning,
       "a number without its value, two content items deep",
       [] { return report(content("NUM")).bytes(); },
       [] { return report(content("NUM").items(0x0040A300, {})).bytes(); },
       "(0040,A730)[1].(0040,A730)[1].(0040,A300)",
       false,
       true},
      {{4, 7},
       Warning,
       "Type 2C missing",
       ct([](Fields& f) { f.erase(0x00185100); }),
       ct(),
       "(0018,5100)"},
  };
}

std::vector<RuleCase> definition_cases() {
  return {
      {{4, 1}, Error, "no SOP class", ct([](Fields& f) { f.erase(0x00080016); }), ct(), ""},
      {{4, 1},
       Warning,
       "a SOP class that is none",
       ct([](Fields& f) { f.text(0x00080016, VR::UI, "1.2.840.10008.5.1.4.1.1.999"); }),
       ct(),
       "(0008,0016)"},
      {{4, 2},
       Error,
       "no plane",
       ct([](Fields& f) {
         f.erase(0x00200032).erase(0x00200037).erase(0x00280030).erase(0x00180050);
       }),
       ct(),
       ""},
      {{4, 3},
       Warning,
       "multi-energy without its module",
       ct([](Fields& f) { f.text(0x00189361, VR::CS, "YES"); }),
       ct([](Fields& f) { f.text(0x00189361, VR::CS, "NO"); }),
       ""},
      {{4, 8},
       Warning,
       "two kinds of code value",
       ct([](Fields& f) { f.items(0x00082218, {code("Head").text(0x00080119, VR::UC, "T-1")}); }),
       ct([](Fields& f) { f.items(0x00082218, {code("Head")}); }),
       "(0008,2218)[1].(0008,0119)"},
      {{4, 9},
       Error,
       "a sex that is not enumerated",
       ct([](Fields& f) { f.text(0x00100040, VR::CS, "X"); }),
       ct(),
       "(0010,0040)"},
      {{4, 10},
       Error,
       "two anatomic regions",
       ct([](Fields& f) { f.items(0x00082218, {code("Head"), code("Neck")}); }),
       ct([](Fields& f) { f.items(0x00082218, {code("Head")}); }),
       "(0008,2218)"},
      {{4, 10},
       Error,
       "two regions of a segment, but not of the studies a hanging protocol is for",
       in_item(0x00620002, {code("Head"), code("Neck")}),
       in_item(0x0072000C, {code("Head"), code("Neck")}),
       "(0062,0002)[1].(0008,2218)"},
      {{4, 11},
       Warning,
       "an attribute of plans in an image",
       ct([](Fields& f) { f.text(0x300A0002, VR::SH, "P"); }),
       ct(),
       "(300A,0002)"},
      {{4, 12},
       Info,
       "a coding scheme version that may be wanted",
       ct([](Fields& f) { f.items(0x00082218, {code("Head")}); }),
       [] { return private_object().bytes(); },
       ""},
      {{4, 13},
       Error,
       "CT that says MR",
       ct([](Fields& f) { f.text(0x00080060, VR::CS, "MR"); }),
       ct(),
       "(0008,0060)"},
      {{4, 14},
       Warning,
       "an image type of one value",
       ct([](Fields& f) { f.text(0x00080008, VR::CS, "ORIGINAL"); }),
       ct(),
       "(0008,0008)"},
      {{4, 15},
       Warning,
       "a group shared and per frame",
       frames([](Fields& f) { f.item(0x52009229, 0).items(0x00209113, {Fields()}); }),
       frames(),
       "(5200,9229)",
       false,
       true},
      {{4, 15},
       Warning,
       "a mandatory group of one frame only",
       frames([](Fields& f) { f.item(0x52009230, 1).erase(0x00209113); }),
       frames(),
       "(5200,9229)",
       false,
       true},
      {{4, 15},
       Warning,
       "a group that an original image must have",
       frames([](Fields& f) {
         f.text(0x00080008, VR::CS, "ORIGINAL\\PRIMARY\\VOLUME\\NONE");
         f.item(0x52009229, 0).erase(0x00189325);
       }),
       frames([](Fields& f) {
         f.text(0x00080008, VR::CS, "DERIVED\\PRIMARY\\VOLUME\\NONE");
         f.item(0x52009229, 0).erase(0x00189325);
       }),
       "(5200,9229)",
       false,
       true},
      {{4, 16}, Info, "a private SOP class", [] { return private_object().bytes(); }, ct(), ""},
      {{4, 26},
       Error,
       "an item of two for one frame",
       frames([](Fields& f) { f.text(0x00280008, VR::IS, "3"); }),
       frames(),
       "(5200,9230)",
       false,
       true},
  };
}

}  // namespace

std::vector<RuleCase> object_cases() {
  std::vector<RuleCase> all = type_cases();
  for (RuleCase& each : definition_cases()) all.push_back(std::move(each));
  return all;
}

}  // namespace slipring::test
