#include <nlohmann/json.hpp>
#include <utility>

#include "engine/dicom/escape.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/report/amounts.h"
#include "engine/report/content.h"

namespace slipring::report {

using dicom::json_text;
using Json = nlohmann::json;

namespace {

Json findings_by_severity(const ledger::Totals& totals) {
  Json json = Json::object();
  for (const auto severity :
       {dicom::Severity::Error, dicom::Severity::Warning, dicom::Severity::Info})
    json[std::string(1, dicom::letter(severity))] =
        totals.findings[static_cast<std::size_t>(severity)];
  return json;
}

Json verdict(const Content& content) {
  Json json;
  json["seen"] = content.totals.seen;
  for (std::size_t i = 0; i < content.totals.by_outcome.size(); ++i)
    json[std::string(dicom::name(static_cast<dicom::Outcome>(i)))] = content.totals.by_outcome[i];
  json["without_outcome"] = content.unfinished;
  json["balanced"] = content.totals.balanced();
  json["arithmetic"] = arithmetic(content);
  json["bytes_in"] = content.totals.bytes_in;
  json["bytes_out"] = content.totals.bytes_out;
  json["findings"] = findings_by_severity(content.totals);
  json["pixels_verified"] = content.pixels_verified;
  json["pixels_lossy"] = content.pixels_lossy;
  json["rows_sha256"] = content.rows_sha256;
  return json;
}

Json place(std::string_view path, std::uint64_t offset, std::string_view tag) {
  Json json = {{"path", json_text(path)}};
  if (offset != kNoOffset) json["offset"] = offset;
  if (!tag.empty()) json["tag"] = json_text(tag);
  return json;
}

Json reasons(const Content& content) {
  Json list = Json::array();
  for (const ledger::ReasonGroup& group : content.reasons) {
    const dicom::Record& example = group.example;
    Json json = {{"outcome", dicom::name(group.outcome)},
                 {"reason", json_text(group.reason)},
                 {"objects", group.objects},
                 {"bytes_in", group.bytes_in},
                 {"advice", advice(group)}};
    json["example"] =
        place(example.path, example.error ? example.error->offset : kNoOffset, example.error_tag);
    if (example.error) {
      json["example"]["error"] = dicom::json_text(error_text(example));
      json["example"]["code"] = name(example.error->code);
    }
    list.push_back(std::move(json));
  }
  return list;
}

Json rules(const Content& content) {
  Json list = Json::array();
  for (std::size_t i = 0; i < content.rules.size(); ++i) {
    const ledger::RuleGroup& group = content.rules[i];
    const dicom::Finding& example = group.example;
    Json json = {{"rule", dicom::to_string(group.rule)},
                 {"severity", std::string(1, dicom::letter(group.severity))},
                 {"title", content.rule_texts[i].title},
                 {"advice", content.rule_texts[i].advice},
                 {"objects", group.objects},
                 {"findings", group.findings}};
    const std::string tag =
        !example.path.empty() || example.tag.value == 0 ? example.path : to_string(example.tag);
    json["example"] = place(group.example_path, example.offset, tag);
    json["example"]["msg"] = json_text(example.message);
    list.push_back(std::move(json));
  }
  return list;
}

Json syntax(std::string_view uid) {
  if (uid.empty()) return nullptr;
  const dicom::TransferSyntax* found = dicom::find_transfer_syntax(uid);
  return {{"uid", json_text(uid)}, {"name", found == nullptr ? "" : std::string(found->name)}};
}

Json syntaxes(const Content& content) {
  Json list = Json::array();
  for (const ledger::SyntaxGroup& group : content.syntaxes)
    list.push_back({{"from", syntax(group.from)},
                    {"to", syntax(group.to)},
                    {"objects", group.objects},
                    {"bytes_in", group.bytes_in},
                    {"bytes_out", group.bytes_out}});
  return list;
}

Json sizes(const Content& content) {
  Json modalities = Json::array();
  for (const auto& [modality, sizes] : content.by_modality)
    modalities.push_back({{"modality", json_text(modality)},
                          {"objects", sizes.objects},
                          {"bytes_in", sizes.bytes_in},
                          {"written", sizes.written},
                          {"bytes_in_written", sizes.bytes_in_written},
                          {"bytes_out", sizes.bytes_out}});
  Json decades = Json::array();
  std::uint64_t from = 0;
  for (const std::uint64_t files : content.by_decade) {
    if (files != 0) decades.push_back({{"from_bytes", from}, {"files", files}});
    from = from == 0 ? 10 : from * 10;
  }
  return {{"by_modality", std::move(modalities)}, {"by_decade", std::move(decades)}};
}

Json jobs(const Content& content) {
  Json list = Json::array();
  for (const ledger::Job& job : content.jobs) {
    Json json = {{"job", json_text(job.name)},
                 {"cmd", json_text(job.command)},
                 {"arguments", json_text(job.arguments)},
                 {"started", time_text(job.started_ms)}};
    if (job.finished_ms != 0) {
      json["finished"] = time_text(job.finished_ms);
      json["seconds"] = static_cast<double>(job.finished_ms - job.started_ms) / 1000;
      json["exit_code"] = job.exit_code;
      json["exit_reason"] = json_text(job.exit_reason);
    }
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

Result<Json> as_json(ledger::Ledger& ledger, const DescribeRule& describe) {
  TRY_ASSIGN(const Content content, collect(ledger, describe));
  Json json = {{"v", 1},
               {"type", "report"},
               {"version", SLIPRING_VERSION},
               {"ledger", json_text(content.path)}};
  json["verdict"] = verdict(content);
  json["reasons"] = reasons(content);
  json["rules"] = rules(content);
  json["transfer_syntaxes"] = syntaxes(content);
  json["sizes"] = sizes(content);
  json["jobs"] = jobs(content);
  json["method"] = method(content);
  return json;
}

}  // namespace slipring::report
