#include "codecs/base/bytes.h"

#include <gtest/gtest.h>

#include <array>

#include "codecs/base/result.h"

namespace slipring {
namespace {

constexpr std::array<std::uint8_t, 9> kBytes{0xFF, 1, 2, 3, 4, 5, 6, 7, 8};

TEST(Bytes, LoadsAnyWidthFromAnyAddressInEitherOrder) {
  EXPECT_EQ(load_le<std::uint16_t>(&kBytes[1]), 0x0201);
  EXPECT_EQ(load_be<std::uint16_t>(&kBytes[1]), 0x0102);
  EXPECT_EQ(load_le<std::uint32_t>(&kBytes[1]), 0x04030201U);
  EXPECT_EQ(load_be<std::uint32_t>(&kBytes[1]), 0x01020304U);
  EXPECT_EQ(load_be<std::uint64_t>(&kBytes[1]), 0x0102030405060708U);
  EXPECT_EQ(load_be<std::uint8_t>(kBytes.data()), 0xFF);
}

TEST(Bytes, StoresWhatItLoads) {
  std::array<std::uint8_t, 9> bytes{};
  store_be<std::uint32_t>(&bytes[3], 0xDEADBEEF);
  EXPECT_EQ(bytes[3], 0xDE);
  EXPECT_EQ(load_be<std::uint32_t>(&bytes[3]), 0xDEADBEEF);
  store_le<std::uint64_t>(&bytes[1], 0x0102030405060708U);
  EXPECT_EQ(bytes[1], 8);
  EXPECT_EQ(load_le<std::uint64_t>(&bytes[1]), 0x0102030405060708U);
}

TEST(Bytes, TextAndBytesAreViewsOfTheSameMemory) {
  const std::string_view text = "DICM";
  EXPECT_EQ(as_bytes(text).size(), 4U);
  EXPECT_EQ(as_text(as_bytes(text)).data(), text.data());
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::OutOfRange, 7, "odd", 2, 1);
  return number / 2;
}
Result<int> quarter(int number) {
  TRY_ASSIGN(const int once, half(number));
  TRY(half(once));
  return half(once);
}

TEST(Result, TryHandsOnTheFirstErrorWithItsFields) {
  EXPECT_EQ(quarter(12), 3);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::OutOfRange);
  EXPECT_EQ(failed.error().offset, 7U);
  EXPECT_EQ(failed.error().expected, 2U);
  EXPECT_EQ(failed.error().actual, 1U);
}

TEST(Result, EveryErrorCodeHasANameOfItsOwn) {
  std::array<std::string_view, static_cast<std::size_t>(kLastErrorCode) + 1> names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    names[i] = name(static_cast<ErrorCode>(i));
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(names[i], names[k]);
  }
}

}  // namespace
}  // namespace slipring
