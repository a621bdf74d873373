// Bad blocks: every target gives the answer by the book, whatever that is.
#include "tests/codecs/htj2k/block/decode_compare.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::htj2k {
namespace {

using test::for_every_target;

std::vector<MadeBlock> victims() {
  return {make_block(12, 9, 9, 3, 1), make_block(19, 6, 15, 0, 2), make_block(8, 8, 20, 6, 3),
          with_refinement(make_block(11, 10, 7, 3, 4), 4, 3, false, 5)};
}

TEST(HtBlockHostileTest, TruncationAtEveryByteHasOneAnswer) {
  for_every_target([] {
    for (const MadeBlock& victim : victims()) {
      std::vector<MadeBlock> cut;
      for (std::uint32_t size = 0; size < victim.coded.cleanup_bytes; ++size) {
        cut.push_back(victim);
        cut.back().coded.cleanup_bytes = size;
        cut.back().coded.refinement_bytes = 0;
      }
      for (std::uint32_t size = 0; size < victim.coded.refinement_bytes; ++size) {
        cut.push_back(victim);
        cut.back().coded.refinement_bytes = size;
      }
      expect_answers_by_the_book(cut);
    }
  });
}

TEST(HtBlockHostileTest, CorruptionOfEveryByteHasOneAnswer) {
  for_every_target([] {
    for (const MadeBlock& victim : victims()) {
      std::vector<MadeBlock> broken;
      for (std::size_t at = 0; at < victim.bytes.size(); ++at) {
        for (const int value : {0x00, 0xFF, 0x7F, victim.bytes[at] ^ 0x10}) {
          broken.push_back(victim);
          broken.back().bytes[at] = static_cast<std::uint8_t>(value);
        }
      }
      expect_answers_by_the_book(broken);
    }
  });
}

TEST(HtBlockHostileTest, GarbageHasOneAnswer) {
  for_every_target([] {
    std::mt19937 generator(9);
    const auto random = [&generator] { return static_cast<std::uint32_t>(generator()); };
    for (int i = 0; i < 60; ++i) {
      std::vector<MadeBlock> garbage(3);
      const std::uint32_t width = 1 + random() % 40;
      const std::uint32_t height = 1 + random() % 40;
      for (MadeBlock& block : garbage) {
        block.width = width;
        block.height = height;
        block.bytes = test::random_bytes(2 + random() % 700, random());
        const auto size = static_cast<std::uint32_t>(block.bytes.size());
        const std::uint32_t suffix = 2 + random() % (size - 1);
        block.bytes[size - 1] = static_cast<std::uint8_t>(suffix >> 4);
        block.bytes[size - 2] =
            static_cast<std::uint8_t>((block.bytes[size - 2] & 0xF0) | (suffix & 15));
        block.coded.cleanup_bytes = size;
        block.coded.passes = 1;
        block.coded.bit_planes = static_cast<std::uint8_t>(1 + random() % 30);
        block.coded.zero_bit_planes = static_cast<std::uint8_t>(random() % block.coded.bit_planes);
      }
      expect_answers_by_the_book(garbage);
    }
  });
}

TEST(HtBlockHostileTest, BlocksOfOnesAndOfZerosHaveOneAnswer) {
  for_every_target([] {
    for (const int value : {0x00, 0x7F, 0xFF}) {
      for (const std::uint32_t suffix : {2U, 3U, 40U, 4079U}) {
        MadeBlock block{64, 64, {}, {}, {}};
        block.bytes.assign(20000, static_cast<std::uint8_t>(value));
        block.coded = {.cleanup_bytes = 20000, .passes = 1, .bit_planes = 30};
        block.bytes[19999] = static_cast<std::uint8_t>(suffix >> 4);
        block.bytes[19998] = static_cast<std::uint8_t>((value & 0xF0) | (suffix & 15));
        for (const int planes : {0, 14, 29}) {
          block.coded.zero_bit_planes = static_cast<std::uint8_t>(planes);
          expect_answers_by_the_book({block, block});
        }
      }
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::htj2k
