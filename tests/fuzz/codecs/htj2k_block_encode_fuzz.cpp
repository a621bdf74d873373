// Any coefficients: every instruction set answers as the encoder by the book does, and the decoders
// read back what was there.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codecs/htj2k/block/decode.h"
#include "codecs/htj2k/block/encode.h"
#include "codecs/kernels/targets.h"

namespace {

using namespace slipring;
using namespace slipring::codecs::htj2k;

void expect(bool holds) {
  if (!holds) std::abort();
}

// Bytes 0 to 3: width, height and bit planes. Then a coefficient every two bytes, from the top of
// its 16 bits shifted down by the byte's own choice, so that small ones are frequent.
struct Input {
  std::uint32_t width, height;
  unsigned planes, shift;
  Bytes rest;

  [[nodiscard]] std::int32_t value(std::size_t i) const {
    if (2 * i + 1 >= rest.size()) return 0;
    const auto raw = static_cast<std::int16_t>(load_le<std::uint16_t>(rest.data() + 2 * i));
    return std::int32_t{raw} * (1 << 15) >> shift >> (rest[2 * i] & 15);
  }
};

template <class T>
std::vector<T> values_of(const Input& input) {
  std::vector<T> values(std::size_t{input.width} * input.height);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(input.value(i));
  return values;
}

template <class T>
BlockToEncode<T> block_of(const std::vector<T>& values, const Input& input) {
  BlockToEncode<T> block;
  block.source = {values.data(), input.width, input.width, input.height};
  block.bit_planes = static_cast<std::uint8_t>(input.planes);
  return block;
}

void expect_values_back(const Input& input, const EncodedBlock& encoded, const Buffer& bytes,
                        const std::vector<std::int32_t>& values) {
  static BlockScratch scratch;
  std::vector<std::int32_t> back(values.size(), 1);
  BlockJob<std::int32_t> job;
  job.coded.bytes = bytes.data();
  job.coded.cleanup_bytes = encoded.cleanup_bytes;
  job.coded.passes = encoded.cleanup_bytes != 0 ? 1 : 0;
  job.coded.zero_bit_planes = encoded.zero_bit_planes;
  job.coded.bit_planes = static_cast<std::uint8_t>(input.planes);
  job.samples = {back.data(), input.width, input.width, input.height};
  decode_block_scalar(job);
  expect(job.status.has_value() && back == values);
  std::ranges::fill(back, 1);
  decode_blocks({&job, 1}, scratch);
  expect(job.status.has_value() && back == values);
}

template <class T>
void check(const Input& input) {
  const std::vector<T> values = values_of<T>(input);
  auto right = block_of(values, input);
  Buffer right_bytes;
  encode_blocks_scalar(std::span<BlockToEncode<T>>(&right, 1), right_bytes);
  for (const auto& target : codecs::kernels::supported_targets()) {
    codecs::kernels::use_target(target.bit);
    auto block = block_of(values, input);
    Buffer bytes;
    encode_blocks(std::span<BlockToEncode<T>>(&block, 1), bytes);
    expect(block.status.has_value() == right.status.has_value());
    expect(bytes.size() == right_bytes.size() &&
           std::equal(bytes.data(), bytes.data() + bytes.size(), right_bytes.data()));
    expect(block.encoded.cleanup_bytes == right.encoded.cleanup_bytes &&
           block.encoded.zero_bit_planes == right.encoded.zero_bit_planes);
  }
  codecs::kernels::use_target(0);
  if (right.status && input.planes != 0)
    expect_values_back(input, right.encoded, right_bytes, {values.begin(), values.end()});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  Input input{};
  input.width = 1U + data[0] + (data[3] % 4U) * 256U;
  input.height = std::min(1U + data[1], kBlockAreaMax / input.width);
  input.planes = data[2] % 32;
  input.shift = data[3] / 4U % 32;
  input.rest = {data + 4, size - 4};
  if (data[3] >= 128)
    check<std::int16_t>(input);
  else if (data[2] >= 128)
    check<float>(input);
  else
    check<std::int32_t>(input);
  return 0;
}
