// Figures: what `slipring bench` measured, as lines of the JSON contract and as a table; and the
// figures of an earlier run to hold them against.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/cli/output/json_lines.h"
#include "engine/measure/host.h"
#include "engine/measure/time_codec.h"

namespace slipring::cli {

// One codec in one direction on one group of images, in several ways of running it.
struct Figures {
  std::string codec;
  measure::Direction direction = measure::Direction::Decode;
  std::string image;
  unsigned bits = 0;  // Bits Stored
  double ratio = 0;
  std::vector<measure::Timing> timings;  // the first: one thread, a frame a call
};

// "rle/decode/ct-12-512x512", and of one timing "rle/decode/ct-12-512x512/t1/b8": eight frames a
// call on one thread.
[[nodiscard]] std::string name_of(std::string_view codec, measure::Direction direction,
                                  std::string_view image);
[[nodiscard]] std::string name_of(const Figures& figures, const measure::Timing& timing);

struct OldFigure {
  double mb_per_s = 0;
  double spread = 0;
};

// The `bench` lines of an earlier run: of --json or of --save.
class Baseline {
 public:
  // "" or why the file is no such thing.
  [[nodiscard]] std::string read(const std::string& path);
  [[nodiscard]] bool empty() const { return figures_.empty(); }
  [[nodiscard]] const OldFigure* find(const std::string& name) const;

 private:
  std::map<std::string, OldFigure> figures_;
};

// New by old, and whether that is slower by more than either run's spread.
struct Compared {
  double times_old = 1;
  bool slower = false;
};
[[nodiscard]] std::optional<Compared> compare(const Figures& figures, const measure::Timing& timing,
                                              const Baseline& baseline);

[[nodiscard]] Json bench_line(const Figures& figures, const measure::Timing& timing,
                              const Baseline& baseline);
[[nodiscard]] std::string table_head(const measure::Host& host, unsigned threads, bool compared);
[[nodiscard]] std::string table_line(const Figures& figures, const Baseline& baseline);

}  // namespace slipring::cli
