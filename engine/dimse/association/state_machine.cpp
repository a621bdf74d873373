#include "engine/dimse/association/state_machine.h"

namespace slipring::dimse {

namespace {

using enum Action;

struct Cell {
  Action action = None;
  int next = 0;  // the number of the state
};

constexpr Cell kNo{};

// In the standard's order: a row an event, a column a state from Sta1 to Sta13.
constexpr Cell kTable[kEvents][kStates] = {
    // LocalRequest
    {{AE1, 4}, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    // TransportOpen
    {kNo, kNo, kNo, {AE2, 5}, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    // AcceptPdu
    {kNo,
     {AA1, 13},
     {AA8, 13},
     kNo,
     {AE3, 6},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA6, 13}},
    // RejectPdu
    {kNo,
     {AA1, 13},
     {AA8, 13},
     kNo,
     {AE4, 1},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA6, 13}},
    // TransportIndication
    {{AE5, 2}, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    // RequestPdu
    {kNo,
     {AE6, 3},
     {AA8, 13},
     kNo,
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA7, 13}},
    // LocalAccept
    {kNo, kNo, {AE7, 6}, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    // LocalReject
    {kNo, kNo, {AE8, 13}, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    // LocalData
    {kNo, kNo, kNo, kNo, kNo, {DT1, 6}, kNo, {AR7, 8}, kNo, kNo, kNo, kNo, kNo},
    // DataPdu
    {kNo,
     {AA1, 13},
     {AA8, 13},
     kNo,
     {AA8, 13},
     {DT2, 6},
     {AR6, 7},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA6, 13}},
    // LocalRelease
    {kNo, kNo, kNo, kNo, kNo, {AR1, 7}, kNo, kNo, kNo, kNo, kNo, kNo, kNo},
    // ReleaseRequestPdu: AR-8 goes to Sta9 as requestor, to Sta10 as acceptor
    {kNo,
     {AA1, 13},
     {AA8, 13},
     kNo,
     {AA8, 13},
     {AR2, 8},
     {AR8, 9},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA6, 13}},
    // ReleaseResponsePdu
    {kNo,
     {AA1, 13},
     {AA8, 13},
     kNo,
     {AA8, 13},
     {AA8, 13},
     {AR3, 1},
     {AA8, 13},
     {AA8, 13},
     {AR10, 12},
     {AR3, 1},
     {AA8, 13},
     {AA6, 13}},
    // LocalReleaseResponse
    {kNo, kNo, kNo, kNo, kNo, kNo, kNo, {AR4, 13}, {AR9, 11}, kNo, kNo, {AR4, 13}, kNo},
    // LocalAbort
    {kNo,
     kNo,
     {AA1, 13},
     {AA2, 1},
     {AA1, 13},
     {AA1, 13},
     {AA1, 13},
     {AA1, 13},
     {AA1, 13},
     {AA1, 13},
     {AA1, 13},
     {AA1, 13},
     kNo},
    // AbortPdu
    {kNo,
     {AA2, 1},
     {AA3, 1},
     kNo,
     {AA3, 1},
     {AA3, 1},
     {AA3, 1},
     {AA3, 1},
     {AA3, 1},
     {AA3, 1},
     {AA3, 1},
     {AA3, 1},
     {AA2, 1}},
    // TransportClosed
    {kNo,
     {AA5, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AA4, 1},
     {AR5, 1}},
    // TimerExpired
    {kNo, {AA2, 1}, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, kNo, {AA2, 1}},
    // InvalidPdu
    {kNo,
     {AA1, 13},
     {AA8, 13},
     kNo,
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA8, 13},
     {AA7, 13}},
};

}  // namespace

Step step(State state, Event event, bool is_requestor) {
  const Cell cell = kTable[static_cast<int>(event)][static_cast<int>(state) - 1];
  if (cell.action == None) return {None, state};
  if (cell.action == AR8 && !is_requestor) return {AR8, State::CollisionAcceptor};
  return {cell.action, static_cast<State>(cell.next)};
}

}  // namespace slipring::dimse
