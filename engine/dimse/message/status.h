// Status: what the 16 bits of (0000,0900) say, of any service and of storage in particular (PS3.7
// Annex C, PS3.4 B.2.3, C.4). Pure tables.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::dimse {

enum class StatusClass : std::uint8_t { Success, Warning, Failure, Cancel, Pending };

// By number alone (PS3.7 C.1 to C.5): 0000 success; 0001, 0107, 0116, Bxxx warning; FE00 cancel;
// FF00 and FF01 pending; anything else failure.
[[nodiscard]] StatusClass class_of(std::uint16_t status);
[[nodiscard]] std::string_view name(StatusClass status_class);

// What PS3.7 Annex C and the services of PS3.4 call it, lower case; "" when nobody named it.
[[nodiscard]] std::string_view status_name(std::uint16_t status);

// What a sender of C-STORE does about a status (PS3.4 B.2.3, PS3.7 9.1.1.1.9).
enum class StoreVerdict : std::uint8_t {
  Stored,         // 0000
  StoredChanged,  // B000, B006, B007 and other warnings: stored, with a note
  Present,        // 0111 duplicate: to be confirmed by commitment
  Retry,          // A7xx: out of resources, back off and send again
  Refused,        // anything else: this object will not be stored however often it is sent
};
[[nodiscard]] StoreVerdict store_verdict(std::uint16_t status);

namespace statuses {
inline constexpr std::uint16_t kSuccess = 0x0000;
inline constexpr std::uint16_t kSopClassNotSupported = 0x0122;
inline constexpr std::uint16_t kNoSuchInstance = 0x0112;
inline constexpr std::uint16_t kProcessingFailure = 0x0110;
inline constexpr std::uint16_t kDuplicateInvocation = 0x0210;
inline constexpr std::uint16_t kUnrecognizedOperation = 0x0211;
inline constexpr std::uint16_t kOutOfResources = 0xA700;
inline constexpr std::uint16_t kDataSetMismatch = 0xA900;
inline constexpr std::uint16_t kCannotUnderstand = 0xC000;
inline constexpr std::uint16_t kCancel = 0xFE00;
inline constexpr std::uint16_t kPending = 0xFF00;
inline constexpr std::uint16_t kPendingWarning = 0xFF01;
}  // namespace statuses

}  // namespace slipring::dimse
