// Any bytes as a lossless JPEG of the layout that they name: every instruction set, alone and in a
// batch, in one piece and in several, gives the scalar decoder's answer, and knows it again.
#include <array>
#include <cstdlib>
#include <vector>

#include "codecs/jpeg_lossless/decode/decoder.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"
#include "codecs/kernels/targets.h"

namespace {

using namespace slipring;
using codecs::DecodeJob;

constexpr std::uint64_t kSamplesMax = std::uint64_t{1} << 16;

void expect(bool holds) {
  if (!holds) std::abort();
}

struct Answer {
  DecodeJob job;
  std::vector<std::uint8_t> out;
};

void expect_same(const Answer& a, const Answer& b) {
  expect(a.job.status.has_value() == b.job.status.has_value());
  if (a.job.status) {
    expect(a.job.quirks.bits == b.job.quirks.bits && a.out == b.out);
  } else {
    expect(a.job.status.error().code == b.job.status.error().code);
    expect(a.job.status.error().offset == b.job.status.error().offset);
    expect(a.job.status.error().actual == b.job.status.error().actual);
  }
}

Answer answer_to(std::span<const Bytes> fragments, const pixel::Layout& layout) {
  Answer answer;
  answer.out.resize(layout.frame_bytes().value());
  answer.job = {fragments, layout, answer.out, {}, {}};
  return answer;
}

// A frame that decodes is known by its bytes, and by no others; one that does not, by none.
void expect_known(const Answer& right, std::uint8_t where, Scratch& scratch) {
  std::vector<std::uint8_t> frame = right.out;
  for (const bool changed : {false, true}) {
    if (changed) frame[frame.size() * where / 256] ^= 1;
    DecodeJob job{right.job.fragments, right.job.layout, {}};
    job.expected = frame;
    codecs::jpeg_lossless::decode_batch({&job, 1}, scratch);
    expect(job.status.has_value() == (right.job.status.has_value() && !changed));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static Scratch scratch;
  const Bytes stream{data + 1, size - 1};
  const std::array<Bytes, 1> whole = {stream};
  const auto info = codecs::jpeg_lossless::jpeg_lossless_row().probe(whole);
  if (!info || std::uint64_t{info->rows} * info->columns * info->components > kSamplesMax) return 0;
  pixel::Layout layout{info->rows, info->columns, info->components, 16, 12, 11, data[0] % 2 != 0};
  if (info->precision_bits <= 8 && data[0] % 4 < 2) layout.bits_allocated = 8;
  if (data[0] % 8 > 5) layout.bits_allocated = 32;
  if (!layout.frame_bytes()) return 0;
  Answer right = answer_to(whole, layout);
  codecs::jpeg_lossless::decode_by_the_book(right.job, scratch);
  const std::size_t cut = stream.size() * data[0] / 256;
  const std::array<Bytes, 3> pieces = {stream.first(cut), Bytes{}, stream.subspan(cut)};
  for (const auto& target : codecs::kernels::supported_targets()) {
    codecs::kernels::use_target(target.bit);
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < 3; ++i)
      answers.push_back(answer_to(i == 1 ? std::span<const Bytes>(pieces) : whole, layout));
    std::vector<DecodeJob> jobs;
    for (Answer& answer : answers)
      jobs.push_back({answer.job.fragments, layout, answer.out, {}, {}});
    codecs::jpeg_lossless::decode_batch(jobs, scratch);
    for (std::size_t i = 0; i < 3; ++i) {
      answers[i].job = jobs[i];
      expect_same(answers[i], right);
    }
    Answer alone = answer_to(whole, layout);
    codecs::jpeg_lossless::decode_batch({&alone.job, 1}, scratch);
    expect_same(alone, right);
    expect_known(right, data[0], scratch);
  }
  codecs::kernels::use_target(0);
  return 0;
}
