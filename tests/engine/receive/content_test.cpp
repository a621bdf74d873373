// Whether two objects of one SOP instance are the same: by their bytes, whatever their digests say.
#include "engine/receive/content.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <filesystem>
#include <string>

#include "engine/receive/inventory.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::receive {
namespace {

using Standing = HeldObjects::Standing;

class HeldObjectsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    tree_ = std::move(*deliver::OutputTree::open(folder_.path() + "/in", deliver::Fsync::None));
  }
  // All have one digest, as if forged.
  std::unique_ptr<ingest::Parcel> object(std::string_view patient, std::string_view source) {
    auto parcel = std::make_unique<ingest::Parcel>();
    Announced said = test::announced("1.2.3");
    said.source_ae = source;
    Buffer file;
    append_meta_group(said, file);
    file.append(Bytes(test::sent_data_set("1.2.3", patient)));
    parcel->output = *tree_->create();
    EXPECT_TRUE(parcel->output->append(file.bytes()));
    EXPECT_TRUE(parcel->output->finish(0));
    parcel->record.outcome = dicom::Outcome::Copied;
    parcel->record.sop_instance = "1.2.3";
    parcel->record.to = said.transfer_syntax;
    parcel->record.bytes_out = file.size();
    parcel->record.object_digest = dicom::Xxh128Digest{};
    return parcel;
  }
  void store(ingest::Parcel& parcel, const std::string& name) {
    parcel.record.path = parcel.record.output = name;
    deliver::Delivery delivery{parcel.output.get(), name};
    tree_->deliver({&delivery, 1});
    ASSERT_TRUE(delivery.status);
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<deliver::OutputTree> tree_;
};

TEST_F(HeldObjectsTest, DataSetsAreComparedAndNotMetaGroups) {
  const HeldObjects held(*tree_);
  const auto first = object("A^B", "MODALITY");
  const auto same = object("A^B", "ANOTHER-ONE");
  const auto other = object("A^C", "MODALITY");
  EXPECT_TRUE(held.has_bytes_of(*same, first->record, first.get()));
  EXPECT_FALSE(held.has_bytes_of(*other, first->record, first.get()));
  store(*first, "first.dcm");
  EXPECT_TRUE(held.has_bytes_of(*same, first->record, nullptr));
  EXPECT_FALSE(held.has_bytes_of(*other, first->record, nullptr));
  same->record.to = test::kRleUid;  // what the bytes mean is another thing then
  EXPECT_FALSE(held.has_bytes_of(*same, first->record, nullptr));
}

TEST_F(HeldObjectsTest, AFileStandsAsItIsFound) {
  const HeldObjects held(*tree_);
  const auto first = object("A^B", "MODALITY");
  store(*first, "first.dcm");
  const std::string path = folder_.path() + "/in/first.dcm";
  EXPECT_EQ(held.standing(first->record), Standing::There);
  std::filesystem::resize_file(path, 200);
  EXPECT_EQ(held.standing(first->record), Standing::Altered);
  std::filesystem::remove(path);
  EXPECT_EQ(held.standing(first->record), Standing::Gone);
  EXPECT_FALSE(held.has_bytes_of(*object("A^B", "MODALITY"), first->record, nullptr));
}

// Two such indices know an object: of what was written, and of what is held.
TEST(InventoryTest, HoldsAnObjectInFortyBytesAtMost) {
  constexpr std::int64_t kObjects = 300'000;
  Inventory inventory;
  const auto before = mallinfo2();
  for (std::int64_t row = 1; row <= kObjects; ++row)
    inventory.add("1.2." + std::to_string(row), row);
  const auto after = mallinfo2();
  const std::size_t bytes = (after.uordblks + after.hblkhd) - (before.uordblks + before.hblkhd);
  EXPECT_LE(bytes, std::size_t{40} * kObjects);
}

}  // namespace
}  // namespace slipring::receive
