// EndingStream: a link that ends after so many bytes, for sessions that end at every one of theirs.
#pragma once

#include <algorithm>
#include <memory>
#include <thread>

#include "tests/engine/dimse/wire.h"

namespace slipring::test {

// Over another stream: after so many bytes, both ways together, nothing passes any more. Then it is
// cut (both ends see the end), or silent: what is sent is lost, and what is waited for never comes.
class EndingStream final : public Stream {
 public:
  enum class Ending : std::uint8_t { Cut, Silent };
  EndingStream(std::unique_ptr<Stream> under, Ending ending, std::size_t bytes)
      : under_(std::move(under)), ending_(ending), left_(bytes) {}
  Result<void> send(std::span<const Bytes> pieces, Deadline deadline) override {
    for (Bytes piece : pieces) {
      const Bytes some = piece.first(std::min(piece.size(), left_));
      left_ -= some.size();
      if (!some.empty()) TRY(under_->send({&some, 1}, deadline));
      if (some.size() != piece.size() && ending_ == Ending::Cut) return cut();
    }
    return {};
  }
  Result<std::size_t> receive(MutableBytes into, Deadline deadline) override {
    if (left_ == 0 && ending_ == Ending::Cut) return cut();
    while (left_ == 0) {
      if (deadline.passed()) return timed_out("silence");
      std::this_thread::sleep_for(Milliseconds(1));
    }
    TRY_ASSIGN(const std::size_t got,
               under_->receive(into.first(std::min(into.size(), left_)), deadline));
    left_ -= got;
    return got;
  }
  [[nodiscard]] bool readable() override {
    return left_ == 0 ? ending_ == Ending::Cut : under_->readable();
  }
  void finish() override { under_->finish(); }
  [[nodiscard]] std::size_t left() const { return left_; }

 private:
  std::unexpected<Error> cut() {
    under_->finish();
    return closed("cut");
  }
  std::unique_ptr<Stream> under_;
  Ending ending_;
  std::size_t left_;
};

}  // namespace slipring::test
