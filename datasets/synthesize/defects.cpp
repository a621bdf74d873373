#include "datasets/synthesize/defects.h"

#include <array>

#include "codecs/base/bytes.h"

namespace slipring::datasets {

namespace {

constexpr std::array<DefectRow, 22> kDefects = {{
    {Defect::TruncatedPixels, "truncated-pixels", "the file ends in the middle of its pixels"},
    {Defect::TruncatedHeader, "truncated-header", "the file ends in the middle of its header"},
    {Defect::ShortPixels, "short-pixels", "Pixel Data is shorter than the frames need"},
    {Defect::LengthBeyondFile, "length-beyond-file", "an element is longer than the file"},
    {Defect::NoPreamble, "no-preamble", "starts with the meta group"},
    {Defect::NoMeta, "no-meta", "starts with the data set"},
    {Defect::WrongSyntax, "wrong-syntax", "the meta group names another VR encoding"},
    {Defect::OddLength, "odd-length", "a value of odd length"},
    {Defect::TrailingZeros, "trailing-zeros", "512 zero bytes after the last element"},
    {Defect::BadUid, "bad-uid", "a SOP Instance UID with letters"},
    {Defect::PathUid, "path-uid", "a SOP Instance UID that is a path out of any tree"},
    {Defect::BadVr, "bad-vr", "two letters that are no VR"},
    {Defect::ControlCharacters, "control-characters", "terminal escapes and line ends in a value"},
    {Defect::MissingDelimiter, "missing-delimiter", "a sequence that is never closed"},
    {Defect::DeepNesting, "deep-nesting", "sequences in sequences, 200 deep"},
    {Defect::MissingRows, "missing-rows", "an image without Rows"},
    {Defect::DuplicateSame, "duplicate-same", "the object before, once more"},
    {Defect::DuplicateOther, "duplicate-other", "the UIDs of the object before, other pixels"},
    {Defect::EmptyFile, "empty-file", "no byte at all"},
    {Defect::TextFile, "text-file", "a text"},
    {Defect::ZeroFilled, "zero-filled", "zeros only, as after a failed copy"},
    {Defect::JpegFile, "jpeg-file", "the first bytes of a JFIF file"},
}};

constexpr std::string_view kText =
    "Study notes, not an image.\n\nThe console saved this beside the series it belongs to.\n";

// SOI, APP0 "JFIF" (ITU-T T.871 10.1), EOI.
constexpr std::array<std::uint8_t, 22> kJfif = {0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, 'J',  'F',
                                                'I',  'F',  0x00, 0x01, 0x01, 0x00, 0x00, 0x01,
                                                0x00, 0x01, 0x00, 0x00, 0xFF, 0xD9};

}  // namespace

std::span<const DefectRow> defects() { return kDefects; }

std::string_view name(Defect defect) {
  for (const DefectRow& row : kDefects)
    if (row.defect == defect) return row.name;
  return "";
}

std::optional<Defect> defect_named(std::string_view name) {
  for (const DefectRow& row : kDefects)
    if (row.name == name) return row.defect;
  return std::nullopt;
}

void damage(Defect defect, std::size_t pixels_at, std::vector<std::uint8_t>& file) {
  switch (defect) {
    case Defect::TruncatedPixels:
      file.resize(pixels_at + (file.size() - pixels_at) / 2);
      return;
    case Defect::TruncatedHeader:
      file.resize(pixels_at / 2);
      return;
    case Defect::TrailingZeros:
      file.resize(file.size() + 512);
      return;
    case Defect::EmptyFile:
      file.clear();
      return;
    case Defect::ZeroFilled:
      file.assign(file.size(), 0);
      return;
    case Defect::TextFile: {
      const Bytes text = as_bytes(kText);
      file.assign(text.begin(), text.end());
      return;
    }
    case Defect::JpegFile:
      file.assign(kJfif.begin(), kJfif.end());
      return;
    default:
      return;
  }
}

}  // namespace slipring::datasets
