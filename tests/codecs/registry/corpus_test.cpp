// Real files: the pixels decoded through the registry against the digests that other decoders agree
// on.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "codecs/registry.h"
#include "engine/dicom/digest.h"
#include "tests/codecs/registry/tiny_dicom.h"

namespace slipring::codecs {
namespace {

struct Case {
  std::string path;
  std::string syntax;
  std::string digest;
};

std::string corpus() {
  if (const char* given = std::getenv("SLIPRING_CORPUS")) return given;
  return std::string(SLIPRING_SOURCE_DIR) + "/../shared/corpus";
}

std::vector<Case> cases() {
  std::ifstream manifest(corpus() + "/MANIFEST.tsv");
  std::vector<Case> found;
  for (std::string line; std::getline(manifest, line);) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, '\t');) fields.push_back(field);
    if (fields.size() > 26) found.push_back({fields[0], fields[7], fields[26]});
  }
  return found;
}

struct Answer {
  Result<std::string> digest = std::string{};
  Quirks quirks;
};

Answer digest_of(const test::TinyDicom& object, bool deflated) {
  Answer answer;
  dicom::Sha256 hash;
  Scratch scratch;
  const pixel::Layout layout = object.layout();
  std::vector<std::uint8_t> out(layout.frame_bytes().value_or(0));
  for (const std::vector<Bytes>& fragments : object.frames()) {
    const FormatRow* row =
        find(deflated ? pixel::Format::DeflatedFrame : format_of(identify(fragments)));
    if (row == nullptr || row->decode_batch == nullptr) {
      answer.digest = fail(ErrorCode::Unsupported, 0, "no decoder");
      return answer;
    }
    DecodeJob job{fragments, layout, out};
    row->decode_batch({&job, 1}, scratch);
    answer.quirks.bits |= job.quirks.bits;
    if (!job.status) {
      answer.digest = std::unexpected(job.status.error());
      return answer;
    }
    hash.update(out);
  }
  answer.digest = dicom::to_hex(hash.finish().bytes);
  return answer;
}

// gdcm alone gave this file's digest, from pixels it leaves a byte wide; packed, as PS3.5 8.1.1 has
// it, they are those of its twins in other transfer syntaxes.
constexpr std::string_view kUnpackedReference = "pydicom+pydicom-data__liver_j2k.dcm";
constexpr std::string_view kPackedDigest =
    "b022303f9581eb6f89ddc394beda0a08adaaa2eeb2fa89d021241ce104b9d9fa";

TEST(Corpus, EveryReachableFileDecodesToThePixelsThatOtherDecodersGive) {
  if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "no corpus";
  const std::string prefix = "1.2.840.10008.1.2.";
  const std::set<std::string> wanted = {"4.50", "4.51", "4.53", "4.57",  "4.70", "4.80",
                                        "4.81", "4.90", "4.91", "4.201", "8.1",  "5"};
  int decoded = 0;
  for (const Case& file : cases()) {
    if (file.digest.empty() || !file.syntax.starts_with(prefix)) continue;
    if (!wanted.contains(file.syntax.substr(prefix.size()))) continue;
    const auto bytes = test::read_file(corpus() + "/" + file.path);
    const test::TinyDicom object(bytes);
    if (object.frames().empty()) continue;  // implicit VR, or offset tables are needed
    const Answer answer = digest_of(object, file.syntax == prefix + "8.1");
    if (!answer.digest) {
      ADD_FAILURE() << file.path << ": " << answer.digest.error().what;
      continue;
    }
    const bool unpacked = file.path.ends_with(kUnpackedReference);
    EXPECT_EQ(*answer.digest, unpacked ? kPackedDigest : file.digest)
        << file.path << " quirks " << answer.quirks.bits;
    ++decoded;
  }
  EXPECT_GT(decoded, 90);
}

// T.87 Annex E's test images: one picture in three interleave modes.
TEST(Corpus, JpegLsInterleaveModesGiveTheSamePixels) {
  const std::string folder = corpus() + "/codestreams/jpegls/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus";
  std::set<std::string> digests;
  for (const std::string_view name : {"T8C0E0.JLS", "T8C1E0.JLS", "T8C2E0.JLS"}) {
    const auto bytes = test::read_file(folder + std::string(name));
    const std::vector<Bytes> fragments = {bytes};
    const FormatRow* row = find(format_of(identify(fragments)));
    ASSERT_NE(row, nullptr);
    const auto info = row->probe(fragments);
    ASSERT_TRUE(info);
    const pixel::Layout layout{info->rows, info->columns, info->components, 8, 8, 7, false};
    std::vector<std::uint8_t> out(*layout.frame_bytes());
    DecodeJob job{fragments, layout, out};
    Scratch scratch;
    row->decode_batch({&job, 1}, scratch);
    ASSERT_TRUE(job.status) << name << ": " << job.status.error().what;
    digests.insert(dicom::to_hex(dicom::sha256(out).bytes));
  }
  EXPECT_EQ(digests.size(), 1U);
}

}  // namespace
}  // namespace slipring::codecs
