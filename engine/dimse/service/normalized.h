// Normalized: DIMSE-N as a user of it (PS3.7 10.1): N-CREATE, N-SET, N-GET, N-ACTION and N-DELETE,
// one request and its response at a time. Attributes go and come as encoded data sets in the
// context's transfer syntax. A context may be of a Meta SOP class (PS3.4 H.3.2): the class that a
// request is about is named apart from it.
//
// What the peer reports of its own accord meanwhile (N-EVENT-REPORT) is taken, answered with
// success, and counted: a peer that reports without end breaks the association.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/dimse/association/association.h"

namespace slipring::dimse {

struct NormalizedLimits {
  std::size_t data_set_bytes_max = std::size_t{1} << 20;
  std::uint64_t reports_max = 10'000;  // between a request and its response
};

// What a request is about. `instance` is empty where an N-CREATE leaves it to the peer.
struct Subject {
  std::string sop_class;
  std::string instance;
};

struct NormalizedAnswer {
  std::uint16_t status = 0;
  std::string instance;                // as the response names it, else the request's
  std::vector<std::uint8_t> data_set;  // empty when there is none
  std::string comment;                 // (0000,0902)
  std::vector<dicom::Tag> offending;   // (0000,0901)
};

// Told of an N-EVENT-REPORT; its data set is in the context's transfer syntax.
using Reported = std::function<void(const Command& report, Bytes data_set)>;

class Normalized {
 public:
  // `association` and `context` outlive this; `reported` may be empty.
  Normalized(Association& association, const Context& context, Reported reported = {},
             const NormalizedLimits& limits = {})
      : association_(association),
        context_(context),
        reported_(std::move(reported)),
        limits_(limits) {}

  [[nodiscard]] const Context& context() const { return context_; }

  // Errors of all: those of Association; Mismatch (a response to another message), LimitExceeded;
  // the association is over then. A status that is no success is no error.
  [[nodiscard]] Result<NormalizedAnswer> create(const Subject& subject, std::span<const Bytes> of);
  [[nodiscard]] Result<NormalizedAnswer> set(const Subject& subject, std::span<const Bytes> of);
  // Without attributes: all there are.
  [[nodiscard]] Result<NormalizedAnswer> get(const Subject& subject,
                                             std::vector<dicom::Tag> attributes);
  [[nodiscard]] Result<NormalizedAnswer> action(const Subject& subject, std::uint16_t type);
  [[nodiscard]] Result<NormalizedAnswer> remove(const Subject& subject);

 private:
  Result<NormalizedAnswer> ask(Command command, std::span<const Bytes> data_set);
  Result<Incoming> await(const Command& command);
  Result<void> take_report(const Incoming& incoming);
  std::unexpected<Error> broken(const Error& error);

  Association& association_;
  const Context& context_;
  Reported reported_;
  const NormalizedLimits limits_;
};

}  // namespace slipring::dimse
