// Association: how it comes about, how it ends, and which PDU may come when. Messages are in
// messages.cpp.
#include "engine/dimse/association/association.h"

#include <utility>

#include "codecs/base/contract.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {

constexpr std::uint8_t kByProvider = 2;       // Abort::source
constexpr std::uint8_t kUnrecognizedPdu = 1;  // Abort::reason (PS3.8 table 9-26)
constexpr std::uint8_t kUnexpectedPdu = 2;
constexpr std::uint8_t kInvalidParameter = 6;

Event event_of(std::uint8_t type) {
  switch (static_cast<PduType>(type)) {
    case PduType::AssociateRq:
      return Event::RequestPdu;
    case PduType::AssociateAc:
      return Event::AcceptPdu;
    case PduType::AssociateRj:
      return Event::RejectPdu;
    case PduType::PData:
      return Event::DataPdu;
    case PduType::ReleaseRq:
      return Event::ReleaseRequestPdu;
    case PduType::ReleaseRp:
      return Event::ReleaseResponsePdu;
    case PduType::Abort:
      return Event::AbortPdu;
  }
  return Event::InvalidPdu;
}

bool is_refusal(Action action) {
  return action == Action::AA1 || action == Action::AA7 || action == Action::AA8;
}

}  // namespace

Association::Association(std::unique_ptr<Stream> stream, bool is_requestor,
                         const Timeouts& timeouts, const Limits& limits)
    : stream_(std::move(stream)),
      timeouts_(timeouts),
      limits_(limits),
      reader_(*stream_, limits),
      is_requestor_(is_requestor) {}

Association::~Association() { abort(); }

// ---------------------------------------------------------------- establishing

Result<std::unique_ptr<Association>> Association::request(std::unique_ptr<Stream> stream,
                                                          const Proposal& proposal,
                                                          const Timeouts& timeouts,
                                                          const Limits& limits) {
  std::unique_ptr<Association> made(new Association(std::move(stream), true, timeouts, limits));
  TRY(made->establish_as_requestor(proposal, Deadline::after(timeouts.association)));
  return made;
}

Result<void> Association::establish_as_requestor(const Proposal& proposal, Deadline deadline) {
  TRY_ASSIGN(const AssociateRequest request, request_of(proposal));
  reader_.set_data_bytes_max(proposal.max_pdu_bytes);
  state_ = step(step(state_, Event::LocalRequest, true).next, Event::TransportOpen, true).next;
  Buffer bytes;
  append(bytes, request);
  TRY(send_control(bytes));
  // ARTIM is for the whole answer: half an A-ASSOCIATE-AC does not earn more of it.
  TRY_ASSIGN(const Received received, receive_pdu(deadline, std::nullopt));
  if (received.action == Action::AE4) {
    TRY_ASSIGN(const AssociateReject reject, read_associate_reject(received.pdu));
    return rejected(reject);
  }
  EXPECTS(received.action == Action::AE3);
  auto accept = read_associate_accept(received.pdu, limits_);
  if (!accept) return break_off(accept.error(), kInvalidParameter);
  auto agreed = negotiated_as_requestor(request, *accept);
  if (!agreed) return break_off(agreed.error(), kInvalidParameter);
  return keep(std::move(*agreed));
}

Result<std::unique_ptr<Association>> Association::accept(std::unique_ptr<Stream> stream,
                                                         const AcceptPolicy& policy,
                                                         const Timeouts& timeouts,
                                                         const Limits& limits) {
  std::unique_ptr<Association> made(new Association(std::move(stream), false, timeouts, limits));
  TRY(made->establish_as_acceptor(policy, Deadline::after(timeouts.association)));
  return made;
}

Result<void> Association::establish_as_acceptor(const AcceptPolicy& policy, Deadline deadline) {
  state_ = step(state_, Event::TransportIndication, false).next;
  TRY_ASSIGN(const Received received, receive_pdu(deadline, std::nullopt));
  EXPECTS(received.action == Action::AE6);
  auto request = read_associate_request(received.pdu, limits_);
  if (!request) return break_off(request.error(), kInvalidParameter);
  return accept_request(*request, policy);
}

Result<void> Association::accept_request(const AssociateRequest& request,
                                         const AcceptPolicy& policy) {
  const Answer answer = policy(request);
  Buffer bytes;
  if (const auto* reject = std::get_if<AssociateReject>(&answer)) {
    append(bytes, *reject);
    TRY(send_control(bytes));
    state_ = step(state_, Event::LocalReject, false).next;
    drain(Deadline::after(timeouts_.closing));
    state_ = State::Idle;
    return rejected(*reject);
  }
  const auto& accept = std::get<AssociateAccept>(answer);
  append(bytes, accept);
  TRY(send_control(bytes));
  state_ = step(state_, Event::LocalAccept, false).next;
  reader_.set_data_bytes_max(accept.user.max_pdu_bytes);
  return keep(negotiated_as_acceptor(request, accept));
}

Result<void> Association::keep(Negotiated negotiated) {
  negotiated_ = std::move(negotiated);
  fragment_bytes_ = fragment_bytes_max(negotiated_.peer_max_pdu_bytes).value_or(0);
  return {};
}

// ---------------------------------------------------------------- what comes

// The next PDU and what the state machine does about it. Gives only actions that a caller goes on
// from: AE-3, AE-4, AE-6, DT-2, AR-2, AR-3, AR-6, AR-8, AR-10.
Result<Association::Received> Association::receive_pdu(Deadline first,
                                                       std::optional<Milliseconds> whole) {
  TRY(flush_before_waiting());
  auto pdu = reader_.next(first, whole);
  if (!pdu) return end_with(pdu.error());
  Event event = event_of((*pdu)[0]);
  const bool is_release = event == Event::ReleaseRequestPdu || event == Event::ReleaseResponsePdu;
  if (is_release && !read_release(*pdu)) event = Event::InvalidPdu;
  const Step taken = step(state_, event, is_requestor_);
  if (event == Event::AbortPdu || is_refusal(taken.action))
    return refuse(event, taken.action, *pdu);
  EXPECTS(taken.action != Action::None);
  state_ = taken.next;
  return Received{taken.action, *pdu};
}

Result<Association::Received> Association::refuse(Event event, Action action, Bytes pdu) {
  if (event == Event::AbortPdu) {
    state_ = step(state_, event, is_requestor_).next;
    drop_gathered();
    stream_->finish();
    return aborted(read_abort(pdu).value_or(Abort{}));
  }
  EXPECTS(is_refusal(action));
  if (event == Event::InvalidPdu)
    return break_off({ErrorCode::Malformed, 0, "the peer sent a PDU of unknown type", 0, pdu[0]},
                     kUnrecognizedPdu);
  return break_off(
      {ErrorCode::Malformed, 0, "the peer sent a PDU that has no place here", 0, pdu[0]},
      kUnexpectedPdu);
}

// The next P-DATA-TF, or nothing when the peer asked for release, which is granted.
Result<std::optional<Bytes>> Association::receive_data_pdu(Deadline first) {
  TRY_ASSIGN(const Received received, receive_pdu(first, timeouts_.pdu));
  if (received.action == Action::DT2) return received.pdu;
  EXPECTS(received.action == Action::AR2);
  TRY(answer_release());
  return std::optional<Bytes>{};
}

Result<std::optional<Pdv>> Association::next_pdv(Deadline first) {
  if (!pdvs_ || pdvs_->done()) {
    pdvs_.reset();
    TRY_ASSIGN(const std::optional<Bytes> pdu, receive_data_pdu(first));
    if (!pdu) return std::optional<Pdv>{};
    pdvs_.emplace(*pdu);
  }
  auto pdv = pdvs_->next();  // a P-DATA-TF without any is malformed too
  if (!pdv) return break_off(pdv.error(), kInvalidParameter);
  return *pdv;
}

void Association::wait_for_whole_answers() {
  if (state_ == State::Established) stream_->wake_at(kPduHeaderBytes + kPdvHeaderBytes + 1);
}

bool Association::has_incoming() {
  return state_ == State::Established && ((pdvs_ && !pdvs_->done()) || reader_.peek_type());
}

bool Association::has_incoming(Milliseconds wait) {
  if (state_ != State::Established) return false;
  return (pdvs_ && !pdvs_->done()) || reader_.wait_for_next(Deadline::after(wait));
}

// ---------------------------------------------------------------- ending

Result<void> Association::release() {
  if (state_ != State::Established) return {};
  if (is_held_) drop_gathered();
  TRY(flush());
  data_context_.reset();
  pdvs_.reset();
  stream_->wake_at(1);  // what answers a release is shorter
  Buffer bytes;
  append_release(bytes, PduType::ReleaseRq);
  TRY(send_control(bytes));
  state_ = step(state_, Event::LocalRelease, is_requestor_).next;
  return await_release(Deadline::after(timeouts_.release));
}

// From Sta7 to the end: P-DATA is dropped (AR-6); a collision is answered in the order that PS3.8
// 9.2.3 gives it (AR-8 to AR-10).
Result<void> Association::await_release(Deadline deadline) {
  while (state_ != State::Idle) {
    if (deadline.passed()) return end_with(timed_out("the peer did not answer a release").error());
    TRY_ASSIGN(const Received received, receive_pdu(deadline, std::nullopt));
    if (received.action == Action::AR3) stream_->finish();
    const bool answers =
        (received.action == Action::AR8 && is_requestor_) || received.action == Action::AR10;
    if (answers) TRY(answer_release());
  }
  return {};
}

// From Sta8, Sta9 or Sta12: sends the A-RELEASE-RP. From Sta9 the peer's own is still to come.
Result<void> Association::answer_release() {
  if (is_held_) drop_gathered();
  TRY(flush());
  Buffer bytes;
  append_release(bytes, PduType::ReleaseRp);
  TRY(send_control(bytes));
  state_ = step(state_, Event::LocalReleaseResponse, is_requestor_).next;
  if (state_ != State::AwaitClose) return {};
  drain(Deadline::after(timeouts_.closing));
  state_ = State::Idle;
  return {};
}

void Association::abort() { end({}); }

// Tells the peer where there is one to tell (AA-1, AA-8), then waits a moment for it to close, lest
// a reset overtakes what was said.
void Association::end(const Abort& why) {
  drop_gathered();
  if (state_ == State::Idle) return;
  Buffer bytes;
  append(bytes, why);
  const Bytes piece = bytes.bytes();
  state_ = State::Idle;
  pdvs_.reset();
  if (!stream_->send({&piece, 1}, Deadline::after(timeouts_.closing))) return;
  stream_->finish();
  drain(Deadline::after(timeouts_.closing));
}

void Association::drain(Deadline deadline) {
  std::uint8_t dropped[4096];
  while (!deadline.passed()) {
    const auto got = stream_->receive(dropped, deadline);
    if (!got || *got == 0) return;
  }
}

// After an error of the stream: nobody is told where nobody is left.
std::unexpected<Error> Association::end_with(const Error& error) {
  drop_gathered();
  if (fault_of(error) == PeerFault::Closed || state_ == State::AwaitRequest)
    state_ = State::Idle;
  else if (fault_of(error) == PeerFault::Protocol)
    end({kByProvider, kInvalidParameter});
  else
    end({});
  return std::unexpected(error);
}

// After a PDU that breaks the protocol (AA-1, AA-8).
std::unexpected<Error> Association::break_off(const Error& error, std::uint8_t reason) {
  end({kByProvider, reason});
  return std::unexpected(error);
}

Result<void> Association::send_control(const Buffer& pdu) {
  const Bytes piece = pdu.bytes();
  if (auto sent = stream_->send({&piece, 1}, Deadline::after(timeouts_.pdu)); !sent)
    return end_with(abort_in_flight().value_or(sent.error()));
  return {};
}

// Why a peer closed while we were sending: its A-ABORT may have arrived before the end did.
std::optional<Error> Association::abort_in_flight() {
  constexpr int kPdusMax = 16;
  constexpr Milliseconds kAtOnce{1};
  if (pdvs_ && !pdvs_->done()) return std::nullopt;
  for (int pdu = 0; pdu < kPdusMax; ++pdu) {
    const auto read = reader_.next(Deadline::after(kAtOnce), kAtOnce);
    if (!read) return std::nullopt;
    if ((*read)[0] != static_cast<std::uint8_t>(PduType::Abort)) continue;
    state_ = State::Idle;
    return aborted(read_abort(*read).value_or(Abort{})).error();
  }
  return std::nullopt;
}

}  // namespace slipring::dimse
