// Messages over an established association: sent as gathers, received fragment by fragment.
#include <utility>

#include "codecs/base/contract.h"
#include "engine/dimse/association/association.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {

constexpr std::size_t kBatchBytes = 1U << 20;  // of one Stream::send; a deadline is for as much
constexpr std::size_t kBatchPdus = 256;
constexpr int kEmptyFragmentsMax = 64;  // in a row, of one data set
constexpr std::uint8_t kInvalidParameter = 6;

std::unexpected<Error> over() { return closed("the association is over"); }

}  // namespace

std::uint16_t Association::next_message_id() {
  if (++last_message_id_ == 0) ++last_message_id_;
  return last_message_id_;
}

// ---------------------------------------------------------------- sending

Result<void> Association::check_sending(std::uint8_t context_id) const {
  if (state_ != State::Established) return over();
  if (negotiated_.context_by_id(context_id) == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "the peer did not accept this context", 0,
                context_id);
  if (fragment_bytes_ == 0) TRY(fragment_bytes_max(negotiated_.peer_max_pdu_bytes));
  return {};
}

Result<void> Association::post(std::uint8_t context_id, const Command& command,
                               std::span<const Bytes> data_set) {
  EXPECTS(command.has_data_set == !data_set.empty());
  TRY(check_sending(context_id));
  if (posted_ == posted_commands_.size()) posted_commands_.emplace_back();
  Buffer& bytes = posted_commands_[posted_++];
  bytes.clear();
  append(bytes, command);
  const Bytes command_set = bytes.bytes();
  TRY(gather({context_id, true, true, {&command_set, 1}, fragment_bytes_}));
  if (command.has_data_set) TRY(gather({context_id, false, true, data_set, fragment_bytes_}));
  return {};
}

Result<void> Association::send(std::uint8_t context_id, const Command& command,
                               std::span<const Bytes> data_set) {
  TRY(post(context_id, command, data_set));
  return flush();
}

Result<void> Association::send_command(std::uint8_t context_id, const Command& command) {
  TRY(check_sending(context_id));
  command_bytes_.clear();
  append(command_bytes_, command);
  const Bytes command_set = command_bytes_.bytes();
  TRY(gather({context_id, true, true, {&command_set, 1}, fragment_bytes_}));
  return flush();
}

Result<void> Association::send_data(std::uint8_t context_id, std::span<const Bytes> ranges,
                                    bool ends) {
  TRY(check_sending(context_id));
  TRY(gather({context_id, false, ends, ranges, fragment_bytes_}));
  TRY(flush());
  return ends ? Result<void>{} : look_for_abort();
}

Result<void> Association::gather(Fragmenter fragmenter) {
  headers_.resize(kBatchPdus);
  while (!fragmenter.done()) {
    if (headers_used_ == kBatchPdus || gathered_bytes_ >= kBatchBytes) {
      TRY(flush());
      TRY(look_for_abort());
    }
    PDataHeader& header = headers_[headers_used_++];
    fragmenter.next(header, pieces_);
    gathered_bytes_ += load_be<std::uint32_t>(header.data() + 2);
  }
  return {};
}

Result<void> Association::flush() {
  if (pieces_.empty()) return {};
  const auto sent = stream_->send(pieces_, Deadline::after(timeouts_.pdu));
  drop_gathered();
  if (!sent) return end_with(abort_in_flight().value_or(sent.error()));
  return {};
}

Result<void> Association::flush_before_waiting() {
  const bool is_waiting =
      posted_ != 0 && !is_held_ && (!pdvs_ || pdvs_->done()) && !reader_.has_whole();
  return is_waiting ? flush() : Result<void>{};
}

void Association::drop_gathered() {
  pieces_.clear();
  headers_used_ = 0;
  gathered_bytes_ = 0;
  posted_ = 0;
  is_held_ = false;
}

// A peer that aborts in the middle of a data set need not be told the rest of it.
Result<void> Association::look_for_abort() {
  if (pdvs_ && !pdvs_->done()) return {};
  if (reader_.peek_type() == static_cast<std::uint8_t>(PduType::Abort))
    TRY(receive_pdu(Deadline::after(timeouts_.pdu), timeouts_.pdu));
  return {};
}

// ---------------------------------------------------------------- receiving

Result<void> Association::check_pdv(const Pdv& pdv, bool is_command, std::uint8_t context_id) {
  if (pdv.is_command != is_command)
    return break_off(
        {ErrorCode::Malformed, kNoOffset,
         is_command ? "a data set where a command was due" : "a command where a data set was due"},
        kInvalidParameter);
  if (pdv.context_id != context_id)
    return break_off({ErrorCode::Malformed, kNoOffset, "a message changes its context", context_id,
                      pdv.context_id},
                     kInvalidParameter);
  return {};
}

Result<std::optional<Incoming>> Association::receive(Milliseconds wait) {
  if (state_ != State::Established) return over();
  EXPECTS(!data_context_);
  Deadline deadline = Deadline::after(wait);
  Incoming incoming;
  command_bytes_.clear();
  for (bool is_first = true, is_last = false; !is_last; is_first = false) {
    TRY_ASSIGN(const std::optional<Pdv> pdv, next_pdv(deadline));
    if (!pdv && is_first) return std::optional<Incoming>{};
    if (!pdv) return fail(ErrorCode::Malformed, kNoOffset, "a release within a message");
    if (is_first) {
      incoming.context_id = pdv->context_id;
      deadline = Deadline::after(timeouts_.pdu);
    }
    TRY(check_pdv(*pdv, true, incoming.context_id));
    if (command_bytes_.size() + pdv->fragment.size() > limits_.command_bytes_max ||
        deadline.passed())
      return break_off({ErrorCode::LimitExceeded, kNoOffset, "a command set is too long",
                        limits_.command_bytes_max, command_bytes_.size() + pdv->fragment.size()},
                       kInvalidParameter);
    command_bytes_.append(pdv->fragment);
    is_last = pdv->is_last;
  }
  if (negotiated_.context_by_id(incoming.context_id) == nullptr)
    return break_off({ErrorCode::Malformed, kNoOffset, "a message on a context not accepted", 0,
                      incoming.context_id},
                     kInvalidParameter);
  auto command = read_command(command_bytes_.bytes());
  if (!command) return break_off(command.error(), kInvalidParameter);
  incoming.command = std::move(*command);
  if (incoming.command.has_data_set) data_context_ = incoming.context_id;
  return incoming;
}

Result<void> Association::receive_data(const Incoming& incoming, const FragmentSink& sink) {
  if (state_ != State::Established) return over();
  EXPECTS(data_context_ == incoming.context_id);
  const Deadline whole = Deadline::after(timeouts_.message);
  for (int empty = 0; data_context_;) {
    TRY_ASSIGN(const std::optional<Pdv> pdv, next_pdv(Deadline::after(timeouts_.pdu)));
    if (!pdv) return fail(ErrorCode::Malformed, kNoOffset, "a release within a message");
    TRY(check_pdv(*pdv, false, incoming.context_id));
    empty = pdv->fragment.empty() ? empty + 1 : 0;
    if (empty > kEmptyFragmentsMax)
      return break_off({ErrorCode::LimitExceeded, kNoOffset, "a data set of empty fragments"},
                       kInvalidParameter);
    if (whole.passed()) return end_with(timed_out("a data set took too long").error());
    if (pdv->is_last) data_context_.reset();
    if (pdv->fragment.empty()) continue;
    if (const auto taken = sink(pdv->fragment); !taken) {
      data_context_.reset();
      abort();
      return std::unexpected(taken.error());
    }
  }
  return {};
}

Result<std::vector<std::uint8_t>> Association::gather_data(const Incoming& incoming,
                                                           std::size_t bytes_max) {
  std::vector<std::uint8_t> all;
  TRY(receive_data(incoming, [&](Bytes fragment) -> Result<void> {
    if (fragment.size() > bytes_max - all.size())
      return fail(ErrorCode::LimitExceeded, kNoOffset, "a data set is too long for memory",
                  bytes_max, all.size() + fragment.size());
    all.insert(all.end(), fragment.begin(), fragment.end());
    return {};
  }));
  return all;
}

Result<Incoming> Association::exchange(std::uint8_t context_id, const Command& command,
                                       std::span<const Bytes> data_set) {
  TRY(send(context_id, command, data_set));
  TRY_ASSIGN(std::optional<Incoming> answer, receive(timeouts_.response));
  if (!answer) return closed("the peer released the association instead of answering");
  if (const auto fits = check_response(command, answer->command); !fits) {
    abort();
    return std::unexpected(fits.error());
  }
  return std::move(*answer);
}

}  // namespace slipring::dimse
