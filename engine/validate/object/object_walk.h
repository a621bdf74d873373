// ObjectWalk: the walk of check_object. Opens a level for the data set and each item that the
// object definition describes, and judges its rows when it closes.
#pragma once

#include <array>
#include <cstdint>

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/object/levels.h"
#include "engine/validate/object/predicate.h"

namespace slipring::validate::object {

class ObjectWalk {
 public:
  ObjectWalk(const dicom::Scanned& scanned, const standard::Iod& iod,
             catalogue::Reporter& reporter);
  void run();
  // After run(): a bit for each functional group whose condition holds in the data set.
  [[nodiscard]] std::uint64_t wanted_groups() const { return wanted_groups_; }

 private:
  using Rows = std::span<const standard::Row>;

  void walk();
  void meet(std::size_t index, const dicom::Element& element);
  void enter_item(std::size_t index, const dicom::Element& element);
  void note_modules(const standard::Row* row);
  void not_in_the_definition(std::size_t index, const dicom::Element& element);

  void judge_level();
  void judge_missing(Rows rows);
  void report_missing(const standard::Row& row);
  [[nodiscard]] bool is_needed(const standard::Row& row);
  void judge_present(Rows rows, std::size_t index);
  void report_empty(const standard::Row& row, std::size_t index);
  void judge_terms(const standard::Row& row, std::size_t index);
  void judge_modules();
  void judge_module(std::size_t slot, const standard::Module& module);
  void judge_groups();
  void report_unknown();

  [[nodiscard]] bool applies(const standard::Row& row) const {
    return ((applicable_ >> row.module) & 1U) != 0;
  }
  [[nodiscard]] bool judged(dicom::Tag tag) const;
  [[nodiscard]] bool is_empty(std::size_t index) const;
  [[nodiscard]] bool at_root() const { return levels_.count() == 1; }
  [[nodiscard]] catalogue::Place missing_at(dicom::Tag tag) const;
  [[nodiscard]] std::string_view module_name(const standard::Row& row) const;

  // Of a mandatory module: the attributes only it has and must have.
  struct Required {
    std::uint16_t wanted = 0;
    std::uint16_t found = 0;
  };

  const dicom::Scanned& scanned_;
  dicom::DataSet data_set_;
  const standard::Iod& iod_;
  std::span<const standard::Module> modules_;
  catalogue::Reporter& reporter_;
  Levels levels_;
  Answers answers_;
  std::uint64_t present_modules_ = 0;  // a bit each: an attribute is there that only it has
  std::uint64_t mandatory_modules_ = 0;
  std::uint64_t wanted_groups_ = 0;
  std::uint64_t applicable_ = 0;  // the modules whose rows count in the level that is judged
  std::array<Required, standard::kModulesMax> required_{};
  bool all_known_ = true;                    // every module has attribute rows
  std::uint32_t last_judged_ = 0xFFFFFFFFU;  // of a data set cut short: the last tag that is there
  std::size_t items_ = 0;
  std::uint64_t unknown_ = 0;  // conditions
  dicom::Tag first_unknown_;
};

}  // namespace slipring::validate::object
