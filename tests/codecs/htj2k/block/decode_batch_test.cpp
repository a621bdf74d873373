#include <utility>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/htj2k/block/decode_compare.h"
#include "tests/codecs/htj2k/block/decode_goldens.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::htj2k {
namespace {

using test::for_every_target;
using Size = std::pair<std::uint32_t, std::uint32_t>;

TEST(HtBlockBatchTest, EveryTargetDecodesWhatWasEncoded) {
  for_every_target([] {
    std::uint32_t seed = 1;
    for (const auto& [width, height] : {Size{64, 64}, {32, 32}, {33, 31}, {7, 9}}) {
      std::vector<MadeBlock> blocks;
      std::vector<std::vector<std::int32_t>> out;
      for (int i = 0; i < 3; ++i) {
        blocks.push_back(make_block(width, height, 12, 2, ++seed));
        out.emplace_back(width * height);
      }
      std::vector<BlockJob<std::int32_t>> jobs;
      for (std::size_t i = 0; i < blocks.size(); ++i) {
        CodedBlock coded = blocks[i].coded;
        coded.bytes = blocks[i].bytes.data();
        jobs.push_back({coded, {out[i].data(), width, width, height}, 1, {}});
      }
      BlockScratch scratch;
      decode_blocks(jobs, scratch);
      for (std::size_t i = 0; i < blocks.size(); ++i) EXPECT_EQ(out[i], blocks[i].samples);
    }
  });
}

TEST(HtBlockBatchTest, EveryTargetGivesTheAnswersByTheBookForAllSizes) {
  std::vector<Size> sizes = {{1024, 4}, {4, 1024}, {1024, 1}, {1, 1024}, {1023, 3}, {5, 819}};
  for (std::uint32_t width = 1; width <= 40; width += 1) sizes.emplace_back(width, 1 + width % 9);
  for (std::uint32_t height = 1; height <= 20; ++height) sizes.emplace_back(66 - height, height);
  for_every_target([&] {
    std::uint32_t seed = 100;
    for (const auto& [width, height] : sizes) {
      const auto bits = static_cast<std::uint8_t>(1 + seed % 29);
      std::vector<MadeBlock> blocks;
      for (std::uint32_t i = 0; i < 3; ++i)
        blocks.push_back(make_block(width, height, bits, 2 * i, ++seed));
      expect_answers_by_the_book(blocks);
    }
  });
}

TEST(HtBlockBatchTest, EveryTargetGivesTheAnswersByTheBookForAllDepths) {
  for_every_target([] {
    for (std::uint8_t bits = 1; bits <= 30; ++bits) {
      std::vector<MadeBlock> blocks;
      for (std::uint32_t zeros = 0; zeros < 9; zeros += 2)
        blocks.push_back(make_block(36, 22, bits, zeros, bits * 10U + zeros));
      expect_answers_by_the_book(blocks);
    }
  });
}

TEST(HtBlockBatchTest, EveryTargetGivesTheAnswersByTheBookForRefinedBlocks) {
  for_every_target([] {
    std::uint32_t seed = 7;
    for (const auto& [width, height] : {Size{64, 64}, {17, 30}, {6, 5}, {1, 9}, {130, 3}}) {
      std::vector<MadeBlock> blocks;
      for (std::uint8_t passes = 1; passes <= 3; ++passes)
        for (const bool causal : {false, true})
          blocks.push_back(with_refinement(make_block(width, height, 9, 3, seed + passes),
                                           static_cast<std::uint8_t>(1 + seed % 8), passes, causal,
                                           seed));
      ++seed;
      expect_answers_by_the_book(blocks);
    }
  });
}

TEST(HtBlockBatchTest, BlocksOfSeveralSizesAndWithoutPassesShareABatch) {
  std::vector<MadeBlock> blocks;
  for (const auto& [width, height] :
       {Size{64, 64}, {64, 64}, {64, 64}, {64, 5}, {3, 5}, {3, 5}, {64, 64}})
    blocks.push_back(make_block(width, height, 10, blocks.size() == 1 ? 8 : 1, 5));
  ASSERT_EQ(blocks[1].coded.passes, 0);
  for_every_target([&] { expect_answers_by_the_book(blocks); });
}

TEST(HtBlockBatchTest, BlocksOfMoreSizesThanWaitForEachOtherAreAllDecoded) {
  std::vector<MadeBlock> blocks;
  for (std::uint32_t i = 0; i < 60; ++i)
    blocks.push_back(make_block(5 + i * 7 % 13, 8, 10, 1, 40 + i));
  for_every_target([&] { expect_answers_by_the_book(blocks); });
}

TEST(HtBlockBatchTest, EveryTargetDecodesBlocksOfAnotherEncoder) {
  std::vector<MadeBlock> blocks;
  for (const GoldenBlock& golden : golden_blocks())
    blocks.push_back({golden.width, golden.height, golden.samples, golden.coded, golden.bytes()});
  for_every_target([&] { expect_answers_by_the_book(blocks); });
}

template <class T>
void decode_between_guards(const MadeBlock& made) {
  const test::GuardedMemory in(Bytes(made.bytes));
  const std::size_t stride = made.width + 5;
  test::GuardedMemory out((stride * (made.height - 1) + made.width) * sizeof(T));
  CodedBlock coded = made.coded;
  coded.bytes = in.bytes().data();
  auto* const at = reinterpret_cast<T*>(out.writable().data());
  BlockJob<T> job{coded, {at, stride, made.width, made.height}, 1, {}};
  BlockScratch scratch;
  decode_blocks({&job, 1}, scratch);
  EXPECT_TRUE(job.status.has_value());
}

TEST(HtBlockBatchTest, NothingBehindABlockIsReadAndNothingBehindItsSamplesWritten) {
  for_every_target([] {
    for (const auto& [width, height] : {Size{64, 64}, {30, 7}, {17, 3}, {2, 2}, {1, 1}}) {
      const MadeBlock made = make_block(width, height, 12, 1, width);
      ASSERT_EQ(made.coded.passes, 1);
      const MadeBlock refined = with_refinement(made, 2, 3, false, width);
      decode_between_guards<std::int16_t>(made);
      decode_between_guards<std::int32_t>(made);
      decode_between_guards<float>(made);
      decode_between_guards<std::int32_t>(refined);
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::htj2k
