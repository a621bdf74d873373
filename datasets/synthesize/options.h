// Options: the command line of `synthesize`.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/drawing/pixels.h"
#include "datasets/synthesize/defects.h"
#include "datasets/writer/element_writer.h"

namespace slipring::datasets {

struct Options {
  std::string out;
  std::uint64_t count = 100;
  std::uint64_t seed = 1;
  std::array<std::uint32_t, kModalityCount> mix = {40, 40, 10, 10};  // weights, by Modality
  std::vector<std::pair<const Syntax*, std::uint32_t>> syntaxes;     // and weights
  std::uint32_t ct_size = 512;
  std::uint32_t mr_size = 256;
  std::uint32_t cr_size = 2048;  // rows; columns are 5/6 of it
  std::uint32_t us_size = 480;   // rows; columns are 4/3 of it
  std::uint32_t us_frames = 12;  // of every fourth ultrasound object; the others have one
  double defect_rate = 0;
  std::vector<Defect> defects;  // that occur, in turn
  std::uint64_t sparse_frames = 0;
  std::uint32_t sparse_size = 1024;
  const Syntax* sparse_syntax = nullptr;
  bool help = false;
};

[[nodiscard]] std::span<const Syntax> syntaxes();
[[nodiscard]] std::string_view name(Modality modality);
[[nodiscard]] std::string usage();

// Empty when all is well, else what is wrong with which argument.
[[nodiscard]] std::string parse_options(std::span<char* const> arguments, Options& options);

}  // namespace slipring::datasets
