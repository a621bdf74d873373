// Conditions have three answers, and what is not known does not make a false one true.
#include "engine/validate/object/predicate.h"

#include <gtest/gtest.h>

#include "tests/engine/validate/complete_object.h"

namespace slipring::test {
namespace {

namespace standard = validate::standard;
using standard::Literal;
using standard::Operation;
using validate::object::Truth;

constexpr std::uint32_t kModality = 0x00080060, kPlanar = 0x00280006, kSamples = 0x00280002;

Literal literal(Operation operation, std::uint32_t tag, bool ends = true) {
  return {tag, 0, 0, static_cast<std::uint8_t>(operation), static_cast<std::uint8_t>(ends)};
}

// A CT image as its definition sees it once its tape was met.
class Seen {
 public:
  Seen() {
    levels_.open(standard::iod(1 + ct_number())->root, validate::object::Levels::kRoot, 0);
    for (std::size_t i = 0; i < scanned_.tape.size(); ++i)
      if (scanned_.tape[i].depth == 0) levels_.meet(scanned_.tape[i].tag, i);
  }
  Truth of(std::vector<Literal> condition) const {
    return validate::object::evaluate(condition, levels_);
  }

 private:
  static dicom::Scanned scanned(Bytes bytes) {
    dicom::Scanned scanned;
    scan::scan(bytes, bytes.size(), {}, scanned);
    return scanned;
  }
  static unsigned ct_number() {
    for (unsigned i = 0; i < standard::iod_count(); ++i)
      if (standard::text(standard::iod(i + 1)->name) == "CT Image") return i;
    ADD_FAILURE() << "no CT Image";
    return 0;
  }

  FileBytes bytes_ = ct_image().bytes();
  dicom::Scanned scanned_ = scanned(bytes_);
  dicom::DataSet data_set_ = scanned_.data_set();
  validate::object::Levels levels_{data_set_};
};

TEST(Predicate, PresenceIsTrueOrFalse) {
  const Seen seen;
  EXPECT_EQ(seen.of({literal(Operation::Present, kModality)}), Truth::True);
  EXPECT_EQ(seen.of({literal(Operation::Absent, kModality)}), Truth::False);
  EXPECT_EQ(seen.of({literal(Operation::Present, kPlanar)}), Truth::False);
  EXPECT_EQ(seen.of({literal(Operation::Absent, kPlanar)}), Truth::True);
}

TEST(Predicate, AnUnknownAlternativeIsUnknownUnlessAnotherIsTrue) {
  const Seen seen;
  const Literal unknown = literal(Operation::Unknown, 0, false);
  EXPECT_EQ(seen.of({unknown, literal(Operation::Present, kModality)}), Truth::True);
  EXPECT_EQ(seen.of({unknown, literal(Operation::Present, kPlanar)}), Truth::Unknown);
}

TEST(Predicate, AFalseClauseSettlesWhatAnotherLeavesUnknown) {
  const Seen seen;
  const Literal unknown = literal(Operation::Unknown, 0);
  EXPECT_EQ(seen.of({unknown, literal(Operation::Present, kPlanar)}), Truth::False);
  EXPECT_EQ(seen.of({unknown, literal(Operation::Present, kModality)}), Truth::Unknown);
  EXPECT_EQ(seen.of({}), Truth::Unknown);
}

TEST(Predicate, WhatIsNotThereHasNoValue) {
  const Seen seen;
  EXPECT_EQ(seen.of({literal(Operation::Equal, kPlanar)}), Truth::False);
  EXPECT_EQ(seen.of({literal(Operation::NotEqual, kPlanar)}), Truth::False);
  EXPECT_EQ(seen.of({literal(Operation::NotEqual, kSamples)}), Truth::True);
}

}  // namespace
}  // namespace slipring::test
