// Scans of a file's first bytes: what is asked for, and that the answer does not depend on it.
#include "tests/engine/scan/scan_fixture.h"

namespace slipring::test {
namespace {

namespace tags = dicom::tags;

std::vector<std::uint8_t> image(std::size_t pixel_bytes, bool encapsulated) {
  ObjectBuilder builder;
  builder.preamble().meta(encapsulated ? kRleUid : kExplicitLittleUid);
  builder.text(tags::SOPInstanceUID, dicom::VR::UI, "1.2.3.4");
  builder.sequence(dicom::Tag(0x0040, 0x0275)).item().us(tags::Rows, 1).end_item().end_sequence();
  builder.text(dicom::Tag(0x0040, 0xA160), dicom::VR::UT, std::string(5000, 'x'));
  const std::string pixels(pixel_bytes, 'p');
  if (encapsulated) {
    builder.header(tags::PixelData, dicom::VR::OB, dicom::kUndefinedLength).fragment("");
    for (int i = 0; i < 5; ++i) builder.fragment(pixels);
    builder.end_sequence();
  } else {
    builder.element(tags::PixelData, dicom::VR::OW, pixels);
  }
  builder.element(tags::DataSetTrailingPadding, dicom::VR::OB, "zz");
  return builder.take();
}

// Gives as much as is asked for, from `head` bytes on; the number of calls.
int scan_in_heads(const std::vector<std::uint8_t>& bytes, std::size_t head,
                  const scan::Options& options, dicom::Scanned& scanned) {
  int calls = 0;
  for (std::uint64_t given = std::min(head, bytes.size());; given = scanned.more_needed_bytes) {
    scan::scan(Bytes(bytes).first(given), bytes.size(), options, scanned);
    ++calls;
    EXPECT_EQ(TapeInvariants(scanned, bytes.size()).broken(), "");
    if (scanned.more_needed_bytes == 0) return calls;
    EXPECT_FALSE(scanned.error);
    EXPECT_GT(scanned.more_needed_bytes, given);
    EXPECT_LE(scanned.more_needed_bytes, bytes.size());
    if (scanned.more_needed_bytes <= given || calls > 64) return 1000;
  }
}

bool same_tape(const dicom::Tape& a, const dicom::Tape& b) {
  return std::ranges::equal(a, b, [](const dicom::Element& x, const dicom::Element& y) {
    return x.tag == y.tag && x.offset == y.offset && x.length == y.length && x.depth == y.depth &&
           x.vr() == y.vr() && x.header() == y.header();
  });
}

TEST(PartialScan, ends_in_the_same_answer_from_every_head) {
  for (const bool encapsulated : {false, true}) {
    const auto bytes = image(200, encapsulated);
    dicom::Scanned whole;
    scan::scan(bytes, bytes.size(), {}, whole);
    ASSERT_FALSE(whole.error);
    for (std::size_t head = 0; head <= bytes.size(); ++head) {
      dicom::Scanned scanned;
      ASSERT_LT(scan_in_heads(bytes, head, {}, scanned), 20) << head;
      EXPECT_TRUE(same_tape(scanned.tape, whole.tape)) << head;
      EXPECT_EQ(scanned.data_set_end, whole.data_set_end);
      EXPECT_EQ(scanned.findings.kept().size(), whole.findings.kept().size());
    }
  }
}

TEST(PartialScan, headers_never_ask_for_pixel_data) {
  for (const bool encapsulated : {false, true}) {
    const auto bytes = image(300000, encapsulated);
    scan::Options options;
    options.stop_after = dicom::Tag(0x7FDF, 0xFFFF);
    dicom::Scanned scanned;
    scan::scan(Bytes(bytes).first(4096), bytes.size(), options, scanned);
    EXPECT_GT(scanned.more_needed_bytes, 5600U);  // the long text
    EXPECT_LE(scanned.more_needed_bytes, 65536U);
    scan::scan(Bytes(bytes).first(scanned.more_needed_bytes), bytes.size(), options, scanned);
    EXPECT_EQ(scanned.more_needed_bytes, 0U);
    EXPECT_TRUE(scanned.stopped_early);
    EXPECT_EQ(scanned.tape.back().tag, dicom::Tag(0x0040, 0xA160));
  }
}

TEST(PartialScan, native_pixel_data_asked_for_by_tag_needs_its_header_only) {
  const auto bytes = image(300000, false);
  scan::Options options;
  options.stop_after = tags::PixelData;
  dicom::Scanned scanned;
  scan::scan(Bytes(bytes).first(8192), bytes.size(), options, scanned);
  EXPECT_EQ(scanned.more_needed_bytes, 0U);
  EXPECT_TRUE(scanned.stopped_early);
  EXPECT_EQ(scanned.tape.back().tag, tags::PixelData);
  EXPECT_EQ(scanned.tape.back().length, 300000U);
}

TEST(PartialScan, fragments_are_asked_for_in_ever_larger_heads) {
  const auto bytes = image(1 << 20, true);
  dicom::Scanned scanned;
  EXPECT_LT(scan_in_heads(bytes, 4096, {}, scanned), 10);
  EXPECT_FALSE(scanned.error);
}

TEST(PartialScan, truncation_is_the_files_and_not_the_heads) {
  auto bytes = image(100000, false);
  bytes.resize(bytes.size() - 50000);
  dicom::Scanned scanned;
  scan::scan(Bytes(bytes).first(8192), bytes.size(), {}, scanned);
  ASSERT_TRUE(scanned.error);  // the header and the size of the file say it: no need for more
  EXPECT_EQ(scanned.error->code, ErrorCode::Truncated);
  EXPECT_EQ(scanned.error->expected, 100000U);
  EXPECT_EQ(scanned.more_needed_bytes, 0U);
}

TEST(PartialScan, sizes_beyond_4_gib_are_walked_by_their_headers) {
  ObjectBuilder builder;
  builder.preamble().meta(kRleUid).text(tags::SOPInstanceUID, dicom::VR::UI, "1.2.3.4");
  builder.header(tags::PixelData, dicom::VR::OB, dicom::kUndefinedLength).fragment("");
  builder.item(0xFFFFFFFE);
  const std::uint64_t size = builder.size() + 0xFFFFFFFEULL + 8 + 0xFFFFFFFEULL + 8;
  const auto bytes = builder.take();
  dicom::Scanned scanned;
  scan::scan(bytes, size, {}, scanned);
  EXPECT_FALSE(scanned.error);
  EXPECT_GT(scanned.more_needed_bytes, 0xFFFFFFFEULL);
  EXPECT_EQ(scanned.tape.size(), 5U);
  EXPECT_EQ(TapeInvariants(scanned, size).broken(), "");
}

}  // namespace
}  // namespace slipring::test
