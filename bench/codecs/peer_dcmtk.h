// DCMTK's codecs of RLE and lossless JPEG in this process, for comparing with. Absent where DCMTK
// is not installed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/codecs/frames.h"

namespace slipring::bench {

inline constexpr bool kHaveDcmtk =
#ifdef SLIPRING_HAVE_DCMTK
    true;
#else
    false;
#endif

// Reads a DICOM file and decompresses it; no frames when it cannot.
[[nodiscard]] std::vector<Frame> read_frames(const std::string& path, const std::string& name);

enum class Packing { Rle, JpegLossless };  // the latter: selection value 1

// One frame held as DCMTK holds it.
class DcmtkFrame {
 public:
  // From native pixels: for encode().
  explicit DcmtkFrame(const Frame& frame, Packing packing = Packing::Rle);
  // From a packed frame: for decode().
  DcmtkFrame(const pixel::Layout& layout, Bytes packed, Packing packing = Packing::Rle);
  ~DcmtkFrame();

  // Makes the packed representation. packed() is its frame until forget().
  bool encode();
  [[nodiscard]] Bytes packed();
  void forget();

  // Decodes into memory that the caller has.
  bool decode(MutableBytes out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace slipring::bench
