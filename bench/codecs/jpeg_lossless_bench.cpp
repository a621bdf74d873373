// Lossless JPEG both ways, ours beside DCMTK's in the same run: each frame's answers are compared
// first, then the two are timed alternately. Rows are named jpeg_lossless_decode/<frames>,
// .../batch (frames handed over together) and jpeg_lossless_encode/<frames>; time is ours;
// counters: ours and theirs in MB/s of native pixels (medians), ratio, and packed sizes.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "bench/codecs/context.h"
#include "bench/codecs/frames.h"
#include "bench/codecs/peer_dcmtk.h"
#include "bench/codecs/timing.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"

namespace slipring::bench {
namespace {

std::string_view g_failure;  // a wrong answer ends the program with an error

// Several frames of a kind where there are several, so that no branch predictor learns one by
// heart; as many as a batch has.
struct RealFrames {
  const char* name;
  std::vector<const char*> paths;
};
const std::vector<RealFrames>& real_frames() {
  static const std::vector<RealFrames> all{
      {"ct_12bit_512x512",
       {"series/ct-siemens-512/IM-0001-0001.dcm", "series/ct-siemens-512/IM-0001-0003.dcm",
        "series/ct-siemens-512/IM-0001-0005.dcm", "series/ct-siemens-512/IM-0001-0007.dcm"}},
      {"mr_16bit_512x460",
       {"series/mr-uih-t1-512/00000001.dcm", "series/mr-uih-t1-512/00000002.dcm",
        "series/mr-uih-t1-512/00000003.dcm", "series/mr-uih-t1-512/00000004.dcm"}},
      {"mr_12bit_484x484",
       {"native/explicit-le/pydicom+pydicom__MR-SIEMENS-DICOM-WithOverlays.dcm"}},
      {"ct_16bit_512x512",
       {"native/implicit-le/cornerstonejs+dicomParser__CT1_UNC.implicit_little_endian.dcm",
        "native/explicit-le/rexcardan+Evil-DICOM__explicitLittleEndian.dcm",
        "native/explicit-le/pydicom+pydicom__693_UNCI.dcm"}},
      {"cr_10bit_2140x1760",
       {"transfer-syntax/jpeg-lossless-sv1-70/pydicom+pylibjpeg-data__RG2_JPLL.dcm"}},
      {"us_rgb_768x1024",
       {"transfer-syntax/jpeg-lossless-sv1-70/"
        "pydicom+pylibjpeg-data__JPEGLosslessP14SV1_3s_2f_u_08_08.dcm"}},
      {"us_rgb_240x320", {"charset/cornerstonejs+dicomParser__IM00001.implicit_little_endian.dcm"}},
      {"us_palette_430x600", {"transfer-syntax/rle/rexcardan+Evil-DICOM__RLELossless.dcm"}},
  };
  return all;
}

bool fail_row(benchmark::State& state, const char* why) {
  g_failure = why;
  state.SkipWithError(why);
  return false;
}

// Frames of one kind, packed by both, with room to decode into.
struct Packed {
  const Frame* frame = nullptr;
  Buffer ours;
  std::unique_ptr<DcmtkFrame> peer;    // holds the native pixels and their packed form
  std::unique_ptr<DcmtkFrame> reader;  // holds our packed form
  std::vector<std::uint8_t> out;
  Bytes stream;
};
using Set = std::vector<Packed>;

bool encode_ours(Packed& one, Scratch& scratch) {
  codecs::EncodeJob job{.pixels = one.frame->pixels, .layout = one.frame->layout, .out = &one.ours};
  codecs::jpeg_lossless::jpeg_lossless_row().encode_batch({&job, 1}, scratch);
  return job.status.has_value();
}

bool decode_ours(std::span<codecs::DecodeJob> jobs, Scratch& scratch) {
  codecs::jpeg_lossless::jpeg_lossless_row().decode_batch(jobs, scratch);
  return std::ranges::all_of(jobs, [](const auto& job) { return job.status.has_value(); });
}

codecs::DecodeJob job_of(Packed& one) {
  one.stream = one.ours.bytes();
  return {.fragments = {&one.stream, 1}, .layout = one.frame->layout, .out = one.out};
}

// Everybody must read everybody's stream as the same pixels.
bool verify(benchmark::State& state, Packed& one, Scratch& scratch) {
  one.out.assign(one.frame->pixels.size(), 0);
  codecs::DecodeJob job = job_of(one);
  if (!decode_ours({&job, 1}, scratch) || one.out != one.frame->pixels)
    return fail_row(state, "our decoder does not give back what our encoder took");
  if (!kHaveDcmtk) return true;
  std::ranges::fill(one.out, std::uint8_t{0});
  one.stream = one.peer->packed();
  job = {.fragments = {&one.stream, 1}, .layout = one.frame->layout, .out = one.out};
  if (!decode_ours({&job, 1}, scratch) || one.out != one.frame->pixels)
    return fail_row(state, "our decoder reads DCMTK's stream wrongly");
  std::ranges::fill(one.out, std::uint8_t{0});
  if (!one.reader->decode(one.out) || one.out != one.frame->pixels)
    return fail_row(state, "DCMTK reads our stream as other pixels");
  return true;
}

Set pack_all(benchmark::State& state, const std::vector<Frame>& frames) {
  Scratch scratch;
  Set all(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Packed& one = all[i];
    one.frame = &frames[i];
    if (!encode_ours(one, scratch)) fail_row(state, "our encoder failed");
    if (kHaveDcmtk) {
      one.peer = std::make_unique<DcmtkFrame>(frames[i], Packing::JpegLossless);
      if (!one.peer->encode()) fail_row(state, "DCMTK's encoder failed");
      one.reader =
          std::make_unique<DcmtkFrame>(frames[i].layout, one.ours.bytes(), Packing::JpegLossless);
    }
    if (!verify(state, one, scratch)) return {};
  }
  return all;
}

struct Times {
  std::vector<double> ours;
  std::vector<double> theirs;
};

void report(benchmark::State& state, const Set& all, const Times& times) {
  double pixels = 0, packed = 0, theirs = 0;
  for (const Packed& one : all) {
    pixels += static_cast<double>(one.frame->pixels.size());
    packed += static_cast<double>(one.ours.size());
    if (one.peer && one.peer->encode()) theirs += static_cast<double>(one.peer->packed().size());
  }
  state.counters["native_bytes"] = pixels;
  state.counters["packed_bytes"] = packed;
  state.counters["ours_MBps"] = pixels / 1e6 / median(times.ours);
  if (times.theirs.empty()) return;
  state.counters["dcmtk_bytes"] = theirs;
  state.counters["dcmtk_MBps"] = pixels / 1e6 / median(times.theirs);
  state.counters["ratio"] = median(times.theirs) / median(times.ours);
}

void decode_row(benchmark::State& state, const std::vector<Frame>& frames, bool together) {
  Set all = pack_all(state, frames);
  Scratch scratch;
  Times times;
  std::vector<codecs::DecodeJob> jobs;
  for (Packed& one : all) jobs.push_back(job_of(one));
  const std::size_t at_once = together ? jobs.size() : 1;
  for (auto _ : state) {
    if (kHaveDcmtk)
      times.theirs.push_back(seconds([&] {
        for (Packed& one : all) (void)one.reader->decode(one.out);
      }));
    times.ours.push_back(seconds([&] {
      for (std::size_t i = 0; i < jobs.size(); i += at_once)
        (void)decode_ours(std::span(jobs).subspan(i, at_once), scratch);
    }));
    state.SetIterationTime(times.ours.back());
  }
  report(state, all, times);
}

void encode_row(benchmark::State& state, const std::vector<Frame>& frames) {
  Set all = pack_all(state, frames);
  Scratch scratch;
  Times times;
  for (auto _ : state) {
    for (const Packed& one : all)
      if (one.peer) one.peer->forget();
    if (kHaveDcmtk)
      times.theirs.push_back(seconds([&] {
        for (const Packed& one : all) (void)one.peer->encode();
      }));
    times.ours.push_back(seconds([&] {
      for (Packed& one : all) (void)encode_ours(one, scratch);
    }));
    state.SetIterationTime(times.ours.back());
  }
  report(state, all, times);
}

std::filesystem::path corpus() {
  if (const char* named = std::getenv("SLIPRING_CORPUS")) return named;
  return std::filesystem::path(SLIPRING_SOURCE_DIR) / "../shared/corpus";
}

using FrameSets = std::vector<std::vector<Frame>>;

FrameSets frame_sets() {
  FrameSets sets;
  sets.push_back({synthetic_ct(512, 512), synthetic_ct(512, 512)});
  sets.push_back({synthetic_us(600, 800), synthetic_us(600, 800)});
  for (const RealFrames& real : real_frames()) {
    std::vector<Frame> set;
    for (const char* path : real.paths)
      for (Frame& frame : read_frames((corpus() / path).string(), real.name))
        set.push_back(std::move(frame));
    if (!set.empty()) sets.push_back(std::move(set));
  }
  return sets;
}

void register_rows(const std::vector<Frame>& set) {
  const auto add = [&set](const std::string& name, auto run) {
    benchmark::RegisterBenchmark(name.c_str(), [&set, run](benchmark::State& state) {
      run(state, set);
    })->UseManualTime();
  };
  const std::string& name = set.front().name;
  add("jpeg_lossless_decode/" + name,
      [](auto& state, const auto& frames) { decode_row(state, frames, false); });
  if (set.size() > 1)
    add("jpeg_lossless_decode/" + name + "/batch",
        [](auto& state, const auto& frames) { decode_row(state, frames, true); });
  add("jpeg_lossless_encode/" + name,
      [](auto& state, const auto& frames) { encode_row(state, frames); });
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  // DCMTK takes memory for every frame: without this the page faults of that are counted as its
  // codec.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  add_context();
  const FrameSets sets = frame_sets();
  for (const auto& set : sets) register_rows(set);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  if (!g_failure.empty()) std::fprintf(stderr, "%s\n", std::string(g_failure).c_str());
  return g_failure.empty() ? 0 : 1;
}
