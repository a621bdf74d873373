#include "engine/validate/object/object_walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dicom/dictionary.h"
#include "engine/validate/object/check_object.h"
#include "engine/validate/object/values.h"

namespace slipring::validate::object {

using catalogue::joined;
using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
using standard::Row;
using standard::Type;
using standard::Usage;

namespace {

constexpr RuleId kModule{4, 2}, kModuleCondition{4, 3}, kType1{4, 4}, kType1C{4, 5}, kType2{4, 6},
    kType2C{4, 7}, kTerms{4, 9}, kExtended{4, 11}, kUnknown{4, 12};

std::string digits(std::uint64_t number) { return fmt::format_int(number).str(); }

// Of an attribute that is there: neither a value nor certain ones.
bool asks_nothing(const Row& row) { return row.type() == Type::Three && row.terms == 0; }

// One past the rows of the first one's tag.
std::size_t rows_of_tag(std::span<const Row> rows, std::size_t first) {
  std::size_t end = first + 1;
  while (end < rows.size() && rows[end].tag == rows[first].tag) ++end;
  return end;
}

}  // namespace

ObjectWalk::ObjectWalk(const dicom::Scanned& scanned, const standard::Iod& iod,
                       catalogue::Reporter& reporter)
    : scanned_(scanned),
      data_set_(scanned.data_set()),
      iod_(iod),
      modules_(standard::modules(iod)),
      reporter_(reporter),
      levels_(data_set_) {
  for (std::size_t slot = 0; slot < modules_.size(); ++slot) {
    all_known_ = all_known_ && modules_[slot].known != 0;
    if (modules_[slot].usage() == Usage::Mandatory) mandatory_modules_ |= std::uint64_t{1} << slot;
  }
  if (!scanned.error) return;
  last_judged_ = 0;
  for (const Element& element : data_set_.tape())
    if (element.depth == 0) last_judged_ = std::max(last_judged_, element.tag.value);
}

void ObjectWalk::run() {
  levels_.open(iod_.root, Levels::kRoot, 0);
  walk();
  judge_level();
  judge_modules();
  judge_groups();
  levels_.close();
  report_unknown();
}

void ObjectWalk::walk() {
  const auto tape = data_set_.tape();
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Element& element = tape[i];
    while (levels_.top().depth > element.depth) {  // never the data set's own
      judge_level();
      levels_.close();
    }
    if (element.is_attribute()) {
      if (element.depth == levels_.top().depth) meet(i, element);
    } else if (element.is_item() && element.depth == levels_.top().depth + 1) {
      enter_item(i, element);
    }
  }
  for (; levels_.count() > 1; levels_.close()) judge_level();
}

void ObjectWalk::meet(std::size_t index, const Element& element) {
  levels_.top().children = 0;
  const Row* row = levels_.meet(element.tag, index);
  if (row == nullptr) {
    if (at_root()) not_in_the_definition(index, element);
    return;
  }
  levels_.top().children = row->children;
  if (at_root()) note_modules(row);
}

void ObjectWalk::enter_item(std::size_t index, const Element& element) {
  const unsigned children = levels_.top().children;
  if (children == 0 || ++items_ > kItemsMax) return;
  levels_.open(children, index, element.depth + 1U);
}

// An attribute that only one module has says that the module is there.
void ObjectWalk::note_modules(const Row* row) {
  const Row* end = levels_.top().rows.data() + levels_.top().rows.size();
  for (const std::uint32_t tag = row->tag; row != end && row->tag == tag; ++row)
    if (row->distinctive()) present_modules_ |= std::uint64_t{1} << row->module;
}

void ObjectWalk::not_in_the_definition(std::size_t index, const Element& element) {
  const Tag tag = element.tag;
  if (!all_known_ || tag.is_private() || tag.is_group_length() ||
      tag == dicom::tags::DataSetTrailingPadding)
    return;
  const dicom::DictionaryEntry* entry = dicom::find_in_dictionary(tag);
  if (entry == nullptr || entry->retired || entry->tag != tag) return;
  reporter_.add(kExtended, Severity::Warning, {&data_set_, index, element.header_offset()}, [&] {
    return joined({entry->keyword(), " is no attribute of ", standard::text(iod_.name)});
  });
}

// In a data set that was cut short, only what comes before its last attribute can be missing.
bool ObjectWalk::judged(Tag tag) const {
  if (!scanned_.error) return true;
  return (at_root() ? tag.value : levels_.root().newest) < last_judged_;
}

bool ObjectWalk::is_empty(std::size_t index) const {
  const auto tape = data_set_.tape();
  const Element& element = tape[index];
  if (element.length == 0) return true;
  if (!element.undefined_length()) return false;
  return index + 1 == tape.size() || !tape[index + 1].is_item();
}

catalogue::Place ObjectWalk::missing_at(Tag tag) const {
  const std::size_t item = levels_.top().tape_index;
  const std::uint64_t offset =
      item == Levels::kRoot ? scanned_.data_set_begin : data_set_.tape()[item].offset;
  return {&data_set_, item, offset, tag};
}

std::string_view ObjectWalk::module_name(const Row& row) const {
  return at_root() ? standard::text(modules_[row.module].name) : "the item";
}

void ObjectWalk::judge_level() {
  const Rows rows = levels_.top().rows;
  answers_.begin_level();
  applicable_ = at_root() ? mandatory_modules_ | present_modules_ : ~std::uint64_t{0};
  for (const auto& [row, tape_index] : levels_.met()) {
    const std::size_t end = rows_of_tag(rows, row);
    if (end == row + 1 && asks_nothing(rows[row])) continue;
    judge_present(rows.subspan(row, end - row), tape_index);
  }
  judge_missing(rows);
}

// Most demands are of modules that are not there: they cost a look each.
void ObjectWalk::judge_missing(Rows rows) {
  const Row* worst = nullptr;
  for (const standard::Demand& demand : standard::demands(levels_.top().number)) {
    const Row& row = rows[demand.row];
    if (!applies(row)) continue;
    if (levels_.is_met(demand.first_of_tag) || !judged(Tag(row.tag))) continue;
    if (worst != nullptr && worst->tag != row.tag) {
      report_missing(*worst);
      worst = nullptr;
    }
    if (is_needed(row) && (worst == nullptr || row.type() < worst->type())) worst = &row;
  }
  if (worst != nullptr) report_missing(*worst);
}

bool ObjectWalk::is_needed(const Row& row) {
  const bool unconditional = row.type() == Type::One || row.type() == Type::Two;
  if (unconditional) {
    if (at_root() && row.distinctive()) ++required_[row.module].wanted;
    return true;
  }
  const Truth needed = answers_.to(row.condition, levels_);
  if (needed == Truth::Unknown && unknown_++ == 0) first_unknown_ = Tag(row.tag);
  return needed == Truth::True;
}

void ObjectWalk::report_missing(const Row& row) {
  const auto say = [&](RuleId rule, Severity severity, std::string_view type) {
    const Tag tag(row.tag);
    reporter_.add(rule, severity, missing_at(tag), [&] {
      return joined(
          {dicom::keyword(tag), ", Type ", type, " in ", module_name(row), ", is missing"});
    });
  };
  switch (row.type()) {
    case Type::One:
      return say(kType1, Severity::Error, "1");
    case Type::OneC:
      return say(kType1C, Severity::Error, "1C");
    case Type::Two:
      return say(kType2, Severity::Warning, "2");
    default:
      return say(kType2C, Severity::Warning, "2C");
  }
}

void ObjectWalk::judge_present(Rows rows, std::size_t index) {
  const Row* strictest = nullptr;
  const Row* with_terms = nullptr;
  for (const Row& row : rows) {
    if (!applies(row)) continue;
    const Type type = row.type();
    if (at_root() && row.distinctive() && (type == Type::One || type == Type::Two)) {
      ++required_[row.module].wanted;
      ++required_[row.module].found;
    }
    if (strictest == nullptr || type < strictest->type()) strictest = &row;
    if (with_terms == nullptr && row.terms != 0) with_terms = &row;
  }
  const bool wants_value = strictest != nullptr && strictest->type() <= Type::OneC;
  if (with_terms == nullptr && !wants_value) return;
  if (is_empty(index)) {
    if (wants_value) report_empty(*strictest, index);
  } else if (with_terms != nullptr) {
    judge_terms(*with_terms, index);
  }
}

void ObjectWalk::report_empty(const Row& row, std::size_t index) {
  const bool always = row.type() == Type::One;
  const Element& element = data_set_.tape()[index];
  reporter_.add(always ? kType1 : kType1C, Severity::Error,
                {&data_set_, index, element.header_offset()}, [&] {
                  return joined({dicom::keyword(element.tag), ", Type ", always ? "1" : "1C",
                                 " in ", module_name(row), ", is empty"});
                });
}

void ObjectWalk::judge_terms(const Row& row, std::size_t index) {
  const Element& element = data_set_.tape()[index];
  const Values values(data_set_, element);
  const standard::Terms& terms = standard::terms(row.terms);
  const auto words = standard::words(terms.first_word, terms.count);
  const std::size_t count = values.judged_count();
  for (std::size_t n = 0; n < count; ++n) {
    if (values.is_one_of(n, words) || values.is_blank(n)) continue;
    return reporter_.add(
        kTerms, terms.closed != 0 ? Severity::Error : Severity::Info,
        {&data_set_, index, element.offset}, [&] {
          return joined({dicom::keyword(element.tag), " value ", digits(n + 1), " is none of the ",
                         digits(terms.count),
                         terms.closed != 0 ? " enumerated values" : " defined terms"});
        });
  }
}

void ObjectWalk::judge_modules() {
  for (std::size_t slot = 0; slot < modules_.size(); ++slot) judge_module(slot, modules_[slot]);
}

void ObjectWalk::judge_module(std::size_t slot, const standard::Module& module) {
  const bool present = ((present_modules_ >> slot) & 1U) != 0;
  const auto say = [&](RuleId rule, Severity severity, std::string_view what) {
    reporter_.add(rule, severity, {nullptr, 0, scanned_.data_set_begin},
                  [&] { return joined({"module ", standard::text(module.name), " ", what}); });
  };
  if (module.usage() == Usage::Mandatory) {
    const Required& required = required_[slot];
    if (required.wanted > 1 && required.found == 0 && !scanned_.error)
      say(kModule, Severity::Error, "is mandatory and has none of its required attributes");
  } else if (module.usage() == Usage::Conditional && !present && module.known != 0 &&
             !scanned_.error) {
    const Truth needed = answers_.to(module.condition, levels_);
    if (needed == Truth::True) say(kModuleCondition, Severity::Warning, "is required here");
  }
}

// Conditions that no program can tell, or that hold for some frames only, want nothing.
void ObjectWalk::judge_groups() {
  const std::span<const standard::Group> groups = standard::groups(iod_);
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (groups[g].usage() == Usage::Conditional &&
        answers_.to(groups[g].condition, levels_) == Truth::True)
      wanted_groups_ |= std::uint64_t{1} << g;
}

void ObjectWalk::report_unknown() {
  if (items_ > kItemsMax)
    reporter_.add(kUnknown, Severity::Info, {nullptr, 0, scanned_.data_set_begin}, [&] {
      return fmt::format("only {} items were judged of {}", kItemsMax, items_);
    });
  if (unknown_ == 0) return;
  reporter_.add(kUnknown, Severity::Info, {nullptr, 0, scanned_.data_set_begin}, [&] {
    return joined({digits(unknown_), " conditions cannot be evaluated, the first of ",
                   dicom::keyword(first_unknown_)});
  });
}

}  // namespace slipring::validate::object
