// Collate: layer 6 over synthetic keys, up to ten million. A series has 200 objects, a study four
// series; a known number of objects break a rule, and what is told must be exactly that before the
// time is believed. An item is an object, added and judged; peak_rss is the process's largest
// resident set so far, in bytes. Spills go to the temporary directory.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

#include "engine/collate/collate.h"
#include "engine/deliver/spill_file.h"

namespace {

using namespace slipring;
using dicom::ObjectKey;

constexpr std::uint64_t kSeries = 200;
constexpr std::uint64_t kStudy = 800;

// Splitmix64: hashes as good as those of UIDs.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

std::string path_of(std::uint64_t number) {
  return fmt::format("archive/{:06}/{:08}/IMG{:010}.dcm", number / kStudy, number / kSeries,
                     number);
}

ObjectKey key_of(std::uint64_t number) {
  const std::uint64_t in_series = number % kSeries;
  const std::uint64_t study = number / kStudy;
  ObjectKey key;
  key.sop = mix(number) | 1;
  key.series = mix(number / kSeries + (std::uint64_t{1} << 40)) | 1;
  key.study = mix(study + (std::uint64_t{2} << 40)) | 1;
  key.content = static_cast<std::uint32_t>(key.sop >> 7);
  key.root = 77;
  key.maker = 7;
  key.instance = static_cast<std::int32_t>(in_series + 1);
  key.position = static_cast<float>(in_series) * 2.5F;
  key.patient = static_cast<std::uint16_t>(study | 1);
  key.name = static_cast<std::uint16_t>((study >> 3) | 1);
  key.birth = static_cast<std::uint16_t>((study >> 5) | 1);
  key.modality = key.body_part = key.frame_of_reference = key.orientation = key.spacing = 1;
  key.study_day = 45000;
  key.traits = ObjectKey::kWholeContent | ObjectKey::kHasInstance | ObjectKey::kHasPosition | 1;
  return key;
}

// Every 10,007th object is wrong, in one of five ways; each way is one finding of one rule.
using Counts = std::map<dicom::RuleId, std::uint64_t>;
void spoil(std::uint64_t number, ObjectKey& key, Counts& expected) {
  if (number % 10'007 != 500) return;
  switch (number / 10'007 % 5) {
    case 0:
      key.study = mix(number + (std::uint64_t{3} << 40));
      ++expected[{6, 3}];
      break;
    case 1:
      key.modality = 2;
      ++expected[{6, 5}];
      break;
    case 2:
      key.patient = static_cast<std::uint16_t>(key.patient + 2);
      ++expected[{6, 4}];
      break;
    case 3:
      key.study_day = 45001;
      ++expected[{6, 10}];
      break;
    default:
      key.spacing = 2;
      ++expected[{6, 6}];
      break;
  }
}

// Every 50,021st object has a copy in a folder of its own: the same, or with other content.
bool copy(std::uint64_t number, ObjectKey& key, Counts& expected) {
  if (number % 50'021 != 7) return false;
  const bool same = number / 50'021 % 2 == 0;
  ++expected[same ? dicom::RuleId{6, 2} : dicom::RuleId{6, 1}];
  if (!same) ++key.content;
  return true;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// False when a spill failed or what was told is not what is wrong.
bool collate_all(std::uint64_t objects, benchmark::State& state) {
  deliver::SpillFiles place(std::filesystem::temp_directory_path().string());
  collate::Collator collator(place);
  Counts expected;
  Counts told;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t number = 0; number < objects; ++number) {
    dicom::ObjectKeys keys{key_of(number), {}};
    spoil(number, keys.object, expected);
    if (!collator.add(path_of(number), keys)) return false;
    if (copy(number, keys.object, expected) && !collator.add("copies/" + path_of(number), keys))
      return false;
  }
  state.counters["adding_s"] = seconds_since(start);
  const auto judged = collator.judge(
      [&](std::string_view, const dicom::Finding& finding) { ++told[finding.rule]; });
  state.counters["all_s"] = seconds_since(start);
  state.counters["findings"] = 0;
  for (const auto& [rule, count] : told) state.counters["findings"] += static_cast<double>(count);
  return judged && told == expected;
}

void collate_keys(benchmark::State& state) {
  const auto objects = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state)
    if (!collate_all(objects, state)) return state.SkipWithError("not what is wrong was told");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_rss"] = static_cast<double>(usage.ru_maxrss) * 1024;
  state.SetItemsProcessed(static_cast<std::int64_t>(objects));
}

BENCHMARK(collate_keys)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
