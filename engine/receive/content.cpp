#include "engine/receive/content.h"

#include <array>
#include <cstring>

#include "engine/map/map.h"
#include "engine/scan/scan.h"

namespace slipring::receive {

namespace {

constexpr std::uint64_t kHeaderBytes = 132;        // preamble and "DICM"
constexpr std::uint64_t kGroupLengthBytes = 12;    // (0002,0000), a whole element
constexpr std::uint64_t kHeadersMaxBytes = 65536;  // read; larger files are mapped

constexpr map::Policy kComparing = {.read_max_bytes = kHeadersMaxBytes};

// Behind the meta group; nullopt where there is none.
std::optional<Bytes> data_set_of(const dicom::Scanned& scanned) {
  if (scanned.kind != dicom::FileKind::Part10) return std::nullopt;
  const auto length = scanned.meta().number_us(dicom::tags::FileMetaInformationGroupLength);
  const std::uint64_t begin = kHeaderBytes + kGroupLengthBytes + length.value_or(0);
  if (!length || begin > scanned.file_bytes.size()) return std::nullopt;
  return scanned.file_bytes.subspan(begin);
}

std::optional<Bytes> data_set_of(const map::MappedFile& file) {
  dicom::Scanned scanned;
  scan::Options options;
  options.stop_after = dicom::tags::SOPInstanceUID;
  scan::scan(file.bytes(), file.identity().size_bytes, options, scanned);
  return data_set_of(scanned);
}

}  // namespace

dicom::Xxh128 begin_content_digest(std::string_view transfer_syntax) {
  dicom::Xxh128 hash;
  hash.update(as_bytes(transfer_syntax));
  static constexpr std::array<std::uint8_t, 1> kEnd = {0};  // a UID holds none
  hash.update(kEnd);
  return hash;
}

std::optional<dicom::Xxh128Digest> content_digest(const dicom::Scanned& scanned) {
  const auto data_set = data_set_of(scanned);
  if (!data_set) return std::nullopt;
  dicom::Xxh128 hash = begin_content_digest(scanned.transfer_syntax_uid);
  hash.update(*data_set);
  return hash.finish();
}

HeldObjects::Standing HeldObjects::standing(const dicom::Record& written) const {
  map::MappedFile file;
  const auto identity = file.identify(tree_.root() + "/" + written.output);
  if (!identity) return Standing::Gone;
  return identity->size_bytes == written.bytes_out ? Standing::There : Standing::Altered;
}

bool HeldObjects::has_bytes_of(const ingest::Parcel& parcel, const dicom::Record& written,
                               const ingest::Parcel* finishing) const {
  if (parcel.record.to != written.to) return false;
  map::MappedFile come;
  map::MappedFile held;
  if (!come.adopt(parcel.output->descriptor(), kComparing)) return false;
  const auto opened = finishing != nullptr
                          ? held.adopt(finishing->output->descriptor(), kComparing)
                          : held.open(tree_.root() + "/" + written.output, kComparing);
  if (!opened) return false;
  const auto one = data_set_of(come);
  const auto two = data_set_of(held);
  if (!one || !two || one->size() != two->size()) return false;
  return std::memcmp(one->data(), two->data(), one->size()) == 0 && come.check() && held.check();
}

}  // namespace slipring::receive
