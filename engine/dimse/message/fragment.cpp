#include "engine/dimse/message/fragment.h"

#include <algorithm>

#include "codecs/base/contract.h"

namespace slipring::dimse {

Result<std::uint32_t> fragment_bytes_max(std::uint32_t peer_max_pdu_bytes) {
  const std::uint32_t pdu_bytes =
      peer_max_pdu_bytes == 0 ? kMaxPduBytesCap : std::min(peer_max_pdu_bytes, kMaxPduBytesCap);
  if (pdu_bytes < kPdvHeaderBytes + 2)
    return fail(ErrorCode::Unsupported, kNoOffset, "the peer's maximum PDU leaves no room for data",
                kPdvHeaderBytes + 2, pdu_bytes);
  return static_cast<std::uint32_t>(pdu_bytes - kPdvHeaderBytes) & ~1U;
}

Fragmenter::Fragmenter(std::uint8_t context_id, bool is_command, bool ends,
                       std::span<const Bytes> ranges, std::uint32_t fragment_bytes)
    : context_id_(context_id),
      is_command_(is_command),
      ends_(ends),
      ranges_(ranges),
      fragment_bytes_(fragment_bytes) {
  for (const Bytes range : ranges) left_bytes_ += range.size();
  EXPECTS(left_bytes_ % 2 == 0 || ends);
  done_ = left_bytes_ == 0 && !ends;
}

void Fragmenter::next(PDataHeader& header, std::vector<Bytes>& pieces) {
  EXPECTS(!done_);
  const auto size_bytes =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(left_bytes_, fragment_bytes_));
  left_bytes_ -= size_bytes;
  done_ = left_bytes_ == 0;
  header = p_data_header(context_id_, is_command_, done_ && ends_, size_bytes);
  pieces.emplace_back(header);
  for (std::size_t wanted = size_bytes; wanted != 0;) {
    const Bytes rest = ranges_[range_].subspan(at_);
    const std::size_t taken = std::min(wanted, rest.size());
    if (taken != 0) pieces.push_back(rest.first(taken));
    wanted -= taken;
    at_ += taken;
    if (at_ == ranges_[range_].size()) {
      ++range_;
      at_ = 0;
    }
  }
}

}  // namespace slipring::dimse
