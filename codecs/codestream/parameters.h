// What the headers of a JPEG 2000 codestream say (ITU-T T.800 Annex A, T.814 Annex A): sizes,
// coding styles, quantization, progression, and the limits under which they are believed. Plain
// values, for reader and writer alike. Must not know: block coders, wavelets, pixels.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codecs/jpeg2000_markers.h"

namespace slipring::codecs::codestream {

inline constexpr unsigned kLevelsMax = 32;                 // T.800 A.6.1
inline constexpr unsigned kBandsMax = 3 * kLevelsMax + 1;  // of one tile-component
inline constexpr unsigned kPrecisionMax = 38;              // T.800 Table A.11
inline constexpr std::uint32_t kComponentsMax = 16384;     // T.800 Table A.9
inline constexpr std::uint32_t kTilesMax = 65535;          // T.800 B.3
inline constexpr std::uint16_t kRsizHt = 1U << 14;         // T.814 A.2: Part 15 is in use
inline constexpr std::uint32_t kPcapHt = 1U << (32 - 15);  // T.814 A.3: Ccap15 follows

// Every bound that input may not break. What is above 4 GiB, or a square of a dimension, is checked
// in 64 bits before anything is allocated.
struct Limits {
  std::uint32_t dimension_max = 65535;  // of the image on the reference grid, a side
  std::uint32_t components_max = kComponentsMax;
  std::uint32_t tiles_max = kTilesMax;
  std::uint32_t tile_parts_max = 1U << 20;
  std::uint32_t segments_max = 1U << 17;  // marker segments in all headers
  std::uint32_t layers_max = 65535;
  std::uint64_t tile_components_max = 1U << 20;  // tiles x components
  std::uint64_t precincts_max = 1U << 22;        // of one tile, in all components
  // Above what is free, the bytes of a tile must justify its blocks, and the precincts that
  // progression changes visit.
  std::uint64_t blocks_free = 1U << 18;
  std::uint64_t blocks_per_byte_max = 32;
  std::uint64_t visits_free = 1U << 22;
  std::uint64_t visits_per_byte_max = 64;
};

struct Rect {
  std::uint32_t x0 = 0;
  std::uint32_t y0 = 0;
  std::uint32_t x1 = 0;  // one beyond
  std::uint32_t y1 = 0;

  [[nodiscard]] std::uint32_t width() const { return x1 > x0 ? x1 - x0 : 0; }
  [[nodiscard]] std::uint32_t height() const { return y1 > y0 ? y1 - y0 : 0; }
  [[nodiscard]] bool empty() const { return x1 <= x0 || y1 <= y0; }
  friend bool operator==(const Rect&, const Rect&) = default;
};

// T.800 A.5.1, one component of SIZ.
struct ComponentSize {
  std::uint8_t precision_bits = 8;
  bool is_signed = false;
  std::uint8_t dx = 1;  // XRsiz
  std::uint8_t dy = 1;  // YRsiz
  friend bool operator==(const ComponentSize&, const ComponentSize&) = default;
};

// T.800 A.5.1
struct Siz {
  std::uint16_t capabilities = 0;  // Rsiz
  Rect image;                      // XOsiz, YOsiz, Xsiz, Ysiz
  std::uint32_t tile_x0 = 0;       // XTOsiz
  std::uint32_t tile_y0 = 0;
  std::uint32_t tile_width = 0;  // XTsiz
  std::uint32_t tile_height = 0;
  std::vector<ComponentSize> components;

  // T.800 B.3; sizes are valid.
  [[nodiscard]] std::uint32_t tiles_wide() const {
    return static_cast<std::uint32_t>((std::uint64_t{image.x1} - tile_x0 + tile_width - 1) /
                                      tile_width);
  }
  [[nodiscard]] std::uint32_t tiles_high() const {
    return static_cast<std::uint32_t>((std::uint64_t{image.y1} - tile_y0 + tile_height - 1) /
                                      tile_height);
  }
  [[nodiscard]] std::uint64_t tiles() const { return std::uint64_t{tiles_wide()} * tiles_high(); }
  // T.800 B-2: the samples of component `c`, in its own coordinates.
  [[nodiscard]] Rect component(std::size_t c) const;
};

// T.800 Table A.19, and T.814 A.4: bits 6 and 7.
enum BlockStyle : std::uint8_t {
  kBypass = 1U << 0,
  kResetContexts = 1U << 1,
  kTerminateEachPass = 1U << 2,
  kVerticallyCausal = 1U << 3,
  kPredictableTermination = 1U << 4,
  kSegmentationSymbols = 1U << 5,
  kHt = 1U << 6,
  kHtMixed = 1U << 7,  // with kHt: each block says by its first length which of both it is
};

// T.800 Table A.28
enum class QuantizationStyle : std::uint8_t { None = 0, Derived = 1, Expounded = 2 };

// T.800 A.6.4, A.6.5, E.1. Bands in the order LL, HL, LH, HH of resolution 1, then of 2, ...
struct Quantization {
  QuantizationStyle style = QuantizationStyle::None;
  std::uint8_t guard_bits = 0;
  std::uint8_t bands = 0;  // written down
  std::array<std::uint8_t, kBandsMax> exponent = {};
  std::array<std::uint16_t, kBandsMax> mantissa = {};  // 0 without quantization
};

// What COD, COC, QCD, QCC give one component (of one tile).
struct ComponentCoding {
  Jpeg2000CodingStyle style;
  Quantization quantization;
  bool own_style = false;         // by COC: a later COD does not change it
  bool own_quantization = false;  // by QCC
};

enum class Progression : std::uint8_t { Lrcp = 0, Rlcp = 1, Rpcl = 2, Pcrl = 3, Cprl = 4 };

// One entry of POC, T.800 A.6.6; without POC one that spans everything.
struct ProgressionVolume {
  Progression order = Progression::Lrcp;
  std::uint8_t resolution_begin = 0;
  std::uint8_t resolution_end = kLevelsMax + 1;
  std::uint16_t component_begin = 0;
  std::uint16_t component_end = 0;
  std::uint16_t layer_end = 0;
};

// The coding of a whole image, or of a tile whose headers change something.
struct Coding {
  Progression order = Progression::Lrcp;
  std::uint16_t layers = 1;
  bool colour_transform = false;  // components 0 to 2: RCT or ICT, as their wavelet is
  bool sop = false;               // SOP may stand before packets
  bool eph = false;               // EPH stands behind packet headers
  std::vector<ComponentCoding> components;
  std::vector<ProgressionVolume> volumes;  // of POC; empty without
};

// T.814 A.3: Ccap15. Without CAP `present` is false.
struct HtCapabilities {
  bool present = false;
  bool ht_only = true;              // bits 14, 15 are 0: all blocks are HT
  bool declared_sets = false;       // bits 14, 15 are 2 (HTDECLARED)
  bool multiple_sets = false;       // bit 13: more than one HT set in a block
  bool region_of_interest = false;  // bit 12
  bool heterogeneous = false;       // bit 11
  bool irreversible = false;        // bit 5: HTIRV
  std::uint8_t magnitude_bits = 8;  // MAGB, bits 0 to 4, T.814 A.3.5
};

struct Parameters {
  Siz siz;
  Coding coding;
  HtCapabilities ht;

  [[nodiscard]] bool high_throughput() const {
    return !coding.components.empty() && (coding.components[0].style.block_style & kHt) != 0;
  }
};

// B of T.814 8.7.3 as the 5 bits of Ccap15 say it, and back.
[[nodiscard]] std::uint8_t magb_bits(unsigned magnitude_bits);
[[nodiscard]] unsigned magnitude_bits_of(std::uint8_t magb);
// The largest magnitude bit count that any band of `coding` can have: what CAP must promise.
[[nodiscard]] unsigned magnitude_bits(const Coding& coding);

// T.800 E-1, E-2 and Annex F's gains: exponents with which no coefficient of the reversible 5/3 can
// have more than Mb bits, for samples of `precision_bits` (one more where they come out of the
// RCT).
[[nodiscard]] Quantization reversible_quantization(unsigned levels, unsigned precision_bits,
                                                   bool colour_transform);
// Steps of the irreversible 9/7: `base_step`, relative to the sample range, divided by the band's
// L2 gain. 0 < base_step <= 1.
[[nodiscard]] Quantization irreversible_quantization(unsigned levels, double base_step);

}  // namespace slipring::codecs::codestream
