#include "engine/ledger/details.h"

#include <algorithm>

namespace slipring::ledger {

using dicom::Findings;
using dicom::Record;
using dicom::Severity;

namespace {

enum Flag : std::uint16_t {
  kVerified = 1,
  kOutputIsPath = 2,
  kOutput = 4,
  kError = 8,
  kErrorTag = 16,
  kPixelDigest = 32,
  kDatasetDigest = 64,
  kOutputDigest = 128,
  kContentDigest = 256,
  kKeys = 512,
  kFindings = 1024,
  kObjectDigest = 2048,
  kAllFlags = 4095,
};
constexpr std::size_t kIdentityBytes = 32;
constexpr std::size_t kFixedBytes = 2 + kIdentityBytes;
constexpr std::size_t kNumberMaxBytes = 10;  // LEB128 of 64 bits

using Packed = std::vector<std::uint8_t>;

void put(Packed& packed, std::uint64_t number) {
  if (number < 0x80) return packed.push_back(static_cast<std::uint8_t>(number));
  std::uint8_t bytes[kNumberMaxBytes];
  std::size_t count = 0;
  for (; number >= 0x80; number >>= 7U) bytes[count++] = static_cast<std::uint8_t>(number | 0x80U);
  bytes[count++] = static_cast<std::uint8_t>(number);
  packed.insert(packed.end(), bytes, bytes + count);
}

void put(Packed& packed, Bytes bytes) {
  put(packed, std::uint64_t{bytes.size()});
  packed.insert(packed.end(), bytes.begin(), bytes.end());
}

void put(Packed& packed, std::string_view text) { put(packed, as_bytes(text)); }

template <class Digest>
std::uint16_t put_digest(Packed& packed, const std::optional<Digest>& digest, Flag flag) {
  if (!digest) return 0;
  packed.insert(packed.end(), digest->bytes.begin(), digest->bytes.end());
  return flag;
}

void put_rule(Packed& packed, dicom::RuleId rule, Severity severity) {
  packed.insert(packed.end(), {rule.layer, rule.number, static_cast<std::uint8_t>(severity)});
}

// kNoOffset, which most findings about a file have, is the shortest.
void put_finding(Packed& packed, const dicom::Finding& finding) {
  put_rule(packed, finding.rule, finding.severity);
  put(packed, std::uint64_t{finding.tag.value});
  put(packed, finding.offset + 1);
  put(packed, std::string_view(finding.path));
  put(packed, std::string_view(finding.message));
}

// How many of the kept findings are packed.
std::size_t put_kept(Packed& packed, const std::vector<dicom::Finding>& kept) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < kept.size() && bytes < kPackedFindingsMaxBytes) {
    const dicom::Finding& finding = kept[count++];
    bytes += finding.path.size() + finding.message.size() + 4 * kNumberMaxBytes;
  }
  put(packed, std::uint64_t{count});
  for (std::size_t i = 0; i < count; ++i) put_finding(packed, kept[i]);
  return count;
}

void put_findings(Packed& packed, const Findings& findings) {
  const std::span<const dicom::Finding> kept(findings.kept().data(),
                                             put_kept(packed, findings.kept()));
  const auto surplus_of = [&](const Findings::Count& each) {
    const auto of_rule = std::ranges::count_if(kept, [&](const dicom::Finding& finding) {
      return finding.rule == each.rule && finding.severity == each.severity;
    });
    return each.count - std::min(each.count, static_cast<std::uint64_t>(of_rule));
  };
  std::uint64_t more = 0;
  for (const Findings::Count& each : findings.counts()) more += surplus_of(each) != 0 ? 1 : 0;
  put(packed, more);
  if (more == 0) return;
  for (const Findings::Count& each : findings.counts()) {
    const std::uint64_t surplus = surplus_of(each);
    if (surplus == 0) continue;
    put_rule(packed, each.rule, each.severity);
    put(packed, surplus);
  }
}

// Reads from the front; once something was not there, nothing more is.
class Reader {
 public:
  explicit Reader(Bytes left) : left_(left) {}
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] Bytes left() const { return left_; }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < std::min(left_.size(), kNumberMaxBytes); ++i) {
      value |= std::uint64_t{left_[i] & 0x7FU} << (7U * i);
      if (left_[i] >= 0x80) continue;
      left_ = left_.subspan(i + 1);
      return value;
    }
    fail_here();
    return 0;
  }
  Bytes bytes(std::uint64_t count) {
    if (count > left_.size()) {
      fail_here();
      return {};
    }
    const Bytes taken = left_.first(static_cast<std::size_t>(count));
    left_ = left_.subspan(taken.size());
    return taken;
  }
  Bytes blob() { return bytes(number()); }
  std::string_view text() { return as_text(blob()); }
  void rule(dicom::RuleId& rule, Severity& severity) {
    const Bytes taken = bytes(3);
    if (failed_ || taken[2] > static_cast<std::uint8_t>(Severity::Error)) return fail_here();
    rule = {taken[0], taken[1]};
    severity = static_cast<Severity>(taken[2]);
  }
  template <class Digest>
  void digest(bool there, std::optional<Digest>& into) {
    if (!there) return;
    const Bytes taken = bytes(Digest{}.bytes.size());
    if (!failed_) std::ranges::copy(taken, into.emplace().bytes.begin());
  }
  void fail_here() {
    failed_ = true;
    left_ = {};
  }

 private:
  Bytes left_;
  bool failed_ = false;
};

std::unexpected<Error> damaged() {
  return fail(ErrorCode::Malformed, kNoOffset,
              "the ledger holds a row that was never written: move it aside");
}

void read_error(Reader& reader, std::optional<Error>& into) {
  Error error;
  const Bytes code = reader.bytes(1);
  if (reader.failed() || code[0] > static_cast<std::uint8_t>(kLastErrorCode))
    return reader.fail_here();
  error.code = static_cast<ErrorCode>(code[0]);
  error.offset = reader.number() - 1;
  error.what = reader.text();
  error.expected = reader.number();
  error.actual = reader.number();
  into = error;
}

}  // namespace

void pack_details(const Record& record, bool with_findings, Packed& packed) {
  packed.resize(kFixedBytes);
  const dicom::FileIdentity& source = record.source;
  store_le(&packed[2], source.inode);
  store_le(&packed[10], source.size_bytes);
  store_le(&packed[18], static_cast<std::uint64_t>(source.mtime_ns));
  store_le(&packed[26], static_cast<std::uint64_t>(source.ctime_ns));
  put(packed, std::uint64_t{record.frames});
  put(packed, std::string_view(record.sop_instance));
  std::uint16_t flags = record.pixel_verified ? kVerified : 0;
  if (!record.output.empty() && record.output == record.path) {
    flags |= kOutputIsPath;
  } else if (!record.output.empty()) {
    flags |= kOutput;
    put(packed, std::string_view(record.output));
  }
  if (record.error) {
    const Error& error = *record.error;
    flags |= kError;
    packed.push_back(static_cast<std::uint8_t>(error.code));
    put(packed, error.offset + 1);
    put(packed, error.what);
    put(packed, error.expected);
    put(packed, error.actual);
  }
  if (!record.error_tag.empty()) {
    flags |= kErrorTag;
    put(packed, std::string_view(record.error_tag));
  }
  flags |= put_digest(packed, record.pixel_digest, kPixelDigest);
  flags |= put_digest(packed, record.dataset_digest, kDatasetDigest);
  flags |= put_digest(packed, record.output_digest, kOutputDigest);
  flags |= put_digest(packed, record.content_digest, kContentDigest);
  flags |= put_digest(packed, record.object_digest, kObjectDigest);
  if (record.keys) {
    flags |= kKeys;
    put(packed, dicom::encode(*record.keys));
  }
  if (with_findings && !record.findings.empty()) {
    flags |= kFindings;
    put_findings(packed, record.findings);
  }
  store_le(packed.data(), flags);
}

Result<DetailsFront> unpack_front(Bytes packed) {
  if (packed.size() < kFixedBytes) return damaged();
  const auto flags = load_le<std::uint16_t>(packed.data());
  if (flags > kAllFlags) return damaged();
  DetailsFront front;
  front.has_error = (flags & kError) != 0;
  front.source.inode = load_le<std::uint64_t>(&packed[2]);
  front.source.size_bytes = load_le<std::uint64_t>(&packed[10]);
  front.source.mtime_ns = static_cast<std::int64_t>(load_le<std::uint64_t>(&packed[18]));
  front.source.ctime_ns = static_cast<std::int64_t>(load_le<std::uint64_t>(&packed[26]));
  return front;
}

Result<Details> unpack_details(Bytes packed) {
  Details details;
  TRY_ASSIGN(const DetailsFront front, unpack_front(packed));
  details.source = front.source;
  const auto flags = load_le<std::uint16_t>(packed.data());
  Reader reader(packed.subspan(kFixedBytes));
  details.frames = reader.number();
  details.sop_instance = reader.text();
  details.pixel_verified = (flags & kVerified) != 0;
  details.output_is_path = (flags & kOutputIsPath) != 0;
  if ((flags & kOutput) != 0) details.output = reader.text();
  if ((flags & kError) != 0) read_error(reader, details.error);
  if ((flags & kErrorTag) != 0) details.error_tag = reader.text();
  reader.digest((flags & kPixelDigest) != 0, details.pixel_digest);
  reader.digest((flags & kDatasetDigest) != 0, details.dataset_digest);
  reader.digest((flags & kOutputDigest) != 0, details.output_digest);
  reader.digest((flags & kContentDigest) != 0, details.content_digest);
  reader.digest((flags & kObjectDigest) != 0, details.object_digest);
  if ((flags & kKeys) != 0) details.keys = reader.blob();
  const bool has_findings = (flags & kFindings) != 0;
  details.findings = reader.left();
  if (reader.failed() || has_findings == reader.left().empty()) return damaged();
  return details;
}

// Of no bytes at all there is nothing; else the number of findings, or of surpluses, is next.
Result<bool> PackedFindings::starts() {
  if (left_.empty()) return false;
  Reader reader(left_);
  count_ = reader.number();
  if (reader.failed()) return damaged();
  left_ = reader.left();
  started_ = true;
  return true;
}

Result<bool> PackedFindings::next(FindingView& finding) {
  if (in_surplus_) return false;
  if (!started_) {
    TRY_ASSIGN(const bool some, starts());
    in_surplus_ = !some;
    if (!some) return false;
  }
  if (count_ == 0) {
    in_surplus_ = true;
    TRY_ASSIGN(const bool some, starts());
    if (!some) return damaged();
    return false;
  }
  Reader reader(left_);
  reader.rule(finding.rule, finding.severity);
  finding.tag = dicom::Tag(static_cast<std::uint32_t>(reader.number()));
  finding.offset = reader.number() - 1;
  finding.path = reader.text();
  finding.message = reader.text();
  if (reader.failed()) return damaged();
  left_ = reader.left();
  --count_;
  return true;
}

Result<bool> PackedFindings::next_surplus(Findings::Count& count) {
  if (count_ == 0) {
    if (!left_.empty()) return damaged();
    return false;
  }
  Reader reader(left_);
  reader.rule(count.rule, count.severity);
  count.count = reader.number();
  if (reader.failed() || count.count == 0) return damaged();
  left_ = reader.left();
  --count_;
  return true;
}

Result<void> unpack_findings(Bytes packed, Findings& findings) {
  PackedFindings reader(packed);
  FindingView finding;
  while (true) {
    TRY_ASSIGN(const bool more, reader.next(finding));
    if (!more) break;
    findings.add(finding.copy());
  }
  Findings::Count count{};
  while (true) {
    TRY_ASSIGN(const bool more, reader.next_surplus(count));
    if (!more) return {};
    findings.add_count(count);
  }
}

}  // namespace slipring::ledger
