#include "tests/engine/validate/complete_object.h"
#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {

namespace {

using enum dicom::Severity;

using Change = std::function<void(Fields&)>;

std::function<FileBytes()> plain(const Change& change = {}) {
  return [change] {
    Fields fields = private_object();
    if (change) change(fields);
    return fields.bytes();
  };
}

std::function<FileBytes()> owned(const Change& change = {}) {
  return plain([change](Fields& f) {
    f.text(0x00190010, VR::LO, "SIEMENS MR HEADER").text(0x00191008, VR::CS, "IMAGE NUM 4");
    if (change) change(f);
  });
}

}  // namespace

std::vector<RuleCase> dictionary_cases() {
  return {
      {{3, 1},
       Info,
       "an even group nobody defined",
       plain([](Fields& f) { f.text(0x00101234, VR::LO, "ab"); }),
       plain(),
       "(0010,1234)"},
      {{3, 2},
       Warning,
       "an unsigned extreme of signed pixels",
       plain([](Fields& f) { f.us(0x00280103, {1}).us(0x00280106, {1}); }),
       plain(
           [](Fields& f) { f.us(0x00280103, {1}).us(0x00280106, {1}).retype(0x00280106, VR::SS); }),
       "(0028,0106)"},
      {{3, 3},
       Warning,
       "three spacings of two",
       plain([](Fields& f) { f.text(0x00280030, VR::DS, "1\\1\\1"); }),
       plain([](Fields& f) { f.text(0x00280030, VR::DS, "1\\1"); }),
       "(0028,0030)"},
      {{3, 3},
       Warning,
       "half a vertex",
       plain([](Fields& f) { f.text(0x00181620, VR::IS, "1\\2\\3"); }),
       plain([](Fields& f) { f.text(0x00181620, VR::IS, "1\\2\\3\\4"); }),
       "(0018,1620)"},
      {{3, 4},
       Info,
       "a comment of ACR-NEMA",
       plain([](Fields& f) { f.text(0x00324000, VR::LT, "ab"); }),
       plain(),
       "(0032,4000)"},
      {{3, 5},
       Warning,
       "an orphan",
       owned([](Fields& f) { f.text(0x00191108, VR::CS, "AB"); }),
       owned(),
       "(0019,1108)"},
      {{3, 6},
       Warning,
       "an empty creator",
       owned([](Fields& f) { f.text(0x00190011, VR::LO, ""); }),
       owned(),
       "(0019,0011)"},
      {{3, 6},
       Warning,
       "a creator twice",
       owned([](Fields& f) { f.text(0x00190011, VR::LO, "SIEMENS MR HEADER"); }),
       owned(),
       "(0019,0011)"},
      {{3, 7},
       Info,
       "a private element of another VR",
       owned([](Fields& f) { f.retype(0x00191008, VR::LO); }),
       owned(),
       "(0019,1008)"},
      {{3, 8},
       Warning,
       "a private element before all blocks",
       owned([](Fields& f) { f.text(0x00190002, VR::LO, "ab"); }),
       owned(),
       "(0019,0002)"},
      {{3, 9},
       Warning,
       "a seventeenth overlay",
       plain([](Fields& f) { f.us(0x60200010, {4}); }),
       plain([](Fields& f) { f.us(0x601E0010, {4}); }),
       "(6020,0010)"},
      {{3, 10},
       Info,
       "two values of one",
       owned([](Fields& f) { f.text(0x00191008, VR::CS, "IMAGE NUM 4\\X"); }),
       owned(),
       "(0019,1008)"},
      {{3, 11},
       Warning,
       "a UID the standard never gave",
       plain([](Fields& f) { f.text(0x00081150, VR::UI, "1.2.840.10008.5.1.4.1.1.999"); }),
       plain([](Fields& f) { f.text(0x00081150, VR::UI, "1.2.840.10008.5.1.4.1.1.2"); }),
       "(0008,1150)"},
      {{3, 12},
       Error,
       "a study called CT",
       plain([](Fields& f) { f.text(0x0020000D, VR::UI, "1.2.840.10008.5.1.4.1.1.2"); }),
       plain(),
       "(0020,000D)"},
  };
}

}  // namespace slipring::test
