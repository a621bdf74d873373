#include "engine/ledger/rows.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace slipring::ledger {

using dicom::Outcome;
using dicom::Record;

namespace {

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::Malformed, kNoOffset, what);
}

// A row on its way, and the columns it is made of.
struct FileRow {
  const RowContext& context;
  const Record& record;
  const RowIds& ids;
  std::vector<std::uint8_t>& details;

  [[nodiscard]] std::uint64_t findings(dicom::Severity severity) const {
    return context.done ? record.findings.count(severity) : 0;
  }
};

void give_details(const FileRow& row, Cell cell) {
  pack_details(row.record, row.context.done, row.details);
  cell.put(Bytes(row.details));
}

struct Column {
  std::string_view name;
  void (*give)(const FileRow& row, Cell cell);
};

using Row = const FileRow&;
constexpr Column kColumns[] = {
    {"id", [](Row row, Cell cell) { cell.put(row.ids.id); }},
    {"directory", [](Row row, Cell cell) { cell.put(row.ids.directory); }},
    {"name", [](Row row, Cell cell) { cell.put(row.ids.name); }},
    {"shared", [](Row row, Cell cell) { cell.put(row.ids.shared); }},
    {"sequence", [](Row row, Cell cell) { cell.put(row.record.sequence); }},
    {"bytes_in", [](Row row, Cell cell) { cell.put(row.record.bytes_in); }},
    {"bytes_out", [](Row row, Cell cell) { cell.put(row.record.bytes_out); }},
    {"infos", [](Row row, Cell cell) { cell.put(row.findings(dicom::Severity::Info)); }},
    {"warnings", [](Row row, Cell cell) { cell.put(row.findings(dicom::Severity::Warning)); }},
    {"errors", [](Row row, Cell cell) { cell.put(row.findings(dicom::Severity::Error)); }},
    {"details", give_details},
};
constexpr std::size_t kOwnColumns = 3;  // id, directory, name
static_assert(std::size(kColumns) <= IncomingRows::kColumnsMax);

// Whether the second has the shared row of the first.
bool share(const Record& a, const Record& b) {
  return a.outcome == b.outcome && a.source.device == b.source.device &&
         std::ranges::all_of(kSharedWords, [&](auto word) { return a.*word == b.*word; });
}

Result<std::int64_t> shared_id_of(const Record& record, Lookups& lookups) {
  SharedIds ids;
  ids.outcome = static_cast<std::int64_t>(record.outcome);
  ids.device = static_cast<std::int64_t>(record.source.device);
  for (std::size_t word = 0; word < kSharedWords.size(); ++word) {
    TRY_ASSIGN(ids.words[word], lookups.words.id_of(record.*kSharedWords[word]));
  }
  return lookups.shared.id_of(ids);
}

}  // namespace

Result<Lookups> Lookups::open(Database& database, bool writable) {
  Lookups lookups;
  TRY_ASSIGN(lookups.words, Words::open(database, "words", writable));
  TRY_ASSIGN(lookups.directories, Words::open(database, "directories", writable));
  TRY_ASSIGN(lookups.shared, SharedRows::open(database, writable));
  return lookups;
}

void Lookups::forget() {
  words.forget();
  directories.forget();
  shared.forget();
}

PathParts split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  return {path.substr(0, begin), path.substr(begin)};
}

std::string_view record_columns() {
  static const std::string columns = [] {
    std::string made = "done,job";
    for (const Column& column : std::span(kColumns).subspan(kOwnColumns)) {
      made += ',';
      made += column.name;
    }
    return made;
  }();
  return columns;
}

// Neighbours are often of one directory and of one series: what they share is looked up where it
// differs from the one before.
Result<std::vector<RowIds>> look_up(std::span<const Record* const> records, Lookups& lookups) {
  std::vector<RowIds> rows(records.size());
  std::string_view last_directory;
  std::int64_t last_directory_id = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = *records[i];
    RowIds& row = rows[i];
    const PathParts parts = split(record.path);
    row.name = parts.name;
    if (parts.directory != last_directory) {
      TRY_ASSIGN(last_directory_id, lookups.directories.id_of(parts.directory));
      last_directory = parts.directory;
    }
    row.directory = last_directory_id;
    if (i != 0 && share(*records[i - 1], record)) {
      row.shared = rows[i - 1].shared;
    } else {
      TRY_ASSIGN(row.shared, shared_id_of(record, lookups));
    }
  }
  return rows;
}

void FileRows::give(std::size_t row, int column, Cell cell) const {
  kColumns[column].give({context_, *records_[row], ids_[row], details_}, cell);
}

void PathRows::give(std::size_t row, int column, Cell cell) const {
  if (column == 0)
    cell.put(rows_[row].directory);
  else
    cell.put(rows_[row].name);
}

void CrossRows::give(std::size_t row, int column, Cell cell) const {
  const Row& at = rows_[row];
  const dicom::Finding& finding = *at.finding;
  switch (column) {
    case 0:
      return cell.put(at.file);
    case 1:
      return cell.put(at.number);
    case 2:
      return cell.put(number_of(finding.rule));
    case 3:
      return cell.put(static_cast<std::int64_t>(finding.severity));
    case 4:
      return cell.put(std::int64_t{finding.tag.value});
    case 5:
      return cell.put(finding.offset);
    case 6:
      return cell.put(std::string_view(finding.path));
    default:
      return cell.put(std::string_view(finding.message));
  }
}

void take_facts(const SharedFacts& facts, Record& record) {
  record.outcome = facts.outcome;
  for (std::size_t word = 0; word < kSharedWords.size(); ++word)
    record.*kSharedWords[word] = facts.words[word];
  record.source.device = facts.device;
}

Result<void> take_details(const Details& details, Record& record, Read what) {
  const std::uint64_t device = record.source.device;
  record.source = details.source;
  record.source.device = device;
  record.sop_instance = details.sop_instance;
  record.frames = details.frames;
  record.output = details.output_is_path ? std::string_view(record.path) : details.output;
  record.error = details.error;
  record.error_tag = details.error_tag;
  record.pixel_verified = details.pixel_verified;
  record.pixel_digest = details.pixel_digest;
  record.dataset_digest = details.dataset_digest;
  record.output_digest = details.output_digest;
  record.content_digest = details.content_digest;
  record.object_digest = details.object_digest;
  record.keys.reset();
  if (details.keys) {
    record.keys = dicom::decode_keys(*details.keys);
    if (!record.keys)
      return damaged("the ledger holds keys that were never written: move it aside");
  }
  record.findings.clear();
  if (what == Read::NoFindings) return {};
  return unpack_findings(details.findings, record.findings);
}

std::string_view keep_text(std::string_view what, Lookups& lookups) {
  const auto found = lookups.error_texts.find(what);
  return found != lookups.error_texts.end() ? *found : *lookups.error_texts.emplace(what).first;
}

Result<void> read_record(Statement& row, Record& record, Lookups& lookups, Read what) {
  for (int i = 0; i < kBatchColumns; ++i) row.skip();
  TRY_ASSIGN(const SharedFacts* shared, lookups.shared.facts_of(row.integer(), lookups.words));
  take_facts(*shared, record);
  record.sequence = row.natural();
  record.bytes_in = row.natural();
  record.bytes_out = row.natural();
  for (int i = 0; i < 3; ++i) row.skip();  // infos, warnings, errors
  TRY_ASSIGN(const Details details, unpack_details(as_bytes(row.text())));
  TRY(take_details(details, record, what));
  if (record.error) record.error->what = keep_text(details.error->what, lookups);
  return {};
}

Result<dicom::Finding> read_finding(Statement& row) {
  dicom::Finding finding;
  finding.rule = rule_from(row.integer());
  TRY_ASSIGN(finding.severity, severity_from(row.integer()));
  finding.tag = dicom::Tag(static_cast<std::uint32_t>(row.integer()));
  finding.offset = row.natural();
  finding.path = row.text();
  finding.message = row.text();
  return finding;
}

Result<Outcome> outcome_from(std::int64_t number) {
  if (number < 0 || number >= dicom::kOutcomeCount)
    return damaged("the ledger holds an unknown outcome: move it aside");
  return static_cast<Outcome>(number);
}

Result<dicom::Severity> severity_from(std::int64_t number) {
  if (number < 0 || number > static_cast<std::int64_t>(dicom::Severity::Error))
    return damaged("the ledger holds an unknown severity: move it aside");
  return static_cast<dicom::Severity>(number);
}

}  // namespace slipring::ledger
