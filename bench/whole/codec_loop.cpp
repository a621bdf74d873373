// codec_loop LIST THREADS CODEC: what a conversion to a codec of ours costs at least. The frames of
// native objects (a path a line, one frame each), in memory before the clock starts, are each
// encoded and then decoded again, as a conversion does that proves what it wrote: a frame a call,
// each object once, into memory that a thread uses again. No file, digest or comparison is in that
// time; the objects lie in memory one behind the other, so each comes to cold caches, as in a
// conversion. Before that each is taken through it once, and what is decoded held against its
// pixels. Prints one line of JSON; exits 1 when a frame differs or fails.

#include <algorithm>
#include <cstdio>

#include "bench/whole/lone_frames.h"
#include "codecs/registry.h"

namespace {

using namespace slipring;
using loops::Files;

struct Desk {
  Scratch scratch = {};
  Buffer codestream = {};
  Buffer frame = {};
};

const codecs::FormatRow* codec_named(std::string_view name) {
  const auto all = codecs::formats();
  const auto at = std::ranges::find(all, name, &codecs::FormatRow::name);
  const bool both = at != all.end() && at->encode_batch != nullptr && at->decode_batch != nullptr;
  return both ? &*at : nullptr;
}

// Empty: not native as it lies.
Bytes pixels_of(const loops::Opened& file) { return pixels::pixels_in_memory(file.object); }

bool there_and_back(const loops::Opened& file, const codecs::FormatRow& codec, Desk& desk) {
  const pixel::Layout& layout = file.object.description.layout;
  codecs::EncodeJob encode{.pixels = pixels_of(file), .layout = layout, .out = &desk.codestream};
  codec.encode_batch({&encode, 1}, desk.scratch);
  if (!encode.status) return false;
  const Bytes fragment = desk.codestream.bytes();
  desk.frame.resize(encode.pixels.size());
  codecs::DecodeJob decode{
      .fragments = {&fragment, 1}, .layout = layout, .out = desk.frame.mutable_bytes()};
  codec.decode_batch({&decode, 1}, desk.scratch);
  return decode.status.has_value();
}

// All objects once, `after` each.
template <class After>
loops::Took work_through(const Files& files, unsigned threads, const codecs::FormatRow& codec,
                         const After& after) {
  return loops::in_threads(threads, [&](auto& next, auto& failed) {
    Desk desk;
    while (!failed) {
      const std::size_t index = next.fetch_add(1);
      if (index >= files.size()) return;
      if (!there_and_back(*files[index], codec, desk) || !after(*files[index], desk)) failed = true;
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const codecs::FormatRow* const codec = argc == 4 ? codec_named(argv[3]) : nullptr;
  if (codec == nullptr) return std::fputs("usage: codec_loop LIST THREADS CODEC\n", stderr), 2;
  const unsigned threads = loops::threads_of(argv[2]);
  const auto files = loops::open_all(argv[1]);
  const auto is_native = [](const auto& file) { return !pixels_of(*file).empty(); };
  if (!files || files->empty() || !std::ranges::all_of(*files, is_native))
    return std::fputs("codec_loop: not native objects of one frame\n", stderr), 1;
  std::atomic<std::uint64_t> codestream_bytes = 0;
  const auto is_right = [&](const loops::Opened& file, const Desk& desk) {
    codestream_bytes += desk.codestream.size();
    return std::ranges::equal(desk.frame.bytes(), pixels_of(file));
  };
  if (work_through(*files, threads, *codec, is_right).failed)
    return std::fputs("codec_loop: a frame is not what was encoded\n", stderr), 1;
  const auto nothing = [](const loops::Opened&, const Desk&) { return true; };
  const loops::Took took = work_through(*files, threads, *codec, nothing);
  std::printf(
      "{\"files\": %zu, \"codestream_bytes\": %llu, \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n",
      files->size(), static_cast<unsigned long long>(codestream_bytes), took.seconds,
      took.cpu_seconds);
  return took.failed ? 1 : 0;
}
