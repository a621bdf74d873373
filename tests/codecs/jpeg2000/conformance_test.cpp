// Conformance codestreams of ISO/IEC 15444-4 and streams of other writers, where
// SLIPRING_JPEG2000_STREAMS names a folder of them: where ours and OpenJPEG decode, the pixels are
// the same. What only one of both refuses is listed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "codecs/jpeg2000/decode/part1_blocks.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "codecs/tiles/frame_job.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::jpeg2000 {
namespace {

using namespace codecs::fixture;

void decode_by_ours(std::span<DecodeJob> jobs, Scratch& scratch) {
  tiles::BlockDecoders decoders;
  decoders.part1 = &scratch.kept<Part1Blocks>();
  for (DecodeJob& job : jobs) job.status = tiles::decode(job, scratch, decoders);
}

Pixels read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> chars{std::istreambuf_iterator<char>(file), {}};
  return {chars.begin(), chars.end()};
}

struct Count {
  int same = 0;
  int only_ours = 0;
  int only_theirs = 0;
  int neither = 0;
};

void compare(const std::filesystem::path& path, Count& count) {
  const Pixels stream = read_file(path);
  const auto info = tiles::probe(std::vector<Bytes>{stream});
  if (!info || info->kind != Codestream::Jpeg2000 || info->precision_bits > 32) return;
  if (std::uint64_t{info->rows} * info->columns * info->components > 1U << 28) return;
  const std::uint32_t bits = info->precision_bits;
  const pixel::Layout l = layout(info->rows, info->columns, info->components,
                                 static_cast<std::uint16_t>(bits <= 8    ? 8
                                                            : bits <= 16 ? 16
                                                                         : 32),
                                 info->precision_bits, info->is_signed);
  FormatRow row = openjpeg_row();
  const Decoded theirs = decode(row, stream, l);
  row.decode_batch = decode_by_ours;
  const Decoded ours = decode(row, stream, l);
  const auto name = path.filename().string();
  if (!ours.status) std::cout << name << ": ours: " << ours.status.error().what << '\n';
  if (!theirs.status) std::cout << name << ": OpenJPEG: " << theirs.status.error().what << '\n';
  EXPECT_TRUE(!ours.status || !theirs.status || ours.pixels == theirs.pixels) << name;
  ++(ours.status     ? theirs.status ? count.same : count.only_ours
     : theirs.status ? count.only_theirs
                     : count.neither);
}

TEST(Jpeg2000Conformance, DecodesAsOpenJpegDoes) {
  const char* folder = std::getenv("SLIPRING_JPEG2000_STREAMS");
  if (folder == nullptr) GTEST_SKIP() << "skipped: SLIPRING_JPEG2000_STREAMS is not set";
  Count count;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) compare(entry.path(), count);
  std::cout << count.same << " decoded by both, " << count.only_ours << " by ours only, "
            << count.only_theirs << " by OpenJPEG only, " << count.neither << " by neither\n";
  EXPECT_GT(count.same, 0);
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
