#include "engine/validate/kernels/separators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace slipring::validate::kernels {

namespace {

TEST(Separators, AreCountedAmongAllOtherBytesAndAtEveryPlace) {
  std::vector<std::uint8_t> text(67);
  for (std::size_t at = 0; at < text.size(); ++at)
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::ranges::fill(text, static_cast<std::uint8_t>(byte));
      text[at] = kSeparator;
      const std::size_t expected = byte == kSeparator ? text.size() + 1 : 2;
      ASSERT_EQ(count_text_values_scalar(text), expected);
      ASSERT_EQ(count_text_values(text), expected) << "byte " << byte << " around " << at;
    }
}

TEST(Separators, OfEveryLengthAndStartAreThoseOneByOne) {
  std::vector<std::uint8_t> text(80);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : text) {
    state = state * 1'664'525 + 1'013'904'223;
    // The separator, what differs from it in one bit, and whatever comes.
    constexpr std::uint8_t kNear[] = {kSeparator, kSeparator ^ 1U, kSeparator ^ 0x80U, 0};
    byte = (state & 4U << 24U) != 0 ? kNear[(state >> 28U) & 3U]
                                    : static_cast<std::uint8_t>(state >> 16U);
  }
  for (std::size_t begin = 0; begin <= text.size(); ++begin)
    for (std::size_t end = begin; end <= text.size(); ++end) {
      const Bytes part = Bytes(text).subspan(begin, end - begin);
      ASSERT_EQ(count_text_values(part), count_text_values_scalar(part)) << begin << " to " << end;
    }
}

TEST(Separators, OfLongListsOverflowNoCount) {
  for (const std::size_t size : {2039U, 2040U, 2047U, 2048U, 4096U, 100'003U}) {
    const std::vector<std::uint8_t> all(size, kSeparator);
    EXPECT_EQ(count_text_values(all), size + 1);
    const std::vector<std::uint8_t> none(size, kSeparator ^ 0x80U);
    EXPECT_EQ(count_text_values(none), 1U);
  }
}

}  // namespace

}  // namespace slipring::validate::kernels
