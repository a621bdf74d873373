#include "engine/validate/rules.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include "engine/validate/catalogue/catalogue.h"

namespace slipring::validate {

namespace {

std::vector<Rule> collect() {
  std::vector<Rule> all;
  for (const std::span<const Rule> layer :
       {catalogue::file_rules(), catalogue::part10_rules(), catalogue::encoding_rules(),
        catalogue::dictionary_rules(), catalogue::object_rules(), catalogue::consistency_rules(),
        catalogue::pixel_rules(), catalogue::cross_rules()})
    all.insert(all.end(), layer.begin(), layer.end());
  return all;
}

}  // namespace

std::span<const Rule> rules() {
  static const std::vector<Rule> kAll = collect();
  return kAll;
}

const Rule* find_rule(dicom::RuleId id) {
  const auto all = rules();
  const auto rule = std::ranges::find(all, id, &Rule::id);
  return rule == all.end() ? nullptr : &*rule;
}

std::optional<dicom::RuleId> parse_rule_id(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || std::toupper(static_cast<unsigned char>(text[0])) != 'L')
    return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::uint8_t> {
    std::uint8_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
      return std::nullopt;
    return value;
  };
  const auto layer = number(text.substr(1, dash - 1));
  const auto rule = number(text.substr(dash + 1));
  if (!layer || !rule) return std::nullopt;
  return dicom::RuleId{*layer, *rule};
}

}  // namespace slipring::validate
