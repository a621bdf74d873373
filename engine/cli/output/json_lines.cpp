#include "engine/cli/output/json_lines.h"

#include <fmt/format.h>

#include <cstdio>

#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/dicom/transfer_syntax.h"

namespace slipring::cli {

using dicom::json_text;

Json line(std::string_view type) { return Json{{"v", 1}, {"type", type}}; }

namespace {

void add_syntax(Json& json, const char* field, const std::string& uid) {
  if (uid.empty()) return;
  json[field] = json_text(uid);
  const dicom::TransferSyntax* syntax = dicom::find_transfer_syntax(uid);
  if (syntax != nullptr) json[std::string(field) + "_name"] = syntax->name;
}

void add_text(Json& json, const char* field, const std::string& text) {
  if (!text.empty()) json[field] = json_text(text);
}

}  // namespace

Json object_line(const dicom::Record& record) {
  Json json = line("object");
  json["path"] = json_text(record.path);
  json["outcome"] = dicom::name(record.outcome);
  add_text(json, "reason", record.reason);
  add_text(json, "sop_class", record.sop_class);
  add_text(json, "sop_instance", record.sop_instance);
  add_syntax(json, "from", record.from);
  add_syntax(json, "to", record.to);
  json["bytes_in"] = record.bytes_in;
  json["bytes_out"] = record.bytes_out;
  if (record.frames != 0) json["frames"] = record.frames;
  if (record.pixel_digest) {
    json["pixel_sha256"] = dicom::to_hex(record.pixel_digest->bytes);
    json["pixel_verified"] = record.pixel_verified;
  }
  if (record.dataset_digest) json["dataset_sha256"] = dicom::to_hex(record.dataset_digest->bytes);
  add_text(json, "output", record.output);
  return json;
}

Json finding_line(std::string_view path, const dicom::Finding& finding) {
  Json json = line("finding");
  json["path"] = json_text(path);
  json["rule"] = dicom::to_string(finding.rule);
  json["severity"] = std::string(1, dicom::letter(finding.severity));
  if (!finding.path.empty())
    json["tag"] = finding.path;
  else if (finding.tag.value != 0)
    json["tag"] = dicom::to_string(finding.tag);
  if (finding.offset != kNoOffset) json["offset"] = finding.offset;
  json["msg"] = json_text(finding.message);
  return json;
}

Json error_line(std::string_view path, const Error& error) {
  Json json = line("error");
  json["path"] = json_text(path);
  if (error.offset != kNoOffset) json["offset"] = error.offset;
  json["msg"] = describe(error);
  json["hint"] = hint(error);
  return json;
}

Json error_line(const dicom::Record& record) {
  Json json = error_line(record.path, *record.error);
  json["hint"] = hint(record);
  if (!record.error_tag.empty()) json["tag"] = record.error_tag;
  return json;
}

Json progress_line(const ingest::Progress& progress) {
  Json json = line("progress");
  const double rate =
      progress.seconds > 0 ? static_cast<double>(progress.bytes_in) / progress.seconds : 0;
  json["t"] = progress.seconds;
  json["done"] = progress.done;
  json["total"] = progress.total;
  json["bytes_in"] = progress.bytes_in;
  json["bytes_out"] = progress.bytes_out;
  json["failed"] = progress.failed;
  json["rate_in"] = static_cast<std::uint64_t>(rate);
  if (progress.total_final && progress.done > 0)
    json["eta_s"] = progress.seconds * static_cast<double>(progress.total - progress.done) /
                    static_cast<double>(progress.done);
  else
    json["eta_s"] = nullptr;
  return json;
}

Json summary_line(const ingest::Summary& summary, const ingest::Exit& exit) {
  Json json = line("summary");
  json["seen"] = summary.seen;
  for (int i = 0; i < dicom::kOutcomeCount; ++i)
    json[std::string(dicom::name(static_cast<dicom::Outcome>(i)))] =
        summary.by_outcome[static_cast<std::size_t>(i)];
  json["bytes_in"] = summary.bytes_in;
  json["bytes_out"] = summary.bytes_out;
  json["findings"] = {
      {"E", summary.findings[2]}, {"W", summary.findings[1]}, {"I", summary.findings[0]}};
  if (summary.new_findings)
    json["new_findings"] = {{"E", (*summary.new_findings)[2]},
                            {"W", (*summary.new_findings)[1]},
                            {"I", (*summary.new_findings)[0]}};
  json["resumed"] = summary.resumed;
  json["read_again"] = summary.read_again;
  json["rotten"] = summary.rotten;
  json["vanished"] = summary.vanished;
  json["between_judged"] = summary.between_judged;
  json["balanced"] = summary.balanced();
  json["seconds"] = summary.seconds;
  json["exit_code"] = exit.code;
  json["exit_reason"] = exit.reason;
  return json;
}

void print(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace slipring::cli
