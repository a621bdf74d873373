// What a row keeps in one value comes back as it was, and no other bytes are taken for one.
#include "engine/ledger/details.h"

#include <gtest/gtest.h>

#include "tests/engine/ledger/samples.h"

namespace slipring::ledger {
namespace {

using dicom::Record;
using dicom::Severity;
using Packed = std::vector<std::uint8_t>;

Packed pack(const Record& record, bool with_findings = true) {
  Packed packed = {1, 2, 3};  // of a row before
  pack_details(record, with_findings, packed);
  return packed;
}

dicom::Findings findings_of(const Details& details) {
  dicom::Findings findings;
  EXPECT_TRUE(unpack_findings(details.findings, findings));
  return findings;
}

Record everything() {
  Record record = test::failed_record(1, "a");
  record.pixel_verified = true;
  record.sop_instance = "1.2.3";
  record.frames = 300;
  record.output = "out/b";
  record.pixel_digest = dicom::sha256(as_bytes(std::string_view("p")));
  record.dataset_digest = dicom::sha256(as_bytes(std::string_view("d")));
  record.output_digest = dicom::xxh128(as_bytes(std::string_view("o")));
  record.content_digest = dicom::xxh128(as_bytes(std::string_view("c")));
  record.object_digest = dicom::xxh128(as_bytes(std::string_view("d")));
  record.keys.emplace().references.resize(2);
  record.keys->object.sop = 7;
  for (int i = 0; i < 30; ++i)
    record.findings.add({{0, 255}, Severity::Info, {}, kNoOffset, "", std::string(200, 'x')});
  record.findings.count_only({4, 12}, Severity::Warning);
  return record;
}

TEST(Details, OfNothingAreNothing) {
  const Packed packed = pack({});
  const auto details = unpack_details(packed);
  ASSERT_TRUE(details);
  EXPECT_FALSE(details->error || details->keys || details->content_digest ||
               details->object_digest);
  EXPECT_EQ(details->source, dicom::FileIdentity{});
  EXPECT_TRUE(details->sop_instance.empty() && details->output.empty());
  EXPECT_TRUE(findings_of(*details).empty());
}

TEST(Details, GiveBackWhatWasPacked) {
  const Record record = everything();
  const Packed packed = pack(record);
  const auto details = unpack_details(packed);
  ASSERT_TRUE(details);
  EXPECT_TRUE(details->pixel_verified);
  dicom::FileIdentity source = record.source;
  source.device = 0;
  EXPECT_EQ(details->source, source);
  EXPECT_EQ(details->sop_instance, record.sop_instance);
  EXPECT_EQ(details->frames, 300U);
  EXPECT_EQ(details->output, "out/b");
  EXPECT_FALSE(details->output_is_path);
  ASSERT_TRUE(details->error);
  EXPECT_EQ(details->error->code, record.error->code);
  EXPECT_EQ(details->error->offset, record.error->offset);
  EXPECT_EQ(details->error->what, record.error->what);
  EXPECT_EQ(details->error->expected, record.error->expected);
  EXPECT_EQ(details->error->actual, record.error->actual);
  EXPECT_EQ(details->error_tag, record.error_tag);
  EXPECT_EQ(details->pixel_digest, record.pixel_digest);
  EXPECT_EQ(details->dataset_digest, record.dataset_digest);
  EXPECT_EQ(details->output_digest, record.output_digest);
  EXPECT_EQ(details->content_digest, record.content_digest);
  EXPECT_EQ(details->object_digest, record.object_digest);
  ASSERT_TRUE(details->keys);
  EXPECT_EQ(dicom::decode_keys(*details->keys)->references.size(), 2U);
  EXPECT_EQ(dicom::decode_keys(*details->keys)->object.sop, 7U);
  const dicom::Findings findings = findings_of(*details);
  ASSERT_EQ(findings.kept().size(), record.findings.kept().size());
  for (std::size_t i = 0; i < findings.kept().size(); ++i) {
    const dicom::Finding& read = findings.kept()[i];
    const dicom::Finding& wrote = record.findings.kept()[i];
    EXPECT_EQ(read.rule, wrote.rule);
    EXPECT_EQ(read.severity, wrote.severity);
    EXPECT_EQ(read.tag.value, wrote.tag.value);
    EXPECT_EQ(read.offset, wrote.offset);
    EXPECT_EQ(read.path, wrote.path);
    EXPECT_EQ(read.message, wrote.message);
  }
  for (const auto& count : record.findings.counts())
    EXPECT_EQ(findings.count(count.rule), record.findings.count(count.rule));
  const Packed bare = pack(record, false);
  EXPECT_TRUE(findings_of(*unpack_details(bare)).empty());
  const Packed named = pack(test::plain_record(1, "d/f"));
  EXPECT_TRUE(unpack_details(named)->output_is_path);
}

TEST(Details, CountFindingsThatAreTooLongToKeep) {
  Record record;
  for (int i = 0; i < 10; ++i)
    record.findings.add(
        {{1, 1}, Severity::Error, {}, 1, "", std::string(kPackedFindingsMaxBytes / 3, 'x')});
  const Packed packed = pack(record);
  EXPECT_LT(packed.size(), 2 * kPackedFindingsMaxBytes);
  const dicom::Findings findings = findings_of(*unpack_details(packed));
  EXPECT_EQ(findings.kept().size(), 3U);
  EXPECT_EQ(findings.count(Severity::Error), 10U);
}

TEST(Details, CutOffAnywhereAreRefused) {
  const Packed packed = pack(everything());
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto details = unpack_details(Bytes(packed).first(size));
    EXPECT_EQ(unpack_front(Bytes(packed).first(size)).has_value(), size >= 34);
    dicom::Findings findings;
    const auto read = details ? unpack_findings(details->findings, findings)
                              : Result<void>(std::unexpected(details.error()));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, ErrorCode::Malformed);
  }
}

TEST(Details, OfOtherBytesAreRefused) {
  const auto with = [](std::uint16_t flags, const Packed& rest) {
    Packed packed = pack({});
    store_le(packed.data(), flags);
    packed.insert(packed.end(), rest.begin(), rest.end());
    return packed;
  };
  EXPECT_TRUE(unpack_details(with(1, {})));
  EXPECT_FALSE(unpack_details(with(2048, {})));   // a flag that there is not
  EXPECT_FALSE(unpack_details(with(8, {0xFE})));  // an error code that there is not
  EXPECT_FALSE(unpack_details(with(1, {0})));     // bytes behind the last section
  EXPECT_FALSE(unpack_details(with(1024, {})));   // findings that are not there
  dicom::Findings findings;
  EXPECT_FALSE(unpack_findings(Packed{1, 1, 1, 3, 0, 0, 0, 0, 0}, findings));  // a severity
  EXPECT_FALSE(unpack_findings(Packed{0, 0, 0}, findings));                    // bytes behind
}

}  // namespace
}  // namespace slipring::ledger
