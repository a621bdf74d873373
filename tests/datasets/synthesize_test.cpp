#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "datasets/synthesize/header.h"
#include "datasets/synthesize/identity.h"
#include "datasets/synthesize/object.h"

namespace slipring::datasets {
namespace {

Options small_options(std::initializer_list<const char*> extra) {
  std::vector<const char*> arguments = {"out",       "--ct-size", "32",        "--mr-size", "32",
                                        "--cr-size", "36",        "--us-size", "33"};
  arguments.insert(arguments.end(), extra);
  Options options;
  std::vector<char*> writable;
  for (const char* argument : arguments) writable.push_back(const_cast<char*>(argument));
  EXPECT_EQ(parse_options(writable, options), "");
  return options;
}

std::vector<std::uint8_t> file_of(const Options& options, std::uint64_t number) {
  ObjectBuilder builder(options);
  const Plan plan(options);
  return builder.build(plan, plan.object(number));
}

bool holds(const std::vector<std::uint8_t>& file, std::string_view text) {
  return as_text(file).find(text) != std::string_view::npos;
}

TEST(SynthesizeTest, TheSameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  const Options one = small_options({"--seed", "7"});
  const Options two = small_options({"--seed", "8"});
  EXPECT_EQ(file_of(one, 3), file_of(one, 3));
  EXPECT_NE(file_of(one, 3), file_of(two, 3));
}

TEST(SynthesizeTest, TheMixIsExactAndEveryObjectHasItsOwnPath) {
  const Options options = small_options({"--count", "1000", "--mix", "CT:5,MR:3,US:2"});
  const Plan plan(options);
  std::map<Modality, int> counts;
  std::set<std::string> paths;
  for (std::uint64_t i = 0; i < options.count; ++i) {
    const ObjectPlan object = plan.object(i);
    ++counts[object.modality];
    paths.insert(Plan::path_of(object));
  }
  EXPECT_EQ(counts[Modality::CT], 500);
  EXPECT_EQ(counts[Modality::MR], 300);
  EXPECT_EQ(counts[Modality::CR], 0);
  EXPECT_EQ(counts[Modality::US], 200);
  EXPECT_EQ(paths.size(), 1000U);
}

TEST(SynthesizeTest, ACtOf512ByDefaultHasHalfAMebibyteAndAHeaderOfSomeKibibytes) {
  const Options options = small_options({"--mix", "CT", "--ct-size", "512"});
  const std::size_t size = file_of(options, 0).size();
  EXPECT_GT(size, 512U * 1024 + 2048);
  EXPECT_LT(size, 512U * 1024 + 6144);
}

TEST(SynthesizeTest, TheRateOfDefectsIsExactAndAllKindsOccur) {
  const Options options = small_options({"--count", "440", "--defect-rate", "0.1"});
  const Plan plan(options);
  std::map<Defect, int> seen;
  for (std::uint64_t i = 0; i < options.count; ++i) ++seen[plan.object(i).defect];
  EXPECT_EQ(seen[Defect::None], 396);
  EXPECT_EQ(seen.size(), defects().size() + 1);
}

TEST(SynthesizeTest, ADuplicateHasTheBytesOfItsOriginalOrOnlyItsUids) {
  const Options same = small_options({"--defect-rate", "0.25", "--defects", "duplicate-same"});
  const Options other = small_options({"--defect-rate", "0.25", "--defects", "duplicate-other"});
  const ObjectPlan plan = Plan(same).object(3);
  ASSERT_EQ(plan.defect, Defect::DuplicateSame);
  ASSERT_EQ(plan.content_number, 2U);
  EXPECT_EQ(file_of(same, 3), file_of(same, 2));
  EXPECT_NE(file_of(other, 3), file_of(other, 2));
  EXPECT_TRUE(holds(file_of(other, 3), make_uid(1, "instance", 2)));
}

TEST(SynthesizeTest, EveryDefectChangesTheFileTheWayItsNameSays) {
  const auto defective = [](const char* defect) {
    return file_of(small_options({"--defect-rate", "1", "--defects", defect}), 0);
  };
  const auto clean = file_of(small_options({}), 0);
  EXPECT_TRUE(defective("empty-file").empty());
  EXPECT_LT(defective("truncated-pixels").size(), clean.size());
  EXPECT_LT(defective("truncated-header").size(), defective("truncated-pixels").size());
  EXPECT_EQ(defective("trailing-zeros").size(), clean.size() + 512);
  EXPECT_EQ(defective("no-preamble").size(), clean.size() - 132);
  EXPECT_EQ(defective("no-meta")[0], 0x08);
  EXPECT_TRUE(holds(defective("path-uid"), "../../../../tmp/escaped"));
  EXPECT_FALSE(holds(defective("missing-rows"), std::string_view("\x28\0\x10\0US", 6)));
  EXPECT_EQ(defective("zero-filled"), std::vector<std::uint8_t>(clean.size(), 0));
  EXPECT_EQ(as_text(defective("jpeg-file")).substr(6, 4), "JFIF");
  for (const DefectRow& row : defects())
    if (row.defect != Defect::DuplicateSame && row.defect != Defect::DuplicateOther) {
      EXPECT_NE(defective(std::string(row.name).c_str()), clean) << row.name;
    }
}

TEST(SynthesizeTest, AUidHasAtMost64CharactersOfDigitsAndDots) {
  std::set<std::string> uids;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::string uid = make_uid(1, "instance", i);
    EXPECT_LE(uid.size(), 64U);
    EXPECT_EQ(uid.find_first_not_of("0123456789."), std::string::npos);
    uids.insert(uid);
  }
  EXPECT_EQ(uids.size(), 1000U);
}

TEST(SynthesizeTest, WrongArgumentsAreNamed) {
  const auto answer = [](std::vector<std::string> arguments) {
    std::vector<char*> writable;
    for (std::string& argument : arguments) writable.push_back(argument.data());
    Options options;
    return parse_options(writable, options);
  };
  EXPECT_EQ(answer({}), "no output directory");
  EXPECT_EQ(answer({"out", "--bogus"}), "unknown option --bogus");
  EXPECT_EQ(answer({"out", "--count"}), "--count needs a value");
  EXPECT_EQ(answer({"out", "--mix", "XX:1"}), "--mix cannot be 'XX:1'");
  EXPECT_EQ(answer({"out", "--defects", "gremlins"}), "--defects cannot be 'gremlins'");
}

}  // namespace
}  // namespace slipring::datasets
