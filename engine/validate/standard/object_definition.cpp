#include "engine/validate/standard/object_definition.h"

#include <algorithm>
#include <vector>

namespace slipring::validate::standard {

namespace {

#include "engine/validate/standard/iod_table.inc"

constexpr bool every_iod_fits() {
  return std::ranges::all_of(kIods, [](const Iod& each) {
    return each.module_count <= kModulesMax && each.group_count <= kGroupsMax;
  });
}
static_assert(every_iod_fits());

template <class T>
std::span<const T> piece(std::span<const T> all, std::size_t first, std::size_t count) {
  return all.subspan(first, count);
}

}  // namespace

std::string_view text(const Words& words) { return {kText + words.offset, words.length}; }

const Iod* iod(unsigned number) {
  return number == 0 || number > std::size(kIods) ? nullptr : &kIods[number - 1];
}

unsigned iod_count() { return static_cast<unsigned>(std::size(kIods)); }

std::span<const Row> level(unsigned number) {
  return piece<Row>(kRows, kLevels[number].first, kLevels[number].count);
}

namespace {

struct Demands {
  std::vector<Demand> rows;
  std::vector<std::uint32_t> begins;  // of each level, and the end
};

Demands collect_demands() {
  Demands all;
  all.begins.reserve(std::size(kLevels) + 1);
  for (const Span& each : kLevels) {
    all.begins.push_back(static_cast<std::uint32_t>(all.rows.size()));
    std::uint16_t first = 0;
    for (std::uint16_t i = 0; i < each.count; ++i) {
      if (kRows[each.first + i].tag != kRows[each.first + first].tag) first = i;
      if (kRows[each.first + i].type() != Type::Three) all.rows.push_back({i, first});
    }
  }
  all.begins.push_back(static_cast<std::uint32_t>(all.rows.size()));
  return all;
}

}  // namespace

std::span<const Demand> demands(unsigned number) {
  static const Demands kAll = collect_demands();
  return std::span(kAll.rows).subspan(kAll.begins[number],
                                      kAll.begins[number + 1] - kAll.begins[number]);
}

std::span<const Literal> condition(unsigned number) {
  return piece<Literal>(kLiterals, kConditions[number].first, kConditions[number].count);
}

const Terms& terms(unsigned number) { return kTerms[number]; }

std::span<const Words> words(unsigned first, unsigned count) {
  return piece<Words>(kValues, first, count);
}

std::span<const Module> modules(const Iod& iod) {
  return piece<Module>(kModules, iod.first_module, iod.module_count);
}

std::span<const Group> groups(const Iod& iod) {
  return piece<Group>(kGroups, iod.first_group, iod.group_count);
}

}  // namespace slipring::validate::standard
