// Duel: one peer and we take turns at one codec, in one direction, on one group of images. Takes
// them, gives the seconds of every run. Before a clock runs, each must read what the other wrote as
// the same pixels, whatever is timed then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/peers/peer.h"
#include "codecs/codec.h"
#include "engine/measure/images.h"
#include "engine/measure/time_codec.h"

namespace slipring::peers {

using measure::Direction;
using measure::ImageGroup;

struct Effort {
  double seconds = 1.0;  // a row, for each of the sides
  std::size_t runs_min = 15;
  std::size_t batch = 8;
};

struct Row {
  std::string codec;
  Direction direction = Direction::Decode;
  std::string image;
  unsigned bits = 0;
  std::string peer;    // "CharLS 2.4.1"
  std::string stream;  // who made what is decoded: "ours" or the peer
  std::size_t frames = 0;
  std::uint64_t native_bytes = 0;  // of those frames
  std::uint64_t packed_bytes = 0;  // as we pack them; 0: we do not
  std::uint64_t peer_packed_bytes = 0;
  std::size_t batch = 0;       // frames in one of our calls in `ours_batch`; 0: none
  std::vector<double> ours{};  // seconds of each run; empty where we cannot
  std::vector<double> ours_batch{};
  std::vector<double> theirs{};

  [[nodiscard]] double mb_per_s(const std::vector<double>& seconds) const;
  // Their seconds by ours, run by run.
  [[nodiscard]] std::vector<double> times(const std::vector<double>& seconds) const;
};

using Streams = std::vector<std::vector<std::uint8_t>>;

// A group packed by somebody, a stream a frame.
struct Packing {
  std::string by;  // "ours" or the peer's name and version
  Streams streams;
  bool lossless = true;
};

// Empty when it cannot.
[[nodiscard]] std::optional<Packing> pack_ours(const codecs::FormatRow& codec,
                                               const ImageGroup& images);
[[nodiscard]] std::optional<Packing> pack_theirs(Peer& peer, const ImageGroup& images);
[[nodiscard]] std::string title(const Peer& peer);

// "" when we and the peer read this packing as the same pixels (as the group's when lossless); else
// what is wrong. `ours_reads` is whether our build decodes this codec.
[[nodiscard]] std::string check(const codecs::FormatRow& codec, Peer& peer,
                                const ImageGroup& images, const Packing& packing);

// nullopt: the peer cannot.
[[nodiscard]] std::optional<Row> duel(const codecs::FormatRow& codec, Peer& peer,
                                      const ImageGroup& images, const Packing& packing,
                                      Direction direction, const Effort& effort);

}  // namespace slipring::peers
