#include "engine/ingest/send/pace.h"

namespace slipring::ingest::send {

unsigned Growth::observe(const Interval& interval) {
  if (interval.goodput <= 0 || interval.working < now_) return now_;  // nothing to judge by yet
  if (interval.response_s > 0 && (best_s_ == 0 || interval.response_s < best_s_))
    best_s_ = interval.response_s;
  if (tried_) {
    tried_ = false;
    if (interval.goodput < before_ * kGain) {
      now_ = std::max(least_, now_ - step_);
      step_ = 1;
      hold_ = kHold;
      return now_;
    }
    const double in_proportion = before_ * now_ / (now_ - step_);
    step_ = interval.goodput - before_ >= kFull * (in_proportion - before_) ? 2 * step_ : 1;
  }
  if (hold_ > 0) {
    --hold_;
    const bool is_late = interval.response_s > best_s_ * kLate * now_;
    if (is_late && interval.goodput < before_ && now_ > least_) --now_;
    return now_;
  }
  if (now_ == most_) return now_;
  before_ = interval.goodput;
  tried_ = true;
  step_ = std::min(step_, most_ - now_);
  return now_ += step_;
}

void Growth::refused(unsigned working) {
  most_ = now_ = std::clamp(working, 1U, now_);
  least_ = std::min(least_, most_);
  tried_ = false;
  step_ = 1;
}

}  // namespace slipring::ingest::send
