// L5-09 to L5-14 and L5-17: does the first codestream's header agree with the data set and with its
// transfer syntax? Takes what the codec's probe said; decodes nothing.
#pragma once

#include "engine/pixels/pixels.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/image/attributes.h"

namespace slipring::validate::image {

// `info` is of the first frame; its kind Raw or Unknown when the pixels are native or nothing is
// known.
void check_codestream(const codecs::CodestreamInfo& info, const pixels::Object& object,
                      const Attributes& attributes, catalogue::Reporter& reporter);

// L5-14 alone: what the transfer syntax says is enough for it.
void check_lossy_flag(const dicom::TransferSyntax& syntax, const codecs::CodestreamInfo& info,
                      const Attributes& attributes, std::size_t pixel_index,
                      catalogue::Reporter& reporter);

}  // namespace slipring::validate::image
