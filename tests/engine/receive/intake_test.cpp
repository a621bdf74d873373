// The way in: checked, stored once, kept apart, refused, and known again after a restart.
#include "engine/receive/intake.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/dimse/message/status.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::receive {
namespace {

using test::announced;
using test::sent_data_set;

std::unique_ptr<Intake> open(const std::string& folder, IntakeOptions options = {}) {
  options.ingest.output = folder + "/in";
  options.ingest.fsync = deliver::Fsync::None;
  auto intake = Intake::open(options, {});
  EXPECT_TRUE(intake.has_value()) << intake.error().what;
  return std::move(*intake);
}

std::shared_ptr<Receipt> send(Intake& intake, const Announced& said,
                              const std::vector<std::uint8_t>& data_set) {
  auto object = intake.begin(said);
  for (Bytes rest = data_set; !rest.empty();
       rest = rest.subspan(std::min<std::size_t>(rest.size(), 100)))
    object->append(rest.first(std::min<std::size_t>(rest.size(), 100)));
  return intake.finish(std::move(object));
}

std::vector<std::uint8_t> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class IntakeTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const Verdict& verdict) const {
    return folder_.path() + "/in/" + verdict.output;
  }
  test::TemporaryFolder folder_;
};

TEST_F(IntakeTest, WhatIsStoredHoldsTheDataSetByteByByteUnderItsUids) {
  const auto intake = open(folder_.path());
  const auto data_set = sent_data_set("1.2.3");
  const auto receipt = send(*intake, announced("1.2.3"), data_set);
  const Verdict& verdict = receipt->wait();
  EXPECT_EQ(verdict.status, dimse::statuses::kSuccess);
  EXPECT_EQ(verdict.output, "1.2.3.1/1.2.3.1.1/1.2.3.dcm");
  const auto file = read(path(verdict));
  ASSERT_GT(file.size(), data_set.size());
  EXPECT_TRUE(std::equal(data_set.rbegin(), data_set.rend(), file.rbegin()));
}

TEST_F(IntakeTest, TheSameContentIsStoredOnceAndOtherContentKeptApart) {
  const auto intake = open(folder_.path());
  std::vector<std::shared_ptr<Receipt>> receipts;  // likely of one group, in this order
  receipts.push_back(send(*intake, announced("1.2.3"), sent_data_set("1.2.3")));
  receipts.push_back(send(*intake, announced("1.2.3"), sent_data_set("1.2.3")));
  receipts.push_back(send(*intake, announced("1.2.3"), sent_data_set("1.2.3", "C^D")));
  EXPECT_EQ(receipts[0]->wait().fate, Fate::Stored);
  EXPECT_EQ(receipts[1]->wait().fate, Fate::Duplicate);
  EXPECT_EQ(receipts[1]->wait().output, receipts[0]->wait().output);
  EXPECT_EQ(receipts[2]->wait().fate, Fate::Apart);
  EXPECT_EQ(receipts[2]->wait().status, dimse::statuses::kSuccess);
  EXPECT_NE(receipts[2]->wait().output, receipts[0]->wait().output);
  for (const auto& again : {"A^B", "C^D"}) {
    Announced other = announced("1.2.3");
    other.source_ae = "ANOTHER";  // the meta group is no part of the content
    EXPECT_EQ(send(*intake, other, sent_data_set("1.2.3", again))->wait().fate, Fate::Duplicate);
  }
}

TEST_F(IntakeTest, WhatWasStoredIsKnownAfterARestartUnlessItsFileWasRemoved) {
  std::string stored;
  {
    const auto intake = open(folder_.path());
    stored = path(send(*intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait());
  }
  {
    const auto intake = open(folder_.path());
    EXPECT_EQ(send(*intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait().fate,
              Fate::Duplicate);
  }
  std::filesystem::remove(stored);
  const auto intake = open(folder_.path());
  EXPECT_EQ(send(*intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait().fate, Fate::Stored);
  EXPECT_TRUE(std::filesystem::exists(stored));
}

TEST_F(IntakeTest, ManyContentsOfOneInstanceAreEachKeptOnceAndKnownAfterARestart) {
  constexpr int kContents = 600;  // of several groups
  const auto content = [](int i) { return sent_data_set("1.2.3", "P" + std::to_string(i)); };
  std::vector<std::string> outputs;
  {
    const auto intake = open(folder_.path());
    std::vector<std::shared_ptr<Receipt>> receipts;
    for (int i = 0; i < kContents; ++i)
      receipts.push_back(send(*intake, announced("1.2.3"), content(i)));
    for (int i = 0; i < kContents; ++i) {
      EXPECT_EQ(receipts[i]->wait().fate, i == 0 ? Fate::Stored : Fate::Apart);
      outputs.push_back(receipts[i]->wait().output);
    }
    const auto held = intake->store()->inventory().of("1.2.3");
    ASSERT_TRUE(held.has_value());
    EXPECT_EQ(held->size(), static_cast<std::size_t>(kContents));
  }
  const auto intake = open(folder_.path());
  for (int i = kContents - 1; i >= 0; --i) {
    const auto receipt = send(*intake, announced("1.2.3"), content(i));
    EXPECT_EQ(receipt->wait().fate, Fate::Duplicate);
    EXPECT_EQ(receipt->wait().output, outputs[static_cast<std::size_t>(i)]);
  }
  const auto held = intake->store()->inventory().of("1.2.3");
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(held->size(), static_cast<std::size_t>(kContents));
}

// The digest of 128 bits is as if forged: what it leads to are files of other content.
TEST_F(IntakeTest, ANameThatOtherContentHasIsMadeLongerUntilNoneHasIt) {
  const auto sent = [&](Intake& intake, std::string_view patient) {
    const auto receipt = send(intake, announced("1.2.3"), sent_data_set("1.2.3", patient));
    return receipt->wait();
  };
  std::string digest;
  {
    const auto intake = open(folder_.path() + "/first");
    (void)sent(*intake, "A^B");
    const Verdict apart = sent(*intake, "C^D");
    intake->store()->with_ledger([&](ledger::Ledger& books) {
      digest = dicom::to_hex((**books.record_of(apart.output)).output_digest->bytes);
    });
  }
  const std::string stem = "1.2.3.1/1.2.3.1.1/1.2.3-";
  std::string wanted = digest.substr(0, 8);
  for (const std::size_t longer : {16U, 32U, 64U, 0U}) {
    const std::string folder = folder_.path() + "/" + std::to_string(longer);
    const auto intake = open(folder);
    (void)sent(*intake, "A^B");
    std::filesystem::create_directories(folder + "/in/1.2.3.1/1.2.3.1.1");
    for (std::size_t digits = 8; digits <= 32 && digits != longer; digits *= 2)
      std::ofstream(folder + "/in/" + stem + digest.substr(0, digits) + ".dcm") << "taken";
    if (longer == 0) std::ofstream(folder + "/in/" + stem + wanted + ".dcm") << "taken";
    const Verdict apart = sent(*intake, "C^D");
    if (longer == 0) {  // a file of ours never has this name; nothing is written over it
      EXPECT_EQ(apart.fate, Fate::Unfortunate);
      EXPECT_EQ(sent(*intake, "A^B").fate, Fate::Duplicate);
      break;
    }
    ASSERT_EQ(apart.fate, Fate::Apart) << longer;
    EXPECT_EQ(apart.output.size(), stem.size() + longer + 4);
    EXPECT_TRUE(apart.output.starts_with(stem));
    wanted = apart.output.substr(stem.size(), longer);
    EXPECT_EQ(wanted == digest.substr(0, longer), longer != 64);
    EXPECT_EQ(sent(*intake, "C^D").output, apart.output);
    EXPECT_EQ(sent(*intake, "A^B").fate, Fate::Duplicate);
    EXPECT_EQ(read(folder + "/in/" + stem + digest.substr(0, 8) + ".dcm").size(), 5U);
  }
}

TEST_F(IntakeTest, AFileThatIsNotAsLongAsItWasIsNotTheSameAndNotWrittenOver) {
  const auto intake = open(folder_.path());
  const auto send_it = [&] {
    const auto receipt = send(*intake, announced("1.2.3"), sent_data_set("1.2.3"));
    return receipt->wait();
  };
  const std::string stored = path(send_it());
  std::filesystem::resize_file(stored, 300);
  const Verdict again = send_it();
  EXPECT_EQ(again.fate, Fate::Apart);
  EXPECT_EQ(std::filesystem::file_size(stored), 300U);
  EXPECT_EQ(send_it().output, again.output);
}

TEST_F(IntakeTest, AFileWithoutItsRowIsTakenOverAtTheNextStart) {
  std::string stored;
  std::string ledger;
  {
    const auto intake = open(folder_.path());
    const auto receipt = send(*intake, announced("1.2.3"), sent_data_set("1.2.3"));
    stored = receipt->wait().output;
    ledger = intake->options().ingest.ledger;
  }
  {  // as a kill between link and row leaves it
    auto opened = ledger::Ledger::open(ledger, ledger::Ledger::Mode::Write);
    ASSERT_TRUE(opened.has_value());
    auto row = (*opened)->record_of(stored);
    ASSERT_TRUE(row.has_value() && row->has_value());
    const dicom::Record* const record = &**row;
    dicom::Record lost = *record;
    lost.path = lost.output = "1.2.3.1/1.2.3.1.1/1.2.4.dcm";
    const dicom::Record* const planned[] = {record, &lost};
    ledger::Job job;
    ASSERT_TRUE((*opened)->plan(job, planned).has_value());
  }
  const auto intake = open(folder_.path());
  EXPECT_EQ(send(*intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait().fate,
            Fate::Duplicate);
  intake->store()->with_ledger([&](ledger::Ledger& books) {
    const auto totals = books.totals();
    ASSERT_TRUE(totals.has_value());
    EXPECT_TRUE(totals->balanced());
    EXPECT_EQ(totals->by_outcome[static_cast<std::size_t>(dicom::Outcome::Copied)], 1U);
    EXPECT_EQ(totals->by_outcome[static_cast<std::size_t>(dicom::Outcome::Failed)], 1U);
  });
}

TEST_F(IntakeTest, AnotherInstanceOrClassThanTheCommandsIsRefused) {
  const auto intake = open(folder_.path());
  EXPECT_EQ(send(*intake, announced("1.2.4"), sent_data_set("1.2.3"))->wait().status,
            dimse::statuses::kDataSetMismatch);
  Announced other = announced("1.2.3");
  other.sop_class = "1.2.840.10008.5.1.4.1.1.4";
  EXPECT_EQ(send(*intake, other, sent_data_set("1.2.3"))->wait().status,
            dimse::statuses::kDataSetMismatch);
  Announced none = announced("");
  EXPECT_EQ(send(*intake, none, sent_data_set(""))->wait().status, 0x0117);
}

TEST_F(IntakeTest, ADataSetCutAnywhereIsNeverSuccessForAnotherThanItself) {
  const auto intake = open(folder_.path());
  const auto data_set = sent_data_set("1.2.3", "A^B", 2);
  for (std::size_t size = 0; size < data_set.size(); ++size) {
    const std::vector<std::uint8_t> cut(data_set.begin(),
                                        data_set.begin() + static_cast<std::ptrdiff_t>(size));
    const auto receipt = send(*intake, announced("1.2.3"), cut);
    const Verdict& verdict = receipt->wait();
    if (verdict.status == dimse::statuses::kSuccess)  // cut between two elements
      EXPECT_EQ(read(path(verdict)).size() % 2, 0U);
    else
      EXPECT_EQ(verdict.fate, Fate::Refused) << size;
  }
}

TEST_F(IntakeTest, WhatIsTooLongOrFindsNoSpaceIsToBeSentAgain) {
  IntakeOptions options;
  options.object_bytes_max = 100;
  EXPECT_EQ(send(*open(folder_.path(), options), announced("1.2.3"), sent_data_set("1.2.3"))
                ->wait()
                .status,
            dimse::statuses::kOutOfResources);
  options = {};
  options.free_bytes_min = std::uint64_t{1} << 62;
  const auto intake = open(folder_.path(), options);
  const auto receipt = send(*intake, announced("1.2.3"), sent_data_set("1.2.3"));
  EXPECT_EQ(receipt->wait().status, dimse::statuses::kOutOfResources);
  EXPECT_EQ(receipt->wait().fate, Fate::Unfortunate);
}

TEST_F(IntakeTest, WhatIsDiscardedIsHeldAgainstItsCommandAllTheSame) {
  IntakeOptions options;
  options.discard = true;
  const auto intake = open(folder_.path(), options);
  EXPECT_EQ(send(*intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait().fate, Fate::Counted);
  EXPECT_EQ(send(*intake, announced("1.2.4"), sent_data_set("1.2.3"))->wait().status,
            dimse::statuses::kDataSetMismatch);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/in"));
}

TEST_F(IntakeTest, OnRequestAnObjectIsTranscodedOnArrivalWithProof) {
  IntakeOptions options;
  options.ingest.target = dicom::transfer_syntax_named("rle");
  std::vector<dicom::Record> told;
  options.ingest.output = folder_.path() + "/in";
  auto intake =
      Intake::open(options, [&](const Arrived& arrived) { told.push_back(arrived.parcel.record); });
  ASSERT_TRUE(intake.has_value());
  EXPECT_EQ(send(**intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait().fate, Fate::Stored);
  EXPECT_EQ(send(**intake, announced("1.2.3"), sent_data_set("1.2.3"))->wait().fate,
            Fate::Duplicate);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].outcome, dicom::Outcome::Converted);
  EXPECT_EQ(told[0].to, test::kRleUid);
  EXPECT_TRUE(told[0].pixel_verified);
}

}  // namespace
}  // namespace slipring::receive
