// Progression: in which order the precincts of a tile have their packets, T.800 B.12.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codecs/codestream/geometry.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

struct PrecinctStep {
  std::uint32_t resolution = 0;  // index in Tile::resolutions
  std::uint32_t precinct = 0;    // in that resolution
};

// The precincts of one progression volume in order. Layers go round them: outermost with LRCP,
// around each resolution with RLCP, innermost (all layers of a precinct) with the other three.
class PrecinctOrder {
 public:
  void arrange(const Siz& siz, const Tile& tile, const ProgressionVolume& volume);
  [[nodiscard]] const std::vector<PrecinctStep>& steps() const { return steps_; }

 private:
  struct Placed {
    std::array<std::uint32_t, 4> key;
    PrecinctStep step;
  };
  void by_resolution(const Tile& tile, const ProgressionVolume& volume);
  void by_position(const Siz& siz, const Tile& tile, const ProgressionVolume& volume);
  void place(const Siz& siz, const Tile& tile, Progression order, std::uint32_t resolution);

  std::vector<PrecinctStep> steps_;
  std::vector<Placed> placed_;
};

// The volume that a tile without POC is.
[[nodiscard]] ProgressionVolume whole_volume(const Coding& coding);

}  // namespace slipring::codecs::codestream
