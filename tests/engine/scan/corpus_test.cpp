// Every file of the corpus: scanned without error, unless it is listed here with the reason.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

namespace fs = std::filesystem;
using dicom::FileKind;

struct Expected {
  FileKind kind;
  bool error;
};

// Relative path -> what is right about being wrong.
const std::map<std::string, Expected, std::less<>>& exceptions() {
  static const std::map<std::string, Expected, std::less<>> all = {
      // 62 bytes of the pixel data are missing.
      {"malformed/pydicom+pydicom__MR_truncated.dcm", {FileKind::Part10, true}},
      // Cut inside a nested sequence.
      {"malformed/pydicom+pydicom__rtplan_truncated.dcm", {FileKind::Part10, true}},
      // A data set that begins at its second byte: a stray 0x20 stands before it.
      {"headerless/pydicom+pydicom__no_meta.dcm", {FileKind::Unknown, false}},
  };
  return all;
}

fs::path corpus() {
  if (const char* named = std::getenv("SLIPRING_CORPUS")) return named;
  return fs::path(SLIPRING_SOURCE_DIR) / "../shared/corpus";
}

class Corpus : public ScanTest {
 protected:
  template <class Visit>
  void each_file(Visit&& visit) {
    if (!fs::is_directory(corpus())) GTEST_SKIP() << "no corpus at " << corpus();
    for (const auto& entry : fs::recursive_directory_iterator(corpus())) {
      const std::string relative = fs::relative(entry.path(), corpus()).generic_string();
      if (!entry.is_regular_file() || relative.ends_with("MANIFEST.tsv") ||
          relative.ends_with("README.md"))
        continue;
      std::ifstream in(entry.path(), std::ios::binary);
      visit(relative, std::vector<std::uint8_t>(std::istreambuf_iterator<char>(in), {}));
    }
  }
};

TEST_F(Corpus, every_file_is_scanned_to_its_end_unless_listed) {
  each_file([&](const std::string& path, std::vector<std::uint8_t> bytes) {
    scan(std::move(bytes));
    const auto listed = exceptions().find(path);
    if (listed != exceptions().end()) {
      EXPECT_EQ(scanned_.kind, listed->second.kind) << path;
      EXPECT_EQ(scanned_.error.has_value(), listed->second.error) << path;
      return;
    }
    EXPECT_EQ(dicom::is_dicom(scanned_.kind), !path.starts_with("codestreams/")) << path;
    EXPECT_FALSE(scanned_.error) << path << ": " << (scanned_.error ? scanned_.error->what : "");
    if (!dicom::is_dicom(scanned_.kind)) return;
    EXPECT_EQ(scanned_.data_set_end, scanned_.bytes.size()) << path;
  });
}

TEST_F(Corpus, clean_native_and_compressed_files_have_no_error_finding) {
  each_file([&](const std::string& path, std::vector<std::uint8_t> bytes) {
    if (!path.starts_with("native/") && !path.starts_with("transfer-syntax/") &&
        !path.starts_with("series/"))
      return;
    scan(std::move(bytes));
    EXPECT_EQ(scanned_.findings.count(Severity::Error), 0U) << path << ": " << found();
  });
}

TEST_F(Corpus, heads_of_4_kib_give_the_same_headers) {
  scan::Options options;
  options.stop_after = Tag(0x7FDF, 0xFFFF);
  each_file([&](const std::string& path, const std::vector<std::uint8_t>& bytes) {
    dicom::Scanned whole;
    scan::scan(bytes, bytes.size(), options, whole);
    dicom::Scanned headed;
    std::uint64_t head = std::min<std::uint64_t>(4096, bytes.size());
    do {
      scan::scan(Bytes(bytes).first(head), bytes.size(), options, headed);
      head = headed.more_needed_bytes;
    } while (head != 0);
    EXPECT_EQ(headed.kind, whole.kind) << path;
    EXPECT_EQ(headed.tape.size(), whole.tape.size()) << path;
    EXPECT_EQ(headed.error.has_value(), whole.error.has_value()) << path;
  });
}

}  // namespace
}  // namespace slipring::test
