// Tag: group and element number of an attribute (PS3.5 7.1), and the tags the engine names.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace slipring::dicom {

struct Tag {
  std::uint32_t value = 0;

  constexpr Tag() = default;
  constexpr explicit Tag(std::uint32_t both) : value(both) {}
  constexpr Tag(std::uint16_t group, std::uint16_t element)
      : value((std::uint32_t{group} << 16) | element) {}

  [[nodiscard]] constexpr std::uint16_t group() const {
    return static_cast<std::uint16_t>(value >> 16);
  }
  [[nodiscard]] constexpr std::uint16_t element() const {
    return static_cast<std::uint16_t>(value);
  }
  [[nodiscard]] constexpr bool is_private() const { return (group() & 1U) != 0; }
  [[nodiscard]] constexpr bool is_group_length() const { return element() == 0; }
  // (gggg,0010-00FF) of an odd group: names the owner of a private block (PS3.5 7.8.1).
  [[nodiscard]] constexpr bool is_private_creator() const {
    return is_private() && element() >= 0x10 && element() <= 0xFF;
  }
  friend constexpr auto operator<=>(Tag, Tag) = default;
};

// "(0028,0010)"
[[nodiscard]] std::string to_string(Tag tag);

namespace tags {
inline constexpr Tag FileMetaInformationGroupLength{0x0002, 0x0000};
inline constexpr Tag FileMetaInformationVersion{0x0002, 0x0001};
inline constexpr Tag MediaStorageSOPClassUID{0x0002, 0x0002};
inline constexpr Tag MediaStorageSOPInstanceUID{0x0002, 0x0003};
inline constexpr Tag TransferSyntaxUID{0x0002, 0x0010};
inline constexpr Tag ImplementationClassUID{0x0002, 0x0012};
inline constexpr Tag ImplementationVersionName{0x0002, 0x0013};
inline constexpr Tag SourceApplicationEntityTitle{0x0002, 0x0016};
inline constexpr Tag PrivateInformationCreatorUID{0x0002, 0x0100};
inline constexpr Tag PrivateInformation{0x0002, 0x0102};
inline constexpr Tag FirstRootDirectoryRecord{0x0004, 0x1200};
inline constexpr Tag DirectoryRecordSequence{0x0004, 0x1220};
inline constexpr Tag NextDirectoryRecord{0x0004, 0x1400};
inline constexpr Tag LowerLevelDirectory{0x0004, 0x1420};
inline constexpr Tag ReferencedFileID{0x0004, 0x1500};
inline constexpr Tag ReferencedSOPInstanceUIDInFile{0x0004, 0x1511};
inline constexpr Tag SpecificCharacterSet{0x0008, 0x0005};
inline constexpr Tag ImageType{0x0008, 0x0008};
inline constexpr Tag RecognitionCode{0x0008, 0x0010};  // ACR-NEMA
inline constexpr Tag SOPClassUID{0x0008, 0x0016};
inline constexpr Tag SOPInstanceUID{0x0008, 0x0018};
inline constexpr Tag StudyDate{0x0008, 0x0020};
inline constexpr Tag Modality{0x0008, 0x0060};
inline constexpr Tag Manufacturer{0x0008, 0x0070};
inline constexpr Tag ReferencedSOPClassUID{0x0008, 0x1150};
inline constexpr Tag ReferencedSOPInstanceUID{0x0008, 0x1155};
inline constexpr Tag PatientName{0x0010, 0x0010};
inline constexpr Tag PatientID{0x0010, 0x0020};
inline constexpr Tag IssuerOfPatientID{0x0010, 0x0021};
inline constexpr Tag PatientBirthDate{0x0010, 0x0030};
inline constexpr Tag PatientSex{0x0010, 0x0040};
inline constexpr Tag BodyPartExamined{0x0018, 0x0015};
inline constexpr Tag StudyInstanceUID{0x0020, 0x000D};
inline constexpr Tag SeriesInstanceUID{0x0020, 0x000E};
inline constexpr Tag InstanceNumber{0x0020, 0x0013};
inline constexpr Tag ImagePositionPatient{0x0020, 0x0032};
inline constexpr Tag ImageOrientationPatient{0x0020, 0x0037};
inline constexpr Tag FrameOfReferenceUID{0x0020, 0x0052};
inline constexpr Tag Laterality{0x0020, 0x0060};
inline constexpr Tag ImagesInAcquisition{0x0020, 0x1002};
inline constexpr Tag SamplesPerPixel{0x0028, 0x0002};
inline constexpr Tag PhotometricInterpretation{0x0028, 0x0004};
inline constexpr Tag PlanarConfiguration{0x0028, 0x0006};
inline constexpr Tag NumberOfFrames{0x0028, 0x0008};
inline constexpr Tag Rows{0x0028, 0x0010};
inline constexpr Tag Columns{0x0028, 0x0011};
inline constexpr Tag PixelSpacing{0x0028, 0x0030};
inline constexpr Tag BitsAllocated{0x0028, 0x0100};
inline constexpr Tag BitsStored{0x0028, 0x0101};
inline constexpr Tag HighBit{0x0028, 0x0102};
inline constexpr Tag PixelRepresentation{0x0028, 0x0103};
inline constexpr Tag LossyImageCompression{0x0028, 0x2110};
inline constexpr Tag LossyImageCompressionRatio{0x0028, 0x2112};
inline constexpr Tag LossyImageCompressionMethod{0x0028, 0x2114};
inline constexpr Tag IconImageSequence{0x0088, 0x0200};
inline constexpr Tag ExtendedOffsetTable{0x7FE0, 0x0001};
inline constexpr Tag ExtendedOffsetTableLengths{0x7FE0, 0x0002};
inline constexpr Tag EncapsulatedPixelDataValueTotalLength{0x7FE0, 0x0003};
inline constexpr Tag FloatPixelData{0x7FE0, 0x0008};
inline constexpr Tag DoubleFloatPixelData{0x7FE0, 0x0009};
inline constexpr Tag PixelData{0x7FE0, 0x0010};
inline constexpr Tag DataSetTrailingPadding{0xFFFC, 0xFFFC};
inline constexpr Tag Item{0xFFFE, 0xE000};
inline constexpr Tag ItemDelimitationItem{0xFFFE, 0xE00D};
inline constexpr Tag SequenceDelimitationItem{0xFFFE, 0xE0DD};
}  // namespace tags

// A set of tags as 2^kBits bits, several tags to a bit. Most tags that are not in it are told by
// one look; the others have to be looked for elsewhere.
template <unsigned kBits>
class TagBits {
  static_assert(kBits >= 6 && kBits <= 16);

 public:
  constexpr void add(Tag tag) { words_[bit_of(tag) / 64] |= std::uint64_t{1} << bit_of(tag) % 64; }
  // True of every tag that was added, and by chance of some others.
  [[nodiscard]] constexpr bool may_have(Tag tag) const {
    return ((words_[bit_of(tag) / 64] >> bit_of(tag) % 64) & 1U) != 0;
  }

 private:
  [[nodiscard]] static constexpr std::uint32_t bit_of(Tag tag) {
    return (tag.value * 0x9E3779B1U) >> (32 - kBits);  // Fibonacci hashing
  }
  std::array<std::uint64_t, (std::size_t{1} << kBits) / 64> words_{};
};

}  // namespace slipring::dicom
