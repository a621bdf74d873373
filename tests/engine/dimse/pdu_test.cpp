// PDUs: what is written is read again; what is cut or corrupted is an error or another value, never
// more than its bytes.
#include "engine/dimse/pdu/pdu.h"

#include <gtest/gtest.h>

#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using slipring::test::copied;

UserInformation everything() {
  UserInformation user;
  user.max_pdu_bytes = 16384;
  user.implementation_class = "1.2.3";
  user.implementation_version = "VERSION";
  user.async_window = AsyncWindow{5, 7};
  user.roles = {{"1.2.840.10008.5.1.4.1.1.2", true, true}};
  user.extended = {{"1.2.840.10008.5.1.4.1.2.2.1", {1, 0, 1}}};
  user.common_extended = {{"1.2.4", "1.2.840.10008.4.2", {"1.2.5", "1.2.6"}}};
  user.identity = UserIdentity{2, true, {'m', 'e'}, {'p', 'w'}};
  user.identity_response = std::vector<std::uint8_t>{9, 8};
  return user;
}

AssociateRequest full_request() {
  AssociateRequest request;
  request.called_ae = "SIXTEEN_LETTERS_";
  request.calling_ae = "ME";
  request.contexts = {{1, "1.2.840.10008.1.1", {"1.2.840.10008.1.2"}},
                      {255, "1.2.3", {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.70"}}};
  request.user = everything();
  return request;
}

AssociateAccept full_accept() {
  AssociateAccept accept;
  accept.called_ae = "PEER";
  accept.calling_ae = "ME";
  accept.contexts = {{1, ContextResult::Accepted, "1.2.840.10008.1.2"},
                     {255, ContextResult::TransferSyntaxesNotSupported, ""}};
  accept.user = everything();
  return accept;
}

template <class Value>
std::vector<std::uint8_t> written(const Value& value) {
  Buffer out;
  append(out, value);
  return copied(out.bytes());
}

void expect_everything(const UserInformation& user) {
  EXPECT_EQ(user.max_pdu_bytes, 16384U);
  EXPECT_EQ(user.implementation_class, "1.2.3");
  EXPECT_EQ(user.implementation_version, "VERSION");
  EXPECT_EQ(user.async_window, (AsyncWindow{5, 7}));
  ASSERT_EQ(user.roles.size(), 1U);
  EXPECT_TRUE(user.roles[0].scu && user.roles[0].scp);
  ASSERT_EQ(user.extended.size(), 1U);
  EXPECT_EQ(user.extended[0].information, (std::vector<std::uint8_t>{1, 0, 1}));
  ASSERT_EQ(user.common_extended.size(), 1U);
  EXPECT_EQ(user.common_extended[0].related_general_classes.at(1), "1.2.6");
  ASSERT_TRUE(user.identity.has_value());
  EXPECT_EQ(user.identity->secondary, (std::vector<std::uint8_t>{'p', 'w'}));
  EXPECT_EQ(user.identity_response, (std::vector<std::uint8_t>{9, 8}));
}

TEST(PduTest, ARequestIsReadAsItWasWritten) {
  const auto read = read_associate_request(written(full_request()));
  ASSERT_TRUE(read.has_value()) << read.error().what;
  EXPECT_EQ(read->called_ae, "SIXTEEN_LETTERS_");
  EXPECT_EQ(read->calling_ae, "ME");
  EXPECT_EQ(read->application_context, kApplicationContext);
  ASSERT_EQ(read->contexts.size(), 2U);
  EXPECT_EQ(read->contexts[1].id, 255);
  EXPECT_EQ(read->contexts[1].transfer_syntaxes.at(1), "1.2.840.10008.1.2.4.70");
  expect_everything(read->user);
}

TEST(PduTest, AnAcceptIsReadAsItWasWritten) {
  const auto read = read_associate_accept(written(full_accept()));
  ASSERT_TRUE(read.has_value()) << read.error().what;
  ASSERT_EQ(read->contexts.size(), 2U);
  EXPECT_EQ(read->contexts[0].transfer_syntax, "1.2.840.10008.1.2");
  EXPECT_EQ(read->contexts[1].result, ContextResult::TransferSyntaxesNotSupported);
  expect_everything(read->user);
}

TEST(PduTest, TheFourByteOnesAreReadAsTheyWereWritten) {
  const auto reject = read_associate_reject(written(AssociateReject{2, 3, 1}));
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(describe(*reject), "association rejected: temporary congestion");
  const auto abort = read_abort(written(Abort{2, 2}));
  ASSERT_TRUE(abort.has_value());
  EXPECT_EQ(abort->reason, 2);
  Buffer release;
  append_release(release, PduType::ReleaseRp);
  EXPECT_TRUE(read_release(release.bytes()).has_value());
}

// The lengths within stay as they were: only the PDU's own says how much is left.
void set_length(std::vector<std::uint8_t>& pdu) {
  store_be(pdu.data() + 2, static_cast<std::uint32_t>(pdu.size() - kPduHeaderBytes));
}

// Whether every item ends where the bytes do: only those cuts may be read.
template <class Read>
void expect_no_read_beyond(const std::vector<std::uint8_t>& whole, Read read) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto cut = std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<long>(size));
    EXPECT_FALSE(read(Bytes(cut)).has_value()) << "declared length kept, cut at " << size;
    if (size < kPduHeaderBytes) continue;
    set_length(cut);
    const auto result = read(Bytes(cut));
    EXPECT_TRUE(result || result.error().offset <= size) << size;
  }
}

TEST(PduTest, CutAnywhereEachIsAnErrorOrEndsBetweenItems) {
  const auto request = [](Bytes pdu) { return read_associate_request(pdu); };
  expect_no_read_beyond(written(full_request()), request);
  const auto accept = [](Bytes pdu) { return read_associate_accept(pdu); };
  expect_no_read_beyond(written(full_accept()), accept);
  expect_no_read_beyond(written(AssociateReject{}), read_associate_reject);
  expect_no_read_beyond(written(Abort{}), read_abort);
}

TEST(PduTest, WithAnyByteCorruptedEachIsStillReadWithinItsBytes) {
  for (const int flip : {0x01, 0x80, 0xFF}) {
    auto request = written(full_request());
    auto accept = written(full_accept());
    for (std::uint8_t& byte : request) {
      byte ^= static_cast<std::uint8_t>(flip);
      (void)read_associate_request(request);
      byte ^= static_cast<std::uint8_t>(flip);
    }
    for (std::uint8_t& byte : accept) {
      byte ^= static_cast<std::uint8_t>(flip);
      (void)read_associate_accept(accept);
      byte ^= static_cast<std::uint8_t>(flip);
    }
  }
}

TEST(PduTest, AnEvenContextIdIsRefusedAndSoIsATwin) {
  AssociateRequest request = full_request();
  request.contexts[0].id = 2;
  EXPECT_EQ(read_associate_request(written(request)).error().code, ErrorCode::Malformed);
  request.contexts[0].id = 255;
  EXPECT_EQ(read_associate_request(written(request)).error().code, ErrorCode::Malformed);
}

TEST(PduTest, MoreContextsThanTheLimitAreRefused) {
  Limits limits;
  limits.contexts_max = 1;
  const auto read = read_associate_request(written(full_request()), limits);
  EXPECT_EQ(read.error().code, ErrorCode::LimitExceeded);
}

TEST(PduTest, PdvsAreReadOneByOneAndALyingLengthIsAnError) {
  const PDataHeader header = p_data_header(3, true, true, 4);
  std::vector<std::uint8_t> pdu(header.begin(), header.end());
  pdu.insert(pdu.end(), {1, 2, 3, 4});
  PdvReader reader(pdu);
  const auto pdv = reader.next();
  ASSERT_TRUE(pdv.has_value());
  EXPECT_TRUE(pdv->is_command && pdv->is_last && pdv->context_id == 3);
  EXPECT_EQ(copied(pdv->fragment), (std::vector<std::uint8_t>{1, 2, 3, 4}));
  EXPECT_TRUE(reader.done());
  for (const std::uint32_t lie : {0U, 1U, 7U, 0xFFFFFFFFU}) {
    store_be(pdu.data() + 6, lie);
    EXPECT_FALSE(PdvReader(pdu).next().has_value()) << lie;
  }
}

TEST(PduTest, TitlesAndUidsAreCheckedBeforeTheyAreWritten) {
  EXPECT_TRUE(check_ae_title("STORE SCP").has_value());
  for (const char* wrong : {"", "   ", "SEVENTEEN_LETTERS", "A\\B", "A\n"})
    EXPECT_FALSE(check_ae_title(wrong).has_value()) << wrong;
  EXPECT_TRUE(check_uid("1.2.840").has_value());
  EXPECT_FALSE(check_uid("1.2.x").has_value());
  EXPECT_FALSE(check_uid(std::string(65, '1')).has_value());
}

}  // namespace
}  // namespace slipring::dimse
