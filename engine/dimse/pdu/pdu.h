// PDU: the seven protocol data units of the DICOM upper layer (PS3.8 9.3) as values, and the way
// from bytes to values and back. Takes and gives bytes; knows no socket, state or clock.
// Every read is checked against the bytes there are; nothing is allocated by a declared length.
// Errors carry the offset from the PDU's first byte: Truncated (an item ends early), Malformed,
// LimitExceeded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "engine/dimse/pdu/limits.h"

namespace slipring::dimse {

enum class PduType : std::uint8_t {
  AssociateRq = 1,
  AssociateAc = 2,
  AssociateRj = 3,
  PData = 4,
  ReleaseRq = 5,
  ReleaseRp = 6,
  Abort = 7,
};

inline constexpr std::size_t kPduHeaderBytes = 6;  // type, reserved, length (big endian)
inline constexpr std::size_t kPdvHeaderBytes = 6;  // length, context id, message control header
inline constexpr std::uint16_t kProtocolVersion1 = 1;
inline constexpr std::string_view kApplicationContext = "1.2.840.10008.3.1.1.1";  // PS3.7 A.2.1

struct PduHeader {
  std::uint8_t type = 0;           // as it came: may be none of PduType
  std::uint32_t length_bytes = 0;  // of what follows the header
};

// The first six bytes. Requires header.size() == kPduHeaderBytes.
[[nodiscard]] PduHeader read_pdu_header(Bytes header);

// ---------------------------------------------------------------- A-ASSOCIATE (9.3.2 to 9.3.4)

// A presentation context as proposed (PS3.8 9.3.2.2): several transfer syntaxes are legal, though
// we propose one each, so that the peer's choice is exact.
struct ProposedContext {
  std::uint8_t id = 0;  // odd
  std::string abstract_syntax;
  std::vector<std::string> transfer_syntaxes;
};

enum class ContextResult : std::uint8_t {  // PS3.8 table 9-18
  Accepted = 0,
  UserRejection = 1,
  NoReason = 2,
  AbstractSyntaxNotSupported = 3,
  TransferSyntaxesNotSupported = 4,
};

struct AnsweredContext {
  std::uint8_t id = 0;
  ContextResult result = ContextResult::Accepted;
  std::string transfer_syntax;  // significant only when accepted
};

struct AsyncWindow {  // 53H (PS3.7 D.3.3.3): operations outstanding; 0 is without limit
  std::uint16_t invoked = 1;
  std::uint16_t performed = 1;
  friend bool operator==(AsyncWindow, AsyncWindow) = default;
};

struct RoleSelection {  // 54H (PS3.7 D.3.3.4): roles of the requestor
  std::string sop_class;
  bool scu = true;
  bool scp = false;
};

struct ExtendedNegotiation {  // 56H (PS3.7 D.3.3.5)
  std::string sop_class;
  std::vector<std::uint8_t> information;
};

struct RelatedClassNegotiation {  // 57H: common extended (PS3.7 D.3.3.6)
  std::string sop_class;
  std::string service_class;
  std::vector<std::string> related_general_classes;
};

struct UserIdentity {     // 58H (PS3.7 D.3.3.7)
  std::uint8_t type = 1;  // 1 user name, 2 with passcode, 3 Kerberos, 4 SAML, 5 JSON web token
  bool response_requested = false;
  std::vector<std::uint8_t> primary;
  std::vector<std::uint8_t> secondary;  // the passcode of type 2
};

struct UserInformation {               // 50H (PS3.8 9.3.2.3, PS3.7 D.3.3)
  std::uint32_t max_pdu_bytes = 0;     // 51H: what the sender of this takes; 0 is without limit
  std::string implementation_class;    // 52H
  std::string implementation_version;  // 55H
  std::optional<AsyncWindow> async_window;
  std::vector<RoleSelection> roles;
  std::vector<ExtendedNegotiation> extended;
  std::vector<RelatedClassNegotiation> common_extended;
  std::optional<UserIdentity> identity;
  std::optional<std::vector<std::uint8_t>> identity_response;  // 59H
};

struct AssociateRequest {
  std::uint16_t protocol_version = kProtocolVersion1;
  std::string called_ae;  // without padding, at most 16
  std::string calling_ae;
  std::string application_context{kApplicationContext};
  std::vector<ProposedContext> contexts;
  UserInformation user;
};

struct AssociateAccept {
  std::uint16_t protocol_version = kProtocolVersion1;
  std::string called_ae;  // reserved fields: as in the request, never tested (PS3.8 table 9-17)
  std::string calling_ae;
  std::string application_context{kApplicationContext};
  std::vector<AnsweredContext> contexts;
  UserInformation user;
};

struct AssociateReject {    // PS3.8 9.3.4
  std::uint8_t result = 1;  // 1 permanent, 2 transient
  std::uint8_t source = 1;  // 1 user, 2 provider (ACSE), 3 provider (presentation)
  std::uint8_t reason = 1;
};
// "called AE title not recognized" (PS3.8 table 9-21).
[[nodiscard]] std::string_view describe(const AssociateReject& reject);

struct Abort {              // PS3.8 9.3.8
  std::uint8_t source = 0;  // 0 user, 2 provider
  std::uint8_t reason = 0;  // of the provider: table 9-26
};
[[nodiscard]] std::string_view describe(const Abort& abort);

// `pdu` is the whole PDU with its header, as long as the header says.
[[nodiscard]] Result<AssociateRequest> read_associate_request(Bytes pdu, const Limits& limits = {});
[[nodiscard]] Result<AssociateAccept> read_associate_accept(Bytes pdu, const Limits& limits = {});
[[nodiscard]] Result<AssociateReject> read_associate_reject(Bytes pdu);
[[nodiscard]] Result<Abort> read_abort(Bytes pdu);
// A-RELEASE-RQ and -RP hold nothing but four reserved bytes. Errors: Malformed when they are not 4.
[[nodiscard]] Result<void> read_release(Bytes pdu);

// Appended to `out`. Texts longer than their field (16 for an AE title, 64 for a UID) are our own
// defect (EXPECTS): check_ae_title and check_uid say beforehand.
void append(Buffer& out, const AssociateRequest& request);
void append(Buffer& out, const AssociateAccept& accept);
void append(Buffer& out, const AssociateReject& reject);
void append(Buffer& out, const Abort& abort);
void append_release(Buffer& out, PduType type);  // ReleaseRq or ReleaseRp

// 1 to 16 characters of the default repertoire, no backslash or control, not only spaces (PS3.5
// 6.2, AE). Errors: Malformed.
[[nodiscard]] Result<void> check_ae_title(std::string_view title);
// 1 to 64 digits and dots (PS3.5 9.1); components are not looked at. Errors: Malformed.
[[nodiscard]] Result<void> check_uid(std::string_view uid);

// ---------------------------------------------------------------- P-DATA-TF (9.3.5)

// One presentation data value: a fragment of a command set or of a data set (PS3.8 9.3.5.1, E.2).
struct Pdv {
  std::uint8_t context_id = 0;
  bool is_command = false;
  bool is_last = false;
  Bytes fragment;  // within the PDU it was read from
};

// Reads the PDVs of one P-DATA-TF in order: next() until done().
class PdvReader {
 public:
  explicit PdvReader(Bytes pdu) : pdu_(pdu), at_(kPduHeaderBytes) {}
  [[nodiscard]] bool done() const { return at_ == pdu_.size(); }
  [[nodiscard]] Result<Pdv> next();

 private:
  Bytes pdu_;
  std::size_t at_;
};

// The twelve bytes before the fragment of a P-DATA-TF that holds one PDV.
using PDataHeader = std::array<std::uint8_t, kPduHeaderBytes + kPdvHeaderBytes>;
[[nodiscard]] PDataHeader p_data_header(std::uint8_t context_id, bool is_command, bool is_last,
                                        std::uint32_t fragment_bytes);

}  // namespace slipring::dimse
