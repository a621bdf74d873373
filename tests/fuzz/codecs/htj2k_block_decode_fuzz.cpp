// Any bytes as HT code blocks: every instruction set, two blocks at a time, gives the answer by the
// book. The first eight bytes say what packet headers would.
#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codecs/htj2k/block/decode.h"
#include "codecs/kernels/targets.h"

namespace {

using namespace slipring;
using codecs::htj2k::BlockJob;
using codecs::htj2k::CodedBlock;

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kBlocks = 3;
constexpr std::uint32_t kAreaMax = 1024;  // by the book takes its time

void expect(bool holds) {
  if (!holds) std::abort();
}

template <class T>
bool same(const BlockJob<T>& a, const BlockJob<T>& b) {
  if (a.status.has_value() != b.status.has_value()) return false;
  if (a.status) return true;
  const Error& x = a.status.error();
  const Error& y = b.status.error();
  return x.code == y.code && x.what == y.what && x.offset == y.offset && x.actual == y.actual;
}

template <class T>
void compare(const std::array<CodedBlock, kBlocks>& blocks, std::uint32_t width,
             std::uint32_t height) {
  static codecs::htj2k::BlockScratch scratch;
  const std::size_t area = std::size_t{width} * height;
  std::vector<T> right(kBlocks * area, T{1});
  std::vector<BlockJob<T>> right_jobs;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    right_jobs.push_back({blocks[i], {right.data() + i * area, width, width, height}, 0.7F, {}});
    codecs::htj2k::decode_block_scalar(right_jobs[i]);
  }
  for (const auto& target : codecs::kernels::supported_targets()) {
    codecs::kernels::use_target(target.bit);
    std::vector<T> fast(kBlocks * area, T{1});
    std::vector<BlockJob<T>> jobs;
    for (std::size_t i = 0; i < kBlocks; ++i)
      jobs.push_back({blocks[i], {fast.data() + i * area, width, width, height}, 0.7F, {}});
    codecs::htj2k::decode_blocks(jobs, scratch);
    for (std::size_t i = 0; i < kBlocks; ++i) expect(same(jobs[i], right_jobs[i]));
    expect(std::memcmp(fast.data(), right.data(), fast.size() * sizeof(T)) == 0);
  }
  codecs::kernels::use_target(0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHeaderBytes) return 0;
  const std::uint32_t width = 1U + data[0] % 70;
  const std::uint32_t height = 1U + data[1] % 70;
  if (width * height > kAreaMax) return 0;
  const auto body = static_cast<std::uint32_t>(size - kHeaderBytes);
  const std::uint32_t refinement = data[5] % 4 == 0 ? 0 : body * data[6] / 512;
  const CodedBlock whole{.bytes = data + kHeaderBytes,
                         .cleanup_bytes = body - refinement,
                         .refinement_bytes = refinement,
                         .passes = static_cast<std::uint8_t>(data[4] % 5),
                         .zero_bit_planes = data[3],
                         .bit_planes = data[2],
                         .causal = data[5] % 2 != 0};
  CodedBlock cut = whole;
  cut.cleanup_bytes -= cut.cleanup_bytes / 4;
  cut.refinement_bytes = 0;
  const std::array<CodedBlock, kBlocks> blocks = {whole, cut, whole};
  if (data[7] % 3 == 0) compare<std::int16_t>(blocks, width, height);
  if (data[7] % 3 == 1) compare<std::int32_t>(blocks, width, height);
  if (data[7] % 3 == 2) compare<float>(blocks, width, height);
  return 0;
}
