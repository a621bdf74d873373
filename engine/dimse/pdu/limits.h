// Limits: every bound that a peer's bytes can run into while PDUs are read, by name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipring::dimse {

struct Limits {
  std::uint32_t control_pdu_bytes_max = 1U << 20;  // A-ASSOCIATE, A-RELEASE and A-ABORT
  std::size_t contexts_max = 128;                  // ids are odd and fit a byte (PS3.8 9.3.2.2)
  std::size_t syntaxes_per_context_max = 256;
  std::size_t user_items_max = 1024;         // of one A-ASSOCIATE
  std::size_t related_classes_max = 256;     // of one common extended negotiation (57H)
  std::size_t command_bytes_max = 64 << 10;  // of one command set, over all of its fragments
};

// What we take in one P-DATA-TF when nothing else is asked for, and the most we ever send in one,
// whatever a peer allows.
inline constexpr std::uint32_t kMaxPduBytesDefault = 256 << 10;
inline constexpr std::uint32_t kMaxPduBytesCap = 1U << 20;

}  // namespace slipring::dimse
