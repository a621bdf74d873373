// Decoding of 12-bit JPEG (SOF1), ours beside DCMTK's in the same run: each stream's pixels are
// compared first, then the two are timed alternately. Rows are named jpeg12_decode/<frame>/<where
// the stream comes from>: q90 and q75 are DCMTK's own encoder's, `file` is what a real file holds.
// Time is ours; counters: MB/s of native pixels (medians), ratio, bits a sample.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "bench/codecs/context.h"
#include "bench/codecs/peer_dcmtk.h"
#include "bench/codecs/peer_dcmtk_jpeg12.h"
#include "bench/codecs/timing.h"
#include "codecs/jpeg/jpeg_codec.h"

namespace slipring::bench {
namespace {

bool g_failed = false;  // a wrong answer ends the program with an error

struct Real {
  const char* name;
  std::vector<const char*> paths;
};
const std::vector<Real>& native_frames() {
  static const std::vector<Real> all{
      {"ct_12bit_512x512",
       {"series/ct-siemens-512/IM-0001-0001.dcm", "series/ct-siemens-512/IM-0001-0003.dcm",
        "series/ct-siemens-512/IM-0001-0005.dcm", "series/ct-siemens-512/IM-0001-0007.dcm"}},
      {"mr_16bit_512x460",
       {"series/mr-uih-t1-512/00000001.dcm", "series/mr-uih-t1-512/00000002.dcm"}},
      {"cr_10bit_2140x1760",
       {"transfer-syntax/jpeg-lossless-sv1-70/pydicom+pylibjpeg-data__RG2_JPLL.dcm"}}};
  return all;
}
const std::vector<Real>& files() {
  static const std::vector<Real> all{
      {"ct_512x512",
       {"transfer-syntax/jpeg-extended-51/cornerstonejs+cornerstone3D__CTImage.dcm_"
        "JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm"}},
      {"cr_2140x1760", {"transfer-syntax/jpeg-extended-51/pydicom+pylibjpeg-data__RG2_JPLY.dcm"}}};
  return all;
}

struct Set {
  std::string name;
  std::vector<Stream> streams;
};

pixel::Layout layout_of(const Stream& stream) {
  const std::vector<Bytes> fragments = {stream};
  const auto info = codecs::jpeg::jpeg_row().probe(fragments);
  if (!info) return {};
  return {info->rows, info->columns, info->components, 16, 12, 11, false};
}

bool decode_ours(const Stream& stream, MutableBytes out, Scratch& scratch) {
  const Bytes fragment = stream;
  codecs::DecodeJob job{.fragments = {&fragment, 1}, .layout = layout_of(stream), .out = out};
  codecs::jpeg::jpeg_row().decode_batch({&job, 1}, scratch);
  return job.status.has_value();
}

bool is_right(Stream& stream, Scratch& scratch) {
  std::vector<std::uint8_t> ours(*layout_of(stream).frame_bytes()), theirs(ours.size());
  return decode_ours(stream, ours, scratch) && decode_jpeg12(stream, theirs) && ours == theirs;
}

void decode_row(benchmark::State& state, Set& set) {
  Scratch scratch;
  std::size_t bytes = 0, packed = 0, largest = 0;
  for (Stream& stream : set.streams) {
    if (!is_right(stream, scratch)) {
      g_failed = true;
      return state.SkipWithError("our pixels are not DCMTK's");
    }
    const std::size_t size = *layout_of(stream).frame_bytes();
    bytes += size, packed += stream.size(), largest = std::max(largest, size);
  }
  std::vector<std::uint8_t> out(largest);
  std::vector<double> ours, theirs;
  for (auto _ : state) {
    theirs.push_back(seconds([&] {
      for (Stream& stream : set.streams) (void)decode_jpeg12(stream, out);
    }));
    ours.push_back(seconds([&] {
      for (const Stream& stream : set.streams)
        (void)decode_ours(stream, MutableBytes(out).first(*layout_of(stream).frame_bytes()),
                          scratch);
    }));
    state.SetIterationTime(ours.back());
  }
  state.counters["ours_MBps"] = static_cast<double>(bytes) / 1e6 / median(ours);
  state.counters["dcmtk_MBps"] = static_cast<double>(bytes) / 1e6 / median(theirs);
  state.counters["ratio"] = median(theirs) / median(ours);
  state.counters["bits_per_sample"] =
      16.0 * static_cast<double>(packed) / static_cast<double>(bytes);
}

std::string corpus() {
  if (const char* named = std::getenv("SLIPRING_CORPUS")) return named;
  return std::string(SLIPRING_SOURCE_DIR) + "/../shared/corpus";
}

std::vector<Set> stream_sets() {
  std::vector<std::vector<Frame>> frames = {{synthetic_ct(512, 512)}};
  for (const Real& real : native_frames()) {
    std::vector<Frame> set;
    for (const char* path : real.paths)
      for (Frame& frame : read_frames(corpus() + "/" + path, real.name))
        if (frame.layout.samples_per_pixel == 1 && frame.layout.bits_allocated == 16)
          set.push_back(std::move(frame));
    if (!set.empty()) frames.push_back(std::move(set));
  }
  std::vector<Set> sets;
  for (const auto& group : frames) {
    for (const unsigned quality : {90U, 75U}) {
      Set set{group.front().name + "/q" + std::to_string(quality), {}};
      for (const Frame& frame : group) set.streams.push_back(encode_jpeg12(frame, quality));
      sets.push_back(std::move(set));
    }
  }
  for (const Real& real : files()) {
    Set set{std::string(real.name) + "/file", {}};
    for (const char* path : real.paths)
      if (Stream stream = read_jpeg12(corpus() + "/" + path); !stream.empty())
        set.streams.push_back(std::move(stream));
    if (!set.streams.empty()) sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  // DCMTK takes memory for every frame: without this the page faults of that count as its codec.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  add_context();
  std::vector<Set> sets = stream_sets();
  for (Set& set : sets)
    benchmark::RegisterBenchmark(("jpeg12_decode/" + set.name).c_str(),
                                 [&set](benchmark::State& state) { decode_row(state, set); })
        ->UseManualTime();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return g_failed ? 1 : 0;
}
