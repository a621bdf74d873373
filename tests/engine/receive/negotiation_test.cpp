// What a receiver accepts, and the meta group and names of what it takes.
#include "engine/receive/negotiation.h"

#include <gtest/gtest.h>

#include "engine/deliver/write_file.h"
#include "engine/receive/naming.h"
#include "engine/receive/storage_classes.h"
#include "engine/scan/scan.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::receive {
namespace {

using test::kCtClass;

dimse::AssociateRequest proposing(std::vector<std::string> syntaxes,
                                  std::string sop_class = std::string(kCtClass)) {
  dimse::AssociateRequest request;
  request.called_ae = "SINK";
  request.calling_ae = "MODALITY";
  request.contexts = {{1, std::move(sop_class), std::move(syntaxes)}};
  return request;
}

dimse::AnsweredContext only(const dimse::AssociateRequest& request,
                            const AcceptOptions& options = {}) {
  const dimse::Answer given = answer(request, options);
  const auto* accept = std::get_if<dimse::AssociateAccept>(&given);
  EXPECT_NE(accept, nullptr);
  return accept == nullptr ? dimse::AnsweredContext{} : accept->contexts.at(0);
}

constexpr const char* kImplicit = "1.2.840.10008.1.2";
constexpr const char* kExplicit = "1.2.840.10008.1.2.1";
constexpr const char* kBig = "1.2.840.10008.1.2.2";
constexpr const char* kJpegLossless = "1.2.840.10008.1.2.4.70";

TEST(NegotiationTest, OfUncompressedSyntaxesTheExplicitLittleEndianIsChosen) {
  EXPECT_EQ(only(proposing({kImplicit, kBig, kExplicit})).transfer_syntax, kExplicit);
  EXPECT_EQ(only(proposing({kBig, kImplicit})).transfer_syntax, kImplicit);
}

TEST(NegotiationTest, ACompressedSyntaxIsChosenOnlyWhereItIsProposedFirst) {
  EXPECT_EQ(only(proposing({kJpegLossless, kExplicit})).transfer_syntax, kJpegLossless);
  EXPECT_EQ(only(proposing({kExplicit, kJpegLossless})).transfer_syntax, kExplicit);
  EXPECT_EQ(only(proposing({"1.2.3.4", kJpegLossless})).transfer_syntax, kJpegLossless);
}

TEST(NegotiationTest, UnknownSyntaxesAndClassesThatAreNotStoredAreRefused) {
  using enum dimse::ContextResult;
  EXPECT_EQ(only(proposing({"1.2.3.4"})).result, TransferSyntaxesNotSupported);
  EXPECT_EQ(only(proposing({kExplicit}, "1.2.840.10008.5.1.4.1.2.2.1")).result,
            AbstractSyntaxNotSupported);
  EXPECT_EQ(only(proposing({kExplicit}, "1.3.12.2.1107.5.9.1")).result, AbstractSyntaxNotSupported);
  AcceptOptions options;
  options.private_classes = true;
  EXPECT_EQ(only(proposing({kExplicit}, "1.3.12.2.1107.5.9.1"), options).result, Accepted);
  EXPECT_EQ(only(proposing({kExplicit}, "1.2.840.10008.1.1")).result, Accepted);
}

TEST(NegotiationTest, ACallerOfAnotherTitleIsRejectedWhereTitlesCount) {
  AcceptOptions options;
  options.ae_title = "OTHER";
  const dimse::Answer given = answer(proposing({kExplicit}), options);
  EXPECT_TRUE(std::holds_alternative<dimse::AssociateReject>(given));
  options.ae_title = "SINK";
  options.calling_ae = {"ELSE"};
  EXPECT_TRUE(
      std::holds_alternative<dimse::AssociateReject>(answer(proposing({kExplicit}), options)));
}

TEST(NegotiationTest, TheWindowIsTheSmallerOfWhatIsAskedAndWhatIsAllowed) {
  dimse::AssociateRequest request = proposing({kExplicit});
  request.user.async_window = dimse::AsyncWindow{64, 1};
  const dimse::Answer given = answer(request, {});
  const auto& accept = std::get<dimse::AssociateAccept>(given);
  ASSERT_TRUE(accept.user.async_window.has_value());
  EXPECT_EQ(accept.user.async_window->invoked, 16);
}

TEST(StorageClassesTest, ImagesReportsAndProtocolsAreStoredAndQueriesAreNot) {
  EXPECT_TRUE(is_storage_class("1.2.840.10008.5.1.4.1.1.88.11"));
  EXPECT_TRUE(is_storage_class("1.2.840.10008.5.1.4.38.1"));
  EXPECT_FALSE(is_storage_class("1.2.840.10008.5.1.4.1.1.201.2"));
  EXPECT_FALSE(is_storage_class("1.2.840.10008.5.1.4.1.2.1.1"));
  EXPECT_FALSE(is_storage_class("1.2.840.10008.5.1.4.38.2"));
}

TEST(MetaGroupTest, WhatWasAnnouncedScansAsPart10) {
  Buffer file;
  append_meta_group(test::announced("1.2.3"), file);
  const auto data_set = test::sent_data_set("1.2.3");
  file.append(data_set);
  dicom::Scanned scanned;
  scan::scan(file.bytes(), file.size(), {}, scanned);
  EXPECT_EQ(scanned.kind, dicom::FileKind::Part10);
  EXPECT_FALSE(scanned.error.has_value());
  EXPECT_EQ(scanned.transfer_syntax_uid, kExplicit);
  EXPECT_EQ(scanned.meta().text(dicom::tags::MediaStorageSOPInstanceUID), "1.2.3");
  EXPECT_EQ(scanned.meta().text(dicom::tags::SourceApplicationEntityTitle), "MODALITY");
  EXPECT_EQ(scanned.findings.count(dicom::Severity::Error), 0U);
}

TEST(NamingTest, NothingThatAPeerSendsIsANameByItself) {
  dicom::Record record;
  record.study = "../../etc";
  record.series = "1.2";
  record.sop_instance = "/root/.ssh/authorized_keys";
  const std::string name = output_name(record, {});
  EXPECT_EQ(name.find(".."), std::string::npos);
  EXPECT_EQ(name.find("root"), std::string::npos);
  EXPECT_TRUE(deliver::check_name(name).has_value());
  EXPECT_TRUE(deliver::check_name(refused_name(record)).has_value());
  record.study.clear();
  EXPECT_TRUE(output_name(record, {}).starts_with("unfiled/x-"));
}

}  // namespace
}  // namespace slipring::receive
