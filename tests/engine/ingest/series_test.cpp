// What a worker has at hand of objects of several kinds.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/ingest/series/series_at_hand.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::test {
namespace {

// Of a kind: so many elements.
std::vector<std::uint8_t> object(unsigned kind, int number) {
  ObjectBuilder builder;
  builder.preamble().meta(kImplicitLittleUid, "1.2.840.10008.5.1.4.1.1.7");
  builder.text(dicom::tags::SOPClassUID, dicom::VR::UI, "1.2.840.10008.5.1.4.1.1.7");
  builder.text(dicom::tags::InstanceNumber, dicom::VR::IS, std::to_string(number));
  for (unsigned i = 0; i < kind; ++i)
    builder.text(dicom::Tag(0x0040, static_cast<std::uint16_t>(0xA000 + i)), dicom::VR::UN, "x");
  return builder.take();
}

// How many of 60 objects, kinds by turns, are like the one of their kind before.
int alike(unsigned kinds) {
  ingest::SeriesAtHand series;
  std::vector<std::uint64_t> newest(kinds, 0);
  int count = 0;
  for (int i = 0; i < 60; ++i) {
    const unsigned kind = static_cast<unsigned>(i) % kinds;
    const auto bytes = object(kind, i);
    dicom::Scanned scanned;
    series.scan(bytes, bytes.size(), scanned);
    series.keep(scanned);
    EXPECT_NE(scanned.likeness.number, 0U);
    if (scanned.likeness.before != 0) {
      EXPECT_EQ(scanned.likeness.before, newest[kind]);
      EXPECT_EQ(series.of(scanned).precedent.kept().number, scanned.likeness.number);
      ++count;
    }
    newest[kind] = scanned.likeness.number;
  }
  return count;
}

TEST(SeriesAtHand, RemembersObjectsOfSomeKindsThatTakeTurns) {
  EXPECT_EQ(alike(1), 59);
  EXPECT_EQ(alike(2), 58);
  EXPECT_EQ(alike(4), 56);
  EXPECT_EQ(alike(5), 0);  // each is forgotten before its turn comes
}

TEST(SeriesAtHand, WhatCannotBeKeptIsOfNoSeries) {
  ingest::SeriesAtHand series;
  auto bytes = object(1, 1);
  bytes.resize(bytes.size() - 1);
  dicom::Scanned scanned;
  series.scan(bytes, bytes.size(), scanned);
  series.keep(scanned);
  EXPECT_TRUE(scanned.error);
  EXPECT_EQ(scanned.likeness.number, 0U);
  EXPECT_EQ(series.of(scanned).precedent.kept().number, 0U);
}

}  // namespace
}  // namespace slipring::test
