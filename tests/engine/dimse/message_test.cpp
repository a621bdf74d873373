// Commands, statuses and fragments.
#include <gtest/gtest.h>

#include "engine/dimse/message/command.h"
#include "engine/dimse/message/fragment.h"
#include "engine/dimse/message/status.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using slipring::test::copied;

std::vector<std::uint8_t> written(const Command& command) {
  Buffer out;
  append(out, command);
  return copied(out.bytes());
}

Command complete(CommandField field) {
  Command command = request(field, 77, "1.2.840.10008.1.1");
  command.sop_instance = "1.2.3";
  command.has_data_set = field != CommandField::CEchoRq;
  command.move_destination = field == CommandField::CMoveRq ? "DEST" : "";
  if (field == CommandField::NEventReportRq) command.event_type = 1;
  if (field == CommandField::NActionRq) command.action_type = 2;
  return command;
}

constexpr CommandField kRequests[] = {
    CommandField::CStoreRq,  CommandField::CGetRq,   CommandField::CFindRq,
    CommandField::CMoveRq,   CommandField::CEchoRq,  CommandField::NEventReportRq,
    CommandField::NGetRq,    CommandField::NSetRq,   CommandField::NActionRq,
    CommandField::NCreateRq, CommandField::NDeleteRq};

TEST(MessageTest, EveryRequestAndItsResponseAreReadAsTheyWereWritten) {
  for (const CommandField field : kRequests) {
    const Command sent = complete(field);
    const auto read = read_command(written(sent));
    ASSERT_TRUE(read.has_value()) << name(field) << ' ' << read.error().what;
    EXPECT_EQ(read->field, field);
    EXPECT_EQ(read->message_id, 77);
    EXPECT_EQ(read->sop_class, sent.sop_class);
    EXPECT_EQ(read->sop_instance, sent.sop_instance);
    EXPECT_EQ(read->has_data_set, sent.has_data_set);
    EXPECT_EQ(read->priority, sent.priority);
    EXPECT_EQ(read->move_destination, sent.move_destination);
    EXPECT_EQ(read->event_type, sent.event_type);
    EXPECT_EQ(read->action_type, sent.action_type);
    const auto answer = read_command(written(response_to(sent, 0xA700)));
    ASSERT_TRUE(answer.has_value()) << name(field);
    EXPECT_EQ(answer->status, 0xA700);
    EXPECT_TRUE(check_response(sent, *answer).has_value()) << name(field);
  }
}

TEST(MessageTest, WhatAResponseMaySayIsKept) {
  Command response = response_to(complete(CommandField::CMoveRq), 0xB000);
  response.offending_elements = {dicom::tags::PixelData, dicom::tags::Rows};
  response.error_comment = "odd";
  response.error_id = 5;
  response.remaining = 4;
  response.completed = 3;
  response.failed = 2;
  response.warnings = 1;
  const auto read = read_command(written(response));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->offending_elements, response.offending_elements);
  EXPECT_EQ(read->error_comment, "odd");
  EXPECT_EQ(read->error_id, 5);
  EXPECT_EQ(read->remaining, 4);
  EXPECT_EQ(read->completed, 3);
  EXPECT_EQ(read->failed, 2);
  EXPECT_EQ(read->warnings, 1);
}

TEST(MessageTest, AResponseToAnythingElseIsNotOurs) {
  const Command sent = complete(CommandField::CStoreRq);
  Command other = response_to(sent, 0);
  other.message_id = 78;
  EXPECT_EQ(check_response(sent, other).error().code, ErrorCode::Mismatch);
  other = response_to(sent, 0);
  other.sop_instance = "1.2.4";
  EXPECT_EQ(check_response(sent, other).error().code, ErrorCode::Mismatch);
  other.sop_instance.clear();
  EXPECT_TRUE(check_response(sent, other).has_value());
  other.field = CommandField::CFindRsp;
  EXPECT_EQ(check_response(sent, other).error().code, ErrorCode::Mismatch);
}

TEST(MessageTest, CutAnywhereACommandIsAnError) {
  for (const CommandField field : kRequests) {
    const auto whole = written(complete(field));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // A cut between elements may leave out what is not demanded; never half a one.
      const auto read = read_command(Bytes(whole).first(size));
      EXPECT_TRUE(read || read.error().offset == kNoOffset || read.error().offset <= size);
    }
  }
}

TEST(MessageTest, AnyByteCorruptedIsReadWithinItsBytes) {
  for (const int flip : {0x01, 0x80, 0xFF}) {
    auto bytes = written(complete(CommandField::CMoveRq));
    for (std::uint8_t& byte : bytes) {
      byte ^= static_cast<std::uint8_t>(flip);
      (void)read_command(bytes);
      byte ^= static_cast<std::uint8_t>(flip);
    }
  }
}

TEST(MessageTest, ARequestWithoutWhatItMustHaveIsMalformed) {
  Command command = complete(CommandField::CStoreRq);
  command.sop_instance.clear();
  EXPECT_EQ(read_command(written(command)).error().code, ErrorCode::Malformed);
  command = complete(CommandField::CMoveRq);
  command.move_destination.clear();
  EXPECT_EQ(read_command(written(command)).error().code, ErrorCode::Malformed);
  command.field = static_cast<CommandField>(0x0040);
  EXPECT_EQ(read_command(written(command)).error().code, ErrorCode::Unsupported);
}

TEST(MessageTest, StatusesFallIntoTheirClasses) {
  EXPECT_EQ(class_of(0x0000), StatusClass::Success);
  for (const int warning : {0x0001, 0x0107, 0x0116, 0xB000, 0xB007, 0xBFFF})
    EXPECT_EQ(class_of(static_cast<std::uint16_t>(warning)), StatusClass::Warning) << warning;
  for (const int failure : {0x0110, 0x0111, 0x0122, 0xA700, 0xA900, 0xC000, 0xFF02})
    EXPECT_EQ(class_of(static_cast<std::uint16_t>(failure)), StatusClass::Failure) << failure;
  EXPECT_EQ(class_of(0xFE00), StatusClass::Cancel);
  EXPECT_EQ(class_of(0xFF01), StatusClass::Pending);
  EXPECT_EQ(store_verdict(0xB006), StoreVerdict::StoredChanged);
  EXPECT_EQ(store_verdict(0xA7FF), StoreVerdict::Retry);
  EXPECT_EQ(store_verdict(0x0111), StoreVerdict::Present);
  for (const int refused :
       {0x0110, 0x0112, 0x0117, 0x0122, 0x0124, 0x0212, 0xA900, 0xC123, 0xFF00, 0xFE00, 0x1234})
    EXPECT_EQ(store_verdict(static_cast<std::uint16_t>(refused)), StoreVerdict::Refused) << refused;
  EXPECT_EQ(status_name(0xA9FF), "data set does not match SOP class");
}

TEST(MessageTest, FragmentsAreEvenFullAndTheLastOneSaysSo) {
  EXPECT_FALSE(fragment_bytes_max(4).has_value());
  EXPECT_EQ(fragment_bytes_max(8).value_or(0), 2U);
  EXPECT_EQ(fragment_bytes_max(17).value_or(0), 10U);
  EXPECT_EQ(fragment_bytes_max(0).value_or(0), kMaxPduBytesCap - 6);
  const std::vector<std::uint8_t> data(25, 7);
  const Bytes ranges[] = {Bytes(data).first(1), Bytes(), Bytes(data).subspan(1)};
  Fragmenter fragmenter(5, false, true, ranges, 10);
  std::vector<std::size_t> sizes;
  while (!fragmenter.done()) {
    PDataHeader header;
    std::vector<Bytes> pieces;
    fragmenter.next(header, pieces);
    std::vector<std::uint8_t> pdu;
    for (const Bytes piece : pieces) pdu.insert(pdu.end(), piece.begin(), piece.end());
    const auto pdv = PdvReader(pdu).next();
    ASSERT_TRUE(pdv.has_value());
    sizes.push_back(pdv->fragment.size());
    EXPECT_EQ(pdv->is_last, fragmenter.done());
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{10, 10, 5}));
}

}  // namespace
}  // namespace slipring::dimse
