// Any bytes as two code-blocks of any shape and style: the fast decoder's answers are the
// reference's.
// The first eight bytes say what a packet header would.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "codecs/jpeg2000/block/decode.h"

namespace {

using namespace slipring;
using namespace slipring::codecs::jpeg2000;

template <class T>
bool same(const BlockJob<T>& a, const BlockJob<T>& b) {
  return a.status.has_value() == b.status.has_value() &&
         (a.status || a.status.error().what == b.status.error().what);
}

// The block, and the same one with fewer rows: two at a time, as a decoder gets them.
template <class T>
void compare(const CodedBlock& coded, std::uint32_t width, std::uint32_t height) {
  static BlockScratch scratch;
  const std::uint32_t heights[] = {height, (height + 1) / 2};
  std::vector<T> plain[2], fast[2];
  std::vector<BlockJob<T>> by_the_book, jobs;
  for (std::size_t i = 0; i < 2; ++i) {
    plain[i].resize(std::size_t{width} * heights[i]);
    fast[i].resize(plain[i].size());
    by_the_book.push_back({.coded = coded,
                           .samples = {plain[i].data(), width, width, heights[i]},
                           .step = 0.375F,
                           .status = {}});
    jobs.push_back(by_the_book[i]);
    jobs[i].samples.at = fast[i].data();
    decode_block_scalar(by_the_book[i]);
  }
  decode_blocks(jobs, scratch);
  for (std::size_t i = 0; i < 2; ++i)
    if (!same(jobs[i], by_the_book[i]) || plain[i] != fast[i]) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHeaderBytes = 8;
  if (size < kHeaderBytes) return 0;
  const std::uint32_t width = 1 + data[0] % 64U, height = 1 + data[1] % 64U;
  const unsigned bits = data[2];
  const std::uint32_t passes = data[5];
  const std::uint32_t passes_each = 1 + data[6] % 16U;
  Bytes bytes(data + kHeaderBytes, size - kHeaderBytes);
  std::vector<Segment> segments;
  std::uint32_t left = passes;
  while (left != 0) {
    const std::uint32_t count = data[6] == 0 ? left : std::min(left, passes_each);
    left -= count;
    const std::size_t length =
        left == 0 ? bytes.size() : std::min(bytes.size(), std::size_t{data[7]});
    segments.push_back({bytes.first(length), count});
    bytes = bytes.subspan(length);
  }
  const CodedBlock coded{.segments = segments,
                         .band = static_cast<Band>(data[2] >> 6),
                         .bit_planes = data[3],
                         .zero_bit_planes = data[4],
                         .style = {.bypass = (bits & 1) != 0,
                                   .reset = (bits & 2) != 0,
                                   .terminate_all = (bits & 4) != 0,
                                   .vertically_causal = (bits & 8) != 0,
                                   .predictable_termination = (bits & 16) != 0,
                                   .segmentation_symbols = (bits & 32) != 0}};
  compare<std::int32_t>(coded, width, height);
  compare<std::int16_t>(coded, width, height);
  compare<float>(coded, width, height);
  return 0;
}
