// Pictures: what peers and we are measured on. Real images of a corpus by file name, in the kinds
// the goals are stated for; files that were named; or the built-in set of `slipring bench`.
#pragma once

#include <string>
#include <vector>

#include "engine/measure/images.h"

namespace slipring::peers {

// The groups of a list of real images below `corpus`; what is missing is told in `absent`. Where
// the corpus has no image of a size, one is made of a smaller one, repeated: its name says "tiled".
[[nodiscard]] std::vector<measure::ImageGroup> corpus_pictures(const std::string& corpus,
                                                               std::vector<std::string>& absent);

// $SLIPRING_CORPUS, or the folder of that name beside the repository; "" when there is none.
[[nodiscard]] std::string corpus_folder();

}  // namespace slipring::peers
