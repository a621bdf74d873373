// FrameEncoder: one canonical frame -> one HTJ2K codestream (T.800 with T.814's block coder): level
// shift and component transform, wavelet, blocks, packets. Keeps its memory from frame to frame;
// one per worker.
#pragma once

#include <tuple>
#include <vector>

#include "codecs/codec.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/parameters.h"
#include "codecs/codestream/write.h"
#include "codecs/htj2k/block/encode.h"
#include "codecs/kernels/wavelet/components.h"
#include "codecs/tiles/pyramids.h"

namespace slipring::codecs::htj2k {

namespace wavelet = kernels::wavelet;

class FrameEncoder {
 public:
  // `precision_bits`: of the codestream. `base_step`: see image_parameters.h. The layout has 8, 16
  // or 32 bits allocated.
  // Errors: OutOfRange (a sample does not fit `precision_bits`), Unsupported (nor would its
  // coefficients fit 32 bits), those of the writer. On an error job.out holds anything.
  [[nodiscard]] Result<void> encode(const EncodeJob& job, std::uint32_t precision_bits,
                                    double base_step, Crew* crew);

 private:
  Result<void> encode_tiles(const EncodeJob& job, Crew* crew);
  template <class T>
  using Blocks = std::vector<BlockToEncode<T>>;

  Result<void> encode_tile(const EncodeJob& job, Crew* crew);
  template <class T>
  Result<void> encode_tile_in(const EncodeJob& job, Crew* crew);
  template <class T>
  Result<void> encode_loaded(Crew* crew);
  template <class T>
  [[nodiscard]] bool load(const EncodeJob& job, std::uint32_t bits, const codestream::Rect& rect);
  [[nodiscard]] bool load_narrow(const EncodeJob& job, unsigned levels);
  template <class T>
  void encode_component(std::size_t component, Crew* crew);
  template <class T>
  Result<void> collect();

  codestream::Parameters parameters_;
  codestream::Tile tile_;
  codestream::Writer writer_;
  tiles::Pyramids pyramids_;
  Buffer plane_memory_;  // the tile's components, level shifted and transformed
  Buffer bands_;         // of one component
  Buffer scratch_;       // of the wavelet
  std::size_t plane_samples_ = 0;
  std::tuple<Blocks<std::int16_t>, Blocks<std::int32_t>, Blocks<float>> blocks_;
  std::vector<Buffer> bytes_;         // of coded blocks, by the hand that coded them
  std::vector<std::size_t> hand_of_;  // by block
  bool cramped_ = false;              // a coefficient had more bit planes than its band
};

}  // namespace slipring::codecs::htj2k
