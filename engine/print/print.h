// Print: START HERE. Images onto film by Basic Grayscale and Basic Color Print Management (PS3.4
// Annex H) as SCU: a film session, in it one film box after the other, each with its image boxes
// filled (N-SET) and printed (N-ACTION). One association; one thread.
//
// What the printer does not take is the image's fate; what it does not make (session, film box) is
// the job's. An image is called printed when the printer has taken its film, which is all that
// these services say: paper may still be short.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/dimse/service/normalized.h"
#include "engine/dimse/service/peer.h"
#include "engine/print/film.h"

namespace slipring::print {

struct Options {
  dimse::Peer peer;
  dimse::Proposal proposal;  // titles, maximum PDU; its context is made here
  dimse::Timeouts timeouts;
  bool colour = false;
  SessionWishes session;
  FilmWishes film;
};

// What became of an image that was given to add().
struct Fate {
  std::string path;
  std::size_t frame = 0;  // from 0
  std::size_t film = 0;   // from 1
  unsigned position = 0;  // of its box, from 1; 0: it has none
  bool printed = false;
  std::uint16_t status = 0;  // of the last response about it
  std::string comment;       // of that response
};
using Told = std::function<void(const Fate& fate)>;
using ToldOfPrinter = std::function<void(const PrinterState& state)>;

class Printing {
 public:
  // Calls the printer. Errors: those of dimse::associate; Unsupported when it takes no print
  // management of this kind. `reported` hears of what the printer reports meanwhile.
  [[nodiscard]] static Result<std::unique_ptr<Printing>> open(const Options& options, Told told,
                                                              ToldOfPrinter reported = {});

  // N-GET of the printer, all it says: not every printer has what is not mandatory. Errors: the
  // association's; Mismatch with the status when it does not say.
  [[nodiscard]] Result<PrinterState> printer();

  // Into the next box; a film whose boxes are full is printed. The fate may be told by a later
  // call. Errors: the association's; Mismatch with its status when the printer makes no session or
  // no film box. After an error nothing can be added.
  Result<void> add(const std::string& path, std::size_t frame, const Printable& printable);

  // Prints the film begun, ends the session, releases. After an error of add() do not.
  Result<void> finish();

  // For what was added and has no fate when an error ended the job: tells that it is not printed.
  void give_up();

  [[nodiscard]] std::size_t films() const { return films_printed_; }
  // The warnings there were, by status: each once.
  [[nodiscard]] const std::vector<std::uint16_t>& warnings() const { return warnings_; }

 private:
  Printing(const Options& options, Told told, ToldOfPrinter reported);
  Result<void> begin_session();
  Result<void> begin_film();
  Result<void> end_film();
  Result<dimse::NormalizedAnswer> made(Result<dimse::NormalizedAnswer> answer,
                                       std::string_view what);
  void note(std::uint16_t status);
  void report(const dimse::Command& command, Bytes data_set);
  [[nodiscard]] dicom::Encoding encoding() const;

  const Options options_;
  Told told_;
  ToldOfPrinter reported_;
  std::unique_ptr<dimse::Association> association_;
  std::unique_ptr<dimse::Normalized> normalized_;
  std::string session_;  // instances; "" when there is none
  std::string film_;
  ImageBoxes boxes_;
  std::vector<Fate> on_film_;
  std::size_t films_begun_ = 0;
  std::size_t films_printed_ = 0;
  std::vector<std::uint16_t> warnings_;
};

}  // namespace slipring::print
