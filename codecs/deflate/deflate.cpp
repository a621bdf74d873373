#include "codecs/deflate/deflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <new>

#include "codecs/deflate/inspect.h"

namespace slipring::codecs::deflate {

namespace {

constexpr std::uint64_t kFirstGuessRatio = 4;
constexpr std::uint64_t kFirstGuessBytesMin = std::uint64_t{64} << 10;
constexpr std::uint64_t kGrowth = 4;
constexpr std::size_t kZlibHeaderBytes = 2;  // RFC 1950 2.2

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* handle) const { libdeflate_free_decompressor(handle); }
};
struct FreeCompressor {
  void operator()(libdeflate_compressor* handle) const { libdeflate_free_compressor(handle); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, FreeDecompressor>;

using Function = libdeflate_result (*)(libdeflate_decompressor*, const void*, size_t, void*, size_t,
                                       size_t*, size_t*);

// Why libdeflate called the input bad: it does not say where, nor whether bytes are missing.
std::unexpected<Error> explain(Bytes input, bool zlib) {
  const std::size_t head = zlib ? kZlibHeaderBytes : 0;
  if (input.size() < head)
    return fail(ErrorCode::Truncated, 0, "the deflated data ends in its header", head,
                input.size());
  if (zlib && !looks_like_zlib(input)) return fail(ErrorCode::Malformed, 0, "no zlib header");
  const Inspection seen = inspect(input.subspan(head));
  const std::uint64_t at = head + seen.offset;
  if (seen.end == Inspection::End::Truncated)
    return fail(ErrorCode::Truncated, at, "the deflated data ends too early");
  if (seen.end == Inspection::End::Malformed)
    return fail(ErrorCode::Malformed, at, "the deflated data is corrupt");
  if (zlib && input.size() - at < 4)
    return fail(ErrorCode::Truncated, at, "the zlib checksum is missing");
  return fail(zlib ? ErrorCode::Mismatch : ErrorCode::Malformed, at,
              zlib ? "the zlib checksum is wrong" : "the deflated data is corrupt");
}

Result<Inflated> inflate(Function function, bool zlib, Bytes input, const InflateLimits& limits,
                         Buffer& out) {
  const Decompressor handle(libdeflate_alloc_decompressor());
  if (!handle) return fail(ErrorCode::NoMemory, kNoOffset, "no memory for an inflater");
  const std::uint64_t budget = limits.budget(input.size());
  std::uint64_t guess = std::max(
      {kFirstGuessBytesMin, kFirstGuessRatio * input.size(), std::uint64_t{out.capacity()}});
  for (;;) {
    guess = std::min(guess, budget);
    if (guess > out.capacity()) out = Buffer{};
    out.clear();
    try {
      out.reserve(guess);
    } catch (const std::bad_alloc&) {
      return fail(ErrorCode::NoMemory, kNoOffset, "no memory for the inflated data", 0, guess);
    }
    out.resize(guess);
    std::size_t consumed = 0;
    std::size_t produced = 0;
    const libdeflate_result result = function(handle.get(), input.data(), input.size(), out.data(),
                                              out.size(), &consumed, &produced);
    if (result == LIBDEFLATE_SUCCESS) {
      out.resize(produced);
      return Inflated{consumed};
    }
    out.clear();
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return explain(input, zlib);
    if (guess == budget)
      return fail(ErrorCode::LimitExceeded, 0, "the inflated data is larger than the limit", budget,
                  budget);
    guess *= kGrowth;
  }
}

Result<Inflated> inflate_exact(Function function, bool zlib, Bytes input, MutableBytes out) {
  const Decompressor handle(libdeflate_alloc_decompressor());
  if (!handle) return fail(ErrorCode::NoMemory, kNoOffset, "no memory for an inflater");
  std::size_t consumed = 0;
  std::size_t produced = 0;
  const libdeflate_result result = function(handle.get(), input.data(), input.size(), out.data(),
                                            out.size(), &consumed, &produced);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
    return fail(ErrorCode::LimitExceeded, 0, "the data inflates to more bytes than the frame has",
                out.size(), out.size());
  if (result != LIBDEFLATE_SUCCESS) return explain(input, zlib);
  if (produced != out.size())
    return fail(ErrorCode::Mismatch, consumed,
                "the data inflates to fewer bytes than the frame has", out.size(), produced);
  return Inflated{consumed};
}

}  // namespace

std::uint64_t InflateLimits::budget(std::uint64_t input_bytes) const {
  std::uint64_t by_ratio = 0;
  if (__builtin_mul_overflow(input_bytes, ratio_max, &by_ratio)) by_ratio = output_bytes_max;
  return std::min(output_bytes_max, std::max(by_ratio, ratio_floor_bytes));
}

Result<Inflated> inflate_raw(Bytes input, const InflateLimits& limits, Buffer& out) {
  return inflate(libdeflate_deflate_decompress_ex, false, input, limits, out);
}

Result<Inflated> inflate_zlib(Bytes input, const InflateLimits& limits, Buffer& out) {
  return inflate(libdeflate_zlib_decompress_ex, true, input, limits, out);
}

Result<Inflated> inflate_raw_exact(Bytes input, MutableBytes out) {
  return inflate_exact(libdeflate_deflate_decompress_ex, false, input, out);
}

Result<Inflated> inflate_zlib_exact(Bytes input, MutableBytes out) {
  return inflate_exact(libdeflate_zlib_decompress_ex, true, input, out);
}

bool looks_like_zlib(Bytes input) {
  if (input.size() < kZlibHeaderBytes) return false;
  const unsigned cmf = input[0];
  const unsigned flags = input[1];
  const bool header =
      (cmf & 15U) == 8 && (cmf >> 4) <= 7 && (cmf * 256 + flags) % 31 == 0 && (flags & 0x20U) == 0;
  if (!header) return false;
  // Read as raw deflate, these bits start a stored block (type 0), whose length comes with its
  // complement (RFC 1951 3.2.4).
  const bool stored =
      input.size() >= 5 && (input[1] ^ input[3]) == 0xFF && (input[2] ^ input[4]) == 0xFF;
  return !stored;
}

Result<void> deflate_raw(Bytes input, int level, Buffer& out) {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> handle(
      libdeflate_alloc_compressor(std::clamp(level, 1, 12)));
  if (!handle) return fail(ErrorCode::NoMemory, kNoOffset, "no memory for a deflater");
  out.clear();
  try {
    out.resize(libdeflate_deflate_compress_bound(handle.get(), input.size()));
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::NoMemory, kNoOffset, "no memory for the deflated data");
  }
  const std::size_t size =
      libdeflate_deflate_compress(handle.get(), input.data(), input.size(), out.data(), out.size());
  if (size == 0) return fail(ErrorCode::Internal, kNoOffset, "deflate did not fit its own bound");
  out.resize(size);
  return {};
}

}  // namespace slipring::codecs::deflate
