// image_parameters: what the headers of a codestream for one layout say: sizes, levels, exponents,
// progression. Pure: no pixels.
#pragma once

#include "codecs/codec.h"
#include "codecs/codestream/parameters.h"
#include "codecs/codestream/write.h"

namespace slipring::codecs::htj2k {

inline constexpr std::uint8_t kBlockExponent = 6;  // code-blocks of 64 x 64
inline constexpr unsigned kLevelsUsual = 5;
// PS3.5 A.4.4 (1.2.840.10008.1.2.4.202): the smallest resolution is at most so wide or so high.
inline constexpr std::uint32_t kSmallestSide = 64;

// Decompositions for an image of this size: kLevelsUsual where both sides have the samples; more
// where `by_resolution` asks for a smallest resolution of kSmallestSide.
[[nodiscard]] unsigned levels_for(std::uint32_t columns, std::uint32_t rows, bool by_resolution);

// `precision_bits`: of the codestream, at least what every sample fits in. `base_step`: 0 is the
// reversible 5/3 wavelet, else the irreversible 9/7 with this quantizer step, relative to the range
// of the samples. `more_guard_bits`: beyond what rounding apart suffices for any image. Fills
// `parameters` anew, reusing its memory.
void describe_image(const pixel::Layout& layout, const EncodeParameters& wanted,
                    std::uint32_t precision_bits, double base_step, std::uint8_t more_guard_bits,
                    codestream::Parameters& parameters);

[[nodiscard]] codestream::WriteOptions write_options(const EncodeParameters& wanted);

}  // namespace slipring::codecs::htj2k
