#include "codecs/signature.h"

#include <cstring>
#include <optional>

#include "codecs/fragments.h"
#include "codecs/jpeg2000_markers.h"
#include "codecs/jpeg_markers.h"

namespace slipring::codecs {

namespace {

// ISO/IEC 18181-2: the signature box of a JPEG XL file.
constexpr std::uint8_t kJpegXlBox[12] = {0,    0,    0,    0x0C, 0x4A, 0x58,
                                         0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A};
constexpr std::size_t kRleHeaderBytes = 64;  // PS3.5 G.5
constexpr std::uint32_t kRleSegmentsMax = 15;

Codestream jpeg_kind(std::uint8_t sof) {
  switch (sof) {
    case jpeg_marker::kSof0:
      return Codestream::JpegBaseline;
    case jpeg_marker::kSof1:
      return Codestream::JpegExtended;
    case jpeg_marker::kSof2:
      return Codestream::JpegProgressive;
    case jpeg_marker::kSof3:
      return Codestream::JpegLossless;
    case jpeg_marker::kSof55:
      return Codestream::JpegLs;
    default:
      return Codestream::JpegOther;
  }
}

std::optional<Codestream> identify_jpeg(Bytes head) {
  JpegMarkers markers(head);
  for (;;) {
    const auto segment = markers.next();
    if (!segment || !*segment) return std::nullopt;
    const std::uint8_t marker = (*segment)->marker;
    if (is_start_of_frame(marker)) return jpeg_kind(marker);
    if (marker == jpeg_marker::kSos || marker == jpeg_marker::kEoi) return std::nullopt;
  }
}

// PS3.5 G.5: the number of segments and their ascending offsets, the first one behind the header.
bool is_rle(Bytes head, std::uint64_t frame_bytes) {
  if (head.size() < kRleHeaderBytes) return false;
  const std::uint32_t segments = load_le<std::uint32_t>(&head[0]);
  if (segments == 0 || segments > kRleSegmentsMax) return false;
  if (load_le<std::uint32_t>(&head[4]) != kRleHeaderBytes) return false;
  std::uint32_t before = 0;
  for (std::uint32_t i = 1; i <= kRleSegmentsMax; ++i) {
    const std::uint32_t offset = load_le<std::uint32_t>(&head[std::size_t{4} * i]);
    if (i > segments) {
      if (offset != 0) return false;
    } else if (offset <= before || offset >= frame_bytes) {
      return false;
    }
    before = offset;
  }
  return true;
}

}  // namespace

Codestream identify(std::span<const Bytes> fragments) {
  const std::uint64_t frame_bytes = total_bytes(fragments);
  Codestream otherwise = Codestream::Unknown;
  // Nothing: more bytes may say more.
  const auto certain = [&](Bytes head) -> std::optional<Codestream> {
    if (head.size() < 4) return std::nullopt;
    if (head[0] == 0xFF && head[1] == jpeg_marker::kSoi) return identify_jpeg(head);
    if (head[0] == 0xFF && head[1] == 0x0A) return Codestream::JpegXl;
    if (head.size() >= 12 && std::memcmp(head.data(), kJpegXlBox, 12) == 0)
      return Codestream::JpegXl;
    if (const auto stream = find_jpeg2000(head)) {
      // Also when the rest of the header is damaged: the decoder says how.
      otherwise = Codestream::Jpeg2000;
      const auto header = read_jpeg2000_header(stream->codestream);
      if (!header) return std::nullopt;
      return header->high_throughput ? Codestream::Htj2k : Codestream::Jpeg2000;
    }
    if (is_rle(head, frame_bytes)) return Codestream::Rle;
    return std::nullopt;
  };
  return read_head(fragments, certain).value_or(otherwise);
}

pixel::Format format_of(Codestream kind) {
  switch (kind) {
    case Codestream::Raw:
      return pixel::Format::EncapsulatedNative;
    case Codestream::Deflate:
      return pixel::Format::DeflatedFrame;
    case Codestream::Rle:
      return pixel::Format::Rle;
    case Codestream::JpegBaseline:
    case Codestream::JpegExtended:
    case Codestream::JpegProgressive:
      return pixel::Format::Jpeg;
    case Codestream::JpegLossless:
      return pixel::Format::JpegLossless;
    case Codestream::JpegLs:
      return pixel::Format::JpegLs;
    case Codestream::Jpeg2000:
      return pixel::Format::Jpeg2000;
    case Codestream::Htj2k:
      return pixel::Format::Htj2k;
    case Codestream::JpegXl:
      return pixel::Format::JpegXl;
    case Codestream::JpegOther:
    case Codestream::Unknown:
      return pixel::Format::Other;
  }
  return pixel::Format::Other;
}

}  // namespace slipring::codecs
