// Association: one association over one stream, as requestor or acceptor: messages sent as gathers
// of ranges, received command first and then data set, released or aborted (PS3.8 section 7, PS3.7
// section 8). Blocking; one thread at a time; another stops it by the stream's Interrupt.
//
// Every call that fails for a peer's fault has ended the association (an A-ABORT was sent where one
// could be): the error tells why (transport/peer_error.h), and further calls answer Closed. Leaving
// an association without release() aborts it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/dimse/association/negotiation.h"
#include "engine/dimse/association/pdu_reader.h"
#include "engine/dimse/association/state_machine.h"
#include "engine/dimse/message/command.h"
#include "engine/dimse/message/fragment.h"
#include "engine/dimse/transport/stream.h"

namespace slipring::dimse {

// A command that came. Where command.has_data_set, its data set must be taken next.
struct Incoming {
  std::uint8_t context_id = 0;
  Command command;
};

// Takes a data set's fragments in order, as they arrive; a fragment is valid during the call. An
// error of its own stops the transfer and the association: to answer with a failure status instead
// (disk full), drop the rest and give success.
using FragmentSink = std::function<Result<void>(Bytes fragment)>;

class Association {
 public:
  ~Association();
  Association(const Association&) = delete;
  Association& operator=(const Association&) = delete;

  // As requestor: proposes over a connected stream and waits for the answer (timeouts.association).
  // Errors: Rejected, TimedOut, Closed, Aborted, Protocol; those of request_of.
  [[nodiscard]] static Result<std::unique_ptr<Association>> request(std::unique_ptr<Stream> stream,
                                                                    const Proposal& proposal,
                                                                    const Timeouts& timeouts = {},
                                                                    const Limits& limits = {});

  // As acceptor: waits for a request (timeouts.association) and answers as `policy` says. A refused
  // peer is told, and is an error: Rejected.
  [[nodiscard]] static Result<std::unique_ptr<Association>> accept(std::unique_ptr<Stream> stream,
                                                                   const AcceptPolicy& policy,
                                                                   const Timeouts& timeouts = {},
                                                                   const Limits& limits = {});

  [[nodiscard]] const Negotiated& negotiated() const { return negotiated_; }
  [[nodiscard]] bool is_requestor() const { return is_requestor_; }
  [[nodiscard]] bool established() const { return state_ == State::Established; }
  [[nodiscard]] std::string peer() const { return stream_->peer(); }
  [[nodiscard]] const Timeouts& timeouts() const { return timeouts_; }

  // 1, 2 ... 65535, 1 ...: for requests.
  [[nodiscard]] std::uint16_t next_message_id();

  // Sends a message: the command, and where it has a data set, all of `data_set` (encoded in the
  // context's transfer syntax) in one gather with it. No byte of it is copied.
  // With an asynchronous window several requests may be sent before their responses are received;
  // who does so matches responses by message id.
  // Errors: Unsupported (a peer's maximum PDU below 8, a context not accepted), TimedOut (it
  // stopped reading), Closed, Aborted, Cancelled.
  Result<void> send(std::uint8_t context_id, const Command& command,
                    std::span<const Bytes> data_set = {});

  // As send, but the message may wait to go out in one gather with those that follow. All that were
  // posted go out by flush(), with whatever else is sent, and before this association waits for its
  // peer; what `data_set` names stays until then. An error may be about a message posted before.
  Result<void> post(std::uint8_t context_id, const Command& command,
                    std::span<const Bytes> data_set = {});
  Result<void> flush();
  // What was posted does not go out before flush(): neither when this association waits, nor with
  // a release, which drops it.
  void hold() { is_held_ = true; }
  // flush(), unless receive() would have what it needs without waiting.
  Result<void> flush_before_waiting();
  [[nodiscard]] std::size_t posted() const { return posted_; }  // messages that wait
  [[nodiscard]] std::size_t posted_bytes() const { return gathered_bytes_; }

  // The same in steps, for data sets that are made while they are sent: send_command, then
  // send_data until one call says `ends`. Those before it give an even number of bytes.
  Result<void> send_command(std::uint8_t context_id, const Command& command);
  Result<void> send_data(std::uint8_t context_id, std::span<const Bytes> ranges, bool ends);

  // The next command; nullopt when the peer asked for release (which was answered: the association
  // is over, and this is its ordinary end). Waits `wait` for its first byte: timeouts().response
  // for a response, timeouts().idle for whoever serves.
  // Errors: TimedOut, Closed, Aborted, Cancelled, Protocol.
  [[nodiscard]] Result<std::optional<Incoming>> receive(Milliseconds wait);

  // The data set of `incoming`, fragment by fragment. As errors also what `sink` gave.
  Result<void> receive_data(const Incoming& incoming, const FragmentSink& sink);
  // The same into memory. Errors: LimitExceeded beyond `bytes_max`.
  [[nodiscard]] Result<std::vector<std::uint8_t>> gather_data(const Incoming& incoming,
                                                              std::size_t bytes_max);

  // One request and its one response (PS3.7 8.1.1, synchronous), checked against each other.
  // A release instead of a response is Closed. The response's data set, if any, is still to take.
  [[nodiscard]] Result<Incoming> exchange(std::uint8_t context_id, const Command& command,
                                          std::span<const Bytes> data_set = {});

  // Whether a message (or an abort, or the end) has begun to arrive: receive() would not wait long.
  [[nodiscard]] bool has_incoming();
  // As has_incoming, once it is so, at most after `wait`.
  [[nodiscard]] bool has_incoming(Milliseconds wait);

  // For who sends requests one by one: an answer that its peer writes in pieces ends a wait once.
  void wait_for_whole_answers();

  // Ends in order (A-RELEASE), collisions included; messages still coming are dropped. In any other
  // state than established it does nothing. Errors: TimedOut, Closed, Aborted, Protocol.
  Result<void> release();

  // Ends at once: A-ABORT with source 0 (user).
  void abort();

 private:
  Association(std::unique_ptr<Stream> stream, bool is_requestor, const Timeouts& timeouts,
              const Limits& limits);

  Result<void> establish_as_requestor(const Proposal& proposal, Deadline deadline);
  Result<void> establish_as_acceptor(const AcceptPolicy& policy, Deadline deadline);
  Result<void> accept_request(const AssociateRequest& request, const AcceptPolicy& policy);
  Result<void> keep(Negotiated negotiated);

  struct Received {
    Action action = Action::None;
    Bytes pdu;
  };
  Result<Received> receive_pdu(Deadline first, std::optional<Milliseconds> whole);
  Result<Received> refuse(Event event, Action action, Bytes pdu);
  Result<std::optional<Bytes>> receive_data_pdu(Deadline first);
  Result<std::optional<Pdv>> next_pdv(Deadline first);
  Result<void> check_pdv(const Pdv& pdv, bool is_command, std::uint8_t context_id);

  Result<void> check_sending(std::uint8_t context_id) const;
  Result<void> gather(Fragmenter fragmenter);
  void drop_gathered();
  Result<void> look_for_abort();
  Result<void> send_control(const Buffer& pdu);
  [[nodiscard]] std::optional<Error> abort_in_flight();

  Result<void> answer_release();
  Result<void> await_release(Deadline deadline);
  void drain(Deadline deadline);
  void end(const Abort& why);
  std::unexpected<Error> end_with(const Error& error);
  std::unexpected<Error> break_off(const Error& error, std::uint8_t reason);

  std::unique_ptr<Stream> stream_;
  Timeouts timeouts_;
  Limits limits_;
  PduReader reader_;
  bool is_requestor_;
  State state_ = State::Idle;
  Negotiated negotiated_;
  std::uint32_t fragment_bytes_ = 0;  // 0: the peer's maximum leaves no room
  std::uint16_t last_message_id_ = 0;
  std::optional<PdvReader> pdvs_;             // of the P-DATA-TF being read
  std::optional<std::uint8_t> data_context_;  // of a data set still to be taken

  Buffer command_bytes_;  // this and what follows are kept from call to call
  std::vector<Buffer> posted_commands_;
  std::size_t posted_ = 0;
  std::vector<PDataHeader> headers_;
  std::size_t headers_used_ = 0;
  std::vector<Bytes> pieces_;
  std::size_t gathered_bytes_ = 0;
  bool is_held_ = false;
};

}  // namespace slipring::dimse
