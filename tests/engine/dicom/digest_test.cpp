// SHA-256 of two messages at once is what it is of each alone, and what FIPS 180-4 says.
#include "engine/dicom/digest.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/dicom/sha256/sha256_pair.h"

namespace slipring::dicom {
namespace {

std::vector<std::uint8_t> noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

class Sha256Pair : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_sha256_pair()) GTEST_SKIP() << "skipped: no SHA instructions here";
  }
};

void expect_each_alone(Bytes first, Bytes second) {
  const auto pair = sha256_pair(first, second);
  EXPECT_EQ(pair[0], sha256(first)) << first.size() << " beside " << second.size();
  EXPECT_EQ(pair[1], sha256(second)) << second.size() << " beside " << first.size();
}

TEST_F(Sha256Pair, IsThatOfEachAloneForEveryPairOfLengthsAndEveryStart) {
  const auto bytes = noise(600, 1);
  for (std::size_t first = 0; first < 200; ++first)
    for (std::size_t second = 0; second < 200; second += 1 + first % 3)
      expect_each_alone(Bytes(bytes).subspan(first % 64, first),
                        Bytes(bytes).subspan(300 + second % 64, second));
}

TEST_F(Sha256Pair, IsThatOfEachAloneForLongMessages) {
  for (const std::size_t size : {4095U, 65'536U, 524'288U, 524'350U}) {
    const auto first = noise(size, 2);
    const auto second = noise(size + size % 7, 3);
    expect_each_alone(first, second);
    expect_each_alone(first, Bytes(second).first(size / 3));
    expect_each_alone({}, second);
  }
}

// FIPS 180-4's examples: one block, two blocks.
TEST_F(Sha256Pair, IsWhatTheStandardSays) {
  const auto pair = sha256_pair(
      as_bytes("abc"), as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
  EXPECT_EQ(to_hex(pair[0].bytes),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(pair[1].bytes),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Each, IsThatOfEachAloneForAnyNumberOfMessages) {
  const auto bytes = noise(3000, 4);
  std::vector<Bytes> messages;
  for (std::size_t count = 0; count < 6; ++count) {
    const auto digests = sha256_each(messages);
    ASSERT_EQ(digests.size(), messages.size());
    for (std::size_t i = 0; i < digests.size(); ++i)
      EXPECT_EQ(digests[i], sha256(messages[i])) << i << " of " << count;
    messages.push_back(Bytes(bytes).subspan(count * 13, 100 + count * 333));
  }
}

}  // namespace
}  // namespace slipring::dicom
