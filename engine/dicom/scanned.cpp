#include "engine/dicom/scanned.h"

namespace slipring::dicom {

std::string_view name(FileKind kind) {
  switch (kind) {
    case FileKind::Part10:
      return "DICOM Part 10";
    case FileKind::NoPreamble:
      return "DICOM without preamble";
    case FileKind::AcrNema:
      return "ACR-NEMA";
    case FileKind::Dicomdir:
      return "DICOMDIR";
    case FileKind::Empty:
      return "empty";
    case FileKind::ZeroFilled:
      return "zeros only";
    case FileKind::Zip:
      return "zip archive";
    case FileKind::Gzip:
      return "gzip";
    case FileKind::Tar:
      return "tar archive";
    case FileKind::Jpeg:
      return "JPEG image";
    case FileKind::Jpeg2000:
      return "JPEG 2000 image";
    case FileKind::JpegLs:
      return "JPEG-LS image";
    case FileKind::JpegXl:
      return "JPEG XL image";
    case FileKind::Png:
      return "PNG image";
    case FileKind::Tiff:
      return "TIFF image";
    case FileKind::Bmp:
      return "BMP image";
    case FileKind::Gif:
      return "GIF image";
    case FileKind::Pdf:
      return "PDF document";
    case FileKind::Html:
      return "HTML";
    case FileKind::Xml:
      return "XML";
    case FileKind::Json:
      return "JSON";
    case FileKind::Nifti:
      return "NIfTI image";
    case FileKind::Elf:
      return "ELF program";
    case FileKind::Exe:
      return "Windows program";
    case FileKind::Iso9660:
      return "CD image";
    case FileKind::Text:
      return "text";
    case FileKind::Unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace slipring::dicom
