#include "engine/dimse/association/pdu_reader.h"

#include <algorithm>
#include <utility>

#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {
constexpr std::size_t kBytesAtFirst = 64 << 10;
constexpr std::size_t kBytesAhead = 256 << 10;  // for a peer that sends faster than it is read
}  // namespace

Result<void> PduReader::check(const PduHeader& header) const {
  const bool is_data = header.type == static_cast<std::uint8_t>(PduType::PData);
  const std::uint32_t most = is_data ? (data_bytes_max_ == 0 ? kMaxPduBytesCap : data_bytes_max_)
                                     : limits_.control_pdu_bytes_max;
  if (header.length_bytes > most)
    return fail(ErrorCode::LimitExceeded, 2, "a PDU is longer than allowed", most,
                header.length_bytes);
  return {};
}

// Where the next bytes go. When the buffer is full it doubles, up to what is wanted, or to what is
// read ahead of a peer that filled it: its size follows what came.
MutableBytes PduReader::room(std::size_t wanted_bytes) {
  if (begin_ == end_) begin_ = end_ = 0;
  const bool is_filled = std::exchange(was_filled_, false) && bytes_.size() < kBytesAhead;
  if (begin_ != 0 && (is_filled || begin_ + wanted_bytes > bytes_.size())) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, held());
    end_ -= begin_;
    begin_ = 0;
  }
  if (is_filled || end_ == bytes_.size()) bytes_.resize(std::max(kBytesAtFirst, 2 * bytes_.size()));
  return bytes_.mutable_bytes().subspan(end_);
}

void PduReader::took(std::size_t bytes) {
  end_ += bytes;
  was_filled_ = end_ == bytes_.size();
}

// At least one byte more.
Result<void> PduReader::receive_more(std::size_t wanted_bytes, Deadline deadline) {
  TRY_ASSIGN(const std::size_t got, stream_.receive(room(wanted_bytes), deadline));
  if (got == 0) return closed("the peer closed the connection");
  took(got);
  return {};
}

// False also at the end and after an error: whoever waits will be told.
bool PduReader::receive_at_once(std::size_t wanted_bytes) {
  const auto got = stream_.receive_now(room(wanted_bytes));
  if (!got || got->value_or(0) == 0) return false;
  took(**got);
  return true;
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
  if (failure_) return std::unexpected(*failure_);
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

bool PduReader::wait_for_next(Deadline first) {
  begin_ += std::exchange(taken_, 0);
  if (held() != 0 || failure_) return true;
  const auto came = receive_more(kPduHeaderBytes, first);
  if (came) return true;
  if (fault_of(came.error()) == PeerFault::TimedOut && first.passed()) return false;
  failure_ = came.error();
  return true;
}

bool PduReader::has_whole() {
  begin_ += std::exchange(taken_, 0);
  while (true) {
    std::size_t wanted_bytes = kPduHeaderBytes;
    if (held() >= kPduHeaderBytes) {
      const PduHeader header = read_pdu_header(bytes_.bytes().subspan(begin_, kPduHeaderBytes));
      if (header.type < 1 || header.type > 7 || !check(header)) return true;
      wanted_bytes += header.length_bytes;
      if (held() >= wanted_bytes) return true;
    }
    if (!receive_at_once(wanted_bytes)) return false;
  }
}

std::optional<std::uint8_t> PduReader::peek_type() {
  begin_ += std::exchange(taken_, 0);
  if (held() == 0 && !receive_at_once(kPduHeaderBytes)) return std::nullopt;
  return bytes_.data()[begin_];
}

}  // namespace slipring::dimse
