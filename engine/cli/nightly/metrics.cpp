#include "engine/cli/nightly/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "engine/cli/export/finding_file.h"

namespace slipring::cli {

namespace {

constexpr std::string_view kLastSuccess = "slipring_last_success_timestamp_seconds";
constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;

std::string head(std::string_view name, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
}

template <class Number>
std::string gauge(std::string_view name, std::string_view help, Number value) {
  return head(name, help) + fmt::format("{} {}\n", name, value);
}

std::string_view label_of(dicom::Severity severity) {
  return severity == dicom::Severity::Error     ? "error"
         : severity == dicom::Severity::Warning ? "warning"
                                                : "info";
}

std::string objects_text(const ingest::Summary& summary) {
  std::string text = head("slipring_objects_total", "Files of the last run by outcome.");
  for (int i = 0; i < dicom::kOutcomeCount; ++i) {
    const std::uint64_t count = summary.by_outcome[static_cast<std::size_t>(i)];
    const auto outcome = static_cast<dicom::Outcome>(i);
    if (count != 0 || outcome == dicom::Outcome::Ok || outcome == dicom::Outcome::Failed)
      text +=
          fmt::format("slipring_objects_total{{state=\"{}\"}} {}\n", dicom::name(outcome), count);
  }
  return text + fmt::format("slipring_objects_total{{state=\"unchanged\"}} {}\n", summary.resumed);
}

std::string findings_text(const ingest::Summary& summary) {
  std::string text = head("slipring_findings", "Findings of the last run by rule.");
  for (const auto& [kind, tally] : summary.rules)
    text += fmt::format("slipring_findings{{rule=\"{}\",severity=\"{}\"}} {}\n",
                        dicom::to_string(kind.rule), label_of(kind.severity), tally.findings);
  return text;
}

}  // namespace

std::string metrics_text(const ingest::Summary& summary, const ingest::Exit& exit,
                         const RunTimes& times) {
  const std::uint64_t read = summary.bytes_in - std::min(summary.bytes_in, summary.resumed_bytes);
  const double rate = summary.seconds > 0 ? static_cast<double>(read) / summary.seconds : 0;
  std::string text =
      gauge("slipring_last_run_timestamp_seconds", "When the last run ended.", times.finished_s);
  const std::int64_t success = exit.code == 0 ? times.finished_s : times.last_success_s;
  if (success != 0)
    text += gauge(kLastSuccess, "When the last run that saw all files found nothing.", success);
  text += gauge("slipring_exit_code", "Exit code of the last run.", exit.code);
  text += gauge("slipring_duration_seconds", "How long the last run took.", summary.seconds);
  text += objects_text(summary) + findings_text(summary);
  text += head("slipring_bytes_total", "Bytes of the last run: read, and in files not read again.");
  text += fmt::format("slipring_bytes_total{{direction=\"in\"}} {}\n", read);
  text += fmt::format("slipring_bytes_total{{direction=\"out\"}} {}\n", summary.bytes_out);
  text +=
      fmt::format("slipring_bytes_total{{direction=\"unchanged\"}} {}\n", summary.resumed_bytes);
  text += gauge("slipring_throughput_bytes_per_second", "Bytes read a second.", rate);
  text += gauge("slipring_read_again_files", "Unchanged files that were read again.",
                summary.read_again);
  return text + gauge("slipring_rotten_files", "Files whose bytes changed and nothing else.",
                      summary.rotten);
}

std::int64_t last_success_of(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(kLastSuccess) || line.size() <= kLastSuccess.size() ||
        line[kLastSuccess.size()] != ' ')
      continue;
    const std::string_view number = line.substr(kLastSuccess.size() + 1);
    std::int64_t seconds = 0;
    const char* const last = number.data() + number.size();
    const auto [rest, error] =
        std::from_chars(number.data(), number.data() + number.size(), seconds);
    return error == std::errc{} && rest == last && seconds > 0 ? seconds : 0;
  }
  return 0;
}

Result<void> write_metrics(const std::string& path, const ingest::Summary& summary,
                           const ingest::Exit& exit, std::int64_t now_s) {
  std::string before(kFileBytesMax, '\0');
  std::ifstream old(path, std::ios::binary);
  old.read(before.data(), static_cast<std::streamsize>(before.size()));
  before.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, old.gcount())));
  TRY_ASSIGN(WholeFile file, WholeFile::create(path));
  file.write(metrics_text(summary, exit, {now_s, last_success_of(before)}));
  return file.finish();
}

}  // namespace slipring::cli
