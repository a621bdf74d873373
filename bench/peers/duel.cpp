#include "bench/peers/duel.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "bench/codecs/timing.h"
#include "engine/measure/samples.h"

namespace slipring::peers {

namespace {

using Tasks = std::vector<std::unique_ptr<Task>>;

constexpr std::size_t kRunsLeast = 3;
constexpr double kLongest = 4;  // times Effort::seconds, for runs_min

bool we_can(const codecs::FormatRow& codec, const ImageGroup& images, Direction direction) {
  if (direction == Direction::Decode) return codec.decode_batch != nullptr;
  return codec.encode_batch != nullptr && codec.cannot_encode(images.layout).empty();
}

// Our side: jobs in memory that is there already.
class Ours {
 public:
  Ours(const codecs::FormatRow& codec, const ImageGroup& images, const Streams& streams)
      : codec_(codec), images_(images), outs_(images.frames.size()) {
    for (const auto& stream : streams) streams_.emplace_back(stream);
    for (Buffer& out : outs_) out.resize(images.frame_bytes());
  }

  bool run(Direction direction, std::size_t frames, std::size_t batch) {
    bool good = true;
    for (std::size_t first = 0; first < frames; first += batch) {
      const std::size_t count = std::min(batch, frames - first);
      good = (direction == Direction::Decode ? decode(first, count) : encode(first, count)) && good;
    }
    return good;
  }
  [[nodiscard]] Bytes out(std::size_t frame) const { return outs_[frame].bytes(); }

 private:
  bool decode(std::size_t first, std::size_t count) {
    decode_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      outs_[first + i].resize(images_.frame_bytes());
      decode_[i] = {.fragments = {&streams_[first + i], 1},
                    .layout = images_.layout,
                    .out = outs_[first + i].mutable_bytes()};
    }
    codec_.decode_batch(decode_, scratch_);
    return std::ranges::all_of(decode_, [](const auto& job) { return job.status.has_value(); });
  }
  bool encode(std::size_t first, std::size_t count) {
    encode_.resize(count);
    for (std::size_t i = 0; i < count; ++i)
      encode_[i] = {.pixels = images_.frames[first + i].pixels.bytes(),
                    .layout = images_.layout,
                    .out = &outs_[first + i]};
    codec_.encode_batch(encode_, scratch_);
    return std::ranges::all_of(encode_, [](const auto& job) { return job.status.has_value(); });
  }

  const codecs::FormatRow& codec_;
  const ImageGroup& images_;
  std::vector<Bytes> streams_;
  Scratch scratch_;
  std::vector<Buffer> outs_;
  std::vector<codecs::DecodeJob> decode_;
  std::vector<codecs::EncodeJob> encode_;
};

// The same value in the bits that are stored: a peer need not extend a sign, nor keep what lies
// above.
bool same_samples(const pixel::Layout& layout, Bytes one, Bytes other) {
  if (one.size() != other.size()) return false;
  if (std::ranges::equal(one, other)) return true;
  if (layout.bits_allocated != 16 || layout.high_bit + 1 != layout.bits_stored) return false;
  const auto mask = static_cast<std::uint16_t>((1U << layout.bits_stored) - 1);
  for (std::size_t i = 0; i + 1 < one.size(); i += 2)
    if (((load_le<std::uint16_t>(&one[i]) ^ load_le<std::uint16_t>(&other[i])) & mask) != 0)
      return false;
  return true;
}

Tasks tasks_of(Peer& peer, const ImageGroup& images, const Streams& streams, Direction direction) {
  Tasks tasks;
  for (std::size_t i = 0; i < images.frames.size(); ++i) {
    tasks.emplace_back(direction == Direction::Decode
                           ? peer.decoder(images.layout, streams[i])
                           : peer.encoder(images.layout, images.frames[i].pixels.bytes()));
    if (!tasks.back()) return {};
  }
  return tasks;
}

bool run_all(const Tasks& tasks, std::size_t frames) {
  bool good = true;
  for (std::size_t i = 0; i < frames; ++i) good = tasks[i]->run() && good;
  return good;
}
void rewind_all(const Tasks& tasks, std::size_t frames) {
  for (std::size_t i = 0; i < frames; ++i) tasks[i]->rewind();
}

std::uint64_t packed_bytes(const Streams& streams, std::size_t frames) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < std::min(frames, streams.size()); ++i) total += streams[i].size();
  return total;
}

// The sides of a row and their turns.
class Match {
 public:
  Match(Ours& ours, const Tasks& tasks, Row& row, bool we_play)
      : ours_(ours), tasks_(tasks), row_(row), we_play_(we_play) {}

  void play(const Effort& effort) {
    double elapsed = 0;
    const double sides = we_play_ ? (row_.batch > 0 ? 3 : 2) : 1;
    for (std::size_t round = 0;; ++round) {
      rewind_all(tasks_, row_.frames);
      elapsed += round % 2 == 0 ? we() + they() : they() + we();
      const std::size_t runs = row_.theirs.size();
      const double allowed = effort.seconds * sides;
      if (runs >= kRunsLeast && elapsed > kLongest * allowed) break;
      if (runs >= effort.runs_min && elapsed > allowed) break;
    }
  }

 private:
  double we() {
    if (!we_play_) return 0;
    const auto once = [&](std::size_t batch, std::vector<double>& kept) {
      kept.push_back(bench::seconds([&] { (void)ours_.run(row_.direction, row_.frames, batch); }));
      return kept.back();
    };
    const double one_by_one = once(1, row_.ours);
    return row_.batch == 0 ? one_by_one : one_by_one + once(row_.batch, row_.ours_batch);
  }
  double they() {
    row_.theirs.push_back(bench::seconds([&] { (void)run_all(tasks_, row_.frames); }));
    return row_.theirs.back();
  }

  Ours& ours_;
  const Tasks& tasks_;
  Row& row_;
  bool we_play_;
};

}  // namespace

double Row::mb_per_s(const std::vector<double>& seconds) const {
  return seconds.empty() ? 0 : static_cast<double>(native_bytes) / 1e6 / measure::median(seconds);
}

std::vector<double> Row::times(const std::vector<double>& seconds) const {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < seconds.size(); ++i) ratios.push_back(theirs[i] / seconds[i]);
  return ratios;
}

std::string title(const Peer& peer) { return std::string(peer.name()) + ' ' + peer.version(); }

std::optional<Packing> pack_ours(const codecs::FormatRow& codec, const ImageGroup& images) {
  if (!we_can(codec, images, Direction::Encode)) return std::nullopt;
  Ours ours(codec, images, {});
  if (!ours.run(Direction::Encode, images.frames.size(), 1)) return std::nullopt;
  Packing packing{"ours", {}, true};
  for (std::size_t i = 0; i < images.frames.size(); ++i)
    packing.streams.emplace_back(ours.out(i).begin(), ours.out(i).end());
  return packing;
}

std::optional<Packing> pack_theirs(Peer& peer, const ImageGroup& images) {
  const Tasks tasks = tasks_of(peer, images, {}, Direction::Encode);
  if (tasks.empty() || !run_all(tasks, tasks.size())) return std::nullopt;
  Packing packing{title(peer), {}, peer.lossless()};
  for (const auto& task : tasks) {
    const Bytes stream = task->output();
    if (stream.empty()) return std::nullopt;
    packing.streams.emplace_back(stream.begin(), stream.end());
  }
  return packing;
}

std::string check(const codecs::FormatRow& codec, Peer& peer, const ImageGroup& images,
                  const Packing& packing) {
  const Tasks tasks = tasks_of(peer, images, packing.streams, Direction::Decode);
  const bool they_read = !tasks.empty();
  const bool we_read = codec.decode_batch != nullptr;
  if (they_read && !run_all(tasks, tasks.size()))
    return title(peer) + " does not decode the streams of " + packing.by;
  Ours ours(codec, images, packing.streams);
  if (we_read && !ours.run(Direction::Decode, images.frames.size(), 1))
    return "we do not decode the streams of " + packing.by;
  for (std::size_t i = 0; i < images.frames.size(); ++i) {
    const Bytes pixels = images.frames[i].pixels.bytes();
    if (packing.lossless && we_read && !same_samples(images.layout, ours.out(i), pixels))
      return "we decode the streams of " + packing.by + " to other pixels";
    if (packing.lossless && they_read && !same_samples(images.layout, tasks[i]->output(), pixels))
      return title(peer) + " decodes the streams of " + packing.by + " to other pixels";
    if (we_read && they_read && !same_samples(images.layout, ours.out(i), tasks[i]->output()))
      return title(peer) + " and we decode the streams of " + packing.by + " to different pixels";
  }
  return "";
}

std::optional<Row> duel(const codecs::FormatRow& codec, Peer& peer, const ImageGroup& images,
                        const Packing& packing, Direction direction, const Effort& effort) {
  const Tasks tasks = tasks_of(peer, images, packing.streams, direction);
  if (tasks.empty()) return std::nullopt;
  const bool we_play = we_can(codec, images, direction);
  Row row{std::string(codec.name),   direction,   images.name,
          images.layout.bits_stored, title(peer), packing.by};
  Ours ours(codec, images, packing.streams);
  // Both meet their memory first; then what one frame takes says how many fit.
  const auto warm = [&] {
    rewind_all(tasks, 1);
    return (!we_play || ours.run(direction, 1, 1)) && run_all(tasks, 1);
  };
  if (!warm()) return std::nullopt;
  rewind_all(tasks, 1);
  const double ours_one = we_play ? bench::seconds([&] { (void)ours.run(direction, 1, 1); }) : 0;
  const double theirs_one = bench::seconds([&] { (void)run_all(tasks, 1); });
  const double slower = std::max({ours_one, theirs_one, 1e-9});
  row.frames = static_cast<std::size_t>(
      std::clamp(std::floor(effort.seconds / static_cast<double>(effort.runs_min) / slower), 1.0,
                 static_cast<double>(images.frames.size())));
  row.native_bytes = row.frames * images.frame_bytes();
  if (we_play && effort.batch > 1 && row.frames > 1) row.batch = std::min(effort.batch, row.frames);
  Match(ours, tasks, row, we_play).play(effort);
  if (direction == Direction::Encode) {
    row.stream = "";
    for (std::size_t i = 0; i < row.frames; ++i) {
      row.peer_packed_bytes += tasks[i]->output().size();
      if (we_play) row.packed_bytes += ours.out(i).size();
    }
  } else {
    row.packed_bytes = packed_bytes(packing.streams, row.frames);
  }
  return row;
}

}  // namespace slipring::peers
