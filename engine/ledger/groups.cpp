// Rows counted by what they have in common, for reports.
#include <fmt/format.h>

#include "engine/ledger/state.h"

namespace slipring::ledger {

namespace {

constexpr std::size_t kGroupsMax = 10'000;  // of one kind: more is no summary any more

// A bare column beside min() is of the row that has the minimum (SQLite, "Bare columns in an
// aggregate").
constexpr std::string_view kRules =
    "SELECT c.rule,c.severity,count(*),sum(c.count),min(f.sequence),f.id,f.directory,f.name"
    " FROM finding_counts c JOIN files f ON f.id=c.file WHERE f.done=1 GROUP BY c.severity,c.rule"
    " ORDER BY c.severity DESC,c.rule LIMIT ?";
constexpr std::string_view kExample =
    "SELECT rule,severity,tag,offset,path,message FROM findings WHERE file=? AND rule=? AND "
    "severity=?"
    " ORDER BY number LIMIT 1";
constexpr std::string_view kReasons =
    "SELECT outcome,reason,count(*),sum(bytes_in),min(sequence),id FROM files WHERE done=1 AND "
    "reason<>0"
    " GROUP BY outcome,reason ORDER BY outcome,count(*) DESC,min(sequence) LIMIT ?";
constexpr std::string_view kSyntaxes =
    "SELECT from_syntax,to_syntax,count(*),sum(bytes_in),sum(bytes_out) FROM files"
    " WHERE done=1 AND (from_syntax<>0 OR to_syntax<>0) GROUP BY from_syntax,to_syntax"
    " ORDER BY count(*) DESC,min(sequence) LIMIT ?";

}  // namespace

Result<std::vector<RuleGroup>> Ledger::rule_groups() {
  std::vector<RuleGroup> groups;
  TRY(state_->scan([&]() -> Result<void> {
    TRY_ASSIGN(Statement select, state_->database.prepare(kRules));
    TRY_ASSIGN(Statement example, state_->database.prepare(kExample));
    select.bind(std::uint64_t{kGroupsMax});
    while (true) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      RuleGroup& group = groups.emplace_back();
      const std::int64_t rule = select.integer();
      const std::int64_t severity = select.integer();
      group.rule = rule_from(rule);
      TRY_ASSIGN(group.severity, severity_from(severity));
      group.objects = select.natural();
      group.findings = select.natural();
      select.skip();
      const std::int64_t file = select.integer();
      TRY_ASSIGN(group.example_path, state_->read_path(select));
      TRY_ASSIGN(const bool found, example.bind(file).bind(rule).bind(severity).step());
      if (found) {
        TRY_ASSIGN(group.example, read_finding(example));
      }
      example.reset();
    }
  }));
  return groups;
}

Result<std::vector<ReasonGroup>> Ledger::reason_groups() {
  std::vector<ReasonGroup> groups;
  TRY(state_->scan([&]() -> Result<void> {
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
        TRY_ASSIGN(std::string path, state_->read_path(example));
        TRY_ASSIGN(group.example, read_record(example, std::move(path), state_->lookups));
      }
      example.reset();
    }
  }));
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
