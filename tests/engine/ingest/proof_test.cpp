// A converted object that is not what it should be: changed between writing and reading back, as a
// faulty coder or a faulty disk would.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "datasets/synthesize/object.h"
#include "engine/ingest/known_files.h"
#include "engine/ingest/steps.h"
#include "tests/engine/map/temporary_folder.h"

namespace slipring::ingest {
namespace {

constexpr dicom::RuleId kDiffers{5, 20};

class Proof : public ::testing::Test {
 protected:
  void SetUp() override {
    datasets::Options options;
    options.count = 1;
    options.syntaxes = {{&datasets::syntaxes().front(), 1}};
    const datasets::Plan plan(options);
    datasets::ObjectBuilder builder(options);
    const auto& bytes = builder.build(plan, plan.object(0));
    object_ = folder_.write("object.dcm", as_text(bytes));
  }

  // Where the one bit to be changed is, in the bytes that were written; past their end: nowhere.
  using Where = std::function<std::uint64_t(Bytes written)>;

  // What the record says after the object was converted, changed and proven.
  Result<void> convert(const Where& where) {
    Options options;
    options.command = Command::Convert;
    options.threads = 1;
    options.target = dicom::find_transfer_syntax("1.2.840.10008.1.2");
    auto tree = deliver::OutputTree::open(folder_ / "out", deliver::Fsync::None);
    if (!tree) return std::unexpected(tree.error());
    const KnownFiles known;
    MemoryGate memory(std::uint64_t{1} << 28);
    const Shared shared{options, known, tree->get(), memory, {}};
    Workbench bench;
    parcel_.clear();
    parcel_.source.file.path = object_;
    for (const Step step : {map_file, scan_file, plan_object, write_object})
      TRY(step(parcel_, bench, shared));
    flip(parcel_.output->descriptor(), where);
    TRY(read_back(parcel_, bench, shared));
    return prove_object(parcel_, bench, shared);
  }

  const dicom::Findings& findings() const { return parcel_.record.findings; }

  static std::uint64_t in_pixels(Bytes written) { return written.size() - 9; }
  static std::uint64_t nowhere(Bytes written) { return written.size(); }
  static std::uint64_t in_modality(Bytes written) {
    static constexpr std::string_view kElement("\x08\0\x60\0\2\0\0\0", 8);  // (0008,0060), 2 bytes
    return as_text(written).find(kElement) + kElement.size();
  }

 private:
  static void flip(int descriptor, const Where& where) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(::lseek(descriptor, 0, SEEK_END)));
    ASSERT_EQ(::pread(descriptor, bytes.data(), bytes.size(), 0), std::ssize(bytes));
    const std::uint64_t at = where(bytes);
    if (at >= bytes.size()) return;
    const std::uint8_t changed = bytes[at] ^ 1U;
    ASSERT_EQ(::pwrite(descriptor, &changed, 1, static_cast<off_t>(at)), 1);
  }

  test::TemporaryFolder folder_;
  std::string object_;
  Parcel parcel_;
};

TEST_F(Proof, of_what_was_written_right_says_nothing) {
  ASSERT_TRUE(convert(nowhere));
  EXPECT_EQ(findings().count(kDiffers), 0U);
}

TEST_F(Proof, of_one_bit_in_the_pixels_or_in_an_element_is_an_error_and_L5_20) {
  for (const Where& where : {Where(in_pixels), Where(in_modality)}) {
    const auto proven = convert(where);
    ASSERT_FALSE(proven);
    EXPECT_EQ(proven.error().code, ErrorCode::Mismatch);
    EXPECT_EQ(findings().count(kDiffers), 1U);
    const auto found = std::ranges::find(findings().kept(), kDiffers, &dicom::Finding::rule);
    ASSERT_NE(found, findings().kept().end());
    EXPECT_EQ(found->severity, dicom::Severity::Error);
    EXPECT_EQ(found->path, "(7FE0,0010)");
    EXPECT_EQ(found->message, proven.error().what);
  }
}

}  // namespace
}  // namespace slipring::ingest
