// FrameDecoder: one codestream of JPEG 2000 or HTJ2K -> one canonical frame, or a smaller
// resolution of it: packets, blocks (by a BlockDecoder), wavelet, component transform and level
// shift. Keeps its memory from frame to frame; one per worker.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "codecs/codec.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/read.h"
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

  // Of the image that decode() gives.
  [[nodiscard]] std::uint32_t columns(unsigned reduce) const;
  [[nodiscard]] std::uint32_t rows(unsigned reduce) const;

 private:
  template <class T>
  using Tasks = std::vector<BlockTask<T>>;
  struct Picture {
    MutableBytes out;
    unsigned reduce = 0;
    std::uint32_t sample_bytes = 1;
    Crew* crew = nullptr;
  };

  Result<void> decode_tile(const Picture& picture);
  template <class T>
  Result<void> decode_tile_in(const Picture& picture);
  template <class T>
  Result<void> decode_component(std::size_t component, const Picture& picture,
                                wavelet::Plane<T> plane);
  template <class T>
  Result<void> decode_bands(std::size_t component, unsigned resolutions,
                            const wavelet::Pyramid& pyramid, T* memory, Crew* crew);
  [[nodiscard]] bool ends_early() const;
  template <class T>
  void store(const Picture& picture, std::span<const wavelet::Plane<const T>> planes);

  BlockDecoders decoders_;
  codestream::Reader reader_;
  codestream::Tile tile_;
  Pyramids pyramids_;
  Buffer plane_memory_;  // the tile's components
  Buffer bands_;         // of one component
  Buffer scratch_;       // of the wavelet
  std::tuple<Tasks<std::int16_t>, Tasks<std::int32_t>, Tasks<float>> tasks_;  // of one component
};

}  // namespace slipring::codecs::tiles
