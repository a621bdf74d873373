// The blocks of a scan, decoded into grids: sequential (ITU-T T.81 F.2.2) and progressive (G.2).
// Templates over the reader of bits; QuickSequential is the loop that most images go through.
#pragma once

#include <cstring>

#include "codecs/jpeg/extended/quick_reader.h"
#include "codecs/jpeg/extended/scan.h"

namespace slipring::codecs::jpeg::extended {

// One per component of the scan.
struct ScanCodes {
  std::array<const Codes*, Frame::kComponentsMax> dc = {};
  std::array<const Codes*, Frame::kComponentsMax> ac = {};
};
using Predictions = std::array<std::int32_t, Frame::kComponentsMax>;

// Sums and shifts of damaged streams wrap, as the stored coefficients do.
[[nodiscard]] inline std::int32_t wrapping_sum(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}
[[nodiscard]] inline std::int16_t shifted(std::int32_t value, unsigned by) {
  return static_cast<std::int16_t>(static_cast<std::uint32_t>(value) << by);
}

// F.2.2.1; a category above 15 is none of 12-bit samples (table F.6).
template <class Reader>
std::int32_t read_difference(Reader& reader, const Codes& codes) {
  const std::uint8_t category = reader.symbol(codes);
  if (category > 15) {
    reader.stop(ErrorCode::Malformed, "a DC difference of more than 15 bits");
    return 0;
  }
  return extend(reader.bits(category), category);
}

template <class Reader>
class Sequential {
 public:
  Sequential(Reader& reader, const Scan& scan, const ScanCodes& codes, const Grids& grids)
      : reader_(reader), scan_(scan), codes_(codes), grids_(grids) {}

  void reset() { prediction_ = {}; }
  void run(std::uint32_t i, std::uint32_t row, std::uint32_t column, std::uint32_t count) {
    const Grid& grid = grids_[scan_.which[i]];
    const std::size_t first = grid.index(row, column);
    for (std::uint32_t n = 0; n < count && !reader_.failed(); ++n) {
      std::memset(grid.blocks + (first + n) * kBlockSamples, 0,
                  kBlockSamples * sizeof(std::int16_t));
      grid.ends[first + n] = kBlockSamples - 1;
      block(i, grid.blocks + (first + n) * kBlockSamples);
    }
  }

 private:
  void block(std::uint32_t i, std::int16_t* to) {
    prediction_[i] = wrapping_sum(prediction_[i], read_difference(reader_, *codes_.dc[i]));
    to[0] = static_cast<std::int16_t>(prediction_[i]);
    for (unsigned k = 1; k < kBlockSamples;) {  // figure F.13
      const std::uint8_t symbol = reader_.symbol(*codes_.ac[i]);
      const unsigned run = symbol >> 4;
      const unsigned bits = symbol & 15;
      if (reader_.failed()) return;
      if (bits == 0 && run == 0) return;  // end of block
      if (bits == 0 && run != 15)
        return reader_.stop(ErrorCode::Malformed, "an AC code of no meaning in a sequential scan");
      k += run;
      if (k >= kBlockSamples)
        return reader_.stop(ErrorCode::Malformed, "a run of zeros leaves its block");
      to[kZigzag[k]] = static_cast<std::int16_t>(extend(reader_.bits(bits), bits));
      ++k;
    }
  }

  Reader& reader_;
  const Scan& scan_;
  const ScanCodes& codes_;
  const Grids& grids_;
  Predictions prediction_ = {};
};

// Where neighbours in a row of blocks go.
struct BlockRun {
  std::int16_t* blocks = nullptr;
  std::uint8_t* ends = nullptr;
  std::uint32_t count = 0;
};

// As Sequential<QuickReader>.
class QuickSequential {
 public:
  QuickSequential(QuickReader& reader, const Scan& scan, const ScanCodes& codes, const Grids& grids)
      : reader_(reader), scan_(scan), codes_(codes), grids_(grids) {}

  void reset() { prediction_ = {}; }
  void run(std::uint32_t i, std::uint32_t row, std::uint32_t column, std::uint32_t count);

 private:
  QuickReader& reader_;
  const Scan& scan_;
  const ScanCodes& codes_;
  const Grids& grids_;
  Predictions prediction_ = {};
};

template <class Reader>
class Progressive {
 public:
  Progressive(Reader& reader, const Scan& scan, const ScanCodes& codes, const Grids& grids)
      : reader_(reader), scan_(scan), codes_(codes), grids_(grids) {}

  void reset() {
    prediction_ = {};
    blocks_ended_ = 0;
  }
  void run(std::uint32_t i, std::uint32_t row, std::uint32_t column, std::uint32_t count) {
    const Grid& grid = grids_[scan_.which[i]];
    std::int16_t* block = grid.blocks + grid.index(row, column) * kBlockSamples;
    for (; count > 0 && !reader_.failed(); --count, block += kBlockSamples) {
      if (scan_.start != 0)
        scan_.high == 0 ? first_ac(block) : refine_ac(block);
      else if (scan_.high == 0)
        first_dc(i, block);
      else if (reader_.bit() != 0)
        block[0] = static_cast<std::int16_t>(block[0] | 1 << scan_.low);
    }
  }

 private:
  void first_dc(std::uint32_t i, std::int16_t* block) {
    prediction_[i] = wrapping_sum(prediction_[i], read_difference(reader_, *codes_.dc[i]));
    block[0] = shifted(prediction_[i], scan_.low);
  }
  // EOBn: this many blocks, the present one included, have nothing more in the band (G.1.2.2).
  [[nodiscard]] std::uint32_t read_ended(unsigned n) { return (1U << n) + reader_.bits(n); }

  void first_ac(std::int16_t* block) {  // figure G.3
    if (blocks_ended_ != 0) {
      --blocks_ended_;
      return;
    }
    for (unsigned k = scan_.start; k <= scan_.end;) {
      const std::uint8_t symbol = reader_.symbol(*codes_.ac[0]);
      const unsigned run = symbol >> 4;
      const unsigned bits = symbol & 15;
      if (reader_.failed()) return;
      if (bits == 0 && run != 15) {
        blocks_ended_ = read_ended(run) - 1;
        return;
      }
      k += run;
      if (k > scan_.end)
        return reader_.stop(ErrorCode::Malformed, "a run of zeros leaves its band");
      block[kZigzag[k]] = shifted(extend(reader_.bits(bits), bits), scan_.low);
      ++k;
    }
  }

  void refine(std::int16_t& coefficient) {
    const int step = 1 << scan_.low;
    if (reader_.bit() != 0 && (coefficient & step) == 0)
      coefficient = static_cast<std::int16_t>(coefficient + (coefficient >= 0 ? step : -step));
  }

  // Over `run` zeros, refining what is not zero; returns where it stops, at most behind the band.
  unsigned pass(std::int16_t* block, unsigned k, unsigned run) {
    for (; k <= scan_.end; ++k) {
      std::int16_t& coefficient = block[kZigzag[k]];
      if (coefficient != 0)
        refine(coefficient);
      else if (run-- == 0)
        break;
    }
    return k;
  }

  void refine_ac(std::int16_t* block) {  // figures G.7 to G.9
    unsigned k = scan_.start;
    while (blocks_ended_ == 0 && k <= scan_.end) {
      const std::uint8_t symbol = reader_.symbol(*codes_.ac[0]);
      const unsigned run = symbol >> 4;
      const unsigned bits = symbol & 15;
      if (reader_.failed()) return;
      if (bits > 1) return reader_.stop(ErrorCode::Malformed, "a refinement of more than one bit");
      if (bits == 0 && run != 15) {
        blocks_ended_ = read_ended(run);
        break;
      }
      const int value = bits == 0 ? 0 : (reader_.bit() != 0 ? 1 : -1) * (1 << scan_.low);
      k = pass(block, k, run);
      if (k > scan_.end) {
        if (bits != 0) reader_.stop(ErrorCode::Malformed, "a run of zeros leaves its band");
        return;
      }
      block[kZigzag[k++]] = static_cast<std::int16_t>(value);
    }
    if (blocks_ended_ == 0) return;
    (void)pass(block, k, kBlockSamples);
    --blocks_ended_;
  }

  Reader& reader_;
  const Scan& scan_;
  const ScanCodes& codes_;
  const Grids& grids_;
  Predictions prediction_ = {};
  std::uint32_t blocks_ended_ = 0;  // EOBRUN
};

}  // namespace slipring::codecs::jpeg::extended
