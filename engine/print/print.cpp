#include "engine/print/print.h"

#include <algorithm>
#include <utility>

#include "engine/dicom/transfer_syntax.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"

namespace slipring::print {

using dimse::NormalizedAnswer;
using dimse::StatusClass;

namespace {

constexpr std::uint16_t kPrintAction = 1;  // PS3.4 table H.4-6

bool is_failure(std::uint16_t status) {
  const StatusClass of = dimse::class_of(status);
  return of != StatusClass::Success && of != StatusClass::Warning;
}

dimse::ProposedContext context_of(bool colour) {
  return {1,
          std::string(colour ? classes::kColourMeta : classes::kGreyMeta),
          {std::string(dimse::kExplicitLittleEndian), std::string(dimse::kImplicitLittleEndian)}};
}

dimse::Subject printer_subject() {
  return {std::string(classes::kPrinter), std::string(classes::kPrinterInstance)};
}

}  // namespace

Printing::Printing(const Options& options, Told told, ToldOfPrinter reported)
    : options_(options), told_(std::move(told)), reported_(std::move(reported)) {}

Result<std::unique_ptr<Printing>> Printing::open(const Options& options, Told told,
                                                 ToldOfPrinter reported) {
  std::unique_ptr<Printing> printing(new Printing(options, std::move(told), std::move(reported)));
  dimse::Proposal proposal = options.proposal;
  proposal.contexts = {context_of(options.colour)};
  TRY_ASSIGN(printing->association_, dimse::associate(options.peer, proposal, options.timeouts));
  const dimse::Negotiated& agreed = printing->association_->negotiated();
  const dimse::Context* const context = agreed.context_by_id(1);
  if (context == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset,
                options.colour ? "the peer takes no basic color print management"
                               : "the peer takes no basic grayscale print management");
  printing->normalized_ = std::make_unique<dimse::Normalized>(
      *printing->association_, *context,
      [raw = printing.get()](const dimse::Command& command, Bytes data_set) {
        raw->report(command, data_set);
      });
  return printing;
}

dicom::Encoding Printing::encoding() const {
  const bool is_implicit = normalized_->context().transfer_syntax == dimse::kImplicitLittleEndian;
  return {!is_implicit, false};
}

// PS3.4 H.4.5.2.1: a printer's status changes; what else it reports is of no interest.
void Printing::report(const dimse::Command& command, Bytes data_set) {
  constexpr const char* kStatuses[] = {"", "NORMAL", "WARNING", "FAILURE"};
  const std::uint16_t type = command.event_type.value_or(0);
  if (!reported_ || command.sop_class != classes::kPrinter || type == 0 || type > 3) return;
  auto state = read_printer(data_set, normalized_->context().transfer_syntax);
  PrinterState known = state ? *std::move(state) : PrinterState{};
  known.status = kStatuses[type];
  reported_(known);
}

void Printing::note(std::uint16_t status) {
  if (dimse::class_of(status) == StatusClass::Warning &&
      std::ranges::find(warnings_, status) == warnings_.end())
    warnings_.push_back(status);
}

// Without it nothing goes on: a failure is an error.
Result<NormalizedAnswer> Printing::made(Result<NormalizedAnswer> answer, std::string_view what) {
  if (!answer) return answer;
  note(answer->status);
  if (is_failure(answer->status))
    return fail(ErrorCode::Mismatch, kNoOffset, what, 0, answer->status);
  return answer;
}

Result<PrinterState> Printing::printer() {
  TRY_ASSIGN(const NormalizedAnswer answer, made(normalized_->get(printer_subject(), {}),
                                                 "the printer does not say how it is: status"));
  return read_printer(answer.data_set, normalized_->context().transfer_syntax);
}

Result<void> Printing::begin_session() {
  Buffer attributes;
  append_session(attributes, options_.session, encoding());
  const Bytes pieces[] = {attributes.bytes()};
  TRY_ASSIGN(const NormalizedAnswer answer,
             made(normalized_->create({std::string(classes::kFilmSession), {}}, pieces),
                  "the printer makes no such film session: status"));
  if (answer.instance.empty())
    return fail(ErrorCode::Malformed, kNoOffset, "the printer does not name its film session");
  session_ = answer.instance;
  return {};
}

Result<void> Printing::begin_film() {
  if (session_.empty()) TRY(begin_session());
  Buffer attributes;
  append_film(attributes, options_.film, session_, encoding());
  const Bytes pieces[] = {attributes.bytes()};
  TRY_ASSIGN(const NormalizedAnswer answer,
             made(normalized_->create({std::string(classes::kFilmBox), {}}, pieces),
                  "the printer makes no such film box: status"));
  if (answer.instance.empty())
    return fail(ErrorCode::Malformed, kNoOffset, "the printer does not name its film box");
  TRY_ASSIGN(boxes_, read_image_boxes(answer.data_set, normalized_->context().transfer_syntax));
  if (boxes_.instances.size() < options_.film.boxes())
    return fail(ErrorCode::Malformed, kNoOffset,
                "the printer makes fewer image boxes than its film has places",
                options_.film.boxes(), boxes_.instances.size());
  film_ = answer.instance;
  ++films_begun_;
  return {};
}

Result<void> Printing::add(const std::string& path, std::size_t frame, const Printable& printable) {
  on_film_.push_back({path, frame, films_begun_ + (film_.empty() ? 1 : 0), 0, false, 0, {}});
  if (film_.empty()) TRY(begin_film());
  unsigned used = 0;
  for (const Fate& fate : on_film_) used += fate.position != 0;
  const unsigned position = used + 1;
  Buffer head;
  append_image_box(head, position, printable, encoding());
  const Bytes pieces[] = {head.bytes(), printable.pixels.bytes()};
  const std::string_view box_class =
      options_.colour ? classes::kColourImageBox : classes::kGreyImageBox;
  TRY_ASSIGN(const NormalizedAnswer answer,
             normalized_->set({std::string(box_class), boxes_.instances[used]}, pieces));
  note(answer.status);
  Fate& fate = on_film_.back();
  fate.status = answer.status;
  fate.comment = answer.comment;
  if (is_failure(answer.status)) {  // its box is still free
    told_(fate);
    on_film_.pop_back();
    return {};
  }
  fate.position = position;
  return position == options_.film.boxes() ? end_film() : Result<void>{};
}

// Prints it, and deletes it: a printer keeps only so many (PS3.4 H.4.2.2.4).
Result<void> Printing::end_film() {
  const dimse::Subject film{std::string(classes::kFilmBox), film_};
  if (!on_film_.empty()) {
    TRY_ASSIGN(const NormalizedAnswer answer, normalized_->action(film, kPrintAction));
    note(answer.status);
    const bool is_printed = !is_failure(answer.status);
    films_printed_ += is_printed;
    for (Fate& fate : on_film_) {
      fate.printed = is_printed;
      if (!is_printed || fate.status == dimse::statuses::kSuccess) {
        fate.status = answer.status;
        fate.comment = answer.comment;
      }
      told_(fate);
    }
    on_film_.clear();
  }
  film_.clear();
  TRY_ASSIGN(const NormalizedAnswer removed, normalized_->remove(film));
  note(removed.status);
  return {};
}

Result<void> Printing::finish() {
  if (!film_.empty()) TRY(end_film());
  if (!session_.empty()) {
    TRY_ASSIGN(const NormalizedAnswer removed,
               normalized_->remove({std::string(classes::kFilmSession), session_}));
    note(removed.status);
    session_.clear();
  }
  return association_->release();
}

void Printing::give_up() {
  for (const Fate& fate : on_film_) told_(fate);
  on_film_.clear();
}

}  // namespace slipring::print
