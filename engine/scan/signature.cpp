#include "engine/scan/signature.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/scan/walk.h"

namespace slipring::scan {

using dicom::FileKind;
using namespace std::string_view_literals;

namespace {

struct Signature {
  std::string_view bytes;
  std::size_t at;
  FileKind kind;
};

constexpr Signature kSignatures[] = {
    {"PK\x03\x04"sv, 0, FileKind::Zip},
    {"PK\x05\x06"sv, 0, FileKind::Zip},  // an empty archive
    {"PK\x07\x08"sv, 0, FileKind::Zip},  // a spanned one
    {"\x1F\x8B\x08"sv, 0, FileKind::Gzip},
    {"ustar"sv, 257, FileKind::Tar},
    {"\xFF\x0A"sv, 0, FileKind::JpegXl},
    {"\0\0\0\x0CJXL \r\n\x87\n"sv, 0, FileKind::JpegXl},
    {"\0\0\0\x0CjP  \r\n\x87\n"sv, 0, FileKind::Jpeg2000},
    {"\xFF\x4F\xFF\x51"sv, 0, FileKind::Jpeg2000},
    {"\x89PNG\r\n\x1A\n"sv, 0, FileKind::Png},
    {"II*\0"sv, 0, FileKind::Tiff},
    {"MM\0*"sv, 0, FileKind::Tiff},
    {"II+\0"sv, 0, FileKind::Tiff},  // BigTIFF
    {"MM\0+"sv, 0, FileKind::Tiff},
    {"GIF87a"sv, 0, FileKind::Gif},
    {"GIF89a"sv, 0, FileKind::Gif},
    {"%PDF-"sv, 0, FileKind::Pdf},
    {"n+1\0"sv, 344, FileKind::Nifti},
    {"ni1\0"sv, 344, FileKind::Nifti},
    {"\x5C\x01\0\0"sv, 0, FileKind::Nifti},  // sizeof_hdr of NIfTI-1 and Analyze: 348
    {"\0\0\x01\x5C"sv, 0, FileKind::Nifti},
    {"\x1C\x02\0\0n+2\0"sv, 0, FileKind::Nifti},
    {"\x7F"
     "ELF"sv,
     0, FileKind::Elf},
    {"CD001"sv, 32769, FileKind::Iso9660},  // ECMA-119 8.1.2
};
constexpr std::uint64_t kIsoHeadBytes = 32769 + 5;
constexpr std::uint64_t kIsoSector = 2048;
// A file of nothing but zeros is looked at this far before it is called that.
constexpr std::uint64_t kZerosLookedAt = std::uint64_t{64} << 20;

bool has(Bytes bytes, std::size_t at, std::string_view what) {
  return bytes.size() >= at + what.size() && as_text(bytes).substr(at, what.size()) == what;
}

// SOI and another marker; JPEG-LS has its own frame header among the first segments (T.87 C.2.2).
bool jpeg_kind(Bytes bytes, FileKind& kind) {
  if (!has(bytes, 0, "\xFF\xD8\xFF"sv)) return false;
  kind = FileKind::Jpeg;
  std::size_t at = 2;
  for (int segment = 0; segment < 64 && at + 4 <= bytes.size() && bytes[at] == 0xFF; ++segment) {
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xF7) kind = FileKind::JpegLs;
    if (marker == 0xF7 || marker == 0xDA || (marker >= 0xC0 && marker <= 0xC3)) break;
    at += 2U + load_be<std::uint16_t>(&bytes[at + 2]);
  }
  return true;
}

// BITMAPFILEHEADER: its size field is the file's, or zero, and its reserved fields are zero.
bool is_bmp(Bytes bytes, std::uint64_t size) {
  if (!has(bytes, 0, "BM"sv) || bytes.size() < 14 || load_le<std::uint32_t>(&bytes[6]) != 0)
    return false;
  const std::uint32_t declared = load_le<std::uint32_t>(&bytes[2]);
  return declared == 0 || declared == static_cast<std::uint32_t>(size);
}

bool is_exe(Bytes bytes) {
  if (!has(bytes, 0, "MZ"sv) || bytes.size() < 64) return false;
  const std::uint32_t at = load_le<std::uint32_t>(&bytes[60]);
  return has(bytes, at, "PE\0\0"sv) || load_le<std::uint16_t>(&bytes[24]) >= 64 ||
         std::ranges::find(bytes, std::uint8_t{0}) != bytes.end();
}

bool is_text(Bytes bytes) {
  constexpr std::size_t kLookedAt = 4096;
  return std::ranges::all_of(bytes.first(std::min(bytes.size(), kLookedAt)), [](std::uint8_t byte) {
    return byte >= 0x20 ? byte != 0x7F
                        : byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' ||
                              byte == 0x1B || byte == 0x1A;
  });
}

bool starts_ignoring_case(std::string_view text, std::string_view with) {
  return text.size() >= with.size() &&
         std::ranges::equal(text.substr(0, with.size()), with, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

FileKind text_kind(Bytes bytes) {
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
  if (starts_ignoring_case(text, "<!doctype html") || starts_ignoring_case(text, "<html"))
    return FileKind::Html;
  if (text.starts_with("<?xml")) return FileKind::Xml;
  const auto next = text.empty() ? text.npos : text.find_first_not_of(" \t\r\n", 1);
  const char second = next == text.npos ? '\0' : text[next];
  if (text.starts_with('{') && (second == '"' || second == '}')) return FileKind::Json;
  if (text.starts_with('[') && "{[\"]-0123456789tfn"sv.contains(second)) return FileKind::Json;
  return FileKind::Text;
}

// UTF-16 with a byte order mark: text too.
bool is_utf16(Bytes bytes) { return has(bytes, 0, "\xFF\xFE"sv) || has(bytes, 0, "\xFE\xFF"sv); }

}  // namespace

Kind kind_of(Bytes bytes, std::uint64_t size_bytes) {
  if (size_bytes == 0) return {FileKind::Empty};
  if (all_zero(bytes)) {
    if (bytes.size() < size_bytes && bytes.size() < kZerosLookedAt)
      return {FileKind::ZeroFilled, useful_head(bytes.size() + 1, bytes.size(), size_bytes)};
    return {FileKind::ZeroFilled};
  }
  for (const Signature& each : kSignatures)
    if (has(bytes, each.at, each.bytes)) return {each.kind};
  FileKind kind = FileKind::Unknown;
  if (jpeg_kind(bytes, kind)) return {kind};
  if (is_bmp(bytes, size_bytes)) return {FileKind::Bmp};
  if (is_exe(bytes)) return {FileKind::Exe};
  if (is_text(bytes)) return {text_kind(bytes)};
  if (is_utf16(bytes) && bytes.size() >= 4 && (bytes[2] == 0) != (bytes[3] == 0))
    return {FileKind::Text};
  if (bytes.size() < kIsoHeadBytes && size_bytes >= kIsoHeadBytes && size_bytes % kIsoSector == 0)
    return {FileKind::Unknown, useful_head(kIsoHeadBytes, bytes.size(), size_bytes)};
  return {FileKind::Unknown};
}

Preamble preamble_of(Bytes bytes) {
  constexpr std::size_t kPreambleBytes = 128;
  const Bytes preamble = bytes.first(std::min(bytes.size(), kPreambleBytes));
  if (all_zero(preamble)) return {};
  struct Row {
    std::string_view bytes;
    Preamble preamble;
  };
  static constexpr Row kRows[] = {
      {"MZ"sv, {"the preamble begins a Windows program", true}},
      {"\x7F"
       "ELF"sv,
       {"the preamble begins an ELF program", true}},
      {"\xFE\xED\xFA\xCE"sv, {"the preamble begins a Mach-O program", true}},
      {"\xFE\xED\xFA\xCF"sv, {"the preamble begins a Mach-O program", true}},
      {"\xCE\xFA\xED\xFE"sv, {"the preamble begins a Mach-O program", true}},
      {"\xCF\xFA\xED\xFE"sv, {"the preamble begins a Mach-O program", true}},
      {"\xCA\xFE\xBA\xBE"sv, {"the preamble begins a Mach-O or Java program", true}},
      {"#!"sv, {"the preamble begins a script", true}},
      {"II*\0"sv, {"the preamble holds a TIFF header", false}},
      {"MM\0*"sv, {"the preamble holds a TIFF header", false}},
      {"II+\0"sv, {"the preamble holds a TIFF header", false}},
      {"MM\0+"sv, {"the preamble holds a TIFF header", false}},
      {"PK\x03\x04"sv, {"the preamble begins a zip archive", false}},
      {"%PDF"sv, {"the preamble begins a PDF document", false}},
  };
  for (const Row& row : kRows)
    if (has(preamble, 0, row.bytes)) return row.preamble;
  return {"the preamble is not zero", false};
}

}  // namespace slipring::scan
