#include "engine/dimse/association/pdu_reader.h"

#include <algorithm>

#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {
constexpr std::size_t kBytesAtFirst = 64 << 10;
}

Result<void> PduReader::check(const PduHeader& header) const {
  const bool is_data = header.type == static_cast<std::uint8_t>(PduType::PData);
  const std::uint32_t most = is_data ? (data_bytes_max_ == 0 ? kMaxPduBytesCap : data_bytes_max_)
                                     : limits_.control_pdu_bytes_max;
  if (header.length_bytes > most)
    return fail(ErrorCode::LimitExceeded, 2, "a PDU is longer than allowed", most,
                header.length_bytes);
  return {};
}

// At least one byte more. When the buffer is full it doubles, up to what is wanted: its size
// follows what came.
Result<void> PduReader::receive_more(std::size_t wanted_bytes, Deadline deadline) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (begin_ + wanted_bytes > bytes_.size() && begin_ != 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, held());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == bytes_.size()) bytes_.resize(std::max(kBytesAtFirst, 2 * bytes_.size()));
  TRY_ASSIGN(const std::size_t got,
             stream_.receive(bytes_.mutable_bytes().subspan(end_), deadline));
  if (got == 0) return closed("the peer closed the connection");
  end_ += got;
  return {};
}

Result<void> PduReader::fill(std::size_t wanted_bytes, Deadline deadline) {
  while (held() < wanted_bytes) {
    if (deadline.passed()) return timed_out("the peer sent half a PDU and then too little");
    TRY(receive_more(wanted_bytes, deadline));
  }
  return {};
}

Result<Bytes> PduReader::next(Deadline first, std::optional<Milliseconds> pdu) {
  begin_ += std::exchange(taken_, 0);
  if (held() == 0) TRY(receive_more(kPduHeaderBytes, first));
  const Deadline whole = pdu ? Deadline::after(*pdu) : first;
  TRY(fill(kPduHeaderBytes, whole));
  const PduHeader header = read_pdu_header(bytes_.bytes().subspan(begin_, kPduHeaderBytes));
  taken_ = kPduHeaderBytes;
  if (header.type >= 1 && header.type <= 7) {
    TRY(check(header));
    TRY(fill(kPduHeaderBytes + header.length_bytes, whole));
    taken_ += header.length_bytes;
  }
  return bytes_.bytes().subspan(begin_, taken_);
}

std::optional<std::uint8_t> PduReader::peek_type() {
  begin_ += std::exchange(taken_, 0);
  if (held() == 0 && (!stream_.readable() || !receive_more(1, Deadline::after(Milliseconds(1)))))
    return std::nullopt;
  return bytes_.data()[begin_];
}

}  // namespace slipring::dimse
