#include "engine/deliver/temp_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "engine/deliver/same_bytes.h"

namespace slipring::deliver {

namespace {

std::uint64_t total_size(std::span<const Bytes> pieces) {
  std::uint64_t total = 0;
  for (const Bytes bytes : pieces) total += bytes.size();
  return total;
}

iovec piece(Bytes bytes) {
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};  // pwritev only reads
}

timespec to_timespec(std::int64_t ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  std::int64_t seconds = ns / kSecond;
  std::int64_t rest = ns % kSecond;
  if (rest < 0) {  // before 1970
    seconds -= 1;
    rest += kSecond;
  }
  return {seconds, rest};
}

}  // namespace

Buffer BufferPool::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      Buffer buffer = std::move(free_.back());
      free_.pop_back();
      return buffer;
    }
  }
  Buffer buffer;
  buffer.reserve(kBufferBytes);
  return buffer;
}

void BufferPool::give_back(Buffer buffer) {
  if (buffer.capacity() == 0) return;
  buffer.clear();
  const std::scoped_lock lock(mutex_);
  if (free_.size() < kPooledBuffersMax) free_.push_back(std::move(buffer));
}

TempFile::State::~State() {
  if (pool) pool->give_back(std::move(buffer));
  if (directory && !linked) ::unlinkat(directory->get(), name.c_str(), 0);
}

Result<void> TempFile::State::keep(Result<void> result) {
  if (!result) failed = result.error();
  return result;
}

Result<void> TempFile::State::flush_with(std::span<const Bytes> more) {
  EXPECTS(more.size() <= kGatheredPiecesMax);
  std::array<iovec, 1 + kGatheredPiecesMax> pieces = {piece(buffer.bytes())};
  std::ranges::transform(more, pieces.begin() + 1, piece);
  TRY(write_all(file.get(), flushed, std::span(pieces).first(1 + more.size())));
  flushed += buffer.size() + total_size(more);
  buffer.clear();
  return {};
}

TempFile::TempFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
TempFile::~TempFile() = default;

Result<void> TempFile::append(Bytes bytes) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  EXPECTS(!state.finished);
  if (bytes.size() >= kStraightBytes) return state.keep(state.flush_with({&bytes, 1}));
  if (state.buffer.capacity() == 0) state.buffer = state.pool->take();
  if (state.buffer.size() + bytes.size() > kBufferBytes) TRY(state.keep(state.flush_with({})));
  state.buffer.append(bytes);
  return {};
}

Result<void> TempFile::append_pieces(std::span<const Bytes> pieces) {
  State& state = *state_;
  if (total_size(pieces) < kStraightBytes || pieces.size() > kGatheredPiecesMax)
    return Sink::append_pieces(pieces);
  if (state.failed) return std::unexpected(*state.failed);
  EXPECTS(!state.finished);
  return state.keep(state.flush_with(pieces));
}

Result<void> TempFile::patch(std::uint64_t offset, Bytes bytes) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  EXPECTS(!state.finished && offset <= size() && bytes.size() <= size() - offset);
  if (offset < state.flushed) {
    const std::uint64_t there = std::min<std::uint64_t>(bytes.size(), state.flushed - offset);
    std::array<iovec, 1> pieces = {piece(bytes.first(there))};
    TRY(state.keep(write_all(state.file.get(), offset, pieces)));
    bytes = bytes.subspan(there);
    offset += there;
  }
  if (!bytes.empty())
    std::memcpy(state.buffer.data() + (offset - state.flushed), bytes.data(), bytes.size());
  return {};
}

std::uint64_t TempFile::size() const { return state_->flushed + state_->buffer.size(); }

Result<void> TempFile::finish(std::int64_t mtime_ns) {
  State& state = *state_;
  if (state.failed) return std::unexpected(*state.failed);
  EXPECTS(!state.finished);
  TRY(state.keep(state.flush_with({})));
  state.pool->give_back(std::exchange(state.buffer, Buffer{}));
  const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, to_timespec(mtime_ns)};
  if (::futimens(state.file.get(), times.data()) != 0)
    return state.keep(io_error("the output file's time could not be set"));
  state.finished = true;
  return {};
}

int TempFile::descriptor() const { return state_->file.get(); }

Result<bool> TempFile::has_bytes_of(const TempFile& other) const {
  return same_bytes(descriptor(), other.descriptor());
}

}  // namespace slipring::deliver
