// Rows of peers_bench as a table, as medians over the images, and as a file.
#pragma once

#include <string>
#include <vector>

#include "bench/peers/duel.h"
#include "engine/measure/host.h"

namespace slipring::peers {

[[nodiscard]] std::string row_head();
[[nodiscard]] std::string row_text(const Row& row);
// Over all images: the median of the rows' medians, a line for each codec, direction and peer.
[[nodiscard]] std::string medians_text(const std::vector<Row>& rows);
// What a result says of the moment it began.
struct Begun {
  std::string date;
  double load = 0;  // average of the last minute
};
[[nodiscard]] Begun begun_now();

// The shape of Google Benchmark's output: "context" and "benchmarks". False: it cannot be written.
[[nodiscard]] bool write_rows(const std::string& path, const measure::Host& host,
                              const Begun& begun, const std::vector<Row>& rows);

}  // namespace slipring::peers
