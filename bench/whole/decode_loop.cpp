// decode_loop LIST ORIGINALS THREADS [openjpeg]: what decoding the frames of many files costs at
// least. Objects of one frame each (a path a line), whole in memory and scanned before the clock
// starts, are given to their codec as it is fastest: eight in a call where it decodes in lockstep,
// else one by one; or, with the last word, one by one to OpenJPEG. Before that every frame is
// decoded once and held against the native value of the file in the same line of ORIGINALS. Prints
// one line of JSON; exits 1 when a frame differs or fails.

#include <algorithm>
#include <array>
#include <cstdio>

#include "bench/peers/peer.h"
#include "bench/whole/lone_frames.h"
#include "codecs/codec.h"

// Of bench/peers/openjpeg_peer.cpp, which is linked into this program.
extern "C" std::size_t slipring_list_peers(slipring::peers::Peer** peers, std::size_t most);

namespace {

using namespace slipring;

constexpr std::size_t kInLockstep = 8;

using loops::Files;
using loops::Opened;

std::size_t files_a_call(const Opened& file) {
  return file.object.codec != nullptr && file.object.codec->lockstep > 1 ? kInLockstep : 1;
}

struct Desk {
  peers::Peer* peer = nullptr;  // null: our codecs
  Scratch scratch = {};
  std::vector<Buffer> frames = std::vector<Buffer>(kInLockstep);
  std::vector<codecs::DecodeJob> jobs = {};
  std::unique_ptr<peers::Task> task = {};
  Bytes decoded = {};  // the first frame of the last call
};

peers::Peer* openjpeg() {
  static const auto peers = [] {
    std::array<peers::Peer*, 2> all{};
    slipring_list_peers(all.data(), all.size());
    return all;
  }();
  return *std::ranges::find_if(
      peers, [](const peers::Peer* peer) { return peer->codec() == std::string_view("jpeg2000"); });
}

bool decode_by_peer(const Opened& file, Desk& desk) {
  const auto fragments = file.object.table.fragments_of(0);
  if (fragments.size() != 1) return false;
  desk.task.reset(desk.peer->decoder(file.object.description.layout, fragments.front()));
  if (desk.task == nullptr || !desk.task->run()) return false;
  desk.decoded = desk.task->output();
  return true;
}

// Files [first, last) in one call of their codec, into the desk's frames.
bool decode(const Files& files, std::size_t first, std::size_t last, Desk& desk) {
  if (desk.peer != nullptr) return decode_by_peer(*files[first], desk);
  desk.jobs.clear();
  for (std::size_t i = first; i < last; ++i) {
    const pixels::Object& object = files[i]->object;
    const auto bytes = object.description.layout.frame_bytes();
    if (!bytes || object.codec == nullptr) return false;
    Buffer& frame = desk.frames[i - first];
    frame.resize(static_cast<std::size_t>(*bytes));
    desk.jobs.push_back(
        {object.table.fragments_of(0), object.description.layout, frame.mutable_bytes()});
  }
  files[first]->object.codec->decode_batch(desk.jobs, desk.scratch);
  desk.decoded = desk.frames[0].bytes();
  return std::ranges::all_of(desk.jobs, [](const auto& job) { return job.status.has_value(); });
}

bool is_right(const Files& files, const Files& originals, peers::Peer* peer) {
  Desk desk{.peer = peer};
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!decode(files, i, i + 1, desk)) return false;
    const Bytes native = originals[i]->object.table.native();
    const Bytes frame = desk.decoded;
    if (native.size() < frame.size() || !std::ranges::equal(native.first(frame.size()), frame))
      return false;
  }
  return true;
}

void run(const Files& files, peers::Peer* peer, std::atomic<std::size_t>& next,
         std::atomic<bool>& failed) {
  Desk desk{.peer = peer};
  const std::size_t step = peer == nullptr ? files_a_call(*files.front()) : 1;
  while (!failed) {
    const std::size_t first = next.fetch_add(step);
    if (first >= files.size()) return;
    if (!decode(files, first, std::min(first + step, files.size()), desk)) failed = true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool by_openjpeg = argc == 5 && argv[4] == std::string_view("openjpeg");
  if (argc != 4 && !by_openjpeg)
    return std::fputs("usage: decode_loop LIST ORIGINALS THREADS [openjpeg]\n", stderr), 2;
  peers::Peer* const peer = by_openjpeg ? openjpeg() : nullptr;
  const auto files = loops::open_all(argv[1]);
  const auto originals = loops::open_all(argv[2]);
  if (!files || !originals || files->empty() || files->size() != originals->size() ||
      !is_right(*files, *originals, peer))
    return std::fputs("decode_loop: a frame is not that of its original\n", stderr), 1;
  const auto took = loops::in_threads(loops::threads_of(argv[3]), [&](auto& next, auto& failed) {
    run(*files, peer, next, failed);
  });
  std::printf("{\"files\": %zu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", files->size(),
              took.seconds, took.cpu_seconds);
  return took.failed ? 1 : 0;
}
