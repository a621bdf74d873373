#include "engine/report/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>

#include "engine/dicom/escape.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/report/amounts.h"

namespace slipring::report {

using dicom::Outcome;
using dicom::Record;

namespace {

std::size_t decade_of(std::uint64_t bytes) {
  std::size_t decade = 0;
  for (; bytes >= 10; bytes /= 10) ++decade;
  return decade;
}

// Every field is preceded by its length: no two rows give the same bytes.
class RowsDigest {
 public:
  void add(const Record& record) {
    put(record.path);
    put(dicom::name(record.outcome));
    put(record.reason);
    put(fmt::format("{} {} {}", record.bytes_in, record.bytes_out, record.frames));
    put(record.from);
    put(record.to);
    put(record.pixel_digest ? slipring::as_text(record.pixel_digest->bytes) : "");
    put(record.dataset_digest ? slipring::as_text(record.dataset_digest->bytes) : "");
    put(record.output_digest ? slipring::as_text(record.output_digest->bytes) : "");
    put(record.output);
  }
  [[nodiscard]] std::string finish() { return dicom::to_hex(hash_.finish().bytes); }

 private:
  void put(std::string_view text) {
    std::array<std::uint8_t, 8> length{};
    store_le(length.data(), std::uint64_t{text.size()});
    hash_.update(length);
    hash_.update(as_bytes(text));
  }
  dicom::Sha256 hash_;
};

// What needs a person first.
int rank(const ledger::ReasonGroup& group) {
  switch (group.outcome) {
    case Outcome::Failed:
      return 0;
    case Outcome::Quarantined:
      return 1;
    case Outcome::Kept:
      return 2;
    case Outcome::Duplicate:
      return 3;
    case Outcome::Skipped:
      return 4;
    default:
      return 5;
  }
}

bool compressed_with_loss(const Record& record) {
  const dicom::TransferSyntax* to = dicom::find_transfer_syntax(record.to);
  return record.outcome == Outcome::Converted && to != nullptr && to->loss == dicom::Loss::Either;
}

void count(Content& content, const Record& record) {
  ++content.by_decade[decade_of(record.bytes_in)];
  const bool room = content.by_modality.size() < Content::kModalitiesMax;
  const bool known = content.by_modality.contains(record.modality);
  Sizes& sizes = content.by_modality[room || known ? record.modality : ""];
  ++sizes.objects;
  sizes.bytes_in += record.bytes_in;
  if (!record.output.empty()) {
    ++content.written;
    ++sizes.written;
    sizes.bytes_in_written += record.bytes_in;
    sizes.bytes_out += record.bytes_out;
  }
  if (!record.pixel_digest) return;
  if (record.pixel_verified)
    ++content.pixels_verified;
  else
    ++(compressed_with_loss(record) ? content.pixels_lossy : content.pixels_digested);
}

}  // namespace

Result<Content> collect(ledger::Ledger& ledger, const DescribeRule& describe) {
  Content content;
  content.path = ledger.path();
  content.cross_hidden = ledger.cross_hidden();
  TRY_ASSIGN(content.totals, ledger.totals());
  std::uint64_t outcomes = 0;
  for (const std::uint64_t of_one : content.totals.by_outcome) outcomes += of_one;
  content.unfinished = content.totals.seen - std::min(outcomes, content.totals.seen);
  TRY_ASSIGN(content.rules, ledger.rule_groups());
  for (const auto& group : content.rules)
    content.rule_texts.push_back(describe ? describe(group.rule) : RuleTexts{});
  TRY_ASSIGN(content.reasons, ledger.reason_groups());
  // The ledger's order stays within a rank.
  std::ranges::sort(content.reasons, {}, [](const ledger::ReasonGroup& group) {
    return std::tuple(rank(group), ~group.objects, group.example.sequence);
  });
  TRY_ASSIGN(content.syntaxes, ledger.syntax_groups());
  TRY_ASSIGN(content.jobs, ledger.jobs());
  RowsDigest digest;
  TRY(ledger.each_record([&](const Record& record) {
    count(content, record);
    digest.add(record);
  }));
  content.rows_sha256 = digest.finish();
  return content;
}

std::string arithmetic(const Content& content) {
  std::string text = count_text(content.totals.seen) + " =";
  std::string_view plus = " ";
  for (std::size_t i = 0; i < content.totals.by_outcome.size(); ++i) {
    if (content.totals.by_outcome[i] == 0) continue;
    text += fmt::format("{}{} {}", plus, count_text(content.totals.by_outcome[i]),
                        dicom::name(static_cast<Outcome>(i)));
    plus = " + ";
  }
  if (content.unfinished != 0)
    text += fmt::format("{}{} without an outcome", plus, count_text(content.unfinished));
  return content.totals.seen == 0 ? "0 = 0" : text;
}

std::vector<std::string> method(const Content& content) {
  std::vector<std::string> sentences;
  if (content.cross_hidden)
    sentences.emplace_back(
        "findings between files (L6): left out, because the last validation is running or was cut "
        "off; run the same command again");
  if (content.pixels_verified != 0)
    sentences.push_back(
        fmt::format("pixels of {} objects: decoded from the source and again from the bytes "
                    "written, the same SHA-256 both times",
                    count_text(content.pixels_verified)));
  if (content.pixels_lossy != 0)
    sentences.push_back(fmt::format(
        "pixels of {} objects: compressed with loss, as was asked for; decoded from the "
        "bytes written, and the largest error of each told by L5-31",
        count_text(content.pixels_lossy)));
  if (content.pixels_digested != 0)
    sentences.push_back(fmt::format("pixels of {} objects: decoded from the source only",
                                    count_text(content.pixels_digested)));
  const std::uint64_t unproven =
      content.written - std::min(content.written, content.pixels_verified + content.pixels_lossy);
  if (unproven != 0)
    sentences.push_back(
        fmt::format("{} outputs: no pixels compared, because there are none, this build does "
                    "not decode them, or verification was switched off",
                    count_text(unproven)));
  if (content.written != 0)
    sentences.emplace_back(
        "the outputs as they are on the disk now were not read for this report: slipring "
        "verify OUT does that");
  return sentences;
}

std::string_view advice(const ledger::ReasonGroup& group) {
  if (group.outcome != Outcome::Failed && group.outcome != Outcome::Quarantined) return {};
  if (!group.example.error) return "see the findings of these files: slipring findings";
  switch (group.example.error->code) {
    case ErrorCode::Truncated:
    case ErrorCode::Malformed:
    case ErrorCode::DimensionMismatch:
    case ErrorCode::OutOfRange:
      return "the source is damaged: look for another copy of it (backup, sending modality)";
    case ErrorCode::Unsupported:
      return "this build cannot do it; the source is as it was";
    case ErrorCode::LimitExceeded:
      return "a limit stopped it: raise the limit if the file is to be trusted";
    case ErrorCode::Io:
      return "mend what the system reports, then run again with --retry-failed";
    case ErrorCode::Changed:
    case ErrorCode::Vanished:
      return "something else writes to the source: run again with --retry-failed when it is still";
    case ErrorCode::Exists:
      return "move the file that is in the way, then run again with --retry-failed";
    case ErrorCode::Mismatch:
      return "nothing was written; please report this file as a defect of slipring";
    case ErrorCode::NoMemory:
      return "run the same command again with more memory or fewer threads (--threads)";
    case ErrorCode::Cancelled:
      return "run the same command again";
    case ErrorCode::NotDicom:
      return {};
    case ErrorCode::Internal:
      return "please report this file as a defect of slipring";
  }
  return {};
}

std::string syntax_text(std::string_view uid) {
  if (uid.empty()) return "none";
  const dicom::TransferSyntax* syntax = dicom::find_transfer_syntax(uid);
  return syntax == nullptr ? dicom::terminal_text(uid) : dicom::display(*syntax);
}

std::string error_text(const Record& record) {
  if (!record.error) return {};
  const Error& error = *record.error;
  std::string text(error.what);
  const char* system = error.code == ErrorCode::Io && error.actual < 4096  // errno
                           ? ::strerrordesc_np(static_cast<int>(error.actual))
                           : nullptr;
  if (system != nullptr && error.actual != 0)
    text += fmt::format(" ({})", system);
  else if (error.expected != 0 || error.actual != 0)
    text += fmt::format(": expected {}, found {}", error.expected, error.actual);
  return dicom::terminal_text(text);
}

}  // namespace slipring::report
