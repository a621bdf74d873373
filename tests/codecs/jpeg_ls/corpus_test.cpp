// The test images of T.87 Annex E, where they are at hand: decoded, and written again without loss.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::fixture;

std::string folder() {
  const char* given = std::getenv("SLIPRING_CORPUS");
  return (given != nullptr ? given : std::string(SLIPRING_SOURCE_DIR) + "/../shared/corpus") +
         "/codestreams/jpegls/";
}

TEST(JpegLsCorpus, EveryBareCodestreamDecodesAndIsWrittenAgain) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "no corpus";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> chars{std::istreambuf_iterator<char>(file), {}};
    const Pixels stream(chars.begin(), chars.end());
    const std::vector<Bytes> fragments = {stream};
    const auto info = jpeg_ls_row().probe(fragments);
    ASSERT_TRUE(info) << entry.path();
    const pixel::Layout l = layout(info->rows, info->columns, info->components,
                                   info->precision_bits <= 8 ? 8 : 16, info->precision_bits);
    const Decoded back = decode(jpeg_ls_row(), stream, l);
    ASSERT_TRUE(back.status) << entry.path() << ": " << back.status.error().what;
    expect_round_trip(jpeg_ls_row(), l, back.pixels);
    ++files;
  }
  EXPECT_GT(files, 3);
}

}  // namespace
}  // namespace slipring::codecs::jpeg_ls
