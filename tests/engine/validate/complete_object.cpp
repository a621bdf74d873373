#include "tests/engine/validate/complete_object.h"

namespace slipring::test {

namespace {

void identify(Fields& fields, std::string_view sop_class) {
  fields.text(0x00080016, VR::UI, sop_class).text(0x00080018, VR::UI, "1.2.3.4");
  fields.text(0x0020000D, VR::UI, "1.2.3.1").text(0x0020000E, VR::UI, "1.2.3.2");
}

void describe_pixels(Fields& fields) {
  fields.us(0x00280002, {1}).text(0x00280004, VR::CS, "MONOCHROME2");
  fields.us(0x00280010, {4}).us(0x00280011, {4});
  fields.us(0x00280100, {16}).us(0x00280101, {16}).us(0x00280102, {15}).us(0x00280103, {0});
}

}  // namespace

Fields ct_image() {
  Fields fields;
  identify(fields, "1.2.840.10008.5.1.4.1.1.2");
  fields.text(0x00080008, VR::CS, "ORIGINAL\\PRIMARY\\AXIAL");
  fields.text(0x00080020, VR::DA, "20240102").text(0x00080030, VR::TM, "101112");
  fields.text(0x00080050, VR::SH, "").text(0x00080060, VR::CS, "CT");
  fields.text(0x00080070, VR::LO, "Maker").text(0x00080090, VR::PN, "");
  fields.text(0x00100010, VR::PN, "Doe^Jane").text(0x00100020, VR::LO, "17");
  fields.text(0x00100030, VR::DA, "19700203").text(0x00100040, VR::CS, "F");
  fields.text(0x00180050, VR::DS, "2.5").text(0x00180060, VR::DS, "120");
  fields.text(0x00185100, VR::CS, "HFS");
  fields.text(0x00200010, VR::SH, "1").text(0x00200011, VR::IS, "2");
  fields.text(0x00200012, VR::IS, "3").text(0x00200013, VR::IS, "4");
  fields.text(0x00200032, VR::DS, "0\\0\\0").text(0x00200037, VR::DS, "1\\0\\0\\0\\1\\0");
  fields.text(0x00200052, VR::UI, "1.2.3.3").text(0x00201040, VR::LO, "");
  describe_pixels(fields);
  fields.text(0x00280030, VR::DS, "0.5\\0.5");
  fields.text(0x00281052, VR::DS, "-1024").text(0x00281053, VR::DS, "1");
  fields.text(0x00281054, VR::LO, "HU");
  fields.text(0x7FE00010, VR::OW, std::string(32, '\1'));
  return fields;
}

Fields enhanced_ct() {
  Fields fields;
  identify(fields, "1.2.840.10008.5.1.4.1.1.2.1");
  describe_pixels(fields);
  fields.text(0x00280008, VR::IS, "2");
  // Groups that every frame shares: those that must be somewhere and may be there.
  Fields shared;
  for (const std::uint32_t tag : {0x00189301U, 0x00189304U, 0x00189308U, 0x00189312U, 0x00189314U,
                                  0x00189321U, 0x00189325U, 0x00189326U, 0x00189329U, 0x00209071U,
                                  0x00209116U, 0x00289110U, 0x00289132U, 0x00289145U, 0x00189477U})
    shared.items(tag, {Fields()});
  Fields frame;
  frame.items(0x00209111, {Fields()}).items(0x00209113, {Fields()});
  fields.items(0x52009229, {shared}).items(0x52009230, {frame, frame});
  fields.text(0x7FE00010, VR::OW, std::string(64, '\1'));
  return fields;
}

Fields private_object() {
  Fields fields;
  identify(fields, "1.2.3.4.5");
  return fields;
}

}  // namespace slipring::test
