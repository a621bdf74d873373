// In place of peer_dcmtk.cpp where DCMTK is not installed: nothing to read and nobody to compare
// with.
#include "bench/codecs/peer_dcmtk.h"

namespace slipring::bench {

struct DcmtkFrame::State {};

std::vector<Frame> read_frames(const std::string&, const std::string&) { return {}; }
DcmtkFrame::DcmtkFrame(const Frame&, Packing) {}
DcmtkFrame::DcmtkFrame(const pixel::Layout&, Bytes, Packing) {}
DcmtkFrame::~DcmtkFrame() = default;
bool DcmtkFrame::encode() { return false; }
Bytes DcmtkFrame::packed() { return {}; }
void DcmtkFrame::forget() {}
bool DcmtkFrame::decode(MutableBytes) { return false; }

}  // namespace slipring::bench
