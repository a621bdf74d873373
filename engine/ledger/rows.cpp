#include "engine/ledger/rows.h"

#include <algorithm>

namespace slipring::ledger {

using dicom::Outcome;
using dicom::Record;

namespace {

constexpr std::int64_t kOutputIsPath = 1;

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::Malformed, kNoOffset, what);
}

template <class Digest>
void bind_digest(Statement& statement, const std::optional<Digest>& digest) {
  if (digest)
    statement.bind(Bytes(digest->bytes));
  else
    statement.bind_null();
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

Result<void> bind_word(Statement& statement, std::string_view text, Lookups& lookups) {
  TRY_ASSIGN(const std::int64_t id, lookups.words.id_of(text));
  statement.bind(id);
  return {};
}

Result<void> read_word(Statement& row, std::string& into, Lookups& lookups) {
  TRY_ASSIGN(into, lookups.words.text_of(row.integer()));
  return {};
}

Result<void> bind_error(Statement& statement, const Record& record, Lookups& lookups) {
  if (!record.error) {
    for (int i = 0; i < 5; ++i) statement.bind_null();
  } else {
    const Error& error = *record.error;
    statement.bind(std::int64_t{static_cast<std::uint8_t>(error.code)}).bind(error.offset);
    TRY(bind_word(statement, error.what, lookups));
    statement.bind(error.expected).bind(error.actual);
  }
  if (record.error_tag.empty())
    statement.bind_null();
  else
    statement.bind(std::string_view(record.error_tag));
  return {};
}

Result<void> read_error(Statement& row, Record& record, Lookups& lookups) {
  if (row.next_is_null()) {
    for (int i = 0; i < 5; ++i) row.skip();
  } else {
    Error error;
    const std::int64_t code = row.integer();
    if (code < 0 || code > static_cast<std::int64_t>(ErrorCode::Internal))
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

void bind_output(Statement& statement, const Record& record) {
  if (record.output.empty())
    statement.bind_null();
  else if (record.output == record.path)
    statement.bind(kOutputIsPath);
  else
    statement.bind(std::string_view(record.output));
}

}  // namespace

PathParts split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  return {path.substr(0, begin), path.substr(begin)};
}

std::string_view record_columns() {
  return "done,job,options,sequence,device,inode,size,mtime_ns,ctime_ns,outcome,reason,error_code,"
         "error_offset,"
         "error_what,error_expected,error_actual,error_tag,sop_class,sop_instance,study,series,"
         "modality,"
         "from_syntax,to_syntax,bytes_in,bytes_out,frames,pixel_digest,pixel_verified,dataset_"
         "digest,"
         "output_digest,output,infos,warnings,errors";
}

Result<void> bind_record(Statement& statement, const RowContext& context, const Record& record,
                         Lookups& lookups) {
  const dicom::FileIdentity& source = record.source;
  statement.bind(context.done).bind(context.job).bind(context.options).bind(record.sequence);
  statement.bind(source.device).bind(source.inode).bind(source.size_bytes);
  statement.bind(source.mtime_ns).bind(source.ctime_ns);
  statement.bind(std::int64_t{static_cast<std::uint8_t>(record.outcome)});
  TRY(bind_word(statement, record.reason, lookups));
  TRY(bind_error(statement, record, lookups));
  TRY(bind_word(statement, record.sop_class, lookups));
  statement.bind(std::string_view(record.sop_instance));
  for (const std::string* word :
       {&record.study, &record.series, &record.modality, &record.from, &record.to})
    TRY(bind_word(statement, *word, lookups));
  statement.bind(record.bytes_in).bind(record.bytes_out).bind(record.frames);
  bind_digest(statement, record.pixel_digest);
  statement.bind(record.pixel_verified);
  bind_digest(statement, record.dataset_digest);
  bind_digest(statement, record.output_digest);
  bind_output(statement, record);
  for (const auto severity :
       {dicom::Severity::Info, dicom::Severity::Warning, dicom::Severity::Error})
    statement.bind(context.done ? record.findings.count(severity) : 0);
  return {};
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
