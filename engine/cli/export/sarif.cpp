#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "engine/cli/export/finding_file.h"
#include "engine/dicom/escape.h"
#include "engine/validate/rules.h"

namespace slipring::cli {

using Json = nlohmann::ordered_json;

namespace {

std::string_view level_of(dicom::Severity severity) {
  return severity == dicom::Severity::Error     ? "error"
         : severity == dicom::Severity::Warning ? "warning"
                                                : "note";
}

Json text(std::string_view words) { return Json{{"text", words}}; }

Json rule_of(const validate::Rule& rule) {
  return Json{{"id", dicom::to_string(rule.id)},
              {"shortDescription", text(rule.title)},
              {"fullDescription", text(rule.meaning)},
              {"help", text(rule.advice)},
              {"defaultConfiguration", {{"level", level_of(rule.severity)}}},
              {"properties", {{"clause", rule.clause}}}};
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

class Sarif final : public FindingFile {
 public:
  explicit Sarif(WholeFile file) : file_(std::move(file)) {
    Json driver{{"name", "slipring"}, {"version", SLIPRING_VERSION}, {"rules", Json::array()}};
    for (const validate::Rule& rule : validate::rules()) driver["rules"].push_back(rule_of(rule));
    file_.write(R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0",)"
                R"("runs":[{"tool":{"driver":)" +
                dumped(driver) + R"(},"columnKind":"utf16CodeUnits","results":[)");
  }

  void add(std::string_view path, const dicom::Finding& finding, bool known) override {
    Json place{{"artifactLocation", {{"uri", sarif_uri(path)}}}};
    if (finding.offset != kNoOffset) place["region"] = {{"byteOffset", finding.offset}};
    Json location{{"physicalLocation", place}};
    const bool placed = finding.path.empty() && finding.tag.value != 0;
    const std::string tag = placed ? dicom::to_string(finding.tag) : finding.path;
    if (!tag.empty())
      location["logicalLocations"] = Json::array({Json{{"fullyQualifiedName", tag}}});
    const Json result{{"ruleId", dicom::to_string(finding.rule)},
                      {"level", level_of(finding.severity)},
                      {"message", text(dicom::terminal_text(finding.message))},
                      {"baselineState", known ? "unchanged" : "new"},
                      {"locations", Json::array({location})}};
    file_.write((std::exchange(first_, false) ? "\n" : ",\n") + dumped(result));
  }

  Result<void> close() override {
    file_.write("]}]}\n");
    return file_.finish();
  }

 private:
  WholeFile file_;
  bool first_ = true;
};

}  // namespace

std::string sarif_uri(std::string_view path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string uri;
  for (const char c : path)
    if (kPlain.find(c) != std::string_view::npos)
      uri += c;
    else
      uri += fmt::format("%{:02X}", static_cast<std::uint8_t>(c));
  return uri;
}

Result<std::unique_ptr<FindingFile>> open_sarif(const std::string& path) {
  TRY_ASSIGN(WholeFile file, WholeFile::create(path));
  return std::make_unique<Sarif>(std::move(file));
}

}  // namespace slipring::cli
