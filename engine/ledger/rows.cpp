#include "engine/ledger/rows.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace slipring::ledger {

using dicom::Outcome;
using dicom::Record;

namespace {

constexpr std::int64_t kOutputIsPath = 1;

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::Malformed, kNoOffset, what);
}

template <class Digest>
Result<std::optional<Digest>> read_digest(Statement& row) {
  if (row.next_is_null()) {
    row.skip();
    return std::optional<Digest>{};
  }
  const std::string_view bytes = row.text();
  Digest digest;
  if (bytes.size() != digest.bytes.size())
    return damaged("the ledger holds a digest of a wrong length: move it aside");
  std::ranges::copy(as_bytes(bytes), digest.bytes.begin());
  return std::optional<Digest>{digest};
}

Result<void> read_word(Statement& row, std::string& into, Lookups& lookups) {
  TRY_ASSIGN(into, lookups.words.text_of(row.integer()));
  return {};
}

Result<void> read_error(Statement& row, Record& record, Lookups& lookups) {
  if (row.next_is_null()) {
    for (int i = 0; i < 5; ++i) row.skip();
  } else {
    Error error;
    const std::int64_t code = row.integer();
    if (code < 0 || code > static_cast<std::int64_t>(kLastErrorCode))
      return damaged("the ledger holds an unknown error code: move it aside");
    error.code = static_cast<ErrorCode>(code);
    error.offset = row.natural();
    TRY_ASSIGN(const std::string_view what, lookups.words.text_of(row.integer()));
    error.what = *lookups.error_texts.emplace(what).first;
    error.expected = row.natural();
    error.actual = row.natural();
    record.error = error;
  }
  record.error_tag = row.text();
  return {};
}

template <class Digest>
void give_digest(const std::optional<Digest>& digest, Cell cell) {
  if (digest)
    cell.put(Bytes(digest->bytes));
  else
    cell.put_null();
}

template <class Value>
void give_if(bool there, const Value& value, Cell cell) {
  if (there)
    cell.put(value);
  else
    cell.put_null();
}

void give_output(const Record& record, Cell cell) {
  if (record.output.empty())
    cell.put_null();
  else if (record.output == record.path)
    cell.put(kOutputIsPath);
  else
    cell.put(std::string_view(record.output));
}

// The words of a row, as RowIds has their ids.
enum Word : std::size_t { Reason, SopClass, Study, Series, Modality, From, To };
constexpr std::array kWords = {&Record::reason, &Record::sop_class, &Record::study,
                               &Record::series, &Record::modality,  &Record::from,
                               &Record::to};

// A row on its way, and the columns it is made of.
struct FileRow {
  const RowContext& context;
  const Record& record;
  const RowIds& ids;

  [[nodiscard]] std::uint64_t findings(dicom::Severity severity) const {
    return context.done ? record.findings.count(severity) : 0;
  }
  [[nodiscard]] Error error() const { return record.error.value_or(Error{}); }
};

struct Column {
  std::string_view name;
  void (*give)(const FileRow& row, Cell cell);
};

using Row = const FileRow&;
constexpr Column kColumns[] = {
    {"id", [](Row row, Cell cell) { cell.put(row.ids.id); }},
    {"directory", [](Row row, Cell cell) { cell.put(row.ids.directory); }},
    {"name", [](Row row, Cell cell) { cell.put(row.ids.name); }},
    {"sequence", [](Row row, Cell cell) { cell.put(row.record.sequence); }},
    {"device", [](Row row, Cell cell) { cell.put(row.record.source.device); }},
    {"inode", [](Row row, Cell cell) { cell.put(row.record.source.inode); }},
    {"size", [](Row row, Cell cell) { cell.put(row.record.source.size_bytes); }},
    {"mtime_ns", [](Row row, Cell cell) { cell.put(row.record.source.mtime_ns); }},
    {"ctime_ns", [](Row row, Cell cell) { cell.put(row.record.source.ctime_ns); }},
    {"outcome",
     [](Row row, Cell cell) { cell.put(static_cast<std::int64_t>(row.record.outcome)); }},
    {"reason", [](Row row, Cell cell) { cell.put(row.ids.words[Reason]); }},
    {"error_code",
     [](Row row, Cell cell) {
       give_if(row.record.error.has_value(), static_cast<std::int64_t>(row.error().code), cell);
     }},
    {"error_offset",
     [](Row row, Cell cell) { give_if(row.record.error.has_value(), row.error().offset, cell); }},
    {"error_what",
     [](Row row, Cell cell) { give_if(row.record.error.has_value(), row.ids.error_what, cell); }},
    {"error_expected",
     [](Row row, Cell cell) { give_if(row.record.error.has_value(), row.error().expected, cell); }},
    {"error_actual",
     [](Row row, Cell cell) { give_if(row.record.error.has_value(), row.error().actual, cell); }},
    {"error_tag",
     [](Row row, Cell cell) {
       const std::string_view tag = row.record.error_tag;
       give_if(!tag.empty(), tag, cell);
     }},
    {"sop_class", [](Row row, Cell cell) { cell.put(row.ids.words[SopClass]); }},
    {"sop_instance",
     [](Row row, Cell cell) { cell.put(std::string_view(row.record.sop_instance)); }},
    {"study", [](Row row, Cell cell) { cell.put(row.ids.words[Study]); }},
    {"series", [](Row row, Cell cell) { cell.put(row.ids.words[Series]); }},
    {"modality", [](Row row, Cell cell) { cell.put(row.ids.words[Modality]); }},
    {"from_syntax", [](Row row, Cell cell) { cell.put(row.ids.words[From]); }},
    {"to_syntax", [](Row row, Cell cell) { cell.put(row.ids.words[To]); }},
    {"bytes_in", [](Row row, Cell cell) { cell.put(row.record.bytes_in); }},
    {"bytes_out", [](Row row, Cell cell) { cell.put(row.record.bytes_out); }},
    {"frames", [](Row row, Cell cell) { cell.put(row.record.frames); }},
    {"pixel_digest", [](Row row, Cell cell) { give_digest(row.record.pixel_digest, cell); }},
    {"pixel_verified", [](Row row, Cell cell) { cell.put(row.record.pixel_verified); }},
    {"dataset_digest", [](Row row, Cell cell) { give_digest(row.record.dataset_digest, cell); }},
    {"output_digest", [](Row row, Cell cell) { give_digest(row.record.output_digest, cell); }},
    {"output", [](Row row, Cell cell) { give_output(row.record, cell); }},
    {"infos", [](Row row, Cell cell) { cell.put(row.findings(dicom::Severity::Info)); }},
    {"warnings", [](Row row, Cell cell) { cell.put(row.findings(dicom::Severity::Warning)); }},
    {"errors", [](Row row, Cell cell) { cell.put(row.findings(dicom::Severity::Error)); }},
};
constexpr std::size_t kOwnColumns = 3;  // id, directory, name
static_assert(std::size(kColumns) <= IncomingRows::kColumnsMax);

}  // namespace

PathParts split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  return {path.substr(0, begin), path.substr(begin)};
}

std::string_view record_columns() {
  static const std::string columns = [] {
    std::string made = "done,job,options";
    for (const Column& column : std::span(kColumns).subspan(kOwnColumns)) {
      made += ',';
      made += column.name;
    }
    return made;
  }();
  return columns;
}

// Neighbours are often of one directory, study, series: a word is looked up where it differs from
// the one before.
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
    for (std::size_t word = 0; word < kWords.size(); ++word) {
      const std::string& text = record.*kWords[word];
      if (i != 0 && text == records[i - 1]->*kWords[word]) {
        row.words[word] = rows[i - 1].words[word];
      } else {
        TRY_ASSIGN(row.words[word], lookups.words.id_of(text));
      }
    }
    if (record.error) {
      TRY_ASSIGN(row.error_what, lookups.words.id_of(record.error->what));
    }
  }
  return rows;
}

void FileRows::give(std::size_t row, int column, Cell cell) const {
  kColumns[column].give({context_, *records_[row], ids_[row]}, cell);
}

void PathRows::give(std::size_t row, int column, Cell cell) const {
  if (column == 0)
    cell.put(rows_[row].directory);
  else
    cell.put(rows_[row].name);
}

void FindingRows::give(std::size_t row, int column, Cell cell) const {
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

Result<Record> read_record(Statement& row, std::string path, Lookups& lookups) {
  Record record;
  record.path = std::move(path);
  for (int i = 0; i < 3; ++i) row.skip();  // done, job, options
  record.sequence = row.natural();
  dicom::FileIdentity& source = record.source;
  source.device = row.natural();
  source.inode = row.natural();
  source.size_bytes = row.natural();
  source.mtime_ns = row.integer();
  source.ctime_ns = row.integer();
  TRY_ASSIGN(record.outcome, outcome_from(row.integer()));
  TRY(read_word(row, record.reason, lookups));
  TRY(read_error(row, record, lookups));
  TRY(read_word(row, record.sop_class, lookups));
  record.sop_instance = row.text();
  for (std::string* word :
       {&record.study, &record.series, &record.modality, &record.from, &record.to})
    TRY(read_word(row, *word, lookups));
  record.bytes_in = row.natural();
  record.bytes_out = row.natural();
  record.frames = row.natural();
  TRY_ASSIGN(record.pixel_digest, read_digest<dicom::Sha256Digest>(row));
  record.pixel_verified = row.integer() != 0;
  TRY_ASSIGN(record.dataset_digest, read_digest<dicom::Sha256Digest>(row));
  TRY_ASSIGN(record.output_digest, read_digest<dicom::Xxh128Digest>(row));
  record.output = row.next_is_integer() ? std::string_view(record.path) : row.text();
  return record;
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
