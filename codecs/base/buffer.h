// Buffer: a growing byte array, 64-byte aligned, that does not initialise what it grows by and
// never shrinks its capacity: what a worker reuses from frame to frame. Scratch: numbered Buffers,
// objects that a codec keeps from frame to frame, and the hands lent to it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/base/contract.h"
#include "codecs/base/crew.h"

namespace slipring {

class Buffer {
 public:
  static constexpr std::size_t kAlignment = 64;

  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { release(); }

  [[nodiscard]] std::uint8_t* data() { return data_; }
  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Bytes bytes() const { return {data_, size_}; }
  [[nodiscard]] MutableBytes mutable_bytes() { return {data_, size_}; }

  void clear() { size_ = 0; }

  // Keeps the first size() bytes; anything the capacity grows by is uninitialised.
  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    const std::size_t rounded = (capacity + kAlignment - 1) / kAlignment * kAlignment;
    auto* grown = static_cast<std::uint8_t*>(::operator new(rounded, std::align_val_t{kAlignment}));
    if (size_ != 0) std::memcpy(grown, data_, size_);
    release();
    data_ = grown;
    capacity_ = rounded;
  }

  // Bytes beyond the old size are uninitialised.
  void resize(std::size_t size) {
    if (size > capacity_) reserve(size + size / 2);
    size_ = size;
  }

  void append(Bytes bytes) {
    if (bytes.empty()) return;
    const std::size_t at = size_;
    resize(size_ + bytes.size());
    std::memcpy(data_ + at, bytes.data(), bytes.size());
  }

  void append(std::uint8_t byte) {
    resize(size_ + 1);
    data_[size_ - 1] = byte;
  }

 private:
  void release() {
    if (data_ != nullptr) ::operator delete(data_, std::align_val_t{kAlignment});
  }

  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// One per worker thread. A slot keeps its bytes only until the next take() of the same slot.
// `crew`: others who may share the work on a large frame; it outlives the scratch.
class Scratch {
 public:
  static constexpr std::size_t kSlots = 8;

  [[nodiscard]] MutableBytes take(std::size_t slot, std::size_t size_bytes) {
    EXPECTS(slot < kSlots);
    slots_[slot].clear();
    slots_[slot].resize(size_bytes);
    return slots_[slot].mutable_bytes();
  }

  // The one T of this scratch, made when it is first asked for.
  template <class T>
  [[nodiscard]] T& kept() {
    static constexpr char kKey = 0;  // its address tells one T from another
    for (const Kept& kept : kept_)
      if (kept.key == &kKey) return *static_cast<T*>(kept.object.get());
    kept_.push_back({&kKey, std::make_shared<T>()});
    return *static_cast<T*>(kept_.back().object.get());
  }

  void lend(Crew* crew) { crew_ = crew; }
  [[nodiscard]] Crew* crew() const { return crew_; }

 private:
  struct Kept {
    const char* key;
    std::shared_ptr<void> object;
  };

  std::array<Buffer, kSlots> slots_;
  std::vector<Kept> kept_;
  Crew* crew_ = nullptr;
};

}  // namespace slipring
