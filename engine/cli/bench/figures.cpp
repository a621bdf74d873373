#include "engine/cli/bench/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "engine/cli/output/amounts.h"

namespace slipring::cli {

using measure::Timing;

namespace {

// Three digits are what a measurement has; thousands are grouped.
std::string rate_text(double mb_per_s) {
  if (mb_per_s >= 99.5) return count_text(static_cast<std::uint64_t>(std::llround(mb_per_s)));
  return fmt::format("{:.{}f}", mb_per_s, mb_per_s < 9.95 ? 2 : 1);
}

// What the first way is compared to the others by.
const Timing* timing_with(const Figures& figures, bool all_threads) {
  const auto at = std::ranges::find_if(figures.timings, [&](const Timing& timing) {
    return all_threads ? timing.threads > 1 : timing.threads == 1 && timing.batch > 1;
  });
  return at == figures.timings.end() ? nullptr : &*at;
}

}  // namespace

std::string name_of(std::string_view codec, measure::Direction direction, std::string_view image) {
  return fmt::format("{}/{}/{}", codec, measure::name(direction), image);
}

std::string name_of(const Figures& figures, const Timing& timing) {
  return fmt::format("{}/t{}/b{}", name_of(figures.codec, figures.direction, figures.image),
                     timing.threads, timing.batch);
}

std::string Baseline::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return "cannot be read";
  for (std::string text; std::getline(file, text);) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return "is not made of JSON lines";
    const auto number = [&](const char* field) {
      const auto at = json.find(field);
      return at != json.end() && at->is_number() ? at->get<double>() : 0.0;
    };
    const auto type = json.find("type");
    const auto name = json.find("name");
    if (type == json.end() || *type != "bench" || name == json.end() || !name->is_string())
      continue;
    figures_[name->get<std::string>()] = {number("mb_per_s"), number("spread")};
  }
  return figures_.empty() ? "holds no figures of slipring bench" : "";
}

const OldFigure* Baseline::find(const std::string& name) const {
  const auto at = figures_.find(name);
  return at == figures_.end() ? nullptr : &at->second;
}

std::optional<Compared> compare(const Figures& figures, const Timing& timing,
                                const Baseline& baseline) {
  const OldFigure* old = baseline.find(name_of(figures, timing));
  if (old == nullptr || old->mb_per_s <= 0) return std::nullopt;
  const double times = timing.mb_per_s / old->mb_per_s;
  return Compared{times, times < 1 - std::max(timing.spread, old->spread)};
}

Json bench_line(const Figures& figures, const Timing& timing, const Baseline& baseline) {
  Json json = line("bench");
  json["name"] = name_of(figures, timing);
  json["codec"] = figures.codec;
  json["direction"] = measure::name(figures.direction);
  json["image"] = figures.image;
  json["bits"] = figures.bits;
  json["threads"] = timing.threads;
  json["batch"] = timing.batch;
  json["mb_per_s"] = timing.mb_per_s;
  json["ratio"] = figures.ratio;
  json["samples_per_s"] = timing.samples_per_s;
  json["cycles_per_sample"] = nullptr;
  if (timing.cycles_per_sample) json["cycles_per_sample"] = *timing.cycles_per_sample;
  json["runs"] = timing.runs;
  json["spread"] = timing.spread;
  for (const char* field : {"peer", "peer_mb_per_s", "times_peer"}) json[field] = nullptr;
  if (baseline.empty()) return json;
  const auto compared = compare(figures, timing, baseline);
  json["times_old"] = nullptr;
  json["slower"] = compared && compared->slower;
  if (compared) json["times_old"] = compared->times_old;
  return json;
}

std::string table_head(const measure::Host& host, unsigned threads, bool compared) {
  std::string text = fmt::format(
      "host  {}, {} threads, kernels {}\nMB/s of uncompressed pixels, 10^6 bytes; medians. Batch: "
      "frames in one call.\n\n",
      host.processor, host.threads, host.kernel_target);
  text += fmt::format("{:<20} {:<6} {:<20} {:>6} {:>9} {:>7} {:>7} {:>5} {:>9}", "codec", "",
                      "image", "ratio", "1 thread", "spread", "cyc/smp", "batch", "1 thread");
  if (threads > 1)
    text += fmt::format(" {:>11} {:>7}", fmt::format("{} threads", threads), "scaling");
  if (compared) text += "  by old";
  return text + '\n';
}

std::string table_line(const Figures& figures, const Baseline& baseline) {
  const Timing& single = figures.timings.front();
  const Timing* batch = timing_with(figures, false);
  const Timing* all = timing_with(figures, true);
  const Timing& best = batch == nullptr ? single : *batch;
  std::string text =
      fmt::format("{:<20} {:<6} {:<20} {:>6.2f} {:>9} {:>6.1f}% {:>7} {:>5} {:>9}", figures.codec,
                  measure::name(figures.direction), figures.image, figures.ratio,
                  rate_text(single.mb_per_s), single.spread * 100,
                  single.cycles_per_sample ? fmt::format("{:.2f}", *single.cycles_per_sample) : "-",
                  batch == nullptr ? "-" : std::to_string(batch->batch),
                  batch == nullptr ? "-" : rate_text(batch->mb_per_s));
  if (all != nullptr)
    text +=
        fmt::format(" {:>11} {:>6.2f}x", rate_text(all->mb_per_s), all->mb_per_s / best.mb_per_s);
  if (!baseline.empty()) {
    const auto compared = compare(figures, single, baseline);
    text += compared ? fmt::format("  {:>5.2f}x", compared->times_old) : "       -";
    bool slower = false;
    for (const Timing& timing : figures.timings)
      if (const auto one = compare(figures, timing, baseline)) slower = slower || one->slower;
    if (slower) text += " SLOWER";
  }
  return text + '\n';
}

}  // namespace slipring::cli
