// Every decodable file of the corpus gives the pixel digest that independent decoders gave.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"
#include "tests/engine/pixels/corpus.h"

namespace slipring {
namespace {

using test::ManifestRow;

struct Exception {
  std::string_view path;
  std::string_view digest;  // ours
  std::string_view reason;
};

// Where ours is not the manifest's, and why.
constexpr std::array kExceptions = {
    Exception{
        "transfer-syntax/j2k-lossless-90/pydicom+pydicom-data__liver_j2k.dcm",
        "b022303f9581eb6f89ddc394beda0a08adaaa2eeb2fa89d021241ce104b9d9fa",
        "one weak reference (GDCM) gives a byte a pixel; ours is the digest of the native, RLE and "
        "deflated-frame twins of the image"},
};

std::string digest_of(const dicom::Scanned& scanned, dicom::Schedule& schedule) {
  const auto object = pixels::open_object(scanned);
  if (!object) return std::string(object.error().what);
  if (!*object) return {};
  const auto answer = pixels::digest_pixels(**object, schedule);
  if (!answer) return std::string(answer.error().what);
  return dicom::to_hex(answer->digest.bytes);
}

TEST(CorpusDigest, EveryDecodableFileGivesTheDigestOfIndependentDecoders) {
  if (!test::has_corpus()) GTEST_SKIP() << "no corpus here";
  dicom::SerialSchedule schedule;
  dicom::Scanned scanned;
  std::size_t checked = 0;
  for (const ManifestRow& row : test::manifest()) {
    const std::string& path = row.at("path");
    std::string_view wanted = row.at("ref_sha256");
    if (wanted.empty() || row.at("ts").empty() || row.at("ts").ends_with("codestream)")) continue;
    const auto bytes = test::read_file(test::corpus_directory() / path);
    scan::scan(bytes, bytes.size(), {}, scanned);
    ASSERT_TRUE(dicom::is_dicom(scanned.kind) && !scanned.error) << path;
    const auto exception = std::ranges::find(kExceptions, path, &Exception::path);
    if (exception != kExceptions.end()) wanted = exception->digest;
    EXPECT_EQ(digest_of(scanned, schedule), wanted) << path;
    ++checked;
  }
  EXPECT_GE(checked, 550U);
}

}  // namespace
}  // namespace slipring
