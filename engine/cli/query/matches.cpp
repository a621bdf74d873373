#include "engine/cli/query/matches.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/dicom/dictionary.h"
#include "engine/dicom/encode.h"
#include "engine/dicom/escape.h"

namespace slipring::cli {

namespace {

using dicom::VR;

std::string heading(const query::Key& key) {
  const std::string_view keyword = dicom::keyword(key.path.back());
  return keyword.empty() ? dicom::to_string(key.path.back()) : std::string(keyword);
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// ---------------------------------------------------------------- JSON

bool is_one_value(VR vr) {  // a backslash is text (PS3.5 6.2)
  return vr == VR::LT || vr == VR::ST || vr == VR::UT || vr == VR::UR;
}

bool is_number(VR vr) {
  switch (vr) {
    case VR::DS:
    case VR::IS:
    case VR::US:
    case VR::SS:
    case VR::UL:
    case VR::SL:
    case VR::FL:
    case VR::FD:
      return true;
    default:
      return false;
  }
}

Json number_json(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('+')) text.remove_prefix(1);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  long long whole = 0;
  if (const auto [rest, error] = std::from_chars(begin, end, whole);
      error == std::errc{} && rest == end)
    return whole;
  double real = 0;
  if (const auto [rest, error] = std::from_chars(begin, end, real);
      error == std::errc{} && rest == end)
    return real;
  return dicom::json_text(text);  // what is no number says so
}

// A person's name by its groups (PS3.18 F.2.2).
Json name_json(std::string_view text) {
  constexpr const char* kGroups[] = {"Alphabetic", "Ideographic", "Phonetic"};
  Json json = Json::object();
  for (const char* const group : kGroups) {
    const std::size_t end = std::min(text.find('='), text.size());
    if (end > 0) json[group] = dicom::json_text(text.substr(0, end));
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  return json;
}

Json value_json(VR vr, std::string_view text) {
  text = dicom::trim_padding(text);
  if (text.empty()) return nullptr;
  if (vr == VR::PN) return name_json(text);
  return is_number(vr) ? number_json(text) : Json(dicom::json_text(text));
}

Json values_json(VR vr, std::string_view text) {
  Json values = Json::array();
  if (text.empty()) return values;
  if (is_one_value(vr)) {
    values.push_back(dicom::json_text(text));
    return values;
  }
  while (true) {
    const std::size_t end = text.find('\\');
    values.push_back(value_json(vr, text.substr(0, end)));
    if (end == text.npos) return values;
    text.remove_prefix(end + 1);
  }
}

Json elements_json(const query::Answer& answer, std::size_t begin, std::size_t end, unsigned depth);

// The items of the sequence whose entries are [begin, end); no deeper than the scan's limit.
Json items_json(const query::Answer& answer, std::size_t begin, std::size_t end, unsigned depth) {
  const dicom::DataSet set = answer.data_set();
  Json items = Json::array();
  for (std::size_t at = begin; at < end; at = set.next_sibling(at))
    if (set.tape()[at].is_item())
      items.push_back(elements_json(answer, at + 1, set.next_sibling(at), depth + 1));
  return items;
}

Json elements_json(const query::Answer& answer, std::size_t begin, std::size_t end,
                   unsigned depth) {
  const dicom::DataSet set = answer.data_set();
  Json json = Json::object();
  for (std::size_t at = begin; at < end; at = set.next_sibling(at)) {
    const dicom::Element& element = set.tape()[at];
    const bool is_shown = element.depth == depth && element.is_attribute() &&
                          !element.tag.is_group_length() &&
                          element.tag != dicom::tags::SpecificCharacterSet;
    if (!is_shown) continue;
    Json one = Json::object();
    one["vr"] = dicom::name(dicom::storable_vr(element.vr(), 0));
    Json values = element.vr() == VR::SQ
                      ? items_json(answer, at + 1, set.next_sibling(at), depth + 1)
                      : values_json(element.vr(), answer.text(element));
    if (!values.empty()) one["Value"] = std::move(values);
    json[fmt::format("{:08X}", element.tag.value)] = std::move(one);
  }
  return json;
}

}  // namespace

void MatchTable::add(const query::Answer& answer) {
  Row row;
  for (const query::Key& column : columns_) {
    const dicom::Element* const element = answer.find(column.path);
    row.push_back(element == nullptr ? std::string() : dicom::terminal_text(answer.text(*element)));
  }
  if (measured_) return print_row(row);
  rows_.push_back(std::move(row));
  if (rows_.size() == kRowsMeasured) print_rows();
}

void MatchTable::finish() {
  if (!measured_ && !rows_.empty()) print_rows();
}

void MatchTable::print_rows() {
  Row first;
  for (const query::Key& column : columns_) first.push_back(heading(column));
  rows_.insert(rows_.begin(), std::move(first));
  widths_.assign(columns_.size(), 0);
  for (const Row& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths_[i] = std::max(widths_[i], std::min(characters(row[i]), kWidthMax));
  for (const Row& row : rows_) print_row(row);
  rows_.clear();
  measured_ = true;
}

void MatchTable::print_row(const Row& row) const {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    text += row[i];
    if (i + 1 == row.size()) break;
    const std::size_t width = characters(row[i]);
    text.append(width < widths_[i] ? widths_[i] - width : 0, ' ');
    text += "  ";
  }
  while (text.ends_with(' ')) text.pop_back();
  fmt::print("{}\n", text);
}

Json dicom_json(const query::Answer& answer) {
  return elements_json(answer, 0, answer.data_set().tape().size(), 0);
}

}  // namespace slipring::cli
