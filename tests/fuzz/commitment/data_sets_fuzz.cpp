// Any bytes as the data set of a commitment request or report, in either encoding: an answer, and
// what was read is the same once written and read again.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/commitment/data_sets.h"
#include "engine/dimse/service/verification.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipring;
  using namespace slipring::commitment;
  if (size == 0) return 0;
  const bool explicit_vr = (data[0] & 1) != 0;
  const std::string_view syntax =
      explicit_vr ? dimse::kExplicitLittleEndian : dimse::kImplicitLittleEndian;
  const auto first = read(Bytes(data, size).subspan(1), syntax);
  if (!first) return 0;
  Buffer out;
  append(out, *first, explicit_vr);
  const auto again = read(out.bytes(), syntax);
  const auto failed = [](const Instance& instance) { return instance.failure.has_value(); };
  if (!again || again->instances.size() != first->instances.size() ||
      std::ranges::count_if(again->instances, failed) !=
          std::ranges::count_if(first->instances, failed)) {
    std::fprintf(stderr, "commitment: what was written is read as another\n");
    std::abort();
  }
  return 0;
}
