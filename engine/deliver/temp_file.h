// The inside of a TempFile, and where its buffers come from. Deliver's own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "codecs/base/buffer.h"
#include "engine/deliver/descriptor.h"
#include "engine/deliver/write_file.h"

namespace slipring::deliver {

// Small pieces are gathered before a write; pieces of kStraightBytes and more are not copied.
inline constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
inline constexpr std::size_t kStraightBytes = std::size_t{32} << 10;
inline constexpr std::size_t kPooledBuffersMax = 64;

// Buffers of kBufferBytes, reused from file to file. Thread safe.
class BufferPool {
 public:
  [[nodiscard]] Buffer take();
  void give_back(Buffer buffer);

 private:
  std::mutex mutex_;
  std::vector<Buffer> free_;
};

struct TempFile::State {
  Descriptor file;
  std::shared_ptr<BufferPool> pool;
  Buffer buffer;  // bytes [flushed, flushed + buffer.size()) of the file
  std::uint64_t flushed = 0;
  std::optional<Error> failed;  // final: whatever is asked of the file later fails with it
  bool finished = false;
  // Named temporaries only: removed by the destructor unless `linked`.
  std::shared_ptr<Descriptor> directory;
  std::string name;
  bool linked = false;

  ~State();
  [[nodiscard]] Result<void> flush_with(std::span<const Bytes> more);  // kGatheredPiecesMax
  [[nodiscard]] Result<void> keep(Result<void> result);                // remembers an error
};

}  // namespace slipring::deliver
