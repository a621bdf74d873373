// The counts of a send.
#include <bit>

#include "engine/ingest/send/send.h"

namespace slipring::ingest::send {

using ledger::DeliveryState;

void ResponseTimes::add(std::chrono::nanoseconds time) {
  const auto microseconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.count())) / 1000;
  ++buckets[std::min<std::size_t>(std::bit_width(microseconds), buckets.size() - 1)];
}

void ResponseTimes::add(const ResponseTimes& other) {
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
}

double ResponseTimes::quantile_s(double part) const {
  std::uint64_t all = 0;
  for (const std::uint64_t count : buckets) all += count;
  const double wanted = part * static_cast<double>(all);
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    passed += buckets[i];
    if (passed != 0 && static_cast<double>(passed) >= wanted)
      return static_cast<double>(std::uint64_t{1} << i) * 1e-6;
  }
  return 0;
}

void Summary::count(const Report& report) {
  using Fate = Report::Fate;
  const ledger::Delivery& delivery = report.delivery;
  ++seen;
  bytes_in += delivery.source.size_bytes;
  if (!delivery.reason.empty()) ++reasons[delivery.reason];
  if (report.fate == Fate::Skipped) {
    ++skipped;
    return;
  }
  const bool is_old = report.fate == Fate::Before;
  if (is_old) ++resumed;
  if (report.fate == Fate::NotSent) ++not_sent;
  if (report.error && dicom::is_reading_trouble(report.error->code)) ++unreadable;
  switch (delivery.state) {
    case DeliveryState::Stored:
      ++stored;
      break;
    case DeliveryState::Warning:
      ++warning;
      break;
    case DeliveryState::Unknown:
      ++unknown;
      break;
    default:
      ++failed;
  }
  if (is_old) return;
  attempts += delivery.attempts;
  if (delivery.status) ++statuses[*delivery.status];
  if (delivery.state != DeliveryState::Stored && delivery.state != DeliveryState::Warning) return;
  bytes_out += delivery.bytes;
  ++moves[{delivery.from, delivery.to}];
  if (delivery.from != delivery.to) ++transcoded;
  if (!report.proven || !report.proven->loss) return;
  ++derived;
  tally(delivery.path, *report.proven->loss, rules);
}

Exit exit_of(const Summary& summary) {
  if (summary.ledger) return exits::kLedgerFailed;
  if (summary.peer) return exits::kPeerFailed;
  if (summary.interrupted) return exits::kInterrupted;
  if (summary.time_is_up) return exits::kTimeIsUp;
  if (summary.unreadable > 0) return exits::kSourceUnreadable;
  if (!summary.balanced()) return exits::kBooksDoNotBalance;
  if (summary.failed + summary.unknown > 0) return exits::kObjectsFailed;
  if (summary.stored + summary.warning == 0) return exits::kNoDicomFound;
  return exits::kOk;
}

}  // namespace slipring::ingest::send
