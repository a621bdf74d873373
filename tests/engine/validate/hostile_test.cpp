// Whatever the bytes, scan and validate end, touch nothing outside, and say something.
#include <gtest/gtest.h>

#include <random>

#include "tests/engine/validate/rule_cases.h"

namespace slipring::test {
namespace {

std::vector<FileBytes> objects() {
  std::vector<FileBytes> all;
  for (const auto& cases : {value_cases(), image_cases()})
    for (const RuleCase& each : cases)
      for (FileBytes bytes : {each.broken(), each.right()})
        if (bytes.size() < 2000) all.push_back(std::move(bytes));
  return all;
}

TEST(Hostile, EveryTruncationIsSurvived) {
  std::size_t cut = 0;
  for (const FileBytes& whole : objects())
    for (std::size_t size = 132; size < whole.size(); size += 1 + cut++ % 3)
      static_cast<void>(
          Validated(FileBytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))));
}

TEST(Hostile, EverySingleByteCorruptionIsSurvived) {
  std::mt19937 random(11);
  for (const FileBytes& whole : objects())
    for (std::size_t at = 132; at < whole.size(); ++at) {
      FileBytes bytes = whole;
      bytes[at] =
          static_cast<std::uint8_t>(at % 2 == 0 ? random() : bytes[at] ^ (1U << (random() % 8)));
      static_cast<void>(Validated(std::move(bytes)));
    }
}

TEST(Hostile, WhatIsNotDicomGivesNoPixels) {
  for (const std::string_view text : {"", "hello", "PK\x03\x04 zip"}) {
    const Bytes bytes = as_bytes(text);
    const Validated validated(FileBytes(bytes.begin(), bytes.end()));
    EXPECT_FALSE(validated.answer().pixel_digest);
  }
}

}  // namespace
}  // namespace slipring::test
