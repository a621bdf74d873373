#include "bench/peers/rows.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "engine/measure/samples.h"

namespace slipring::peers {

namespace {

using Json = nlohmann::ordered_json;

std::string rate(double mb_per_s) {
  if (mb_per_s == 0) return "-";
  return fmt::format("{:.{}f}", mb_per_s, mb_per_s < 10 ? 2 : mb_per_s < 100 ? 1 : 0);
}

std::string times_text(const Row& row, const std::vector<double>& seconds) {
  return seconds.empty() ? "-" : fmt::format("{:.2f}x", measure::median(row.times(seconds)));
}

std::string ratio_text(const Row& row, std::uint64_t packed) {
  if (packed == 0) return "-";
  return fmt::format("{:.3f}", static_cast<double>(row.native_bytes) / static_cast<double>(packed));
}

std::string name_of(const Row& row) {
  return fmt::format("{}/{}/{}/{}", row.codec, measure::name(row.direction), row.image, row.peer);
}

Json json_of(const Row& row) {
  Json json;
  json["name"] = name_of(row);
  json["run_type"] = "iteration";
  json["iterations"] = row.theirs.size();
  json["codec"] = row.codec;
  json["direction"] = measure::name(row.direction);
  json["image"] = row.image;
  json["bits"] = row.bits;
  json["peer"] = row.peer;
  if (!row.stream.empty()) json["stream"] = row.stream;
  json["frames"] = row.frames;
  json["native_bytes"] = row.native_bytes;
  if (row.packed_bytes != 0) json["packed_bytes"] = row.packed_bytes;
  if (row.peer_packed_bytes != 0) json["peer_packed_bytes"] = row.peer_packed_bytes;
  json["peer_mb_per_s"] = row.mb_per_s(row.theirs);
  const auto side = [&](const std::string& suffix, const std::vector<double>& seconds) {
    if (seconds.empty()) return;
    json["mb_per_s" + suffix] = row.mb_per_s(seconds);
    json["times_peer" + suffix] = measure::median(row.times(seconds));
    json["spread" + suffix] = measure::spread(row.times(seconds));
    json["seconds" + suffix] = seconds;
  };
  side("", row.ours);
  side("_batch", row.ours_batch);
  if (row.batch != 0) json["batch"] = row.batch;
  json["peer_seconds"] = row.theirs;
  return json;
}

}  // namespace

std::string row_head() {
  return fmt::format(
      "MB/s of uncompressed pixels (10^6), one thread, medians; times: theirs by ours, run by run\n"
      "{:<14} {:<6} {:<22} {:<22} {:>8} {:>8} {:>8} {:>8} {:>7} {:>8} {:>4}  {:>6} {:>6}\n",
      "codec", "", "image", "peer", "theirs", "ours", "batch", "times", "spread", "t.batch", "runs",
      "ratio", "theirs");
}

std::string row_text(const Row& row) {
  return fmt::format(
      "{:<14} {:<6} {:<22} {:<22} {:>8} {:>8} {:>8} {:>8} {:>6.1f}% {:>8} {:>4}  {:>6} {:>6}\n",
      row.codec, measure::name(row.direction), row.image, row.peer, rate(row.mb_per_s(row.theirs)),
      rate(row.mb_per_s(row.ours)), rate(row.mb_per_s(row.ours_batch)), times_text(row, row.ours),
      measure::spread(row.times(row.ours)) * 100, times_text(row, row.ours_batch),
      row.theirs.size(), ratio_text(row, row.packed_bytes), ratio_text(row, row.peer_packed_bytes));
}

std::string medians_text(const std::vector<Row>& rows) {
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, std::pair<std::vector<double>, std::vector<double>>> all;
  for (const Row& row : rows) {
    auto& [single, batch] = all[{row.codec, std::string(measure::name(row.direction)), row.peer}];
    if (!row.ours.empty()) single.push_back(measure::median(row.times(row.ours)));
    if (!row.ours_batch.empty()) batch.push_back(measure::median(row.times(row.ours_batch)));
  }
  std::string text =
      "\nmedian over the images      times the peer, a frame a call | a batch a call\n";
  for (const auto& [key, times] : all) {
    const auto& [codec, direction, peer] = key;
    const auto& [single, batch] = times;
    if (single.empty()) continue;
    text += fmt::format("{:<14} {:<6} {:<24} {:>7.2f}x ({} images)", codec, direction, peer,
                        measure::median(single), single.size());
    if (!batch.empty())
      text += fmt::format("   {:>7.2f}x ({} images)", measure::median(batch), batch.size());
    text += '\n';
  }
  return text;
}

Begun begun_now() {
  double load = 0;
  if (::getloadavg(&load, 1) != 1) load = 0;
  return {fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::localtime(std::time(nullptr))), load};
}

bool write_rows(const std::string& path, const measure::Host& host, const Begun& begun,
                const std::vector<Row>& rows) {
  Json json;
  json["context"] = {{"date", begun.date},
                     {"load_avg", Json::array({begun.load})},
                     {"compiler", host.compiler},
                     {"kernel_target", host.kernel_target}};
  json["benchmarks"] = Json::array();
  for (const Row& row : rows) json["benchmarks"].push_back(json_of(row));
  std::ofstream file(path);
  file << json.dump(1) << '\n';
  return file.flush().good();
}

}  // namespace slipring::peers
