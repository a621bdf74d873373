#include "engine/cli/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <vector>

#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/cli/output/signals.h"
#include "engine/ingest/calibrate.h"
#include "engine/ingest/ingest.h"
#include "engine/transcode/targets.h"

namespace slipring::cli {

namespace {

constexpr std::size_t kSampleFiles =
    4096;  // spread over the archive; the calibration takes what time allows
constexpr double kCalibrationSeconds = 3.0;
constexpr double kProofFactor = 2.0;  // what was written is decoded again

enum class Fate : std::uint8_t { Convert, Lossy, NoPixels, Same, Unsupported, NotDicom, Failed };
constexpr std::string_view kFateText[] = {
    "to convert",
    "lossy already (kept as they are; --recompress-lossy to re-encode)",
    "without pixels (copied)",
    "in this syntax already (copied)",
    "in syntaxes this build does not decode (kept as they are)",
    "not DICOM (skipped)",
    "unreadable or damaged (would fail)"};

// Counts what a conversion would do with each file, from its header, and samples files to convert.
class Forecast final : public ingest::Observer {
 public:
  explicit Forecast(const ingest::Options& options) : options_(options) {}
  void started(const ingest::Options&, const ledger::Job&) override {}
  void progress(const ingest::Progress&) override {}
  void object(const dicom::Record& record, dicom::FileKind) override {
    const Fate fate = fate_of(record);
    ingest::Tally& tally = fates[fate];
    ++tally.files;
    tally.bytes += record.bytes_in;
    if (fate == Fate::Convert) sample(record);
  }

  std::map<Fate, ingest::Tally> fates;
  std::vector<std::string> samples;

 private:
  [[nodiscard]] Fate fate_of(const dicom::Record& record) const {
    if (record.outcome == dicom::Outcome::Failed) return Fate::Failed;
    if (record.outcome == dicom::Outcome::Skipped) return Fate::NotDicom;
    const dicom::TransferSyntax* from = dicom::find_transfer_syntax(record.from);
    if (from == nullptr) return Fate::Unsupported;
    if (from == options_.target) return Fate::Same;
    if (record.frames == 0) return options_.target->encapsulated ? Fate::NoPixels : Fate::Convert;
    if (from->loss == dicom::Loss::Lossy && !options_.recompress_lossy) return Fate::Lossy;
    return transcode::decoded_by(*from).empty() ? Fate::Unsupported : Fate::Convert;
  }
  // Every 2^n-th file, n growing as the sample fills, so that it is spread over the archive.
  void sample(const dicom::Record& record) {
    if (seen_++ % stride_ != 0) return;
    samples.push_back(record.path);
    if (samples.size() < kSampleFiles) return;
    for (std::size_t i = 0; i < samples.size() / 2; ++i) samples[i] = samples[2 * i];
    samples.resize(samples.size() / 2);
    stride_ *= 2;
  }

  const ingest::Options& options_;
  std::uint64_t seen_ = 0;
  std::uint64_t stride_ = 1;
};

// Paths are reported relative to their root: where there is one directory root, put it back.
std::vector<std::string> openable(const ingest::Options& options,
                                  const std::vector<std::string>& samples) {
  std::vector<std::string> paths;
  if (options.sources.size() != 1) return paths;
  std::error_code ignored;
  const bool directory = std::filesystem::is_directory(options.sources[0], ignored);
  for (const std::string& sample : samples)
    paths.push_back(directory ? options.sources[0] + "/" + sample : options.sources[0]);
  return paths;
}

std::uint64_t free_bytes(std::string path) {
  std::error_code error;
  while (!path.empty() && !std::filesystem::exists(path, error))
    path = std::filesystem::path(path).parent_path().string();
  const auto space = std::filesystem::space(path.empty() ? "." : path, error);
  return error ? 0 : space.available;
}

struct Estimate {
  std::uint64_t bytes_out = 0;
  double seconds = 0;
  double bytes_per_second = 0;
};

Estimate estimate(const Forecast& forecast, const ingest::Calibration& calibration,
                  unsigned threads) {
  Estimate answer;
  for (const auto& [fate, tally] : forecast.fates) {
    if (fate == Fate::NotDicom || fate == Fate::Failed) continue;
    const bool converts = fate == Fate::Convert && calibration.bytes_in > 0;
    const double ratio = converts ? static_cast<double>(calibration.bytes_out) /
                                        static_cast<double>(calibration.bytes_in)
                                  : 1.0;
    answer.bytes_out += static_cast<std::uint64_t>(static_cast<double>(tally.bytes) * ratio);
  }
  if (calibration.seconds > 0 && calibration.bytes_in > 0) {
    answer.bytes_per_second =
        static_cast<double>(calibration.bytes_in) / calibration.seconds * threads / kProofFactor;
    const auto converting = forecast.fates.find(Fate::Convert);
    if (converting != forecast.fates.end())
      answer.seconds = static_cast<double>(converting->second.bytes) / answer.bytes_per_second;
  }
  return answer;
}

void print_text(const ingest::Options& options, const ingest::Summary& summary,
                const Forecast& forecast, const ingest::Calibration& calibration,
                const Estimate& answer) {
  fmt::print("{} files, {}; to {}; nothing was written\n\n", count_text(summary.seen),
             bytes_text(summary.bytes_in), dicom::display(*options.target));
  fmt::print("  {:>12} {:>10}  from\n", "files", "size");
  for (const auto& [uid, tally] : summary.syntaxes) {
    const dicom::TransferSyntax* syntax = dicom::find_transfer_syntax(uid);
    fmt::print("  {:>12} {:>10}  {}\n", count_text(tally.files), bytes_text(tally.bytes),
               syntax == nullptr ? uid : dicom::display(*syntax));
  }
  fmt::print("\n  {:>12} {:>10}  what would become of them\n", "files", "size");
  for (const auto& [fate, tally] : forecast.fates)
    fmt::print("  {:>12} {:>10}  {}\n", count_text(tally.files), bytes_text(tally.bytes),
               kFateText[static_cast<std::size_t>(fate)]);
  const std::uint64_t room = free_bytes(options.output);
  fmt::print("\nestimate {} -> {}", bytes_text(summary.bytes_in), bytes_text(answer.bytes_out));
  if (answer.bytes_per_second > 0)
    fmt::print(", {} at {}/s (calibrated {:.1f} s on {} files on this machine)",
               seconds_text(answer.seconds),
               bytes_text(static_cast<std::uint64_t>(answer.bytes_per_second)), calibration.seconds,
               calibration.files);
  fmt::print("\nroom     {} free for {}: {}\n", bytes_text(room), options.output,
             room > answer.bytes_out ? "ok" : "NOT ENOUGH");
}

}  // namespace

std::string why_not_a_target(const dicom::TransferSyntax& syntax) {
  return std::string(transcode::why_not_a_target(syntax));
}

bool is_within(const std::string& path, const std::string& directory) {
  std::error_code failed;
  const auto inner = std::filesystem::weakly_canonical(path, failed);
  const auto outer = failed ? inner : std::filesystem::canonical(directory, failed);
  if (failed) return false;
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

bool same_directory(const std::string& source, const std::string& output) {
  std::error_code error;
  return std::filesystem::equivalent(source, output, error) && !error;
}

int dry_run(const Context& context, const JobOptions& options) {
  catch_interrupts();
  ingest::Options scan = options.ingest;
  scan.command = ingest::Command::Scan;
  scan.ledger.clear();
  Forecast forecast(options.ingest);
  const auto summary = ingest::run(scan, forecast);
  if (!summary) {
    log_error("slipring: " + describe(summary.error()));
    return kExitSource;
  }
  const auto calibration = ingest::calibrate(
      options.ingest, openable(options.ingest, forecast.samples), kCalibrationSeconds);
  ingest::Options settled = options.ingest;
  ingest::settle(settled);
  const Estimate answer = estimate(forecast, calibration, settled.threads);
  const ingest::Exit exit = ingest::exit_of(*summary, std::nullopt);
  if (!context.json) {
    print_text(options.ingest, *summary, forecast, calibration, answer);
    return exit.code;
  }
  Json json = summary_line(*summary, exit);
  json["dry_run"] = true;
  for (const auto& [fate, tally] : forecast.fates)
    json["plan"].push_back({{"what", kFateText[static_cast<std::size_t>(fate)]},
                            {"files", tally.files},
                            {"bytes", tally.bytes}});
  for (const auto& [uid, tally] : summary->syntaxes)
    json["matrix"].push_back({{"from", uid},
                              {"to", options.ingest.target->uid},
                              {"files", tally.files},
                              {"bytes", tally.bytes}});
  json["estimate"] = {{"bytes_out", answer.bytes_out},
                      {"seconds", answer.seconds},
                      {"bytes_per_s", answer.bytes_per_second},
                      {"free_bytes", free_bytes(options.ingest.output)}};
  print(json);
  return exit.code;
}

}  // namespace slipring::cli
