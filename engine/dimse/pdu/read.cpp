// From bytes to PDUs (PS3.8 9.3).
#include <algorithm>
#include <utility>

#include "engine/dimse/pdu/user_information.h"

namespace slipring::dimse {

namespace {

enum : std::uint8_t {
  kApplicationContextItem = 0x10,
  kProposedContextItem = 0x20,
  kAnsweredContextItem = 0x21,
  kAbstractSyntaxItem = 0x30,
  kTransferSyntaxItem = 0x40,
  kUserInformationItem = 0x50,
};

constexpr std::size_t kTitleBytes = 16;
constexpr std::size_t kReservedBytes = 32;

// What RQ and AC have before their items (PS3.8 tables 9-11 and 9-17).
struct Front {
  std::uint16_t protocol_version = 0;
  std::string called_ae;
  std::string calling_ae;
};

Result<Cursor> body_of(Bytes pdu) {
  constexpr std::string_view kWhat = "the PDU is not as long as it says";
  if (pdu.size() < kPduHeaderBytes) return fail(ErrorCode::Truncated, pdu.size(), kWhat);
  const std::uint32_t length_bytes = read_pdu_header(pdu.first(kPduHeaderBytes)).length_bytes;
  if (length_bytes != pdu.size() - kPduHeaderBytes)
    return fail(ErrorCode::Truncated, 2, kWhat, length_bytes, pdu.size() - kPduHeaderBytes);
  return Cursor(pdu, kPduHeaderBytes, pdu.size());
}

Result<Front> read_front(Cursor& from) {
  constexpr std::string_view kWhat = "an A-ASSOCIATE ends before its items";
  Front front;
  TRY_ASSIGN(front.protocol_version, from.u16(kWhat));
  TRY(from.take(2, kWhat));
  TRY_ASSIGN(const Bytes called, from.take(kTitleBytes, kWhat));
  TRY_ASSIGN(const Bytes calling, from.take(kTitleBytes, kWhat));
  TRY(from.take(kReservedBytes, kWhat));
  front.called_ae = trimmed(called);
  front.calling_ae = trimmed(calling);
  return front;
}

Result<std::string> rest_as_text(Cursor& from) {
  TRY_ASSIGN(const Bytes rest, from.take(from.left(), {}));
  return trimmed(rest);
}

Result<ProposedContext> read_proposed(Cursor& from, const Limits& limits) {
  constexpr std::string_view kWhat = "a presentation context ends early";
  ProposedContext context;
  const std::size_t begin = from.offset();
  TRY_ASSIGN(context.id, from.byte(kWhat));
  TRY(from.take(3, kWhat));
  if (context.id % 2 == 0)
    return fail(ErrorCode::Malformed, begin, "a presentation context id is even", 1, context.id);
  while (from.left() != 0) {
    TRY_ASSIGN(Item item, next_item(from));
    TRY_ASSIGN(std::string uid, rest_as_text(item.body));
    if (item.type == kAbstractSyntaxItem) {
      context.abstract_syntax = std::move(uid);
      continue;
    }
    if (item.type != kTransferSyntaxItem) continue;
    if (context.transfer_syntaxes.size() == limits.syntaxes_per_context_max)
      return fail(ErrorCode::LimitExceeded, begin, "too many transfer syntaxes in a context");
    context.transfer_syntaxes.push_back(std::move(uid));
  }
  if (context.abstract_syntax.empty() || context.transfer_syntaxes.empty())
    return fail(ErrorCode::Malformed, begin, "a presentation context proposes no syntax");
  return context;
}

Result<AnsweredContext> read_answered(Cursor& from, const Limits&) {
  constexpr std::string_view kWhat = "a presentation context ends early";
  AnsweredContext context;
  const std::size_t begin = from.offset();
  TRY_ASSIGN(context.id, from.byte(kWhat));
  TRY(from.take(1, kWhat));
  TRY_ASSIGN(const std::uint8_t result, from.byte(kWhat));
  TRY(from.take(1, kWhat));
  if (context.id % 2 == 0)
    return fail(ErrorCode::Malformed, begin, "a presentation context id is even", 1, context.id);
  if (result > static_cast<std::uint8_t>(ContextResult::TransferSyntaxesNotSupported))
    return fail(ErrorCode::Malformed, begin + 2, "a presentation context has an unknown result", 4,
                result);
  context.result = static_cast<ContextResult>(result);
  while (from.left() != 0) {
    TRY_ASSIGN(Item item, next_item(from));
    TRY_ASSIGN(std::string uid, rest_as_text(item.body));
    if (item.type == kTransferSyntaxItem) context.transfer_syntax = std::move(uid);
  }
  if (context.result == ContextResult::Accepted && context.transfer_syntax.empty())
    return fail(ErrorCode::Malformed, begin, "an accepted context names no transfer syntax");
  return context;
}

// Items of RQ or AC behind the front; `read_context` reads its kind of context. Unknown items are
// passed over (PS3.8 9.3.1).
template <class Associate, class ReadContext>
Result<Associate> read_associate(Bytes pdu, const Limits& limits, std::uint8_t context_item,
                                 ReadContext read_context) {
  TRY_ASSIGN(Cursor from, body_of(pdu));
  TRY_ASSIGN(Front front, read_front(from));
  Associate read;
  read.protocol_version = front.protocol_version;
  read.called_ae = std::move(front.called_ae);
  read.calling_ae = std::move(front.calling_ae);
  read.application_context.clear();
  bool has_user = false;
  while (from.left() != 0) {
    const std::size_t begin = from.offset();
    TRY_ASSIGN(Item item, next_item(from));
    if (item.type == kApplicationContextItem) {
      TRY_ASSIGN(read.application_context, rest_as_text(item.body));
    } else if (item.type == context_item) {
      if (read.contexts.size() == limits.contexts_max)
        return fail(ErrorCode::LimitExceeded, begin, "too many presentation contexts");
      TRY_ASSIGN(auto context, read_context(item.body, limits));
      for (const auto& other : read.contexts)
        if (other.id == context.id)
          return fail(ErrorCode::Malformed, begin, "two presentation contexts have one id");
      read.contexts.push_back(std::move(context));
    } else if (item.type == kUserInformationItem && !std::exchange(has_user, true)) {
      TRY_ASSIGN(read.user, read_user_information(item.body, limits));
    }
  }
  return read;
}

}  // namespace

PduHeader read_pdu_header(Bytes header) {
  EXPECTS(header.size() == kPduHeaderBytes);
  return {header[0], load_be<std::uint32_t>(header.data() + 2)};
}

Result<AssociateRequest> read_associate_request(Bytes pdu, const Limits& limits) {
  return read_associate<AssociateRequest>(pdu, limits, kProposedContextItem, read_proposed);
}

Result<AssociateAccept> read_associate_accept(Bytes pdu, const Limits& limits) {
  return read_associate<AssociateAccept>(pdu, limits, kAnsweredContextItem, read_answered);
}

namespace {

// RJ, RELEASE and ABORT have four bytes behind their header (PS3.8 9.3.4, 9.3.6 to 9.3.8).
Result<Bytes> read_four(Bytes pdu) {
  TRY_ASSIGN(Cursor from, body_of(pdu));
  if (from.left() != 4)
    return fail(ErrorCode::Malformed, 2, "a control PDU has another length than 4", 4, from.left());
  return from.take(4, {});
}

}  // namespace

Result<AssociateReject> read_associate_reject(Bytes pdu) {
  TRY_ASSIGN(const Bytes four, read_four(pdu));
  return AssociateReject{four[1], four[2], four[3]};
}

Result<Abort> read_abort(Bytes pdu) {
  TRY_ASSIGN(const Bytes four, read_four(pdu));
  return Abort{four[2], four[3]};
}

Result<void> read_release(Bytes pdu) {
  TRY(read_four(pdu));
  return {};
}

Result<Pdv> PdvReader::next() {
  Cursor from(pdu_, at_, pdu_.size());
  constexpr std::string_view kWhat = "a presentation data value ends early";
  TRY_ASSIGN(const std::uint32_t length_bytes, from.u32(kWhat));
  if (length_bytes < 2)
    return fail(ErrorCode::Malformed, at_, "a presentation data value has no header", 2,
                length_bytes);
  TRY_ASSIGN(const Bytes value, from.take(length_bytes, kWhat));
  at_ = from.offset();
  // Bits 2 to 7 are always zero, and not tested by receivers (PS3.8 E.2).
  return Pdv{value[0], (value[1] & 1) != 0, (value[1] & 2) != 0, value.subspan(2)};
}

}  // namespace slipring::dimse
