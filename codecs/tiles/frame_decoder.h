// FrameDecoder: one codestream of JPEG 2000 or HTJ2K -> one canonical frame, or a smaller
// resolution of it: packets, blocks (by a BlockDecoder), wavelet, component transform and level
// shift. Keeps its memory from frame to frame; one per worker.
#pragma once

#include <array>
#include <compare>
#include <span>
#include <tuple>
#include <vector>

#include "codecs/codec.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/read.h"
#include "codecs/kernels/wavelet/reversible.h"
#include "codecs/tiles/block_decoder.h"
#include "codecs/tiles/pyramids.h"

namespace slipring::codecs::tiles {

class FrameDecoder {
 public:
  // The headers. The bytes must outlive decode(), and so must the decoders. Errors: those of
  // codestream::Reader; Unsupported: blocks that none of `decoders` decodes, components of unlike
  // size or precision.
  [[nodiscard]] Result<void> open(Bytes codestream, const BlockDecoders& decoders);
  [[nodiscard]] const codestream::Parameters& parameters() const { return reader_.parameters(); }

  // The image without its `reduce` highest resolutions, each side divided by 2^reduce and rounded
  // up (T.800 B-14, of an image that starts at 0): rows of `row_bytes`, samples of `sample_bytes`
  // (1, 2 or 4, at least the precision), interleaved, zero or sign extended as the codestream says.
  // Errors: those of the reader and the blocks. Adds MissingEndMarker, TrailingBytes (beyond a pad
  // byte) and InconsistentLengths.
  [[nodiscard]] Result<void> decode(unsigned reduce, std::uint32_t sample_bytes, Crew* crew,
                                    MutableBytes out, Quirks& quirks);

  // The same, but each sample is held against `expected` as it is made, and kept nowhere. Errors:
  // Mismatch too.
  [[nodiscard]] Result<void> compare(std::uint32_t sample_bytes, Crew* crew, Bytes expected,
                                     Quirks& quirks);

  // Of the image that decode() gives.
  [[nodiscard]] std::uint32_t columns(unsigned reduce) const;
  [[nodiscard]] std::uint32_t rows(unsigned reduce) const;

 private:
  template <class T>
  using Tasks = std::vector<BlockTask<T>>;
  // A block of a last level.
  struct Due {
    std::uint32_t strip;
    std::uint32_t band;   // HL, LH, HH
    std::uint32_t block;  // of the band
    friend auto operator<=>(const Due&, const Due&) = default;
  };
  struct Picture {
    MutableBytes out;  // empty where it is compared
    Bytes expected;
    unsigned reduce = 0;
    std::uint32_t sample_bytes = 1;
    Crew* crew = nullptr;
  };

  Result<void> run(const Picture& picture, Quirks& quirks);
  Result<void> decode_tile(const Picture& picture);
  template <class T>
  Result<void> decode_tile_in(const Picture& picture);
  template <class T>
  Result<void> decode_component(std::size_t component, const Picture& picture,
                                wavelet::Plane<T> plane);
  template <class T>
  Result<void> decode_bands(std::size_t component, unsigned resolutions,
                            const wavelet::Pyramid& pyramid, T* memory, Crew* crew);
  template <class T>
  [[nodiscard]] BlockTask<T> task_of(const codestream::Band& band, const codestream::Block& block,
                                     T* row, std::size_t stride) const;
  [[nodiscard]] bool ends_early() const;
  // The rows of the tile from `row` on, into the picture or held against it.
  template <class T>
  Result<void> store(const Picture& picture, std::span<const wavelet::Plane<const T>> planes,
                     std::uint32_t row, std::uint32_t rows);

  // A component's last level in steps, and the bands of it, of which one strip is there.
  template <class T>
  struct LastLevel {
    std::size_t component = 0;
    wavelet::InverseSteps<T> steps;
    std::span<T> scratch;
    std::array<wavelet::Plane<T>, 3> bands;  // HL, LH, HH
    std::span<const Due> due;                // blocks left to do
  };
  [[nodiscard]] bool goes_in_strips(const Picture& picture) const;
  [[nodiscard]] bool falls_in_strips(const codestream::TileComponent& component,
                                     const Picture& picture) const;
  [[nodiscard]] const codestream::Band& band_of_last(const codestream::TileComponent& component,
                                                     unsigned reduce, std::size_t band) const;
  template <class T>
  Result<void> decode_strips(const Picture& picture);
  template <class T>
  Result<LastLevel<T>> open_level(std::size_t component, const Picture& picture, T* memory,
                                  std::span<T> scratch);
  template <class T>
  Result<void> run_strips(const Picture& picture, std::span<LastLevel<T>> levels);
  template <class T>
  Result<void> next_strip(LastLevel<T>& level, unsigned reduce);

  BlockDecoders decoders_;
  codestream::Reader reader_;
  codestream::Tile tile_;
  Pyramids pyramids_;
  Buffer plane_memory_;  // the tile's components, whole or a strip of them
  Buffer bands_;         // of one component, or of all
  Buffer scratch_;       // of the wavelet
  Buffer stored_;        // rows that are compared
  std::size_t compared_bytes_ = 0;
  std::tuple<Tasks<std::int16_t>, Tasks<std::int32_t>, Tasks<float>> tasks_;  // of one component
  std::vector<Due> due_;
};

}  // namespace slipring::codecs::tiles
