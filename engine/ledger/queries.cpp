// What only reads a ledger.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Finding;
using dicom::Record;

namespace {

// A page of the database holds at most about two hundred rows, and no query here spends more than
// some dozens of instructions on one; many times that is damage.
constexpr std::uint64_t kInstructionsPerPage = 50'000;
constexpr std::uint64_t kInstructionsMin = 10'000'000;

// For read_known(), in order.
constexpr std::string_view kKnownColumns = "shared,done,job,sequence,bytes_in,bytes_out,details";

// "L2-05" -> layer * 256 + number; -1 when it is no rule id.
std::int64_t rule_number(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (text.empty() || std::toupper(static_cast<unsigned char>(text[0])) != 'L' ||
      dash == std::string_view::npos)
    return -1;
  std::uint8_t layer = 0;
  std::uint8_t number = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data() + 1, text.data() + dash, layer);
  const auto second = std::from_chars(text.data() + dash + 1, end, number);
  const bool whole = first.ec == std::errc{} && first.ptr == text.data() + dash &&
                     second.ec == std::errc{} && second.ptr == end;
  return whole ? number_of({layer, number}) : -1;
}

// -1 any, -2 none.
std::int64_t severity_number(std::string_view letter) {
  if (letter.empty()) return -1;
  for (const auto severity :
       {dicom::Severity::Info, dicom::Severity::Warning, dicom::Severity::Error})
    if (letter.size() == 1 && letter[0] == dicom::letter(severity))
      return static_cast<std::int64_t>(severity);
  return -2;
}

}  // namespace

Result<std::string> Ledger::State::read_path(Statement& row) {
  const std::int64_t directory = row.integer();
  return path_of(directory, row.text());
}

Result<std::string> Ledger::State::path_of(std::int64_t directory, std::string_view name) {
  TRY_ASSIGN(const std::string_view text, lookups.directories.text_of(directory));
  std::string whole;
  whole.reserve(text.size() + name.size());
  whole += text;
  whole += name;
  return whole;
}

Result<void> Ledger::State::scan(const std::function<Result<void>()>& query) {
  TRY_ASSIGN(Transaction snapshot, Transaction::begin(database, "BEGIN"));
  TRY_ASSIGN(const std::int64_t pages, database.number("PRAGMA page_count"));
  database.set_instructions_max(kInstructionsMin +
                                static_cast<std::uint64_t>(pages) * kInstructionsPerPage);
  auto result = query();
  database.set_instructions_max(0);
  if (!result) return result;
  return snapshot.commit();
}

Result<void> Ledger::State::each_cross(std::int64_t file,
                                       const std::function<void(dicom::Finding&&)>& take) {
  const ResetAtEnd again(cross_of);
  cross_of.bind(file);
  while (true) {
    TRY_ASSIGN(const bool row, cross_of.step());
    if (!row) return {};
    TRY_ASSIGN(dicom::Finding finding, read_finding(cross_of));
    take(std::move(finding));
  }
}

// Files have the id of the job that wrote their row; "" where it is unknown, which is no run's.
Result<std::string_view> Ledger::State::option_hash_of(std::int64_t job) {
  if (const auto found = option_hashes.find(job); found != option_hashes.end())
    return found->second;
  const ResetAtEnd again(option_hash);
  TRY_ASSIGN(const bool row, option_hash.bind(job).step());
  return option_hashes.emplace(job, row ? option_hash.text() : std::string_view{}).first->second;
}

Result<Known> Ledger::State::read_known(Statement& row, HeldRows* held) {
  Known known;
  HeldRows::Row kept;
  kept.shared = row.integer();
  TRY_ASSIGN(const SharedFacts* shared, lookups.shared.facts_of(kept.shared, lookups.words));
  known.outcome = shared->outcome;
  known.sop_class = shared->words[kSharedSopClass];
  known.done = row.integer() != 0;
  known.job = row.integer();
  TRY_ASSIGN(known.option_hash, option_hash_of(known.job));
  kept.sequence = row.natural();
  kept.bytes_in = row.natural();
  kept.bytes_out = row.natural();
  kept.details = as_bytes(row.text());
  TRY_ASSIGN(const DetailsFront front, unpack_front(kept.details));
  known.source = front.source;
  known.source.device = shared->device;
  if (front.has_error) {
    TRY_ASSIGN(const Details details, unpack_details(kept.details));
    known.error = details.error->code;
  } else if (held != nullptr && known.done) {
    known.held = held->add(kept, *shared);
  }
  return known;
}

Result<std::optional<Known>> Ledger::known(std::string_view path) {
  const PathParts parts = split(path);
  TRY_ASSIGN(const std::int64_t directory, state_->lookups.directories.find(parts.directory));
  TRY_ASSIGN(Statement select,
             state_->database.prepare(
                 fmt::format("SELECT {} FROM files WHERE directory=? AND name=?", kKnownColumns)));
  TRY_ASSIGN(const bool row, select.bind(directory).bind(parts.name).step());
  if (!row) return std::optional<Known>{};
  TRY_ASSIGN(Known known, state_->read_known(select, nullptr));
  return std::optional<Known>{known};
}

Result<std::optional<Record>> Ledger::record_of(std::string_view path) {
  const PathParts parts = split(path);
  TRY_ASSIGN(const std::int64_t directory, state_->lookups.directories.find(parts.directory));
  Statement& select = state_->find_record;
  const ResetAtEnd again(select);
  TRY_ASSIGN(const bool row, select.bind(directory).bind(parts.name).step());
  if (!row) return std::optional<Record>{};
  const std::int64_t id = select.integer();
  Record record;
  record.path = path;
  TRY(read_record(select, record, state_->lookups, Read::All));
  TRY(state_->each_cross(id, [&](Finding&& finding) { record.findings.add(std::move(finding)); }));
  return std::optional<Record>{std::move(record)};
}

Result<void> Ledger::each_known(const std::function<void(std::string_view, const Known&)>& take,
                                HeldRows* held) {
  return state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select, state_->database.prepare(fmt::format(
                                     "SELECT directory,name,{} FROM files", kKnownColumns)));
    std::string path;
    std::int64_t directory = kNoId;  // of the path
    std::size_t directory_size = 0;
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      if (const std::int64_t next = select.integer(); next != directory) {
        TRY_ASSIGN(path, state_->lookups.directories.text_of(next));
        directory = next;
        directory_size = path.size();
      }
      path.resize(directory_size);
      path += select.text();
      TRY_ASSIGN(const Known known, state_->read_known(select, held));
      take(path, known);
    }
  });
}

// The ids alone are sorted: a sort of whole rows would go to disk long before.
Result<void> Ledger::each_record(const std::function<void(const Record&)>& take,
                                 bool with_findings) {
  return state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement order, state_->database.prepare(
                                    "SELECT id FROM files WHERE done=1 ORDER BY sequence,name,id"));
    TRY_ASSIGN(Statement select,
               state_->database.prepare(fmt::format(
                   "SELECT directory,name,{} FROM files WHERE id=?", record_columns())));
    Record record;
    while (true) {
      TRY_ASSIGN(const bool more, order.step());
      if (!more) return {};
      const std::int64_t id = order.integer();
      TRY_ASSIGN(const bool row, select.bind(id).step());
      if (!row) continue;
      TRY_ASSIGN(record.path, state_->read_path(select));
      TRY(read_record(select, record, state_->lookups,
                      with_findings ? Read::All : Read::NoFindings));
      select.reset();
      if (with_findings)
        TRY(state_->each_cross(
            id, [&](Finding&& finding) { record.findings.add(std::move(finding)); }));
      take(record);
    }
  });
}

Result<void> Ledger::each_output(
    const std::function<void(std::int64_t, std::string_view, dicom::Outcome)>& take) {
  return state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               state_->database.prepare(
                   "SELECT directory,name,id,shared,details FROM files WHERE done=1"));
    while (true) {
      TRY_ASSIGN(const bool more, select.step());
      if (!more) return {};
      TRY_ASSIGN(const std::string path, state_->read_path(select));
      const std::int64_t id = select.integer();
      TRY_ASSIGN(const SharedFacts* shared,
                 state_->lookups.shared.facts_of(select.integer(), state_->lookups.words));
      TRY_ASSIGN(const Details details, unpack_details(as_bytes(select.text())));
      if (!details.output_digest) continue;
      if (details.output_is_path)
        take(id, path, shared->outcome);
      else if (!details.output.empty())
        take(id, details.output, shared->outcome);
    }
  });
}

Result<void> Ledger::each_instance(
    const std::function<void(std::int64_t, std::string_view)>& take) {
  return state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               state_->database.prepare("SELECT id,details FROM files WHERE done=1 ORDER BY id"));
    while (true) {
      TRY_ASSIGN(const bool more, select.step());
      if (!more) return {};
      const std::int64_t id = select.integer();
      TRY_ASSIGN(const Details details, unpack_details(as_bytes(select.text())));
      const bool wrote = details.output_is_path || !details.output.empty();
      if (wrote && !details.sop_instance.empty()) take(id, details.sop_instance);
    }
  });
}

Result<std::uint64_t> Ledger::next_sequence() {
  std::uint64_t next = 0;
  TRY(state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(const std::int64_t last,
               state_->database.number("SELECT coalesce(max(sequence),-1) FROM files"
                                       " WHERE done=1"));
    next = static_cast<std::uint64_t>(last) + 1;
    return {};
  }));
  return next;
}

Result<std::optional<Record>> Ledger::row_at(std::int64_t row) {
  if (!state_->row_at) {
    TRY_ASSIGN(state_->row_at,
               state_->database.prepare(fmt::format(
                   "SELECT directory,name,{} FROM files WHERE id=? AND done=1", record_columns())));
  }
  Statement& select = *state_->row_at;
  const ResetAtEnd again(select);
  TRY_ASSIGN(const bool found, select.bind(row).step());
  if (!found) return std::optional<Record>{};
  Record record;
  TRY_ASSIGN(record.path, state_->read_path(select));
  TRY(read_record(select, record, state_->lookups, Read::NoFindings));
  return std::optional<Record>{std::move(record)};
}

// The ids alone are sorted, as in each_record().
Result<void> Ledger::each_finding(
    const FindingFilter& filter,
    const std::function<void(std::string_view, const Finding&)>& take) {
  const std::int64_t rule = filter.rule.empty() ? -1 : rule_number(filter.rule);
  const std::int64_t severity = severity_number(filter.severity);
  if ((rule < 0 && !filter.rule.empty()) || severity == -2) return {};
  const auto wanted = [&](dicom::RuleId of, dicom::Severity kind) {
    return (rule < 0 || number_of(of) == rule) &&
           (severity < 0 || static_cast<std::int64_t>(kind) == severity);
  };
  return state_->scan([&]() -> Result<void> {
    const PathParts parts = split(filter.path);
    TRY_ASSIGN(const std::int64_t directory, state_->lookups.directories.find(parts.directory));
    TRY_ASSIGN(Statement order, state_->database.prepare(
                                    "SELECT id FROM files WHERE done=1 AND"
                                    " infos+warnings+errors<>0 AND"
                                    " (?1 OR (directory=?2 AND name=?3)) ORDER BY sequence,id"));
    TRY_ASSIGN(Statement select,
               state_->database.prepare("SELECT directory,name,details FROM files WHERE id=?"));
    order.bind(filter.path.empty()).bind(directory).bind(parts.name);
    while (true) {
      TRY_ASSIGN(const bool more, order.step());
      if (!more) return {};
      const std::int64_t id = order.integer();
      const ResetAtEnd again(select);
      TRY_ASSIGN(const bool row, select.bind(id).step());
      if (!row) continue;
      TRY_ASSIGN(const std::string path, state_->read_path(select));
      TRY_ASSIGN(const Details details, unpack_details(as_bytes(select.text())));
      PackedFindings packed(details.findings);
      FindingView finding;
      while (true) {
        TRY_ASSIGN(const bool another, packed.next(finding));
        if (!another) break;
        if (wanted(finding.rule, finding.severity)) take(path, finding.copy());
      }
      TRY(state_->each_cross(id, [&](Finding&& between) {
        if (wanted(between.rule, between.severity)) take(path, between);
      }));
    }
  });
}

Result<Totals> Ledger::totals() {
  Totals totals;
  TRY(state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               state_->database.prepare(
                   "SELECT done,outcome,count(*),sum(bytes_in),sum(bytes_out),sum(infos),"
                   "sum(warnings),sum(errors) FROM files f JOIN shared s ON s.id=f.shared"
                   " GROUP BY done,outcome"));
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      const bool done = select.integer() != 0;
      TRY_ASSIGN(const dicom::Outcome outcome, outcome_from(select.integer()));
      const std::uint64_t count = select.natural();
      totals.seen += count;
      if (!done) continue;
      totals.by_outcome[static_cast<std::size_t>(outcome)] += count;
      totals.bytes_in += select.natural();
      totals.bytes_out += select.natural();
      for (std::uint64_t& findings : totals.findings) findings += select.natural();
    }
  }));
  return totals;
}

Result<std::vector<Job>> Ledger::jobs() {
  std::vector<Job> jobs;
  TRY(state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(
        Statement select,
        state_->database.prepare("SELECT id,name,command,arguments,option_hash,source,started_ms,"
                                 "finished_ms,exit_code,exit_reason FROM jobs ORDER BY id"));
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      Job& job = jobs.emplace_back();
      job.id = select.integer();
      for (std::string* text :
           {&job.name, &job.command, &job.arguments, &job.option_hash, &job.source})
        *text = select.text();
      job.started_ms = select.integer();
      job.finished_ms = select.integer();
      job.exit_code = static_cast<std::int32_t>(select.integer());
      job.exit_reason = select.text();
    }
  }));
  // One job at a time has the ledger: one that has not ended and is not the last was killed.
  if (!jobs.empty() && jobs.back().finished_ms == 0)
    jobs.back().running = WriterLock::is_taken(lock_path(path()));
  return jobs;
}

Result<std::uint64_t> Ledger::files_of(const Job& job) {
  std::uint64_t files = 0;
  TRY(state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select,
               state_->database.prepare("SELECT count(*) FROM files WHERE done=1 AND job=?"));
    TRY_ASSIGN(const bool row, select.bind(job.id).step());
    if (row) files = select.natural();
    return {};
  }));
  return files;
}

}  // namespace slipring::ledger
