// Attributes: tag and VR (PS3.6 section 6) of everything the synthetic archives write. Of its own,
// so that a slip in the engine's dictionary shows against what this writer wrote.
#pragma once

#include <cstdint>

namespace slipring::datasets {

struct Attribute {
  std::uint32_t tag;
  char vr[3];
};

namespace attributes {
inline constexpr Attribute FirstRootDirectoryRecord{0x00041200, "UL"};
inline constexpr Attribute LastRootDirectoryRecord{0x00041202, "UL"};
inline constexpr Attribute FileSetConsistencyFlag{0x00041212, "US"};
inline constexpr Attribute DirectoryRecordSequence{0x00041220, "SQ"};
inline constexpr Attribute NextDirectoryRecord{0x00041400, "UL"};
inline constexpr Attribute RecordInUseFlag{0x00041410, "US"};
inline constexpr Attribute LowerLevelDirectory{0x00041420, "UL"};
inline constexpr Attribute DirectoryRecordType{0x00041430, "CS"};
inline constexpr Attribute ReferencedFileID{0x00041500, "CS"};
inline constexpr Attribute ReferencedSOPInstanceUIDInFile{0x00041511, "UI"};
inline constexpr Attribute SpecificCharacterSet{0x00080005, "CS"};
inline constexpr Attribute ImageType{0x00080008, "CS"};
inline constexpr Attribute InstanceCreationDate{0x00080012, "DA"};
inline constexpr Attribute InstanceCreationTime{0x00080013, "TM"};
inline constexpr Attribute SOPClassUID{0x00080016, "UI"};
inline constexpr Attribute SOPInstanceUID{0x00080018, "UI"};
inline constexpr Attribute StudyDate{0x00080020, "DA"};
inline constexpr Attribute SeriesDate{0x00080021, "DA"};
inline constexpr Attribute AcquisitionDate{0x00080022, "DA"};
inline constexpr Attribute ContentDate{0x00080023, "DA"};
inline constexpr Attribute StudyTime{0x00080030, "TM"};
inline constexpr Attribute SeriesTime{0x00080031, "TM"};
inline constexpr Attribute AcquisitionTime{0x00080032, "TM"};
inline constexpr Attribute ContentTime{0x00080033, "TM"};
inline constexpr Attribute AccessionNumber{0x00080050, "SH"};
inline constexpr Attribute ModalityText{0x00080060, "CS"};
inline constexpr Attribute Manufacturer{0x00080070, "LO"};
inline constexpr Attribute InstitutionName{0x00080080, "LO"};
inline constexpr Attribute ReferringPhysicianName{0x00080090, "PN"};
inline constexpr Attribute CodeValue{0x00080100, "SH"};
inline constexpr Attribute CodingSchemeDesignator{0x00080102, "SH"};
inline constexpr Attribute CodeMeaning{0x00080104, "LO"};
inline constexpr Attribute StationName{0x00081010, "SH"};
inline constexpr Attribute StudyDescription{0x00081030, "LO"};
inline constexpr Attribute ProcedureCodeSequence{0x00081032, "SQ"};
inline constexpr Attribute SeriesDescription{0x0008103E, "LO"};
inline constexpr Attribute OperatorsName{0x00081070, "PN"};
inline constexpr Attribute ManufacturerModelName{0x00081090, "LO"};
inline constexpr Attribute ReferencedImageSequence{0x00081140, "SQ"};
inline constexpr Attribute ReferencedSOPClassUID{0x00081150, "UI"};
inline constexpr Attribute ReferencedSOPInstanceUID{0x00081155, "UI"};
inline constexpr Attribute DerivationDescription{0x00082111, "ST"};
inline constexpr Attribute AnatomicRegionSequence{0x00082218, "SQ"};
inline constexpr Attribute PatientName{0x00100010, "PN"};
inline constexpr Attribute PatientID{0x00100020, "LO"};
inline constexpr Attribute IssuerOfPatientID{0x00100021, "LO"};
inline constexpr Attribute PatientBirthDate{0x00100030, "DA"};
inline constexpr Attribute PatientSex{0x00100040, "CS"};
inline constexpr Attribute PatientAge{0x00101010, "AS"};
inline constexpr Attribute PatientWeight{0x00101030, "DS"};
inline constexpr Attribute PatientComments{0x00104000, "LT"};
inline constexpr Attribute BodyPartExamined{0x00180015, "CS"};
inline constexpr Attribute ScanningSequence{0x00180020, "CS"};
inline constexpr Attribute SequenceVariant{0x00180021, "CS"};
inline constexpr Attribute ScanOptions{0x00180022, "CS"};
inline constexpr Attribute MRAcquisitionType{0x00180023, "CS"};
inline constexpr Attribute SliceThickness{0x00180050, "DS"};
inline constexpr Attribute KVP{0x00180060, "DS"};
inline constexpr Attribute FrameTime{0x00181063, "DS"};
inline constexpr Attribute RepetitionTime{0x00180080, "DS"};
inline constexpr Attribute EchoTime{0x00180081, "DS"};
inline constexpr Attribute MagneticFieldStrength{0x00180087, "DS"};
inline constexpr Attribute EchoTrainLength{0x00180091, "IS"};
inline constexpr Attribute DeviceSerialNumber{0x00181000, "LO"};
inline constexpr Attribute PlateID{0x00181004, "LO"};
inline constexpr Attribute SoftwareVersions{0x00181020, "LO"};
inline constexpr Attribute ProtocolName{0x00181030, "LO"};
inline constexpr Attribute GantryDetectorTilt{0x00181120, "DS"};
inline constexpr Attribute TableHeight{0x00181130, "DS"};
inline constexpr Attribute ExposureTime{0x00181150, "IS"};
inline constexpr Attribute XRayTubeCurrent{0x00181151, "IS"};
inline constexpr Attribute ImagerPixelSpacing{0x00181164, "DS"};
inline constexpr Attribute ConvolutionKernel{0x00181210, "SH"};
inline constexpr Attribute PatientPosition{0x00185100, "CS"};
inline constexpr Attribute ViewPosition{0x00185101, "CS"};
inline constexpr Attribute StudyInstanceUID{0x0020000D, "UI"};
inline constexpr Attribute SeriesInstanceUID{0x0020000E, "UI"};
inline constexpr Attribute StudyID{0x00200010, "SH"};
inline constexpr Attribute SeriesNumber{0x00200011, "IS"};
inline constexpr Attribute AcquisitionNumber{0x00200012, "IS"};
inline constexpr Attribute InstanceNumber{0x00200013, "IS"};
inline constexpr Attribute PatientOrientation{0x00200020, "CS"};
inline constexpr Attribute ImagePositionPatient{0x00200032, "DS"};
inline constexpr Attribute ImageOrientationPatient{0x00200037, "DS"};
inline constexpr Attribute FrameOfReferenceUID{0x00200052, "UI"};
inline constexpr Attribute Laterality{0x00200060, "CS"};
inline constexpr Attribute ImagesInAcquisition{0x00201002, "IS"};
inline constexpr Attribute PositionReferenceIndicator{0x00201040, "LO"};
inline constexpr Attribute SliceLocation{0x00201041, "DS"};
inline constexpr Attribute ImageComments{0x00204000, "LT"};
inline constexpr Attribute SamplesPerPixel{0x00280002, "US"};
inline constexpr Attribute PhotometricInterpretation{0x00280004, "CS"};
inline constexpr Attribute PlanarConfiguration{0x00280006, "US"};
inline constexpr Attribute NumberOfFrames{0x00280008, "IS"};
inline constexpr Attribute FrameIncrementPointer{0x00280009, "AT"};
inline constexpr Attribute Rows{0x00280010, "US"};
inline constexpr Attribute Columns{0x00280011, "US"};
inline constexpr Attribute PixelSpacing{0x00280030, "DS"};
inline constexpr Attribute BitsAllocated{0x00280100, "US"};
inline constexpr Attribute BitsStored{0x00280101, "US"};
inline constexpr Attribute HighBit{0x00280102, "US"};
inline constexpr Attribute PixelRepresentation{0x00280103, "US"};
inline constexpr Attribute PixelPaddingValueSigned{0x00280120, "SS"};
inline constexpr Attribute PixelPaddingValue{0x00280120, "US"};
inline constexpr Attribute WindowCenter{0x00281050, "DS"};
inline constexpr Attribute WindowWidth{0x00281051, "DS"};
inline constexpr Attribute RescaleIntercept{0x00281052, "DS"};
inline constexpr Attribute RescaleSlope{0x00281053, "DS"};
inline constexpr Attribute RescaleType{0x00281054, "LO"};
inline constexpr Attribute LossyImageCompression{0x00282110, "CS"};
inline constexpr Attribute PrivateCreator{0x00290010, "LO"};
inline constexpr Attribute PrivateHeaderInfo{0x00291010, "OB"};
inline constexpr Attribute PrivateVersion{0x00291008, "CS"};
inline constexpr Attribute PrivateCoilWeights{0x00291011, "FD"};
inline constexpr Attribute PrivateProtocolSequence{0x00291020, "SQ"};
inline constexpr Attribute PrivateProtocolStep{0x00291021, "UL"};
inline constexpr Attribute RequestedProcedureDescription{0x00321060, "LO"};
inline constexpr Attribute PerformedProcedureStepStartDate{0x00400244, "DA"};
inline constexpr Attribute PerformedProcedureStepID{0x00400253, "SH"};
inline constexpr Attribute RequestAttributesSequence{0x00400275, "SQ"};
inline constexpr Attribute ScheduledProcedureStepDescription{0x00400007, "LO"};
inline constexpr Attribute ScheduledProtocolCodeSequence{0x00400008, "SQ"};
inline constexpr Attribute ScheduledProcedureStepID{0x00400009, "SH"};
inline constexpr Attribute RequestedProcedureID{0x00401001, "SH"};
inline constexpr Attribute PixelData{0x7FE00010, "OW"};
inline constexpr Attribute PixelDataBytes{0x7FE00010, "OB"};
}  // namespace attributes

}  // namespace slipring::datasets
