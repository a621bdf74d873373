#include "engine/validate/kernels/char_class.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/validate/kernels/on_every_target.h"

namespace slipring::validate::kernels {
namespace {

bool clean(CharClass cls, std::string_view text) {
  ClassTest test{0, static_cast<std::uint32_t>(text.size()), cls, false};
  classify(as_bytes(text), {&test, 1});
  return test.clean;
}

TEST(CharClass, EveryByteIsJudgedAsTheScalarTruthJudgesItAtEveryPlaceOfAValue) {
  on_every_target([] {
    for (int cls = 0; cls < kCharClassCount; ++cls) {
      if (static_cast<CharClass>(cls) == CharClass::Uid) continue;  // its shape matters too: below
      for (const std::size_t length : {1U, 8U, 16U, 17U, 31U, 64U, 65U, 130U})
        for (const std::size_t at : {std::size_t{0}, length / 2, length - 1})
          for (int byte = 0; byte < 256; ++byte) {
            std::vector<std::uint8_t> value(length, '1');
            value[at] = static_cast<std::uint8_t>(byte);
            ClassTest test{0, static_cast<std::uint32_t>(length), static_cast<CharClass>(cls),
                           false};
            classify(value, {&test, 1});
            ASSERT_EQ(test.clean, in_class(test.cls, value[at]))
                << "class " << cls << " length " << length << " at " << at << " byte " << byte;
          }
    }
  });
}

TEST(CharClass, NothingBehindAValueCountsAndNothingBehindTheBytesIsRead) {
  GuardedPage page;
  on_every_target([&] {
    for (std::size_t length = 0; length <= 140; ++length) {
      const MutableBytes bytes = page.last(length);
      for (int cls = 0; cls < kCharClassCount; ++cls) {
        std::memset(bytes.data(), '1', length);
        std::vector<ClassTest> tests;
        for (std::uint32_t size = 0; size <= length; ++size)
          tests.push_back({length - size, size, static_cast<CharClass>(cls), false});
        auto expected = tests;
        classify(bytes, tests);
        classify_scalar(bytes, expected);
        for (std::size_t i = 0; i < tests.size(); ++i)
          ASSERT_EQ(tests[i].clean, expected[i].clean) << length << " " << i << " " << cls;
      }
    }
  });
}

TEST(CharClass, AByteOutsideTheClassBehindTheValueDoesNotSpoilIt) {
  on_every_target([] {
    for (std::uint32_t length = 0; length <= 70; ++length) {
      std::string text(150, '\xFF');
      for (std::uint32_t i = 0; i < length; ++i) text[i + 3] = '7';
      ClassTest test{3, length, CharClass::Integer, false};
      classify(as_bytes(text), {&test, 1});
      EXPECT_TRUE(test.clean) << length;
    }
  });
}

TEST(CharClass, UidsAreJudgedByTheirShapeToo) {
  on_every_target([] {
    EXPECT_TRUE(clean(CharClass::Uid, "1.2.840.10008.1.2"));
    EXPECT_TRUE(clean(CharClass::Uid, "1.0.3"));
    EXPECT_TRUE(clean(CharClass::Uid, "0"));
    EXPECT_TRUE(clean(CharClass::Uid, ""));
    EXPECT_TRUE(clean(CharClass::Uid, "1.2\\1.3"));
    EXPECT_TRUE(clean(CharClass::Uid, std::string(64, '1')));
    EXPECT_FALSE(clean(CharClass::Uid, std::string(65, '1')));
    EXPECT_FALSE(clean(CharClass::Uid, "1.02"));
    EXPECT_FALSE(clean(CharClass::Uid, "01"));
    EXPECT_FALSE(clean(CharClass::Uid, "1..2"));
    EXPECT_FALSE(clean(CharClass::Uid, "1."));
    EXPECT_FALSE(clean(CharClass::Uid, ".1"));
    EXPECT_FALSE(clean(CharClass::Uid, "1\\\\2"));
    EXPECT_FALSE(clean(CharClass::Uid, "1.2 "));
    EXPECT_FALSE(clean(CharClass::Uid, std::string("1.2\0", 4)));
  });
}

TEST(CharClass, RandomUidsGiveTheScalarAnswerOnEveryTarget) {
  std::mt19937 random(20240101);
  constexpr std::string_view kAlphabet = "0000111223456789..\\a";
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 80, '1');
    const bool noisy = random() % 2 == 0;
    for (char& c : text) c = kAlphabet[random() % (noisy ? kAlphabet.size() : 17)];
    ClassTest expected{0, static_cast<std::uint32_t>(text.size()), CharClass::Uid, false};
    classify_scalar(as_bytes(text), {&expected, 1});
    on_every_target([&] { ASSERT_EQ(clean(CharClass::Uid, text), expected.clean) << text; });
  }
}

}  // namespace
}  // namespace slipring::validate::kernels
