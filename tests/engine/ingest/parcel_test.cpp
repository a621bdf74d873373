// Parcels that are handed out again.
#include "engine/ingest/parcel.h"

#include <gtest/gtest.h>

namespace slipring::ingest {
namespace {

TEST(Parcels, are_handed_out_again_as_new_after_they_are_cleared) {
  Parcels parcels;
  for (int i = 0; i < 3; ++i) {
    Parcel& parcel = parcels.add();
    parcel.source.file.path = "a path too long to be kept within the string";
    parcel.source.kind = discover::Discovered::Kind::Special;
    parcel.record.reason = "a reason";
    parcel.kind = dicom::FileKind::Part10;
    parcel.known = parcel.settled = parcel.destination_failed = true;
  }
  parcels.drop_last();
  EXPECT_EQ(parcels.size(), 2U);
  EXPECT_EQ(parcels.span().size(), 2U);
  parcels.clear();
  EXPECT_TRUE(parcels.empty());
  for (int i = 0; i < 4; ++i) {
    const Parcel& parcel = parcels.add();
    EXPECT_TRUE(parcel.source.file.path.empty());
    EXPECT_EQ(parcel.source.kind, discover::Discovered::Kind::File);
    EXPECT_TRUE(parcel.record.reason.empty());
    EXPECT_EQ(parcel.kind, dicom::FileKind::Unknown);
    EXPECT_FALSE(parcel.known || parcel.settled || parcel.destination_failed);
  }
}

TEST(Parcels, that_somebody_takes_are_only_those_in_use) {
  Parcels parcels;
  (void)parcels.add();
  (void)parcels.add();
  parcels.clear();
  parcels.add().record.path = "one";
  Parcels taken = parcels.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].record.path, "one");
  taken.clear();
  EXPECT_TRUE(taken.add().record.path.empty());
  EXPECT_TRUE(parcels.empty());
  EXPECT_TRUE(parcels.add().record.path.empty());
}

}  // namespace
}  // namespace slipring::ingest
