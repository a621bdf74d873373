// JPEG-LS both ways, ours beside CharLS's in the same run: each frame's answers are compared first,
// then the two are timed alternately. Rows are jpeg_ls_{decode,encode}/<frame>/{one,batch}: `one`
// hands over a frame at a time, `batch` all frames of the set at once. Time is ours; counters: ours
// and theirs in MB/s of native pixels (medians), their ratio, and packed sizes.
#include <benchmark/benchmark.h>
#include <charls/charls.h>
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "bench/codecs/context.h"
#include "bench/codecs/frames.h"
#include "bench/codecs/peer_dcmtk.h"
#include "bench/codecs/timing.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/jpeg_markers.h"

namespace slipring::bench {
namespace {

using Pixels = std::vector<std::uint8_t>;

std::string_view g_failure;  // a wrong answer ends the program with an error

struct RealFrames {
  const char* name;
  std::vector<const char*> paths;
};
const std::vector<RealFrames>& real_frames() {
  static const std::vector<RealFrames> all{
      {"ct_12bit_512x512",
       {"series/ct-siemens-512/IM-0001-0001.dcm", "series/ct-siemens-512/IM-0001-0003.dcm",
        "series/ct-siemens-512/IM-0001-0005.dcm", "series/ct-siemens-512/IM-0001-0007.dcm"}},
      {"ct_signed_512x512",
       {"native/implicit-le/cornerstonejs+dicomParser__CT1_UNC.implicit_little_endian.dcm",
        "native/explicit-le/rexcardan+Evil-DICOM__explicitLittleEndian.dcm",
        "native/explicit-le/pydicom+pydicom__693_UNCI.dcm"}},
      {"mr_512x460",
       {"series/mr-uih-t1-512/00000001.dcm", "series/mr-uih-t1-512/00000002.dcm",
        "series/mr-uih-t1-512/00000003.dcm", "series/mr-uih-t1-512/00000004.dcm"}},
      {"mr_12bit_484x484",
       {"native/explicit-le/pydicom+pydicom__MR-SIEMENS-DICOM-WithOverlays.dcm"}},
      {"cr_10bit_2140x1760",
       {"transfer-syntax/jpeg-lossless-sv1-70/pydicom+pylibjpeg-data__RG2_JPLL.dcm"}},
      {"us_rgb_768x1024",
       {"transfer-syntax/jpeg-lossless-sv1-70/"
        "pydicom+pylibjpeg-data__JPEGLosslessP14SV1_3s_2f_u_08_08.dcm"}},
      {"us_rgb_240x320", {"charset/cornerstonejs+dicomParser__IM00001.implicit_little_endian.dcm"}},
  };
  return all;
}

bool decode_by_charls(Bytes stream, MutableBytes out) {
  charls_jpegls_decoder* decoder = charls_jpegls_decoder_create();
  bool good = charls_jpegls_decoder_set_source_buffer(decoder, stream.data(), stream.size()) ==
                  charls_jpegls_errc::success &&
              charls_jpegls_decoder_read_header(decoder) == charls_jpegls_errc::success;
  good = good && charls_jpegls_decoder_decode_to_buffer(decoder, out.data(), out.size(), 0) ==
                     charls_jpegls_errc::success;
  charls_jpegls_decoder_destroy(decoder);
  return good;
}

// At the precision that ours took; interleaved as ours is.
std::size_t encode_by_charls(const pixel::Layout& layout, int precision,
                             charls::interleave_mode mode, Bytes pixels, MutableBytes out) {
  const charls_frame_info info{layout.columns, layout.rows, precision, layout.samples_per_pixel};
  charls_jpegls_encoder* encoder = charls_jpegls_encoder_create();
  std::size_t written = 0;
  (void)charls_jpegls_encoder_set_frame_info(encoder, &info);
  (void)charls_jpegls_encoder_set_interleave_mode(encoder, mode);
  (void)charls_jpegls_encoder_set_destination_buffer(encoder, out.data(), out.size());
  (void)charls_jpegls_encoder_encode_from_buffer(encoder, pixels.data(), pixels.size(), 0);
  (void)charls_jpegls_encoder_get_bytes_written(encoder, &written);
  charls_jpegls_encoder_destroy(encoder);
  return written;
}

bool fail_row(benchmark::State& state, const char* why) {
  g_failure = why;
  state.SkipWithError(why);
  return false;
}

// A frame, packed by both.
struct Packed {
  const Frame* frame = nullptr;
  Buffer ours;
  Pixels theirs;
  std::size_t their_size = 0;
  int precision = 0;
  charls::interleave_mode mode = charls::interleave_mode::none;
  Pixels decoded;
};

bool pack(benchmark::State& state, const Frame& frame, Packed& packed) {
  Scratch scratch;
  packed.frame = &frame;
  codecs::EncodeJob encode{.pixels = frame.pixels, .layout = frame.layout, .out = &packed.ours};
  codecs::jpeg_ls::jpeg_ls_row().encode_batch({&encode, 1}, scratch);
  if (!encode.status) return fail_row(state, "our encoder failed");
  const auto header = codecs::read_jpeg_header(packed.ours.bytes());
  if (!header) return fail_row(state, "our stream has no header");
  packed.precision = header->precision_bits;
  packed.mode = static_cast<charls::interleave_mode>(header->scan.end);
  packed.decoded.resize(frame.pixels.size());
  const Bytes stream = packed.ours.bytes();
  codecs::DecodeJob decode{
      .fragments = {&stream, 1}, .layout = frame.layout, .out = packed.decoded};
  codecs::jpeg_ls::jpeg_ls_row().decode_batch({&decode, 1}, scratch);
  if (!decode.status || packed.decoded != frame.pixels)
    return fail_row(state, "our decoder does not give back what our encoder took");
  std::ranges::fill(packed.decoded, std::uint8_t{0});
  if (!decode_by_charls(stream, packed.decoded) || packed.decoded != frame.pixels)
    return fail_row(state, "CharLS reads our stream as other pixels");
  packed.theirs.resize(frame.pixels.size() * 2 + 4096);
  packed.their_size =
      encode_by_charls(frame.layout, packed.precision, packed.mode, frame.pixels, packed.theirs);
  if (packed.their_size == 0) return fail_row(state, "CharLS did not encode");
  return true;
}

std::vector<Packed> pack_all(benchmark::State& state, const std::vector<Frame>& frames) {
  std::vector<Packed> all(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (!pack(state, frames[i], all[i])) return {};
  return all;
}

struct Times {
  std::vector<double> ours;
  std::vector<double> theirs;
};

void report(benchmark::State& state, const std::vector<Packed>& all, const Times& times) {
  double pixels = 0, packed = 0, theirs = 0;
  for (const Packed& one : all) {
    pixels += static_cast<double>(one.frame->pixels.size());
    packed += static_cast<double>(one.ours.size());
    theirs += static_cast<double>(one.their_size);
  }
  state.counters["native_bytes"] = pixels;
  state.counters["packed_bytes"] = packed;
  state.counters["charls_bytes"] = theirs;
  state.counters["ours_MBps"] = pixels / 1e6 / median(times.ours);
  state.counters["charls_MBps"] = pixels / 1e6 / median(times.theirs);
  state.counters["ratio"] = median(times.theirs) / median(times.ours);
}

// Runs `ours` and `theirs` alternately.
template <class Ours, class Theirs>
void race(benchmark::State& state, const std::vector<Packed>& all, Ours ours, Theirs theirs) {
  Times times;
  for (auto _ : state) {
    times.theirs.push_back(seconds(theirs));
    times.ours.push_back(seconds(ours));
    state.SetIterationTime(times.ours.back());
  }
  report(state, all, times);
}

template <class Job>
void hand_over(void (*codec)(std::span<Job>, Scratch&), std::vector<Job>& jobs, bool at_once,
               Scratch& scratch) {
  if (at_once) return codec(jobs, scratch);
  for (Job& job : jobs) codec({&job, 1}, scratch);
}

void decode_row(benchmark::State& state, const std::vector<Frame>& frames, bool at_once) {
  std::vector<Packed> all = pack_all(state, frames);
  std::vector<Bytes> streams;
  for (Packed& one : all) streams.push_back(one.ours.bytes());
  std::vector<codecs::DecodeJob> jobs;
  for (std::size_t i = 0; i < all.size(); ++i)
    jobs.push_back(
        {.fragments = {&streams[i], 1}, .layout = all[i].frame->layout, .out = all[i].decoded});
  Scratch scratch;
  race(
      state, all,
      [&] { hand_over(codecs::jpeg_ls::jpeg_ls_row().decode_batch, jobs, at_once, scratch); },
      [&] {
        for (std::size_t i = 0; i < all.size(); ++i)
          (void)decode_by_charls(streams[i], all[i].decoded);
      });
}

void encode_row(benchmark::State& state, const std::vector<Frame>& frames, bool at_once) {
  std::vector<Packed> all = pack_all(state, frames);
  std::vector<codecs::EncodeJob> jobs;
  for (Packed& one : all)
    jobs.push_back({.pixels = one.frame->pixels, .layout = one.frame->layout, .out = &one.ours});
  Scratch scratch;
  race(
      state, all,
      [&] { hand_over(codecs::jpeg_ls::jpeg_ls_row().encode_batch, jobs, at_once, scratch); },
      [&] {
        for (Packed& one : all)
          (void)encode_by_charls(one.frame->layout, one.precision, one.mode, one.frame->pixels,
                                 one.theirs);
      });
}

std::filesystem::path corpus() {
  if (const char* named = std::getenv("SLIPRING_CORPUS")) return named;
  return std::filesystem::path(SLIPRING_SOURCE_DIR) / "../shared/corpus";
}

using FrameSets = std::vector<std::vector<Frame>>;

// A batch is at least four frames: where there are fewer, they come again.
void fill_up(std::vector<Frame>& set) {
  constexpr std::size_t kFramesMin = 4;
  for (std::size_t i = 0; set.size() < kFramesMin; ++i) set.push_back(Frame(set[i]));
}

FrameSets frame_sets() {
  FrameSets sets;
  sets.push_back({synthetic_ct(512, 512)});
  sets.push_back({synthetic_us(600, 800)});
  for (const RealFrames& real : real_frames()) {
    std::vector<Frame> set;
    for (const char* path : real.paths)
      for (Frame& frame : read_frames((corpus() / path).string(), real.name))
        set.push_back(std::move(frame));
    if (!set.empty()) sets.push_back(std::move(set));
  }
  for (auto& set : sets) fill_up(set);
  return sets;
}

void register_rows(const std::vector<Frame>& set) {
  const auto add = [&set](const std::string& name, auto run, bool at_once) {
    benchmark::RegisterBenchmark(name.c_str(), [&set, run, at_once](benchmark::State& state) {
      run(state, set, at_once);
    })->UseManualTime();
  };
  const std::string& name = set.front().name;
  add("jpeg_ls_decode/" + name + "/one", decode_row, false);
  add("jpeg_ls_decode/" + name + "/batch", decode_row, true);
  add("jpeg_ls_encode/" + name + "/one", encode_row, false);
  add("jpeg_ls_encode/" + name + "/batch", encode_row, true);
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // CharLS takes memory for every frame
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
