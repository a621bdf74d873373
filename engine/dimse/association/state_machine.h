// State machine: PS3.8 table 9-10 as a table: in this state, on this event, do this action and go
// to that state. Pure; Association carries the actions out.
#pragma once

#include <cstdint>

namespace slipring::dimse {

enum class State : std::uint8_t {  // PS3.8 tables 9-1 to 9-5
  Idle = 1,                        // Sta1
  AwaitRequest = 2,                // Sta2: transport open, waiting for an A-ASSOCIATE-RQ
  AwaitLocalAnswer = 3,            // Sta3: our own user decides
  AwaitTransport = 4,              // Sta4
  AwaitAnswer = 5,                 // Sta5: waiting for AC or RJ
  Established = 6,                 // Sta6
  AwaitRelease = 7,                // Sta7: waiting for an A-RELEASE-RP
  AwaitLocalRelease = 8,           // Sta8
  CollisionRequestorLocal = 9,     // Sta9
  CollisionAcceptor = 10,          // Sta10
  CollisionRequestor = 11,         // Sta11
  CollisionAcceptorLocal = 12,     // Sta12
  AwaitClose = 13,                 // Sta13
};

enum class Event : std::uint8_t {  // the rows of table 9-10, in its order
  LocalRequest,
  TransportOpen,
  AcceptPdu,
  RejectPdu,
  TransportIndication,
  RequestPdu,
  LocalAccept,
  LocalReject,
  LocalData,
  DataPdu,
  LocalRelease,
  ReleaseRequestPdu,
  ReleaseResponsePdu,
  LocalReleaseResponse,
  LocalAbort,
  AbortPdu,
  TransportClosed,
  TimerExpired,  // ARTIM
  InvalidPdu,    // unrecognized or not readable
};
inline constexpr int kStates = 13;
inline constexpr int kEvents = 19;

enum class Action : std::uint8_t {  // PS3.8 tables 9-6 to 9-9
  None,                             // the event cannot happen in this state
  AE1,
  AE2,
  AE3,
  AE4,
  AE5,
  AE6,
  AE7,
  AE8,
  DT1,
  DT2,
  AR1,
  AR2,
  AR3,
  AR4,
  AR5,
  AR6,
  AR7,
  AR8,
  AR9,
  AR10,
  AA1,
  AA2,
  AA3,
  AA4,
  AA5,
  AA6,
  AA7,
  AA8,
};

struct Step {
  Action action = Action::None;
  State next = State::Idle;
};

// `is_requestor` matters for AR-8 alone: a release collision. AE-6 gives Sta3; refusing what cannot
// be accepted (another protocol version) is up to who decides there.
[[nodiscard]] Step step(State state, Event event, bool is_requestor);

}  // namespace slipring::dimse
