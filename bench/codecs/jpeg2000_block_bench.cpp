// Code-blocks of JPEG 2000 Part 1 beside OpenJPEG, one thread. OpenJPEG writes a frame and reads
// it; the blocks of what it wrote are cut out by our codestream layer and decoded by us. OpenJPEG
// has no door to its block decoder, so its time is that of the whole frame: packets and wavelet are
// a few percent of it. Before anything is timed the fast decoder's samples are compared with the
// reference's. Rows are jpeg2000_block/<frame>; time is ours; counters: ns a sample of both, and
// the ratio.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "bench/codecs/context.h"
#include "bench/codecs/frames.h"
#include "bench/codecs/peer_dcmtk.h"
#include "bench/codecs/timing.h"
#include "codecs/codestream/read.h"
#include "codecs/jpeg2000/block/decode.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"

namespace slipring::bench {
namespace {

namespace part1 = codecs::jpeg2000;

bool g_failed = false;  // a wrong answer ends the program with an error

struct Blocks {
  codecs::codestream::Tile tile;
  std::vector<std::vector<part1::Segment>> segments;
  std::vector<std::vector<std::int32_t>> samples;
  std::vector<part1::BlockJob<std::int32_t>> jobs;
  double count = 0;  // of samples
};

void add_block(Blocks& blocks, const codecs::codestream::Block& block) {
  const codecs::codestream::Band& band = blocks.tile.bands[block.band];
  std::vector<part1::Segment> segments;
  Bytes rest(block.data, block.bytes);
  for (std::size_t i = 0; i < block.segment_count; ++i) {
    const auto& segment = blocks.tile.segments[block.first_segment + i];
    segments.push_back({rest.first(segment.bytes), segment.passes});
    rest = rest.subspan(segment.bytes);
  }
  blocks.segments.push_back(std::move(segments));
  blocks.samples.emplace_back(std::size_t{block.width} * block.height);
  blocks.jobs.push_back(
      {.coded = {.segments = blocks.segments.back(),
                 .band = static_cast<part1::Band>(band.orientation),
                 .bit_planes = band.bit_planes,
                 .zero_bit_planes = block.zero_bit_planes,
                 .style = {}},
       .samples = {blocks.samples.back().data(), block.width, block.width, block.height},
       .step = 1,
       .status = {}});
  blocks.count += static_cast<double>(blocks.samples.back().size());
}

// OpenJPEG writes one tile here.
bool cut(Bytes codestream, codecs::codestream::Reader& reader, Blocks& blocks) {
  if (!reader.open(codestream) || !reader.read_tile(0, 0, blocks.tile)) return false;
  blocks.segments.reserve(blocks.tile.blocks.size());
  blocks.samples.reserve(blocks.tile.blocks.size());
  for (const auto& block : blocks.tile.blocks)
    if (block.passes != 0) add_block(blocks, block);
  return true;
}

bool is_right(Blocks& blocks, part1::BlockScratch& scratch) {
  part1::decode_blocks(blocks.jobs, scratch);
  for (std::size_t i = 0; i < blocks.jobs.size(); ++i) {
    std::vector<std::int32_t> expected(blocks.samples[i].size());
    part1::BlockJob<std::int32_t> job = blocks.jobs[i];
    job.samples.at = expected.data();
    part1::decode_block_scalar(job);
    if (!job.status || !blocks.jobs[i].status || expected != blocks.samples[i]) return false;
  }
  return !blocks.jobs.empty();
}

void block_row(benchmark::State& state, const Frame& frame) {
  Scratch scratch;
  part1::BlockScratch block_scratch;
  Buffer codestream;
  codecs::EncodeJob encode{.pixels = frame.pixels, .layout = frame.layout, .out = &codestream};
  part1::openjpeg_row().encode_batch({&encode, 1}, scratch);
  codecs::codestream::Reader reader;
  Blocks blocks;
  if (!encode.status || !cut(codestream.bytes(), reader, blocks) ||
      !is_right(blocks, block_scratch)) {
    g_failed = true;
    return state.SkipWithError("the fast decoder's samples are not the reference's");
  }
  std::vector<std::uint8_t> pixels(frame.pixels.size());
  const Bytes fragment = codestream.bytes();
  std::vector<double> ours, theirs;
  for (auto _ : state) {
    codecs::DecodeJob decode{.fragments = {&fragment, 1}, .layout = frame.layout, .out = pixels};
    theirs.push_back(seconds([&] { part1::openjpeg_row().decode_batch({&decode, 1}, scratch); }));
    ours.push_back(seconds([&] { part1::decode_blocks(blocks.jobs, block_scratch); }));
    state.SetIterationTime(ours.back());
  }
  state.counters["ours_ns"] = median(ours) / blocks.count * 1e9;
  state.counters["openjpeg_whole_ns"] = median(theirs) / blocks.count * 1e9;
  state.counters["ratio"] = median(theirs) / median(ours);
  state.counters["bits_per_sample"] = 8.0 * static_cast<double>(codestream.size()) / blocks.count;
}

std::vector<Frame> all_frames() {
  std::vector<Frame> frames = {synthetic_ct(512, 512), synthetic_us(600, 800)};
  const char* named = std::getenv("SLIPRING_CORPUS");
  const std::string corpus = named != nullptr ? named : SLIPRING_SOURCE_DIR "/../shared/corpus";
  const std::pair<const char*, const char*> real[] = {
      {"ct_12bit_512x512", "series/ct-siemens-512/IM-0001-0001.dcm"},
      {"mr_16bit_512x460", "series/mr-uih-t1-512/00000001.dcm"},
      {"ct_16bit_512x512",
       "native/implicit-le/cornerstonejs+dicomParser__CT1_UNC.implicit_little_endian.dcm"},
      {"cr_10bit_2140x1760",
       "transfer-syntax/jpeg-lossless-sv1-70/pydicom+pylibjpeg-data__RG2_JPLL.dcm"}};
  for (const auto& [name, path] : real)
    for (Frame& frame : read_frames(corpus + "/" + path, name)) frames.push_back(std::move(frame));
  return frames;
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  add_context();
  const std::vector<Frame> frames = all_frames();
  for (const Frame& frame : frames)
    benchmark::RegisterBenchmark(("jpeg2000_block/" + frame.name).c_str(),
                                 [&frame](benchmark::State& state) { block_row(state, frame); })
        ->UseManualTime();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  if (g_failed) std::fprintf(stderr, "a decoder was wrong\n");
  return g_failed ? 1 : 0;
}
