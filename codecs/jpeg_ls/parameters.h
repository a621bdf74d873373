// Coding parameters of one JPEG-LS scan (ITU-T T.87 Annex A.2.1, C.2.4.1.1): what the decoder's
// arithmetic runs on, from the precision, NEAR and an optional preset (LSE type 1).
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::codecs::jpeg_ls {

// An LSE type 1 segment; zeros mean defaults.
struct Preset {
  std::int32_t maximum = 0;  // MAXVAL
  std::int32_t t1 = 0;
  std::int32_t t2 = 0;
  std::int32_t t3 = 0;
  std::int32_t reset = 0;
  friend bool operator==(const Preset&, const Preset&) = default;
};
[[nodiscard]] Result<Preset> read_preset(Bytes payload, std::uint64_t offset);

struct Parameters {
  std::int32_t maximum = 0;
  std::int32_t near = 0;
  std::int32_t t1 = 0;
  std::int32_t t2 = 0;
  std::int32_t t3 = 0;
  std::int32_t reset = 0;
  std::int32_t range = 0;
  std::int32_t quantised_bits = 0;  // qbpp
  std::int32_t limit = 0;           // longest code, in bits
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

enum class Thresholds : std::uint8_t {
  Standard,
  Unclamped,  // as some Java writers have them above 12 bits: C.2.4.1.1.1 without its bound of 4095
};

// Errors: Malformed (NEAR or the preset is out of its range, C.2.3 and Table C.1).
[[nodiscard]] Result<Parameters> make_parameters(std::uint8_t precision_bits, std::uint8_t near,
                                                 const Preset& preset, Thresholds thresholds);

}  // namespace slipring::codecs::jpeg_ls
