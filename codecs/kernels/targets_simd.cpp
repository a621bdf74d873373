#include <hwy/highway.h>

#include "codecs/kernels/targets.h"

namespace slipring::codecs::kernels {

std::vector<Target> supported_targets() {
  hwy::SetSupportedTargetsForTest(0);
  std::vector<Target> targets;
  for (const std::int64_t bit : hwy::SupportedAndGeneratedTargets())
    targets.push_back({bit, hwy::TargetName(bit)});
  return targets;
}

void use_target(std::int64_t bit) {
  hwy::SetSupportedTargetsForTest(bit);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace slipring::codecs::kernels
