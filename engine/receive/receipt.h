// Receipt: the promise of an answer. Whoever handed an object over waits for its verdict, which
// comes when the object is durable and in the ledger, or when it is known that it will not be.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace slipring::receive {

enum class Fate : std::uint8_t {
  Stored,      // a new file
  Apart,       // a new file beside another one of the same SOP instance with other content
  Duplicate,   // the same content is there already: not stored twice
  Counted,     // nothing is kept
  Refused,     // for its own sake: sending it again will not help
  Unfortunate  // for ours (disk full, ledger): sending it again may help
};

struct Verdict {
  Fate fate = Fate::Unfortunate;
  std::uint16_t status = 0;  // of the C-STORE-RSP
  std::string_view comment;  // static text of at most 64 characters, for (0000,0902)
  std::string output;        // relative to the output root; "" when nothing was kept
};

class Receipt {
 public:
  void give(Verdict verdict) {
    {
      const std::lock_guard lock(mutex_);
      verdict_ = std::move(verdict);
    }
    given_.notify_all();
  }
  [[nodiscard]] bool ready() const {
    const std::lock_guard lock(mutex_);
    return verdict_.has_value();
  }
  // Waits; good as long as the receipt is.
  [[nodiscard]] const Verdict& wait() const {
    std::unique_lock lock(mutex_);
    given_.wait(lock, [&] { return verdict_.has_value(); });
    return *verdict_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable given_;
  std::optional<Verdict> verdict_;
};

}  // namespace slipring::receive
