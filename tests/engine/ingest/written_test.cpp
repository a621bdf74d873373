// What was written before is known by full digests, whatever its hash is.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/ingest/written/written_objects.h"
#include "tests/engine/deliver/place.h"
#include "tests/engine/ledger/samples.h"

namespace slipring::ingest {
namespace {

using Kind = WrittenObjects::Before::Kind;

std::uint64_t same_for_all(std::string_view) { return 7; }
std::uint64_t by_length(std::string_view text) { return text.size(); }

class WrittenTest : public testing::Test {
 protected:
  void SetUp() override {
    ledger_ = std::move(*ledger::Ledger::open(place_ / "ledger.db", ledger::Ledger::Mode::Write));
    tree_ = std::move(*deliver::OutputTree::open(place_ / "out", deliver::Fsync::None));
    ledger::Job job;
    job.command = "convert";
    job_ = *ledger_->start_job(job);
    open();
  }
  void open() {
    written_.emplace(*ledger_, std::make_unique<OutputsOfTree>(*tree_), hash_);
    ASSERT_TRUE(written_->load());
  }
  // An object with the pixels of that content; "" is one whose pixels nobody decoded, with `bytes`.
  Parcel* object(const std::string& path, const std::string& instance, const std::string& content,
                 const std::string& bytes = "x") {
    Parcel* parcel = kept_.emplace_back(std::make_unique<Parcel>()).get();
    parcel->record = test::plain_record(sequence_++, path);
    parcel->record.sop_instance = instance;
    parcel->record.dataset_digest = dicom::sha256(as_bytes(instance));
    parcel->record.pixel_digest = dicom::sha256(as_bytes(content));
    if (content.empty()) parcel->record.pixel_digest.reset();
    parcel->record.bytes_out = bytes.size();
    parcel->record.output_digest = dicom::Xxh128Digest{};  // one for all: as if forged
    parcel->output = *tree_->create();
    EXPECT_TRUE(parcel->output->append(as_bytes(bytes)));
    EXPECT_TRUE(parcel->output->finish(0));
    return parcel;
  }
  Kind meet(const Parcel* parcel) { return written_->meet(*parcel)->kind; }
  // As the finisher does with what it was to write.
  void write(const std::vector<Parcel*>& parcels) {
    std::vector<const dicom::Record*> records;
    for (Parcel* parcel : parcels) {
      deliver::Delivery delivery{parcel->output.get(), parcel->record.output};
      tree_->deliver({&delivery, 1});
      ASSERT_TRUE(delivery.status);
      records.push_back(&parcel->record);
    }
    ASSERT_TRUE(ledger_->done(job_, records));
    for (std::size_t i = 0; i < parcels.size(); ++i) parcels[i]->row = ledger_->rows_written()[i];
    written_->settle();
  }

  WrittenObjects::Hash hash_ = dicom::short_hash;
  test::Place place_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<deliver::OutputTree> tree_;
  ledger::Job job_;
  std::optional<WrittenObjects> written_;
  std::vector<std::unique_ptr<Parcel>> kept_;
  std::uint64_t sequence_ = 0;
};

// What a test of an index may not be told by: whether hashes differ.
class Written : public WrittenTest, public testing::WithParamInterface<WrittenObjects::Hash> {
 protected:
  void SetUp() override {
    hash_ = GetParam();
    WrittenTest::SetUp();
  }
};

INSTANTIATE_TEST_SUITE_P(WhateverTheHash, Written,
                         testing::Values(WrittenObjects::Hash{dicom::short_hash}, &same_for_all,
                                         &by_length));

TEST_P(Written, TellsTheSameContentFromOtherContentAndFromOtherInstances) {
  Parcel* first = object("a", "1.2.1", "one");
  EXPECT_EQ(meet(first), Kind::None);
  write({first});
  EXPECT_EQ(meet(object("b", "1.2.1", "one")), Kind::SameContent);
  EXPECT_EQ(written_->meet(*object("b", "1.2.1", "one"))->path, "a");
  Parcel* other = object("c", "1.2.1", "two");
  EXPECT_EQ(meet(other), Kind::OtherContent);
  write({other});
  EXPECT_EQ(meet(object("d", "1.2.1", "two")), Kind::SameContent);
  EXPECT_EQ(written_->meet(*object("d", "1.2.1", "two"))->path, "c");
  Parcel* third = object("e", "1.2.1", "three");
  EXPECT_EQ(written_->meet(*third)->path, "a");  // the first of its instance
  write({third});
  Parcel* stranger = object("f", "1.2.2", "one");
  EXPECT_EQ(meet(stranger), Kind::None);
  write({stranger});
}

TEST_P(Written, KnowsObjectsThatAreStillBeingFinished) {
  Parcel* first = object("a", "1.2.1", "one");
  Parcel* stranger = object("b", "1.2.2", "one");
  Parcel* other = object("c", "1.2.1", "two");
  EXPECT_EQ(meet(first), Kind::None);
  EXPECT_EQ(meet(stranger), Kind::None);
  EXPECT_EQ(meet(other), Kind::OtherContent);
  EXPECT_EQ(written_->meet(*object("d", "1.2.1", "one"))->parcel, first);
  EXPECT_EQ(written_->meet(*object("e", "1.2.1", "two"))->parcel, other);
  write({first, stranger, other});
  EXPECT_EQ(written_->meet(*object("e", "1.2.1", "two"))->parcel, nullptr);
  EXPECT_EQ(written_->meet(*object("e", "1.2.1", "two"))->path, "c");
}

TEST_P(Written, WhatCouldNotBeWrittenIsNoneToBeADuplicateOf) {
  Parcel* first = object("a", "1.2.1", "one");
  EXPECT_EQ(meet(first), Kind::None);
  written_->settle();  // it has no row
  Parcel* failed = object("b", "1.2.1", "one");
  EXPECT_EQ(meet(failed), Kind::None);
  failed->record.outcome = dicom::Outcome::Failed;
  write({failed});
  Parcel* again = object("c", "1.2.1", "one");
  EXPECT_EQ(meet(again), Kind::None);
  write({again});
  EXPECT_EQ(written_->meet(*object("d", "1.2.1", "one"))->path, "c");
}

TEST_P(Written, AFileIsNoDuplicateOfItself) {
  Parcel* first = object("a", "1.2.1", "one");
  EXPECT_EQ(meet(first), Kind::None);
  write({first});
  EXPECT_EQ(meet(object("a", "1.2.1", "one")), Kind::None);
  EXPECT_EQ(meet(object("a", "1.2.1", "two")), Kind::None);
}

TEST_P(Written, KnowsAllThatRunsBeforeWrote) {
  for (int i = 0; i < 40; ++i) {
    Parcel* one = object(std::to_string(i), "1.2." + std::to_string(i % 20), std::to_string(i));
    EXPECT_EQ(meet(one), i < 20 ? Kind::None : Kind::OtherContent);
    write({one});
  }
  open();
  for (int i = 0; i < 40; ++i) {
    const std::string instance = "1.2." + std::to_string(i % 20);
    EXPECT_EQ(written_->meet(*object("x", instance, std::to_string(i)))->path, std::to_string(i));
    EXPECT_EQ(written_->meet(*object("y", instance, "new"))->path, std::to_string(i % 20));
    written_->settle();
  }
  EXPECT_EQ(meet(object("x", "1.2.20", "0")), Kind::None);
}

// Their digests are equal, as those of files made on purpose may be.
TEST_P(Written, WherePixelsWereNotDecodedBytesDecide) {
  Parcel* first = object("a", "1.2.1", "", "bytes");
  EXPECT_EQ(meet(first), Kind::None);
  EXPECT_EQ(meet(object("b", "1.2.1", "", "bytes")), Kind::SameContent);
  Parcel* forged = object("c", "1.2.1", "", "bytez");
  EXPECT_EQ(meet(forged), Kind::OtherContent);
  write({first, forged});
  EXPECT_EQ(meet(object("d", "1.2.1", "", "bytez")), Kind::SameContent);
  EXPECT_EQ(meet(object("e", "1.2.1", "", "byteZ")), Kind::OtherContent);
  written_->settle();
  std::filesystem::remove(place_ / "out/a");
  EXPECT_EQ(meet(object("f", "1.2.1", "", "bytes")), Kind::OtherContent);
}

// What is asked about outputs, counted.
class CountedOutputs final : public Outputs {
 public:
  CountedOutputs(std::size_t& asked, std::size_t& read) : asked_(asked), read_(read) {}
  [[nodiscard]] Standing standing(const dicom::Record&) const override {
    ++asked_;
    return Standing::There;
  }
  [[nodiscard]] bool has_bytes_of(const Parcel& parcel, const dicom::Record& written,
                                  const Parcel*) const override {
    ++read_;
    return parcel.record.object_digest == written.object_digest;
  }

 private:
  std::size_t& asked_;
  std::size_t& read_;
};

TEST_F(WrittenTest, OutputsAreReadOfTheSameDigestOnlyHoweverManyContentsThereAre) {
  std::size_t asked = 0;
  std::size_t read = 0;
  written_.emplace(*ledger_, std::make_unique<CountedOutputs>(asked, read));
  ASSERT_TRUE(written_->load());
  constexpr std::size_t kContents = 400;
  const auto content = [&](std::size_t i) {
    Parcel* parcel = object(std::to_string(kept_.size()), "1.2.1", "");
    parcel->record.object_digest = dicom::xxh128(as_bytes(std::to_string(i)));
    return parcel;
  };
  for (std::size_t i = 0; i < kContents; ++i) {
    Parcel* parcel = content(i);
    EXPECT_EQ(meet(parcel), i == 0 ? Kind::None : Kind::OtherContent);
    write({parcel});
  }
  EXPECT_EQ(read, 0U);
  EXPECT_LE(asked, kContents);
  asked = 0;
  for (std::size_t i = 0; i < kContents; ++i) EXPECT_EQ(meet(content(i)), Kind::SameContent);
  EXPECT_EQ(read, kContents);
  EXPECT_LE(asked, 2 * kContents);
}

TEST(RowIndex, HoldsAnEntryInThirtyTwoBytesAtMost) {
  RowIndex index;
  constexpr std::int64_t kRows = 1'000'000;
  const auto hash = [](std::int64_t row) {
    return static_cast<std::uint64_t>(row) * 0x9E3779B97F4A7C15U;
  };
  for (std::int64_t row = 1; row <= kRows; ++row) index.add(hash(row), row);
  EXPECT_EQ(index.size(), static_cast<std::size_t>(kRows));
  EXPECT_LE(index.bytes(), std::size_t{32} * kRows);
  for (std::int64_t row = 1; row <= kRows; ++row) {
    std::int64_t found = 0;
    index.each(hash(row), [&](std::int64_t one) { return (found = one) != row; });
    ASSERT_EQ(found, row);
  }
  EXPECT_FALSE(index.has(hash(kRows + 1)));
}

TEST(RowIndex, FindsAllThatHaveOneHashWhereverTheyLie) {
  RowIndex index;
  for (std::int64_t row = 1; row <= 3000; ++row) index.add(~std::uint64_t{0}, row);  // goes round
  index.renumber(~std::uint64_t{0}, 1234, 9999);
  std::set<std::int64_t> rows;
  index.each(~std::uint64_t{0}, [&](std::int64_t row) { return rows.insert(row).second; });
  EXPECT_EQ(rows.size(), 3000U);
  EXPECT_TRUE(rows.contains(9999));
  EXPECT_FALSE(rows.contains(1234));
  EXPECT_FALSE(index.has(5));
}

}  // namespace
}  // namespace slipring::ingest
