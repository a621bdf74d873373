// Findings between files, that come when all rows are there. Those that stood there before and are
// found again stay as they are: most nights that is all of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "engine/dicom/digest.h"
#include "engine/ledger/incoming.h"
#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Finding;
using dicom::Severity;

namespace {

// Of one transaction. Their files stand all over the table, and a commit writes every page that was
// touched: few commits, then.
constexpr std::size_t kCrossKeptMax = std::size_t{1} << 16;

constexpr std::array<std::string_view, 3> kSums = {"infos", "warnings", "errors"};  // by Severity

std::uint64_t hash_of(const Finding& finding) {
  std::string text;
  const auto add = [&](std::uint64_t number) {
    std::uint8_t bytes[8];
    store_le(bytes, number);
    text += as_text(bytes);
  };
  add(static_cast<std::uint64_t>(number_of(finding.rule)));
  add(static_cast<std::uint64_t>(finding.severity));
  add(finding.tag.value);
  add(finding.offset);
  add(finding.path.size());
  text += finding.path;
  text += finding.message;
  return dicom::short_hash(text);
}

}  // namespace

Result<void> Ledger::forget_cross() {
  State& state = *state_;
  state.cross_before.reset();
  TRY_ASSIGN(Transaction transaction, Transaction::begin(state.database, "BEGIN IMMEDIATE"));
  TRY_ASSIGN(const std::int64_t some,
             state.database.number("SELECT EXISTS(SELECT 1 FROM cross_findings)"));
  if (some == 0) return transaction.commit();
  constexpr std::string_view kLess =
      "{0}={0}-(SELECT count(*) FROM cross_findings WHERE file=id AND severity={1})";
  const std::string forget = fmt::format(
      "UPDATE files SET {},{},{} WHERE id IN (SELECT file FROM cross_findings);"
      "DELETE FROM cross_findings",
      fmt::format(kLess, kSums[0], 0), fmt::format(kLess, kSums[1], 1),
      fmt::format(kLess, kSums[2], 2));
  TRY(state.database.execute(forget.c_str()));
  return transaction.commit();
}

Result<bool> Ledger::found_nothing_between(const dicom::Xxh128Digest& digest) {
  TRY_ASSIGN(Statement select,
             state_->database.prepare("SELECT EXISTS(SELECT 1 FROM jobs WHERE nothing_between=?)"));
  TRY_ASSIGN(const bool row, select.bind(Bytes(digest.bytes)).step());
  return row && select.integer() != 0;
}

Result<void> Ledger::begin_cross() {
  std::vector<CrossBefore> before;
  bool too_many = false;
  TRY(state_->scan([&]() -> Result<void> {
    // In order of file and number, as the table is kept.
    TRY_ASSIGN(Statement select,
               state_->database.prepare("SELECT file,number,rule,severity,tag,offset,path,message"
                                        " FROM cross_findings ORDER BY file,number"));
    while (true) {
      TRY_ASSIGN(const bool more, select.step());
      if (!more) return {};
      too_many = before.size() == kCrossBeforeMax;
      if (too_many) return {};
      CrossBefore& each = before.emplace_back();
      each.file = select.integer();
      each.number = select.integer();
      TRY_ASSIGN(const Finding finding, read_finding(select));
      each.hash = hash_of(finding);
    }
  }));
  if (too_many) return forget_cross();
  state_->cross_before = std::move(before);
  return {};
}

// Where each finding's file has its row, kNoId for none, and the number of its last finding.
Result<std::vector<Ledger::State::CrossPlace>> Ledger::State::place_cross(
    std::span<const CrossFinding> findings) {
  std::vector<CrossPlace> found(findings.size());
  std::vector<RowIds> ids(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const PathParts parts = split(findings[i].path);
    TRY_ASSIGN(ids[i].directory, lookups.directories.find(parts.directory));
    ids[i].name = parts.name;
  }
  const PathRows paths(ids);
  const Offered offered(database, paths);
  const ResetAtEnd again(find_cross);
  while (true) {
    TRY_ASSIGN(const bool more, find_cross.step());
    if (!more) return found;
    CrossPlace& place = found[static_cast<std::size_t>(find_cross.integer())];
    place.file = find_cross.integer();
    place.last_number = find_cross.integer();
  }
}

bool Ledger::State::stands_there(std::int64_t file, const Finding& finding) {
  if (!cross_before) return false;
  const auto of_file = std::ranges::equal_range(*cross_before, file, {}, &CrossBefore::file);
  if (of_file.empty()) return false;
  const std::uint64_t hash = hash_of(finding);
  for (CrossBefore& each : of_file) {
    if (each.met || each.hash != hash) continue;
    each.met = true;
    return true;
  }
  return false;
}

Result<void> Ledger::add_cross(std::span<const CrossFinding> findings) {
  State& state = *state_;
  TRY_ASSIGN(Transaction transaction, Transaction::go_on(state.database));
  TRY_ASSIGN(const std::vector<State::CrossPlace> places, state.place_cross(findings));
  std::unordered_map<std::int64_t, std::int64_t> last;  // number of a file's last finding
  std::vector<CrossRows::Row> added;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const State::CrossPlace& place = places[i];
    const Finding& finding = findings[i].finding;
    if (place.file == kNoId || state.stands_there(place.file, finding)) continue;
    std::int64_t& number = last.try_emplace(place.file, place.last_number).first->second;
    added.push_back({place.file, ++number, &finding});
  }
  std::ranges::stable_sort(added, {}, &CrossRows::Row::file);
  TRY(state.put_cross_rows(added));
  state.cross_kept += added.size();
  if (state.cross_kept < kCrossKeptMax) {
    transaction.keep();
    return {};
  }
  state.cross_kept = 0;
  return transaction.commit();
}

// In order of file, whose sums are written once.
Result<void> Ledger::State::put_cross_rows(std::span<const CrossRows::Row> added) {
  if (added.empty()) return {};
  {
    const CrossRows rows(added);
    const Offered offered(database, rows);
    TRY(put_cross.run());
  }
  for (std::size_t begin = 0, end = 0; begin < added.size(); begin = end) {
    std::array<std::int64_t, kSums.size()> more{};
    for (; end < added.size() && added[end].file == added[begin].file; ++end)
      ++more[static_cast<std::size_t>(added[end].finding->severity)];
    TRY(sum_cross.bind(more[0]).bind(more[1]).bind(more[2]).bind(added[begin].file).run());
  }
  return {};
}

Result<void> Ledger::end_cross() {
  State& state = *state_;
  const auto before = std::exchange(state.cross_before, std::nullopt);
  state.cross_kept = 0;
  if (!before || std::ranges::all_of(*before, &CrossBefore::met))
    return state.database.commit_kept();
  TRY_ASSIGN(Transaction transaction, Transaction::go_on(state.database));
  TRY_ASSIGN(Statement drop,
             state.database.prepare("DELETE FROM cross_findings WHERE file=? AND number=?"
                                    " RETURNING severity"));
  for (const CrossBefore& each : *before) {
    if (each.met) continue;
    TRY_ASSIGN(const bool there, drop.bind(each.file).bind(each.number).step());
    if (!there) continue;
    std::array<std::int64_t, kSums.size()> less{};
    TRY_ASSIGN(const Severity severity, severity_from(drop.integer()));
    less[static_cast<std::size_t>(severity)] = -1;
    drop.reset();
    TRY(state.sum_cross.bind(less[0]).bind(less[1]).bind(less[2]).bind(each.file).run());
  }
  return transaction.commit();
}

// Views of this connection alone, which stand before the tables of the same names. They are written
// to its memory, which query_only forbids as well.
Result<void> Ledger::State::hide_unfinished_cross() {
  TRY_ASSIGN(const std::int64_t running,
             database.number("SELECT coalesce((SELECT finished_ms=0 FROM jobs WHERE"
                             " command='validate' ORDER BY id DESC LIMIT 1),0)"));
  cross_hidden = running != 0;
  if (!cross_hidden) return {};
  std::string columns = "id,directory,name";
  for (std::string_view left = record_columns(); !left.empty();) {
    const std::size_t comma = std::min(left.find(','), left.size());
    const std::string_view column = left.substr(0, comma);
    left.remove_prefix(std::min(comma + 1, left.size()));
    const auto severity = std::ranges::find(kSums, column) - kSums.begin();
    columns += fmt::format(",{}", column);
    if (severity == std::ssize(kSums)) continue;
    columns += fmt::format(
        "-(SELECT count(*) FROM main.cross_findings WHERE file=id AND severity={}) AS {}", severity,
        column);
  }
  const std::string views = fmt::format(
      "PRAGMA query_only=OFF; PRAGMA temp_store=MEMORY;"
      "CREATE TEMP VIEW cross_findings AS SELECT * FROM main.cross_findings WHERE false;"
      "CREATE TEMP VIEW files AS SELECT {} FROM main.files;"
      "PRAGMA query_only=ON",
      columns);
  return database.execute(views.c_str());
}

Result<void> Ledger::State::prepare_cross() {
  TRY_ASSIGN(find_cross,
             database.prepare("SELECT i.rowid,f.id,(SELECT max(number) FROM cross_findings"
                              " WHERE file=f.id)"
                              " FROM incoming i CROSS JOIN files f WHERE f.directory=i.c0"
                              " AND f.name=i.c1"));
  TRY_ASSIGN(put_cross, database.prepare("INSERT OR FAIL INTO cross_findings"
                                         " SELECT c0,c1,c2,c3,c4,c5,c6,c7 FROM incoming"));
  TRY_ASSIGN(sum_cross, database.prepare("UPDATE files SET infos=infos+?,warnings=warnings+?"
                                         ",errors=errors+? WHERE id=?"));
  return {};
}

}  // namespace slipring::ledger
