// ObjectKey: what the rules between objects (layer 6) need of one object, in 64 bytes; with what it
// refers to. UIDs and values stand in it as hashes: no text of a patient can be read from it. The
// ledger keeps one for every file, so that a file that did not change need not be read again.
//
// A hash of UIDs has 64 bits, because objects are brought together by it. Everything else is only
// compared within a group that UIDs made, in the bits that stand here: two values that differ are
// taken for equal once in 65,536 (16 bits) or once in 4,294,967,296 times (32 bits), and equal ones
// are never taken for different. 0 stands for absent or empty.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codecs/base/bytes.h"

namespace slipring::dicom {

struct ObjectKey {
  std::uint64_t sop = 0;      // SOP Instance UID
  std::uint64_t study = 0;    // Study Instance UID
  std::uint64_t series = 0;   // Series Instance UID
  std::uint32_t content = 0;  // of the data set's bytes; see kWholeContent
  std::uint32_t root = 0;     // of the organisation's part of the SOP Instance UID (PS3.5 9)
  std::int32_t instance = 0;  // Instance Number; see kHasInstance
  float position = 0;         // along the normal of the image plane, mm; see kHasPosition
  std::uint16_t patient = 0;  // Patient ID with its issuer
  std::uint16_t name = 0;     // Patient's Name, first component group, upper case
  std::uint16_t birth = 0;    // Patient's Birth Date
  std::uint16_t modality = 0;
  std::uint16_t body_part = 0;  // Body Part Examined
  std::uint16_t frame_of_reference = 0;
  std::uint16_t orientation = 0;            // Image Orientation (Patient), to 1/1000
  std::uint16_t spacing = 0;                // Pixel Spacing, to 1/1000 mm
  std::uint16_t study_day = 0;              // Study Date, days since 1899-12-31
  std::uint16_t images_in_acquisition = 0;  // (0020,1002), at most 65,535
  std::uint16_t maker = 0;                  // first word of Manufacturer, upper case
  std::uint8_t syntax = 0;                  // of the transfer syntax UID
  std::uint8_t traits = 0;

  // Bits of `traits`. Sex: 0 none, M, F, O; laterality: 0 none, R, L, another.
  static constexpr std::uint8_t kSexMask = 0x03;
  static constexpr unsigned kLateralityShift = 2;
  static constexpr std::uint8_t kWholeContent = 0x10;  // `content` is of all bytes, not of headers
  static constexpr std::uint8_t kHasInstance = 0x20;
  static constexpr std::uint8_t kHasPosition = 0x40;  // one plane in space, and no localizer
  static constexpr std::uint8_t kDirectory = 0x80;    // a DICOMDIR: its references are files

  [[nodiscard]] bool has(std::uint8_t bits) const { return (traits & bits) == bits; }
  [[nodiscard]] std::uint8_t sex() const { return traits & kSexMask; }
  [[nodiscard]] std::uint8_t laterality() const { return (traits >> kLateralityShift) & 3U; }
};
static_assert(sizeof(ObjectKey) == 64);

// What an object refers to: an instance, or for a DICOMDIR a file and which instance it holds.
struct ObjectReference {
  std::uint64_t target = 0;  // hash of the SOP Instance UID; of a DICOMDIR: of the file's path
  std::uint32_t expected =
      0;  // of a DICOMDIR: low half of the SOP Instance UID's hash; 0: not told
  std::uint32_t offset = kOffsetUnknown;  // of the value in the file, where 32 bits hold it

  static constexpr std::uint32_t kOffsetUnknown = 0xFFFFFFFFU;
};
static_assert(sizeof(ObjectReference) == 16);

struct ObjectKeys {
  static constexpr std::size_t kReferencesMax = std::size_t{1} << 20;  // what is more is not judged

  ObjectKey object;
  std::vector<ObjectReference> references;
};

// The first 64 bits of XXH3-128; never 0 for text, 0 for none.
[[nodiscard]] std::uint64_t key_hash(std::string_view text);

// As the ledger keeps it: the key's 64 bytes, then 16 a reference, little endian.
[[nodiscard]] std::vector<std::uint8_t> encode(const ObjectKeys& keys);
// nullopt: no such bytes were ever encoded (length, a position that is no number).
[[nodiscard]] std::optional<ObjectKeys> decode_keys(Bytes bytes);

}  // namespace slipring::dicom
