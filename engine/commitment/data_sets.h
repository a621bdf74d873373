// The two data sets of Storage Commitment (PS3.4 J.3.2, J.3.3), read and written: which instances
// are asked for under a transaction, and which are kept or not. Pure: bytes and values; what comes
// from a peer is scanned as any object is. Errors: Malformed, Unsupported (a transfer syntax),
// LimitExceeded, and those of the scan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"

namespace slipring::commitment {

inline constexpr std::string_view kPushModelClass = "1.2.840.10008.1.20.1";
inline constexpr std::string_view kPushModelInstance = "1.2.840.10008.1.20.1.1";  // well-known
inline constexpr std::uint16_t kRequestAction = 1;                                // PS3.4 J.3.2.1.1
inline constexpr std::uint16_t kAllKeptEvent = 1;                                 // PS3.4 J.3.3.1.1
inline constexpr std::uint16_t kSomeFailedEvent = 2;

inline constexpr std::size_t kInstancesMax = 100'000;       // of one data set that we read
inline constexpr std::size_t kDataSetBytesMax = 64U << 20;  // the same

// Why an instance is not kept (PS3.3 C.14.1.1).
namespace reasons {
inline constexpr std::uint16_t kProcessingFailure = 0x0110;
inline constexpr std::uint16_t kNoSuchInstance = 0x0112;
inline constexpr std::uint16_t kClassInstanceConflict = 0x0119;
inline constexpr std::uint16_t kClassNotSupported = 0x0122;
inline constexpr std::uint16_t kDuplicateTransaction = 0x0131;
inline constexpr std::uint16_t kResourceLimitation = 0x0213;
}  // namespace reasons
// "no such object instance"; "" for a number that has no name.
[[nodiscard]] std::string_view reason_name(std::uint16_t reason);

struct Instance {
  std::string sop_class;
  std::string sop_instance;
  std::optional<std::uint16_t> failure;  // reports only: why it is not kept
};

// A request names all of them in Referenced SOP Sequence; a report those kept there and the others
// in Failed SOP Sequence.
struct DataSet {
  std::string transaction;
  std::vector<Instance> instances;
};

// Explicit or implicit VR little endian, in ascending order of tags; empty sequences are left out.
void append(Buffer& out, const DataSet& data_set, bool explicit_vr);

[[nodiscard]] Result<DataSet> read(Bytes data_set, std::string_view transfer_syntax);

}  // namespace slipring::commitment
