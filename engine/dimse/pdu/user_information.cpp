#include "engine/dimse/pdu/user_information.h"

namespace slipring::dimse {

namespace {

enum : std::uint8_t {
  kUserInformation = 0x50,
  kMaximumLength = 0x51,
  kImplementationClass = 0x52,
  kAsyncWindow = 0x53,
  kRoleSelection = 0x54,
  kImplementationVersion = 0x55,
  kExtended = 0x56,
  kCommonExtended = 0x57,
  kIdentity = 0x58,
  kIdentityResponse = 0x59,
};

std::vector<std::uint8_t> copied(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

Result<void> read_role(Cursor& body, UserInformation& user) {
  constexpr std::string_view kWhat = "a role selection ends early";
  TRY_ASSIGN(const Bytes uid, body.counted(kWhat));
  TRY_ASSIGN(const std::uint8_t scu, body.byte(kWhat));
  TRY_ASSIGN(const std::uint8_t scp, body.byte(kWhat));
  user.roles.push_back({trimmed(uid), scu != 0, scp != 0});
  return {};
}

Result<void> read_extended(Cursor& body, UserInformation& user) {
  constexpr std::string_view kWhat = "an extended negotiation ends early";
  TRY_ASSIGN(const Bytes uid, body.counted(kWhat));
  TRY_ASSIGN(const Bytes information, body.take(body.left(), kWhat));
  user.extended.push_back({trimmed(uid), copied(information)});
  return {};
}

Result<void> read_common_extended(Cursor& body, const Limits& limits, UserInformation& user) {
  constexpr std::string_view kWhat = "a common extended negotiation ends early";
  RelatedClassNegotiation read;
  TRY_ASSIGN(const Bytes sop_class, body.counted(kWhat));
  TRY_ASSIGN(const Bytes service_class, body.counted(kWhat));
  read.sop_class = trimmed(sop_class);
  read.service_class = trimmed(service_class);
  TRY_ASSIGN(const std::uint16_t size_bytes, body.u16(kWhat));
  TRY_ASSIGN(Cursor related, body.within(size_bytes, kWhat));
  while (related.left() != 0) {
    if (read.related_general_classes.size() == limits.related_classes_max)
      return fail(ErrorCode::LimitExceeded, related.offset(), "too many related SOP classes");
    TRY_ASSIGN(const Bytes uid, related.counted(kWhat));
    read.related_general_classes.push_back(trimmed(uid));
  }
  user.common_extended.push_back(std::move(read));
  return {};
}

Result<void> read_identity(Cursor& body, UserInformation& user) {
  constexpr std::string_view kWhat = "a user identity ends early";
  UserIdentity read;
  TRY_ASSIGN(read.type, body.byte(kWhat));
  TRY_ASSIGN(const std::uint8_t response_requested, body.byte(kWhat));
  read.response_requested = response_requested != 0;
  TRY_ASSIGN(const Bytes primary, body.counted(kWhat));
  TRY_ASSIGN(const Bytes secondary, body.counted(kWhat));
  read.primary = copied(primary);
  read.secondary = copied(secondary);
  user.identity = std::move(read);
  return {};
}

Result<void> read_window(Cursor& body, UserInformation& user) {
  constexpr std::string_view kWhat = "an asynchronous operations window ends early";
  AsyncWindow window;
  TRY_ASSIGN(window.invoked, body.u16(kWhat));
  TRY_ASSIGN(window.performed, body.u16(kWhat));
  user.async_window = window;
  return {};
}

Result<void> read_text(Cursor& body, std::string& into) {
  TRY_ASSIGN(const Bytes text, body.take(body.left(), {}));
  into = trimmed(text);
  return {};
}

Result<void> read_sub_item(Item& item, const Limits& limits, UserInformation& user) {
  switch (item.type) {
    case kMaximumLength: {
      TRY_ASSIGN(user.max_pdu_bytes, item.body.u32("a maximum length item ends early"));
      return {};
    }
    case kImplementationClass:
      return read_text(item.body, user.implementation_class);
    case kImplementationVersion:
      return read_text(item.body, user.implementation_version);
    case kAsyncWindow:
      return read_window(item.body, user);
    case kRoleSelection:
      return read_role(item.body, user);
    case kExtended:
      return read_extended(item.body, user);
    case kCommonExtended:
      return read_common_extended(item.body, limits, user);
    case kIdentity:
      return read_identity(item.body, user);
    case kIdentityResponse: {
      TRY_ASSIGN(const Bytes response, item.body.counted("a user identity response ends early"));
      user.identity_response = copied(response);
      return {};
    }
    default:
      return {};
  }
}

void append_text(Buffer& out, std::uint8_t type, std::string_view text) {
  if (text.empty()) return;
  OpenItem item(out, type);
  out.append(as_bytes(text));
}

void append_identity(Buffer& out, const UserIdentity& identity) {
  OpenItem item(out, kIdentity);
  out.append(identity.type);
  out.append(static_cast<std::uint8_t>(identity.response_requested));
  append_counted(out, identity.primary);
  append_counted(out, identity.secondary);
}

void append_common_extended(Buffer& out, const RelatedClassNegotiation& common) {
  OpenItem item(out, kCommonExtended);
  append_counted(out, as_bytes(common.sop_class));
  append_counted(out, as_bytes(common.service_class));
  std::size_t size_bytes = 0;
  for (const std::string& uid : common.related_general_classes) size_bytes += 2 + uid.size();
  append_u16(out, size_bytes);
  for (const std::string& uid : common.related_general_classes) append_counted(out, as_bytes(uid));
}

void append_negotiations(Buffer& out, const UserInformation& user) {
  for (const RoleSelection& role : user.roles) {
    OpenItem item(out, kRoleSelection);
    append_counted(out, as_bytes(role.sop_class));
    out.append(static_cast<std::uint8_t>(role.scu));
    out.append(static_cast<std::uint8_t>(role.scp));
  }
  for (const ExtendedNegotiation& extended : user.extended) {
    OpenItem item(out, kExtended);
    append_counted(out, as_bytes(extended.sop_class));
    out.append(Bytes(extended.information));
  }
  for (const RelatedClassNegotiation& common : user.common_extended)
    append_common_extended(out, common);
}

}  // namespace

Result<UserInformation> read_user_information(Cursor body, const Limits& limits) {
  UserInformation user;
  for (std::size_t count = 0; body.left() != 0; ++count) {
    if (count == limits.user_items_max)
      return fail(ErrorCode::LimitExceeded, body.offset(), "too many user information items");
    TRY_ASSIGN(Item item, next_item(body));
    TRY(read_sub_item(item, limits, user));
  }
  return user;
}

void append_user_information(Buffer& out, const UserInformation& user) {
  OpenItem all(out, kUserInformation);
  {
    OpenItem item(out, kMaximumLength);
    append_u32(out, user.max_pdu_bytes);
  }
  append_text(out, kImplementationClass, user.implementation_class);
  if (user.async_window) {
    OpenItem item(out, kAsyncWindow);
    append_u16(out, user.async_window->invoked);
    append_u16(out, user.async_window->performed);
  }
  append_text(out, kImplementationVersion, user.implementation_version);
  append_negotiations(out, user);
  if (user.identity) append_identity(out, *user.identity);
  if (user.identity_response) {
    OpenItem item(out, kIdentityResponse);
    append_counted(out, *user.identity_response);
  }
}

}  // namespace slipring::dimse
