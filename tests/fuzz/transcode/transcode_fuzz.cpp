// Any bytes, to any target: scan -> plan -> write -> scan again -> digests. Whatever does not end
// in an error must be proven: the digests of what was written are those of the source.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "tests/engine/transcode/round_trip.h"

namespace {

using namespace slipring;

constexpr std::array kTargets = {
    "implicit-le",  "explicit-le",     "explicit-be",       "deflated",
    "rle",          "encapsulated-le", "deflated-frame",    "jls-lossless",
    "j2k-lossless", "htj2k-lossless",  "jpeg-lossless-sv1", "htj2k-lossless-rpcl"};

}  // namespace

// The first byte chooses the target, the second what is asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  transcode::Options options;
  options.target = dicom::transfer_syntax_named(kTargets[data[0] % kTargets.size()]);
  options.recompress_lossy = (data[1] & 1U) != 0;
  options.limits.frame_bytes_max = 1 << 18;
  options.deflated_data_set_bytes_max = 1 << 20;
  dicom::SerialSchedule schedule;
  test::RoundTrip trip;
  test::run_round_trip({data + 2, size - 2}, options, schedule, trip);
  if (!trip.converted()) return 0;
  const std::string defect = trip.defect();
  if (defect.empty()) return 0;
  std::fprintf(stderr, "to %.*s: %s\n", static_cast<int>(trip.plan.to->short_name.size()),
               trip.plan.to->short_name.data(), defect.c_str());
  std::abort();
}
