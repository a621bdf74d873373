// What judging an object costs, one thread, bytes in memory: the values and image headers of the
// four modalities of the synthetic archive (files a second), the class kernel beside its scalar
// truth, and native pixels with their range and digest. Every answer is checked before it is timed.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "datasets/synthesize/object.h"
#include "engine/scan/scan.h"
#include "engine/validate/kernels/char_class.h"
#include "engine/validate/validate.h"

namespace slipring::validate {
namespace {

using kernels::CharClass;
using kernels::ClassTest;

std::vector<std::uint8_t> synthetic(datasets::Modality modality) {
  datasets::Options options;
  options.mix = {0, 0, 0, 0};
  options.mix[static_cast<std::size_t>(modality)] = 1;
  options.count = 1;
  options.syntaxes = {{&datasets::syntaxes()[0], 1}};
  const datasets::Plan plan(options);
  datasets::ObjectBuilder builder(options);
  return builder.build(plan, plan.object(0));
}

// Scanned and validated again and again; `decode` tells whether with its pixels.
void objects(benchmark::State& state, datasets::Modality modality, bool with_scan, bool decode) {
  const std::vector<std::uint8_t> bytes = synthetic(modality);
  dicom::Scanned scanned;
  dicom::SerialSchedule schedule;
  Options options;
  options.decode_pixels = decode;
  scan::scan(bytes, bytes.size(), {}, scanned);
  dicom::Findings findings;
  const Answer answer = validate(scanned, options, schedule, findings);
  if (findings.count(dicom::Severity::Error) != 0 || answer.pixel_digest.has_value() != decode) {
    state.SkipWithError("a right object is not found right");
    return;
  }
  for (auto _ : state) {
    if (with_scan) scan::scan(bytes, bytes.size(), {}, scanned);
    findings.clear();
    benchmark::DoNotOptimize(validate(scanned, options, schedule, findings));
  }
  state.counters["files/s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["elements"] = static_cast<double>(scanned.tape.size());
  if (decode) state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

BENCHMARK_CAPTURE(objects, headers_ct, datasets::Modality::CT, false, false);
BENCHMARK_CAPTURE(objects, headers_mr, datasets::Modality::MR, false, false);
BENCHMARK_CAPTURE(objects, headers_us, datasets::Modality::US, false, false);
BENCHMARK_CAPTURE(objects, scan_and_headers_ct, datasets::Modality::CT, true, false);
BENCHMARK_CAPTURE(objects, pixels_ct, datasets::Modality::CT, false, true);

// 1000 clean values of one VR, back to back.
struct Values {
  std::string text;
  std::vector<ClassTest> tests;
};

Values values(CharClass cls, std::string_view one) {
  Values all;
  for (int i = 0; i < 1000; ++i) {
    all.tests.push_back({all.text.size(), static_cast<std::uint32_t>(one.size()), cls, false});
    all.text += one;
  }
  return all;
}

void classes(benchmark::State& state, CharClass cls, std::string_view one, bool vector) {
  Values all = values(cls, one);
  const auto run = vector ? kernels::classify : kernels::classify_scalar;
  run(as_bytes(all.text), all.tests);
  for (const ClassTest& test : all.tests)
    if (!test.clean) {
      state.SkipWithError("a clean value is not found clean");
      return;
    }
  for (auto _ : state) {
    run(as_bytes(all.text), all.tests);
    benchmark::DoNotOptimize(all.tests.data());
  }
  state.SetItemsProcessed(state.iterations() * 1000);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(all.text.size()));
}

constexpr std::string_view kUid = "1.2.826.0.1.3680043.8.498.12345678901234567890";
BENCHMARK_CAPTURE(classes, code, CharClass::Code, "ORIGINAL\\PRIMARY", true);
BENCHMARK_CAPTURE(classes, code_scalar, CharClass::Code, "ORIGINAL\\PRIMARY", false);
BENCHMARK_CAPTURE(classes, uid, CharClass::Uid, kUid, true);
BENCHMARK_CAPTURE(classes, uid_scalar, CharClass::Uid, kUid, false);
BENCHMARK_CAPTURE(classes, date, CharClass::Date, "20240229", true);
BENCHMARK_CAPTURE(classes, date_scalar, CharClass::Date, "20240229", false);

}  // namespace
}  // namespace slipring::validate

BENCHMARK_MAIN();
