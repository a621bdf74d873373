#include "engine/cli/nightly/severities.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "engine/cli/toml_config.h"
#include "engine/dicom/escape.h"
#include "engine/validate/rules.h"

namespace slipring::cli {

using dicom::Severity;
using ingest::Grade;
using ingest::Profile;

namespace {

constexpr std::size_t kProfileBytesMax = std::size_t{1} << 20;
constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;

Profile migration() {
  Profile profile;
  for (const validate::Rule& rule : validate::rules())
    if (rule.id.layer >= 2 && rule.id.layer <= 4 && rule.severity == Severity::Warning)
      profile.rules[rule.id] = Severity::Info;
  return profile;
}

Profile strict() {
  Profile profile;
  profile.severities = {{Severity::Warning, Severity::Error}, {Severity::Info, Severity::Warning}};
  return profile;
}

bool built_in(std::string_view name, Profile& profile) {
  if (name == "migration") profile = migration();
  if (name == "strict") profile = strict();
  return name == "archive" || name == "migration" || name == "strict";
}

Grade grade_named(const std::string& word) {
  if (word == "error") return Severity::Error;
  if (word == "warning") return Severity::Warning;
  if (word == "info") return Severity::Info;
  if (word == "off") return std::nullopt;
  throw std::runtime_error(
      fmt::format("'{}' is no severity: error, warning, info or off", dicom::terminal_text(word)));
}

void grade(Profile& profile, const std::string& name, const Grade& to) {
  if (const auto rule = validate::parse_rule_id(name)) {
    profile.rules[*rule] = to;
    return;
  }
  unsigned layer = 0;
  const char* const end = name.data() + name.size();
  const bool named = name.size() == 2 && (name[0] == 'L' || name[0] == 'l') &&
                     std::from_chars(name.data() + 1, end, layer).ptr == end && layer <= 6;
  if (!named)
    throw std::runtime_error(
        fmt::format("'{}' is no rule or layer, such as L2-20 or L2", dicom::terminal_text(name)));
  profile.layers[static_cast<std::uint8_t>(layer)] = to;
}

std::string text_of_field(const nlohmann::json& line, const char* field) {
  const auto found = line.find(field);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// True when it is a line of the contract.
bool take_line(const std::string& text, ingest::Baseline& into) {
  const auto line = nlohmann::json::parse(text, nullptr, false);
  if (!line.is_object()) throw std::runtime_error("a line is no JSON object");
  if (text_of_field(line, "type").empty()) return false;
  if (text_of_field(line, "type") == "finding")
    into.add(dicom::unescape(text_of_field(line, "path")), text_of_field(line, "rule"),
             text_of_field(line, "tag"));
  return true;
}

}  // namespace

Profile parse_profile(std::string_view text) {
  Profile profile;
  for (const TomlEntry& entry : toml_entries(text)) {
    if (entry.table.empty() && entry.key == "base") {
      if (!built_in(entry.value, profile))
        throw std::runtime_error(fmt::format("base is archive, migration or strict, not '{}'",
                                             dicom::terminal_text(entry.value)));
    } else if (entry.table == "severity") {
      grade(profile, entry.key, grade_named(entry.value));
    } else {
      throw std::runtime_error(
          fmt::format("'{}' is not known here: base, or severities of rules below [severity]",
                      dicom::terminal_text(entry.key)));
    }
  }
  return profile;
}

Profile read_profile(const std::string& name) {
  Profile profile;
  if (built_in(name, profile)) return profile;
  std::ifstream file(name, std::ios::binary);
  if (!file)
    throw std::runtime_error(fmt::format(
        "no profile '{}': archive, migration, strict, or a TOML file", dicom::terminal_text(name)));
  std::string text(kProfileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kProfileBytesMax)
    throw std::runtime_error(fmt::format("{}: too large for a profile", name));
  try {
    return parse_profile(text);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", dicom::terminal_text(name), error.what()));
  }
}

ingest::Baseline read_baseline(std::istream& lines) {
  ingest::Baseline baseline;
  bool any = false;
  std::string line;
  while (std::getline(lines, line)) {
    if (line.size() > kLineBytesMax) throw std::runtime_error("a line is too long");
    if (!line.empty()) any = take_line(line, baseline) || any;
  }
  if (!any) throw std::runtime_error("no line is one that --json writes");
  baseline.close();
  return baseline;
}

ingest::Baseline read_baseline(const std::string& file) {
  std::ifstream lines(file, std::ios::binary);
  if (!lines) throw std::runtime_error(fmt::format("{}: cannot be read", file));
  try {
    return read_baseline(lines);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(
        fmt::format("{}: {}; a baseline is what 'slipring findings LEDGER --json' writes",
                    dicom::terminal_text(file), error.what()));
  }
}

}  // namespace slipring::cli
