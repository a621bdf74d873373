// The table of PS3.8 9.2, against properties that its text states.
#include "engine/dimse/association/state_machine.h"

#include <gtest/gtest.h>

namespace slipring::dimse {
namespace {

constexpr Event kPdus[] = {Event::AcceptPdu, Event::RejectPdu,         Event::RequestPdu,
                           Event::DataPdu,   Event::ReleaseRequestPdu, Event::ReleaseResponsePdu,
                           Event::AbortPdu,  Event::InvalidPdu};

bool has_connection(State state) { return state != State::Idle && state != State::AwaitTransport; }

TEST(StateMachineTest, EveryPduHasAnAnswerInEveryStateWithAConnection) {
  for (int state = 1; state <= kStates; ++state)
    for (const Event event : kPdus) {
      const Step taken = step(static_cast<State>(state), event, true);
      EXPECT_EQ(taken.action != Action::None, has_connection(static_cast<State>(state)))
          << "Sta" << state << " event " << static_cast<int>(event);
    }
}

TEST(StateMachineTest, AnAbortAndAClosedConnectionEndEveryState) {
  for (int state = 2; state <= kStates; ++state) {
    const Step closed = step(static_cast<State>(state), Event::TransportClosed, true);
    EXPECT_EQ(closed.next, State::Idle) << state;
    if (static_cast<State>(state) == State::AwaitTransport) continue;
    EXPECT_EQ(step(static_cast<State>(state), Event::AbortPdu, true).next, State::Idle) << state;
  }
}

TEST(StateMachineTest, WhatHasNoPlaceIsAbortedInEveryStateWithAnAssociation) {
  int aborted = 0;
  for (int state = 3; state <= 12; ++state) {
    if (static_cast<State>(state) == State::AwaitTransport) continue;
    const Step taken = step(static_cast<State>(state), Event::InvalidPdu, true);
    EXPECT_EQ(taken.action, Action::AA8) << state;
    EXPECT_EQ(taken.next, State::AwaitClose) << state;
    ++aborted;
  }
  EXPECT_EQ(aborted, 9);
}

TEST(StateMachineTest, ThePathsOfAnAssociationAreThoseOfTheStandard) {
  struct Path {
    State from;
    Event event;
    bool is_requestor;
    Action action;
    State next;
  };
  using enum Action;
  const Path paths[] = {
      {State::Idle, Event::LocalRequest, true, AE1, State::AwaitTransport},
      {State::AwaitTransport, Event::TransportOpen, true, AE2, State::AwaitAnswer},
      {State::AwaitAnswer, Event::AcceptPdu, true, AE3, State::Established},
      {State::AwaitAnswer, Event::RejectPdu, true, AE4, State::Idle},
      {State::Idle, Event::TransportIndication, false, AE5, State::AwaitRequest},
      {State::AwaitRequest, Event::RequestPdu, false, AE6, State::AwaitLocalAnswer},
      {State::AwaitLocalAnswer, Event::LocalAccept, false, AE7, State::Established},
      {State::AwaitLocalAnswer, Event::LocalReject, false, AE8, State::AwaitClose},
      {State::Established, Event::DataPdu, true, DT2, State::Established},
      {State::Established, Event::LocalRelease, true, AR1, State::AwaitRelease},
      {State::Established, Event::ReleaseRequestPdu, false, AR2, State::AwaitLocalRelease},
      {State::AwaitLocalRelease, Event::LocalReleaseResponse, false, AR4, State::AwaitClose},
      {State::AwaitRelease, Event::ReleaseResponsePdu, true, AR3, State::Idle},
      {State::AwaitRelease, Event::DataPdu, true, AR6, State::AwaitRelease},
      {State::AwaitRelease, Event::ReleaseRequestPdu, true, AR8, State::CollisionRequestorLocal},
      {State::AwaitRelease, Event::ReleaseRequestPdu, false, AR8, State::CollisionAcceptor},
      {State::CollisionRequestorLocal, Event::LocalReleaseResponse, true, AR9,
       State::CollisionRequestor},
      {State::CollisionRequestor, Event::ReleaseResponsePdu, true, AR3, State::Idle},
      {State::CollisionAcceptor, Event::ReleaseResponsePdu, false, AR10,
       State::CollisionAcceptorLocal},
      {State::CollisionAcceptorLocal, Event::LocalReleaseResponse, false, AR4, State::AwaitClose},
      {State::AwaitRequest, Event::TimerExpired, false, AA2, State::Idle},
      {State::AwaitRequest, Event::DataPdu, false, AA1, State::AwaitClose},
  };
  for (const Path& path : paths) {
    const Step taken = step(path.from, path.event, path.is_requestor);
    EXPECT_EQ(taken.action, path.action) << static_cast<int>(path.from);
    EXPECT_EQ(taken.next, path.next) << static_cast<int>(path.from);
  }
}

}  // namespace
}  // namespace slipring::dimse
