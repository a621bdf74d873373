// Conformance codestreams of ISO/IEC 15444-4 and streams of other writers, where
// SLIPRING_HTJ2K_STREAMS names a folder of them: what we decode is what OpenJPEG decodes, exactly
// where the wavelet is reversible. What only one of both refuses is listed.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "codecs/htj2k/htj2k_codec.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "tests/codecs/htj2k/stream_file.h"

namespace slipring::codecs::htj2k {
namespace {

using namespace codecs::fixture;

std::int64_t sample(const Pixels& pixels, const pixel::Layout& l, std::size_t at) {
  std::int64_t value = 0;
  const std::size_t bytes = l.bytes_per_sample();
  for (std::size_t b = 0; b < bytes; ++b) value |= std::int64_t{pixels[at * bytes + b]} << (8 * b);
  if (l.is_signed && (value >> (8 * bytes - 1)) != 0) value -= std::int64_t{1} << (8 * bytes);
  return value;
}

std::int64_t peak_difference(const Pixels& a, const Pixels& b, const pixel::Layout& l) {
  std::int64_t peak = 0;
  for (std::size_t i = 0; i < l.samples_per_frame(); ++i)
    peak = std::max(peak, std::abs(sample(a, l, i) - sample(b, l, i)));
  return peak;
}

TEST(Htj2kConformance, DecodesAsOpenJpegDoes) {
  const char* folder = std::getenv("SLIPRING_HTJ2K_STREAMS");
  if (folder == nullptr) GTEST_SKIP() << "SLIPRING_HTJ2K_STREAMS is not set";
  int same = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const Pixels stream = fixture::read_file(entry.path());
    const pixel::Layout l = fixture::layout_of(stream);
    if (l.rows == 0) continue;
    const std::vector<Bytes> fragments = {stream};
    const auto info = *htj2k_row().probe(fragments);
    if (info.kind != Codestream::Htj2k) continue;
    const Decoded ours = decode(htj2k_row(), stream, l);
    const Decoded theirs = decode(jpeg2000::openjpeg_row(), stream, l);
    const auto name = entry.path().filename().string();
    if (!ours.status) std::cout << name << ": ours: " << ours.status.error().what << '\n';
    if (!theirs.status) std::cout << name << ": OpenJPEG: " << theirs.status.error().what << '\n';
    if (!ours.status || !theirs.status) continue;
    EXPECT_LE(peak_difference(ours.pixels, theirs.pixels, l), info.lossless ? 0 : 1) << name;
    ++same;
  }
  EXPECT_GT(same, 0);
}

}  // namespace
}  // namespace slipring::codecs::htj2k
