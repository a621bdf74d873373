// From PDUs to bytes (PS3.8 9.3), and the checks of what goes into them.
#include <algorithm>

#include "engine/dimse/pdu/user_information.h"

namespace slipring::dimse {

namespace {

constexpr std::size_t kTitleBytes = 16;
constexpr std::size_t kUidBytesMax = 64;

void append_title(Buffer& out, std::string_view title) {
  EXPECTS(title.size() <= kTitleBytes);
  out.append(as_bytes(title));
  for (std::size_t at = title.size(); at < kTitleBytes; ++at) out.append(std::uint8_t{' '});
}

void append_uid_item(Buffer& out, std::uint8_t type, std::string_view uid) {
  EXPECTS(uid.size() <= kUidBytesMax);
  OpenItem item(out, type);
  out.append(as_bytes(uid));
}

template <class Associate>
void append_front(Buffer& out, const Associate& associate) {
  append_u16(out, associate.protocol_version);
  append_u16(out, 0);
  append_title(out, associate.called_ae);
  append_title(out, associate.calling_ae);
  for (int word = 0; word < 8; ++word) append_u32(out, 0);
  append_uid_item(out, 0x10, associate.application_context);
}

void append_four(Buffer& out, PduType type, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  OpenPdu pdu(out, static_cast<std::uint8_t>(type));
  const std::uint8_t four[] = {0, b, c, d};
  out.append(Bytes(four));
}

}  // namespace

void append(Buffer& out, const AssociateRequest& request) {
  OpenPdu pdu(out, static_cast<std::uint8_t>(PduType::AssociateRq));
  append_front(out, request);
  for (const ProposedContext& context : request.contexts) {
    OpenItem item(out, 0x20);
    const std::uint8_t front[] = {context.id, 0, 0, 0};
    out.append(Bytes(front));
    append_uid_item(out, 0x30, context.abstract_syntax);
    for (const std::string& uid : context.transfer_syntaxes) append_uid_item(out, 0x40, uid);
  }
  append_user_information(out, request.user);
}

void append(Buffer& out, const AssociateAccept& accept) {
  OpenPdu pdu(out, static_cast<std::uint8_t>(PduType::AssociateAc));
  append_front(out, accept);
  for (const AnsweredContext& context : accept.contexts) {
    OpenItem item(out, 0x21);
    const std::uint8_t front[] = {context.id, 0, static_cast<std::uint8_t>(context.result), 0};
    out.append(Bytes(front));
    append_uid_item(out, 0x40, context.transfer_syntax);
  }
  append_user_information(out, accept.user);
}

void append(Buffer& out, const AssociateReject& reject) {
  append_four(out, PduType::AssociateRj, reject.result, reject.source, reject.reason);
}

void append(Buffer& out, const Abort& abort) {
  append_four(out, PduType::Abort, 0, abort.source, abort.reason);
}

void append_release(Buffer& out, PduType type) {
  EXPECTS(type == PduType::ReleaseRq || type == PduType::ReleaseRp);
  append_four(out, type, 0, 0, 0);
}

PDataHeader p_data_header(std::uint8_t context_id, bool is_command, bool is_last,
                          std::uint32_t fragment_bytes) {
  PDataHeader header{};
  header[0] = static_cast<std::uint8_t>(PduType::PData);
  store_be(header.data() + 2, static_cast<std::uint32_t>(fragment_bytes + kPdvHeaderBytes));
  store_be(header.data() + 6, fragment_bytes + 2);
  header[10] = context_id;
  header[11] = static_cast<std::uint8_t>((is_command ? 1 : 0) | (is_last ? 2 : 0));
  return header;
}

Result<void> check_ae_title(std::string_view title) {
  const bool only_spaces = title.find_first_not_of(' ') == std::string_view::npos;
  const bool clean =
      std::ranges::all_of(title, [](char c) { return c >= 0x20 && c < 0x7F && c != '\\'; });
  if (title.size() > kTitleBytes || only_spaces || !clean)
    return fail(ErrorCode::Malformed, kNoOffset,
                "an AE title is 1 to 16 characters, no backslash, not only spaces");
  return {};
}

Result<void> check_uid(std::string_view uid) {
  const bool clean =
      std::ranges::all_of(uid, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  if (uid.empty() || uid.size() > kUidBytesMax || !clean)
    return fail(ErrorCode::Malformed, kNoOffset, "a UID is 1 to 64 digits and dots");
  return {};
}

std::string_view describe(const AssociateReject& reject) {
  switch (reject.source << 8 | reject.reason) {
    case 0x101:
      return "association rejected: no reason given";
    case 0x102:
      return "association rejected: application context name not supported";
    case 0x103:
      return "association rejected: calling AE title not recognized";
    case 0x107:
      return "association rejected: called AE title not recognized";
    case 0x201:
      return "association rejected by the provider: no reason given";
    case 0x202:
      return "association rejected: protocol version not supported";
    case 0x301:
      return "association rejected: temporary congestion";
    case 0x302:
      return "association rejected: local limit exceeded";
    default:
      return "association rejected: a reserved reason";
  }
}

std::string_view describe(const Abort& abort) {
  if (abort.source == 0) return "association aborted by the peer";
  switch (abort.reason) {
    case 0:
      return "association aborted by the peer's provider: no reason given";
    case 1:
      return "association aborted by the peer's provider: unrecognized PDU";
    case 2:
      return "association aborted by the peer's provider: unexpected PDU";
    case 4:
      return "association aborted by the peer's provider: unrecognized PDU parameter";
    case 5:
      return "association aborted by the peer's provider: unexpected PDU parameter";
    case 6:
      return "association aborted by the peer's provider: invalid PDU parameter value";
    default:
      return "association aborted by the peer's provider: a reserved reason";
  }
}

}  // namespace slipring::dimse
