#include "engine/validate/kernels/number_list.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/engine/validate/kernels/on_every_target.h"

namespace slipring::validate::kernels {
namespace {

std::size_t plain(std::string_view list, NumberForm form) {
  return plain_numbers(as_bytes(list), list.size(), form);
}

TEST(NumberList, TheFirstValueThatIsNotPlainIsFound) {
  on_every_target([] {
    struct Case {
      std::string_view list;
      std::size_t decimals, integers;
    };
    constexpr Case kCases[] = {
        {"", 0, 0},
        {"1", 1, 1},
        {"\\", 1, 1},
        {"  \\ ", 4, 4},
        {"-12\\+7\\ 5 ", 10, 10},
        {"1.5\\-.5\\5.\\+0.25", 16, 0},
        {"7\\.", 2, 2},
        {"7\\-", 2, 2},
        {"7\\1e5", 2, 2},
        {"7\\1.2.3", 2, 2},
        {"7\\1..2", 2, 2},
        {"7\\1 2", 2, 2},
        {"7\\1-2", 2, 2},
        {"7\\--1", 2, 2},
        {"7\\- 1", 2, 2},
        {"7\\+\\1", 2, 2},
        {"7\\-.\\1", 2, 2},
        {"123456789\\1234567890", 20, 10},
        {"   123456789\\    123456789", 26, 13},
        {"1234567890123456\\12345678901234567", 17, 0},
        {"1234567890.12345\\          -1.25 ", 33, 0},
        {"1234567890.12345\\          -1.25  ", 17, 0},
    };
    for (const Case& each : kCases) {
      EXPECT_EQ(plain(each.list, NumberForm::Decimal), each.decimals) << each.list;
      EXPECT_EQ(plain(each.list, NumberForm::Integer), each.integers) << each.list;
    }
  });
}

TEST(NumberList, RandomListsOfEveryLengthGiveTheScalarAnswerAndNothingBehindThemIsRead) {
  std::mt19937 random(20261130);
  constexpr std::string_view kPlain = "0123456789012345678901234567890123456789\\\\\\\\\\\\";
  constexpr std::string_view kAny = "0123456789012345678901234567890123456789\\\\\\\\\\\\.-+ .. eA";
  GuardedPage page;
  for (int round = 0; round < 6000; ++round) {
    const std::size_t length = random() % 300;
    const MutableBytes bytes = page.last(length + (round % 3 == 0 ? 0 : random() % 70));
    for (std::uint8_t& byte : bytes)
      byte = static_cast<std::uint8_t>(kPlain[random() % kPlain.size()]);
    for (std::size_t noise = random() % 8; noise > 0 && length > 0; --noise)
      bytes[random() % length] = static_cast<std::uint8_t>(kAny[random() % kAny.size()]);
    for (const NumberForm form : {NumberForm::Decimal, NumberForm::Integer}) {
      const std::size_t expected = plain_numbers_scalar(bytes, length, form);
      on_every_target([&] {
        ASSERT_EQ(plain_numbers(bytes, length, form), expected) << as_text(bytes.first(length));
      });
    }
  }
}

TEST(NumberList, ValuesOfFewCharactersGiveTheScalarAnswerInEveryArrangement) {
  constexpr std::string_view kLetters = "1.- \\e";
  std::string list(6, '1');
  for (std::size_t number = 0; number < 6U * 6 * 6 * 6 * 6 * 6; ++number) {
    std::size_t rest = number;
    for (char& c : list) {
      c = kLetters[rest % kLetters.size()];
      rest /= kLetters.size();
    }
    for (const NumberForm form : {NumberForm::Decimal, NumberForm::Integer})
      ASSERT_EQ(plain(list, form), plain_numbers_scalar(as_bytes(list), list.size(), form)) << list;
  }
}

}  // namespace
}  // namespace slipring::validate::kernels
