#include "codecs/registry.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/codecs/frames.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

TEST(Registry, HasOneRowAFormatWithANameAndAStandard) {
  std::set<pixel::Format> formats_seen;
  std::set<std::string_view> names_seen;
  for (const FormatRow& row : formats()) {
    EXPECT_TRUE(formats_seen.insert(row.format).second) << row.name;
    EXPECT_TRUE(names_seen.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.name.empty() || row.standard.empty() || row.library.empty());
    EXPECT_NE(row.probe, nullptr) << row.name;
    EXPECT_EQ(row.encode_batch == nullptr, row.cannot_encode == nullptr) << row.name;
    EXPECT_EQ(find(row.format), &row);
  }
}

TEST(Registry, HasNoRowForVideo) {
  EXPECT_EQ(find(pixel::Format::Video), nullptr);
  EXPECT_EQ(find(pixel::Format::Other), nullptr);
}

TEST(Registry, EveryEncoderIsUndoneByItsDecoder) {
  const pixel::Layout l = layout(37, 41, 3, 8, 8);
  const pixel::Layout deep = layout(37, 41, 1, 16, 12, true);
  for (const FormatRow& row : formats()) {
    if (row.encode_batch == nullptr) continue;
    for (const pixel::Layout& one : {l, deep}) {
      ASSERT_TRUE(row.cannot_encode(one).empty()) << row.name;
      expect_round_trip(row, one, make_frame(one, Pattern::Gradient));
    }
  }
}

// Found with DCMTK 3.6.7 and GDCM 3.0.21, which give other pixels or none for these.
TEST(Registry, PrecisionsThatOthersMisreadAreNotWritten) {
  const pixel::Layout byte_in_word = layout(16, 16, 1, 16, 8);
  const pixel::Layout seven = layout(16, 16, 1, 8, 7);
  const auto precision = [](pixel::Format format, const pixel::Layout& l) {
    const Pixels stream = encode(*find(format), make_frame(l, Pattern::Noise), l);
    const std::vector<Bytes> fragments = {stream};
    return find(format)->probe(fragments)->precision_bits;
  };
  EXPECT_EQ(precision(pixel::Format::JpegLs, byte_in_word), 16);
  EXPECT_EQ(precision(pixel::Format::Jpeg2000, byte_in_word), 16);
  EXPECT_EQ(precision(pixel::Format::JpegLs, seven), 8);
  EXPECT_EQ(precision(pixel::Format::Jpeg2000, seven), 7);
}

TEST(Registry, ABatchKeepsItsJobsApart) {
  const pixel::Layout l = layout(16, 16, 1, 8, 8);
  for (const FormatRow& row : formats()) {
    if (row.encode_batch == nullptr) continue;
    const Pixels good = encode(row, make_frame(l, Pattern::Noise, 1), l);
    const Pixels other = encode(row, make_frame(l, Pattern::Noise, 2), l);
    const Bytes streams[3] = {good, Bytes{good}.first(3), other};
    Pixels out[3] = {Pixels(256), Pixels(256), Pixels(256)};
    std::vector<DecodeJob> jobs;
    for (std::size_t i = 0; i < 3; ++i)
      jobs.push_back({std::span<const Bytes>(&streams[i], 1), l, out[i], {}, {}});
    Scratch scratch;
    row.decode_batch(jobs, scratch);
    EXPECT_TRUE(jobs[0].status && jobs[2].status) << row.name;
    EXPECT_FALSE(jobs[1].status) << row.name;
    EXPECT_EQ(out[0], make_frame(l, Pattern::Noise, 1)) << row.name;
    EXPECT_EQ(out[2], make_frame(l, Pattern::Noise, 2)) << row.name;
  }
}

// As native pixel data stands in a file: behind whatever is before it. A lone frame, and a group.
TEST(Registry, SamplesOfTwoBytesAreTakenFromAnyAddress) {
  for (const FormatRow& row : formats()) {
    if (row.encode_batch == nullptr) continue;
    for (const std::uint16_t samples : kGreyAndColour) {
      const pixel::Layout l = layout(19, 37, samples, 16, 12);
      if (!row.cannot_encode(l).empty()) continue;
      const Pixels frame = make_frame(l, Pattern::Gradient);
      const Pixels stream = encode(row, frame, l);
      Pixels moved(1, std::uint8_t{0});
      moved.insert(moved.end(), frame.begin(), frame.end());
      const Bytes odd = Bytes(moved).subspan(1);
      for (const std::size_t count : {1, 8}) {
        std::vector<Buffer> out(count);
        std::vector<EncodeJob> jobs;
        for (Buffer& to : out) jobs.push_back({odd, l, {}, &to});
        Scratch scratch;
        row.encode_batch(jobs, scratch);
        for (const Buffer& each : out)
          EXPECT_TRUE(std::ranges::equal(each.bytes(), stream)) << row.name << " " << text(l);
      }
      if (!row.compares) continue;
      EXPECT_TRUE(compare(row, stream, l, odd)) << row.name << " " << text(l);
    }
  }
}

TEST(Registry, NoFragmentsAreAnErrorEverywhere) {
  const pixel::Layout l = layout(16, 16, 1, 8, 8);
  for (const FormatRow& row : formats()) {
    if (row.decode_batch == nullptr) continue;
    EXPECT_FALSE(decode(row, std::vector<Bytes>{}, l).status) << row.name;
    EXPECT_FALSE(decode(row, std::vector<Bytes>{Bytes{}}, l).status) << row.name;
  }
}

}  // namespace
}  // namespace slipring::codecs
