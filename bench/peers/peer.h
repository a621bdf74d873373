// Peer: one codec of somebody else's library, as a module that peers_bench loads. Takes canonical
// frames and codestreams, gives bytes; says what it is by the version found at run time where the
// library tells it, else by that of its headers. Each module is loaded into a namespace of its own
// (dlmopen), so that two versions of one library, or two copies of one symbol, do not meet. Hence
// nothing that owns memory crosses this boundary: views and pointers only, deleted by their maker.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/pixel/layout.h"

namespace slipring::peers {

// One frame in one direction, loaded as its library wants it before any clock runs.
class Task {
 public:
  virtual ~Task() = default;
  virtual void rewind() {}                   // not timed: takes back what the last run() left
  virtual bool run() = 0;                    // timed
  [[nodiscard]] virtual Bytes output() = 0;  // of the last run(), until the next
};

class Peer {
 public:
  virtual ~Peer() = default;
  [[nodiscard]] virtual const char* name() const = 0;     // "CharLS"
  [[nodiscard]] virtual const char* version() const = 0;  // "2.4.1"
  [[nodiscard]] virtual const char* codec() const = 0;    // as codecs/registry names it
  [[nodiscard]] virtual bool lossless() const { return true; }
  // Null: not this layout, not this direction. The views must outlive the task.
  [[nodiscard]] virtual Task* encoder(const pixel::Layout& layout, Bytes pixels) = 0;
  [[nodiscard]] virtual Task* decoder(const pixel::Layout& layout, Bytes stream) = 0;
};

// What a module exports under this name: fills at most `most` pointers, gives how many.
using ListPeers = std::size_t (*)(Peer** peers, std::size_t most);
inline constexpr char kListPeers[] = "slipring_list_peers";

// Bits a codec must carry so that no sample loses any: a signed sample is sign extended to all of
// Bits Allocated.
[[nodiscard]] inline unsigned precision_of(const pixel::Layout& layout) {
  return layout.is_signed || layout.high_bit + 1 != layout.bits_stored ? layout.bits_allocated
                                                                       : layout.bits_stored;
}

}  // namespace slipring::peers
