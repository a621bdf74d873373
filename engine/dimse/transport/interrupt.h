// Interrupt: ends waiting from another thread, or from a signal's handler: every stream that was
// given it answers Cancelled, now and from then on. One may serve any number of streams.
#pragma once

namespace slipring::dimse {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise() const noexcept;  // async-signal-safe; for good
  [[nodiscard]] bool raised() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }  // readable once raised

 private:
  int descriptor_;
};

}  // namespace slipring::dimse
