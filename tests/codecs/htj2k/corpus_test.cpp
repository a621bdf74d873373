// The HTJ2K codestreams of the corpus, where it is at hand: each decodes, and is written again
// without loss. Their reference digests are tests/engine/pixels' affair.
#include <gtest/gtest.h>

#include <filesystem>

#include "codecs/htj2k/htj2k_codec.h"
#include "tests/codecs/htj2k/stream_file.h"

namespace slipring::codecs::htj2k {
namespace {

using namespace codecs::fixture;

TEST(Htj2kCorpus, EveryBareCodestreamDecodesAndIsWrittenAgain) {
  const std::string folder = fixture::corpus_folder() + "/codestreams/htj2k";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Pixels stream = fixture::read_file(entry.path());
    const pixel::Layout l = fixture::layout_of(stream);
    const Decoded back = decode(htj2k_row(), stream, l);
    ASSERT_TRUE(back.status) << entry.path() << ": " << back.status.error().what;
    expect_round_trip(htj2k_row(), l, back.pixels);
    ++files;
  }
  EXPECT_GT(files, 3);
}

}  // namespace
}  // namespace slipring::codecs::htj2k
