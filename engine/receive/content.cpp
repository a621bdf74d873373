#include "engine/receive/content.h"

#include <array>

#include "engine/map/map.h"
#include "engine/scan/scan.h"

namespace slipring::receive {

namespace {

constexpr std::uint64_t kHeaderBytes = 132;        // preamble and "DICM"
constexpr std::uint64_t kGroupLengthBytes = 12;    // (0002,0000), a whole element
constexpr std::uint64_t kHeadersMaxBytes = 65536;  // read; larger files are mapped

}  // namespace

dicom::Xxh128 begin_content_digest(std::string_view transfer_syntax) {
  dicom::Xxh128 hash;
  hash.update(as_bytes(transfer_syntax));
  static constexpr std::array<std::uint8_t, 1> kEnd = {0};  // a UID holds none
  hash.update(kEnd);
  return hash;
}

std::optional<dicom::Xxh128Digest> content_digest(const dicom::Scanned& scanned) {
  if (scanned.kind != dicom::FileKind::Part10) return std::nullopt;
  const auto length = scanned.meta().number_us(dicom::tags::FileMetaInformationGroupLength);
  const std::uint64_t begin = kHeaderBytes + kGroupLengthBytes + length.value_or(0);
  if (!length || begin > scanned.file_bytes.size()) return std::nullopt;
  dicom::Xxh128 hash = begin_content_digest(scanned.transfer_syntax_uid);
  hash.update(scanned.file_bytes.subspan(begin));
  return hash.finish();
}

Result<dicom::Xxh128Digest> content_digest_of(const std::string& path) {
  map::MappedFile file;
  TRY(file.open(path, {.read_max_bytes = kHeadersMaxBytes}));
  dicom::Scanned scanned;
  scan::Options options;
  options.stop_after = dicom::tags::SOPInstanceUID;
  scan::scan(file.bytes(), file.identity().size_bytes, options, scanned);
  const auto digest = content_digest(scanned);
  if (!digest) return fail(ErrorCode::NotDicom, kNoOffset, "the file is not a DICOM object");
  TRY(file.check());
  return *digest;
}

}  // namespace slipring::receive
