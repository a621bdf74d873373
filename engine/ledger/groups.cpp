// Rows counted by what they have in common, for reports.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "engine/ledger/state.h"

namespace slipring::ledger {

namespace {

constexpr std::size_t kGroupsMax = 10'000;  // of one kind: more is no summary any more

constexpr std::string_view kWithFindings =
    "SELECT id,sequence,directory,name,details FROM files"
    " WHERE done=1 AND infos+warnings+errors<>0 ORDER BY id";
// A bare column beside min() is of the row that has the minimum (SQLite, "Bare columns in an
// aggregate").
constexpr std::string_view kReasons =
    "SELECT outcome,reason,count(*),sum(bytes_in),min(sequence),f.id FROM files f"
    " JOIN shared s ON s.id=f.shared WHERE done=1 AND reason<>0"
    " GROUP BY outcome,reason ORDER BY outcome,count(*) DESC,min(sequence) LIMIT ?";
constexpr std::string_view kSyntaxes =
    "SELECT from_syntax,to_syntax,count(*),sum(bytes_in),sum(bytes_out) FROM files f"
    " JOIN shared s ON s.id=f.shared WHERE done=1 AND (from_syntax<>0 OR to_syntax<>0) GROUP BY "
    "from_syntax,to_syntax"
    " ORDER BY count(*) DESC,min(sequence) LIMIT ?";

using dicom::Finding;

struct Group {
  RuleGroup said;  // without the example
  std::uint64_t first_sequence = 0;
  std::int64_t first_file = kNoId;
  std::int64_t last_file = kNoId;  // that was counted
  std::int64_t first_directory = 0;
  std::string first_name;
};

// A file and what is found in it and between it and others.
struct FileOfGroups {
  std::int64_t id = 0;
  std::uint64_t sequence = 0;
  std::int64_t directory = 0;
  std::string name;
};

// The worst first, then in order of rule.
class Groups {
 public:
  using Key = std::pair<int, std::int64_t>;

  void count(const FileOfGroups& file, dicom::RuleId rule, dicom::Severity severity,
             std::uint64_t findings) {
    Group& group = groups_[{-static_cast<int>(severity), number_of(rule)}];
    group.said.rule = rule;
    group.said.severity = severity;
    group.said.findings += findings;
    if (group.last_file != file.id) ++group.said.objects;
    group.last_file = file.id;
    if (group.first_file != kNoId && group.first_sequence <= file.sequence) return;
    group.first_file = file.id;
    group.first_sequence = file.sequence;
    group.first_directory = file.directory;
    group.first_name = file.name;
  }
  [[nodiscard]] const std::map<Key, Group>& all() const { return groups_; }

 private:
  std::map<Key, Group> groups_;
};

Result<void> count_packed(const FileOfGroups& file, Bytes packed, Groups& groups) {
  TRY_ASSIGN(const Details details, unpack_details(packed));
  PackedFindings findings(details.findings);
  FindingView finding;
  while (true) {
    TRY_ASSIGN(const bool more, findings.next(finding));
    if (!more) break;
    groups.count(file, finding.rule, finding.severity, 1);
  }
  dicom::Findings::Count count{};
  while (true) {
    TRY_ASSIGN(const bool more, findings.next_surplus(count));
    if (!more) return {};
    groups.count(file, count.rule, count.severity, count.count);
  }
}

// The first finding of that kind, where it was kept.
Result<Finding> first_of(const RuleGroup& group, Bytes packed) {
  TRY_ASSIGN(const Details details, unpack_details(packed));
  PackedFindings findings(details.findings);
  FindingView finding;
  while (true) {
    TRY_ASSIGN(const bool more, findings.next(finding));
    if (!more) return Finding{};
    if (finding.rule == group.rule && finding.severity == group.severity) return finding.copy();
  }
}

}  // namespace

// Cross findings are few: they are asked for where there are any at all.
Result<std::vector<RuleGroup>> Ledger::rule_groups() {
  State& state = *state_;
  std::vector<RuleGroup> said;
  const auto query = [&]() -> Result<void> {
    Groups groups;
    TRY_ASSIGN(const std::int64_t crossed,
               state.database.number("SELECT EXISTS(SELECT 1 FROM cross_findings)"));
    TRY_ASSIGN(Statement select, state.database.prepare(kWithFindings));
    FileOfGroups file;
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) break;
      file.id = select.integer();
      file.sequence = select.natural();
      file.directory = select.integer();
      file.name = select.text();
      TRY(count_packed(file, as_bytes(select.text()), groups));
      if (crossed == 0) continue;
      TRY(state.each_cross(file.id, [&](Finding&& between) {
        groups.count(file, between.rule, between.severity, 1);
      }));
    }
    TRY_ASSIGN(Statement details, state.database.prepare("SELECT details FROM files WHERE id=?"));
    for (const auto& [key, group] : groups.all()) {
      if (said.size() == kGroupsMax) break;
      RuleGroup& one = said.emplace_back(group.said);
      TRY_ASSIGN(one.example_path, state.path_of(group.first_directory, group.first_name));
      const ResetAtEnd again(details);
      TRY_ASSIGN(const bool there, details.bind(group.first_file).step());
      if (!there) continue;
      TRY_ASSIGN(one.example, first_of(one, as_bytes(details.text())));
      if (one.example.rule == one.rule) continue;
      bool found = false;
      TRY(state.each_cross(group.first_file, [&](Finding&& between) {
        if (found || between.rule != one.rule || between.severity != one.severity) return;
        one.example = std::move(between);
        found = true;
      }));
    }
    return {};
  };
  TRY(state.scan(query));
  return said;
}

Result<std::vector<ReasonGroup>> Ledger::reason_groups() {
  std::vector<ReasonGroup> groups;
  const auto query = [&]() -> Result<void> {
    TRY_ASSIGN(Statement select, state_->database.prepare(kReasons));
    TRY_ASSIGN(Statement example,
               state_->database.prepare(fmt::format(
                   "SELECT directory,name,{} FROM files WHERE id=?", record_columns())));
    select.bind(std::uint64_t{kGroupsMax});
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      ReasonGroup& group = groups.emplace_back();
      TRY_ASSIGN(group.outcome, outcome_from(select.integer()));
      TRY_ASSIGN(group.reason, state_->lookups.words.text_of(select.integer()));
      group.objects = select.natural();
      group.bytes_in = select.natural();
      select.skip();
      TRY_ASSIGN(const bool found, example.bind(select.integer()).step());
      if (found) {
        TRY_ASSIGN(group.example.path, state_->read_path(example));
        TRY(read_record(example, group.example, state_->lookups, Read::NoFindings));
      }
      example.reset();
    }
  };
  TRY(state_->scan(query));
  return groups;
}

Result<std::vector<SyntaxGroup>> Ledger::syntax_groups() {
  std::vector<SyntaxGroup> groups;
  TRY(state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select, state_->database.prepare(kSyntaxes));
    select.bind(std::uint64_t{kGroupsMax});
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      SyntaxGroup& group = groups.emplace_back();
      TRY_ASSIGN(group.from, state_->lookups.words.text_of(select.integer()));
      TRY_ASSIGN(group.to, state_->lookups.words.text_of(select.integer()));
      group.objects = select.natural();
      group.bytes_in = select.natural();
      group.bytes_out = select.natural();
    }
  }));
  return groups;
}

}  // namespace slipring::ledger
