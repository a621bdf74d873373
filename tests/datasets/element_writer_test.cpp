#include "datasets/writer/element_writer.h"

#include <gtest/gtest.h>

#include "datasets/writer/rle.h"

namespace slipring::datasets {
namespace {

using Length = ElementWriter::Length;
constexpr Syntax kExplicit{"explicit-le", "", true, false, false};
constexpr Syntax kImplicit{"implicit-le", "", false, false, false};
constexpr Syntax kBig{"explicit-be", "", true, true, false};

std::string written(const Syntax& syntax, void (*write)(ElementWriter&)) {
  std::vector<std::uint8_t> out;
  ElementWriter to(out, syntax);
  write(to);
  return {out.begin(), out.end()};
}

TEST(ElementWriterTest, ATextIsPaddedToEvenWithASpaceAndAUidWithZero) {
  const auto text = [](ElementWriter& to) { to.text(attributes::Manufacturer, "abc"); };
  const auto uid = [](ElementWriter& to) { to.text(attributes::SOPClassUID, "1.2"); };
  EXPECT_EQ(written(kExplicit, text), std::string("\x08\0\x70\0LO\4\0abc ", 12));
  EXPECT_EQ(written(kExplicit, uid), std::string("\x08\0\x16\0UI\4\0"
                                                 "1.2\0",
                                                 12));
}

TEST(ElementWriterTest, TheThreeEncodingsOfANumberDifferInHeaderAndByteOrder) {
  const auto rows = [](ElementWriter& to) { to.number(attributes::Rows, 0x0102); };
  EXPECT_EQ(written(kExplicit, rows), std::string("\x28\0\x10\0US\2\0\2\1", 10));
  EXPECT_EQ(written(kImplicit, rows), std::string("\x28\0\x10\0\2\0\0\0\2\1", 10));
  EXPECT_EQ(written(kBig, rows), std::string("\0\x28\0\x10US\0\2\1\2", 10));
}

TEST(ElementWriterTest, ASequenceOfDefinedLengthHasItsLengthsPatchedIn) {
  const auto sequence = [](ElementWriter& to) {
    to.begin_sequence(attributes::ReferencedImageSequence, Length::Defined);
    to.begin_item(Length::Defined);
    to.number(attributes::Rows, 1);
    to.end_item();
    to.end_sequence();
  };
  const std::string bytes = written(kExplicit, sequence);
  ASSERT_EQ(bytes.size(), 12U + 8 + 10);
  EXPECT_EQ(bytes.substr(4, 8), std::string("SQ\0\0\x12\0\0\0", 8));
  EXPECT_EQ(bytes.substr(12, 8), std::string("\xFE\xFF\0\xE0\x0A\0\0\0", 8));
}

TEST(ElementWriterTest, ASequenceOfUndefinedLengthIsClosedByDelimiters) {
  const auto sequence = [](ElementWriter& to) {
    to.begin_sequence(attributes::ReferencedImageSequence, Length::Undefined);
    to.begin_item(Length::Undefined);
    to.end_item();
    to.end_sequence();
  };
  EXPECT_EQ(written(kImplicit, sequence),
            std::string("\x08\0\x40\x11\xFF\xFF\xFF\xFF\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF"
                        "\xFE\xFF\x0D\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0\0",
                        32));
}

// The decoder of PS3.5 G.3.2, as short as it can be said.
std::vector<std::uint8_t> unpacked(const std::uint8_t* from, const std::uint8_t* end,
                                   std::size_t wanted) {
  std::vector<std::uint8_t> out;
  while (out.size() < wanted && from + 1 < end) {
    const auto count = static_cast<std::int8_t>(*from++);
    if (count >= 0) {
      out.insert(out.end(), from, from + count + 1);
      from += count + 1;
    } else if (count != -128) {
      out.insert(out.end(), static_cast<std::size_t>(1 - count), *from++);
    }
  }
  return out;
}

TEST(RleWriterTest, EverySegmentUnpacksToOneBytePlaneMostSignificantFirst) {
  constexpr unsigned kColumns = 300;
  constexpr std::size_t kPixels = kColumns * 7;
  std::vector<std::uint8_t> frame(2 * kPixels);
  for (std::size_t i = 0; i < kPixels; ++i)
    store_le(frame.data() + 2 * i, static_cast<std::uint16_t>(i % 40 < 25 ? 77 : i * i));
  std::vector<std::uint8_t> out;
  append_rle_frame(frame, kColumns, 1, 2, out);
  ASSERT_EQ(load_le<std::uint32_t>(out.data()), 2U);
  for (unsigned segment = 0; segment < 2; ++segment) {
    const auto offset = load_le<std::uint32_t>(out.data() + 4 + 4 * segment);
    const auto plane = unpacked(out.data() + offset, out.data() + out.size(), kPixels);
    ASSERT_EQ(plane.size(), kPixels);
    for (std::size_t i = 0; i < kPixels; ++i)
      ASSERT_EQ(plane[i], frame[2 * i + 1 - segment]) << "segment " << segment << " at " << i;
  }
}

}  // namespace
}  // namespace slipring::datasets
