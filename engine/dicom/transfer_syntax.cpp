#include "engine/dicom/transfer_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace slipring::dicom {

namespace {

using pixel::Format;

constexpr Encoding kImplicitLittle{false, false};
constexpr Encoding kExplicitLittle{true, false};
constexpr Encoding kExplicitBig{true, true};

// PS3.6 Table A-1, rows of type Transfer Syntax; then the private ones met in archives.
constexpr TransferSyntax kTable[] = {
    {"1.2.840.10008.1.2", "ImplicitVRLittleEndian", "implicit-le", "Implicit VR Little Endian",
     kImplicitLittle, false, false, Format::Native, Loss::None, false, false},
    {"1.2.840.10008.1.2.1", "ExplicitVRLittleEndian", "explicit-le", "Explicit VR Little Endian",
     kExplicitLittle, false, false, Format::Native, Loss::None, false, false},
    {"1.2.840.10008.1.2.1.98", "EncapsulatedUncompressedExplicitVRLittleEndian", "encapsulated-le",
     "Encapsulated Uncompressed Explicit VR Little Endian", kExplicitLittle, false, true,
     Format::EncapsulatedNative, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.1.99", "DeflatedExplicitVRLittleEndian", "deflated",
     "Deflated Explicit VR Little Endian", kExplicitLittle, true, false, Format::Native, Loss::None,
     false, false},
    {"1.2.840.10008.1.2.2", "ExplicitVRBigEndian", "explicit-be", "Explicit VR Big Endian",
     kExplicitBig, false, false, Format::Native, Loss::None, true, false},
    {"1.2.840.10008.1.2.4.50", "JPEGBaseline8Bit", "jpeg-baseline", "JPEG Baseline (Process 1)",
     kExplicitLittle, false, true, Format::Jpeg, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.51", "JPEGExtended12Bit", "jpeg-extended",
     "JPEG Extended (Process 2 and 4)", kExplicitLittle, false, true, Format::Jpeg, Loss::Lossy,
     false, false},
    {"1.2.840.10008.1.2.4.52", "JPEGExtended35", "", "JPEG Extended (Process 3 and 5)",
     kExplicitLittle, false, true, Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.53", "JPEGSpectralSelectionNonHierarchical68", "",
     "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.54", "JPEGSpectralSelectionNonHierarchical79", "",
     "JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.55", "JPEGFullProgressionNonHierarchical1012", "",
     "JPEG Full Progression, Non-Hierarchical (Process 10 and 12)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.56", "JPEGFullProgressionNonHierarchical1113", "",
     "JPEG Full Progression, Non-Hierarchical (Process 11 and 13)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.57", "JPEGLossless", "jpeg-lossless",
     "JPEG Lossless, Non-Hierarchical (Process 14)", kExplicitLittle, false, true,
     Format::JpegLossless, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.58", "JPEGLosslessNonHierarchical15", "",
     "JPEG Lossless, Non-Hierarchical (Process 15)", kExplicitLittle, false, true,
     Format::JpegLossless, Loss::Lossless, true, false},
    {"1.2.840.10008.1.2.4.59", "JPEGExtendedHierarchical1618", "",
     "JPEG Extended, Hierarchical (Process 16 and 18)", kExplicitLittle, false, true, Format::Jpeg,
     Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.60", "JPEGExtendedHierarchical1719", "",
     "JPEG Extended, Hierarchical (Process 17 and 19)", kExplicitLittle, false, true, Format::Jpeg,
     Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.61", "JPEGSpectralSelectionHierarchical2022", "",
     "JPEG Spectral Selection, Hierarchical (Process 20 and 22)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.62", "JPEGSpectralSelectionHierarchical2123", "",
     "JPEG Spectral Selection, Hierarchical (Process 21 and 23)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.63", "JPEGFullProgressionHierarchical2426", "",
     "JPEG Full Progression, Hierarchical (Process 24 and 26)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.64", "JPEGFullProgressionHierarchical2527", "",
     "JPEG Full Progression, Hierarchical (Process 25 and 27)", kExplicitLittle, false, true,
     Format::Jpeg, Loss::Lossy, true, false},
    {"1.2.840.10008.1.2.4.65", "JPEGLosslessHierarchical28", "",
     "JPEG Lossless, Hierarchical (Process 28)", kExplicitLittle, false, true, Format::JpegLossless,
     Loss::Lossless, true, false},
    {"1.2.840.10008.1.2.4.66", "JPEGLosslessHierarchical29", "",
     "JPEG Lossless, Hierarchical (Process 29)", kExplicitLittle, false, true, Format::JpegLossless,
     Loss::Lossless, true, false},
    {"1.2.840.10008.1.2.4.70", "JPEGLosslessSV1", "jpeg-lossless-sv1",
     "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])",
     kExplicitLittle, false, true, Format::JpegLossless, Loss::Lossless, false, true},
    {"1.2.840.10008.1.2.4.80", "JPEGLSLossless", "jls-lossless",
     "JPEG-LS Lossless Image Compression", kExplicitLittle, false, true, Format::JpegLs,
     Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.81", "JPEGLSNearLossless", "jls-near",
     "JPEG-LS Lossy (Near-Lossless) Image Compression", kExplicitLittle, false, true,
     Format::JpegLs, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.90", "JPEG2000Lossless", "j2k-lossless",
     "JPEG 2000 Image Compression (Lossless Only)", kExplicitLittle, false, true, Format::Jpeg2000,
     Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.91", "JPEG2000", "j2k", "JPEG 2000 Image Compression", kExplicitLittle,
     false, true, Format::Jpeg2000, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.92", "JPEG2000MCLossless", "",
     "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)", kExplicitLittle, false,
     true, Format::Other, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.93", "JPEG2000MC", "",
     "JPEG 2000 Part 2 Multi-component Image Compression", kExplicitLittle, false, true,
     Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.94", "JPIPReferenced", "", "JPIP Referenced", kExplicitLittle, false,
     false, Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.95", "JPIPReferencedDeflate", "", "JPIP Referenced Deflate",
     kExplicitLittle, true, false, Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.100", "MPEG2MPML", "", "MPEG2 Main Profile / Main Level", kExplicitLittle,
     false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.100.1", "MPEG2MPMLF", "", "Fragmentable MPEG2 Main Profile / Main Level",
     kExplicitLittle, false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.101", "MPEG2MPHL", "", "MPEG2 Main Profile / High Level", kExplicitLittle,
     false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.101.1", "MPEG2MPHLF", "", "Fragmentable MPEG2 Main Profile / High Level",
     kExplicitLittle, false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.102", "MPEG4HP41", "", "MPEG-4 AVC/H.264 High Profile / Level 4.1",
     kExplicitLittle, false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.102.1", "MPEG4HP41F", "",
     "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1", kExplicitLittle, false, true,
     Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.103", "MPEG4HP41BD", "",
     "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", kExplicitLittle, false, true,
     Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.103.1", "MPEG4HP41BDF", "",
     "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", kExplicitLittle, false,
     true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.104", "MPEG4HP422D", "",
     "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", kExplicitLittle, false, true,
     Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.104.1", "MPEG4HP422DF", "",
     "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", kExplicitLittle, false,
     true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.105", "MPEG4HP423D", "",
     "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", kExplicitLittle, false, true,
     Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.105.1", "MPEG4HP423DF", "",
     "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", kExplicitLittle, false,
     true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.106", "MPEG4HP42STEREO", "",
     "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", kExplicitLittle, false, true,
     Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.106.1", "MPEG4HP42STEREOF", "",
     "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", kExplicitLittle, false, true,
     Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.107", "HEVCMP51", "", "HEVC/H.265 Main Profile / Level 5.1",
     kExplicitLittle, false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.108", "HEVCM10P51", "", "HEVC/H.265 Main 10 Profile / Level 5.1",
     kExplicitLittle, false, true, Format::Video, Loss::Lossy, false, false},
    {"1.2.840.10008.1.2.4.110", "JPEGXLLossless", "jxl-lossless", "JPEG XL Lossless",
     kExplicitLittle, false, true, Format::JpegXl, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.111", "JPEGXLJPEGRecompression", "jxl-recompress",
     "JPEG XL JPEG Recompression", kExplicitLittle, false, true, Format::JpegXl, Loss::Lossy, false,
     false},
    {"1.2.840.10008.1.2.4.112", "JPEGXL", "jxl", "JPEG XL", kExplicitLittle, false, true,
     Format::JpegXl, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.201", "HTJ2KLossless", "htj2k-lossless",
     "High-Throughput JPEG 2000 Image Compression (Lossless Only)", kExplicitLittle, false, true,
     Format::Htj2k, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.202", "HTJ2KLosslessRPCL", "htj2k-lossless-rpcl",
     "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
     kExplicitLittle, false, true, Format::Htj2k, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.4.203", "HTJ2K", "htj2k", "High-Throughput JPEG 2000 Image Compression",
     kExplicitLittle, false, true, Format::Htj2k, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.204", "JPIPHTJ2KReferenced", "", "JPIP HTJ2K Referenced", kExplicitLittle,
     false, false, Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.4.205", "JPIPHTJ2KReferencedDeflate", "", "JPIP HTJ2K Referenced Deflate",
     kExplicitLittle, true, false, Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.5", "RLELossless", "rle", "RLE Lossless", kExplicitLittle, false, true,
     Format::Rle, Loss::Lossless, false, false},
    {"1.2.840.10008.1.2.6.1", "RFC2557MIMEEncapsulation", "", "RFC 2557 MIME encapsulation",
     kExplicitLittle, false, false, Format::Other, Loss::Either, true, false},
    {"1.2.840.10008.1.2.6.2", "XMLEncoding", "", "XML Encoding", kExplicitLittle, false, false,
     Format::Other, Loss::Either, true, false},
    {"1.2.840.10008.1.2.7.1", "SMPTEST211020UncompressedProgressiveActiveVideo", "",
     "SMPTE ST 2110-20 Uncompressed Progressive Active Video", kExplicitLittle, false, false,
     Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.7.2", "SMPTEST211020UncompressedInterlacedActiveVideo", "",
     "SMPTE ST 2110-20 Uncompressed Interlaced Active Video", kExplicitLittle, false, false,
     Format::Other, Loss::Either, false, false},
    {"1.2.840.10008.1.2.7.3", "SMPTEST211030PCMDigitalAudio", "",
     "SMPTE ST 2110-30 PCM Digital Audio", kExplicitLittle, false, false, Format::Other,
     Loss::Either, false, false},
    {"1.2.840.10008.1.2.8.1", "DeflatedImageFrameCompression", "deflated-frame",
     "Deflated Image Frame Compression", kExplicitLittle, false, true, Format::DeflatedFrame,
     Loss::Lossless, false, false},
    {"1.2.840.10008.1.20", "Papyrus3ImplicitVRLittleEndian", "",
     "Papyrus 3 Implicit VR Little Endian", kImplicitLittle, false, false, Format::Native,
     Loss::None, true, false},
    {"1.2.840.113619.5.2", "", "ge-private-be",
     "GE private: implicit VR little endian, big endian pixels", kImplicitLittle, false, false,
     Format::Native, Loss::None, false, false},
    {"1.3.46.670589.33.1.4.1", "", "philips-private",
     "Philips private: explicit VR little endian, private compression", kExplicitLittle, false,
     false, Format::Other, Loss::Either, false, false},
};

struct OtherWord {
  std::string_view word;
  std::string_view uid;
};

// What DCMTK, dcm4che, gdcmconv and dicom-rs call them.
constexpr OtherWord kOtherWords[] = {
    {"+ti", "1.2.840.10008.1.2"},
    {"-xi", "1.2.840.10008.1.2"},
    {"--impl-vr-le", "1.2.840.10008.1.2"},
    {"implicit", "1.2.840.10008.1.2"},
    {"+te", "1.2.840.10008.1.2.1"},
    {"-xe", "1.2.840.10008.1.2.1"},
    {"--expl-vr-le", "1.2.840.10008.1.2.1"},
    {"--raw", "1.2.840.10008.1.2.1"},
    {"raw", "1.2.840.10008.1.2.1"},
    {"native", "1.2.840.10008.1.2.1"},
    {"explicit", "1.2.840.10008.1.2.1"},
    {"+tb", "1.2.840.10008.1.2.2"},
    {"-xb", "1.2.840.10008.1.2.2"},
    {"+td", "1.2.840.10008.1.2.1.99"},
    {"-xd", "1.2.840.10008.1.2.1.99"},
    {"-xy", "1.2.840.10008.1.2.4.50"},
    {"--jpeg", "1.2.840.10008.1.2.4.50"},
    {"--jpeg-baseline", "1.2.840.10008.1.2.4.50"},
    {"-xx", "1.2.840.10008.1.2.4.51"},
    {"-xs", "1.2.840.10008.1.2.4.70"},
    {"--jpll", "1.2.840.10008.1.2.4.70"},
    {"-xt", "1.2.840.10008.1.2.4.80"},
    {"--jlsl", "1.2.840.10008.1.2.4.80"},
    {"--jpegls", "1.2.840.10008.1.2.4.80"},
    {"--jpeg-ls-lossless", "1.2.840.10008.1.2.4.80"},
    {"-xu", "1.2.840.10008.1.2.4.81"},
    {"--jlsn", "1.2.840.10008.1.2.4.81"},
    {"-xv", "1.2.840.10008.1.2.4.90"},
    {"--j2kr", "1.2.840.10008.1.2.4.90"},
    {"--j2k", "1.2.840.10008.1.2.4.90"},
    {"-xw", "1.2.840.10008.1.2.4.91"},
    {"--j2ki", "1.2.840.10008.1.2.4.91"},
    {"--jxll", "1.2.840.10008.1.2.4.110"},
    {"--jxly", "1.2.840.10008.1.2.4.112"},
    {"-xr", "1.2.840.10008.1.2.5"},
    {"--rle", "1.2.840.10008.1.2.5"},
};

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Levenshtein distance, case ignored; both texts are short names.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = std::tolower(static_cast<unsigned char>(a[i - 1])) ==
                        std::tolower(static_cast<unsigned char>(b[j - 1]));
      const std::size_t replace = diagonal + (same ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replace, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const TransferSyntax> transfer_syntaxes() { return kTable; }

const TransferSyntax* find_transfer_syntax(std::string_view uid) {
  const auto found = std::ranges::find(kTable, uid, &TransferSyntax::uid);
  return found == std::end(kTable) ? nullptr : found;
}

const TransferSyntax* transfer_syntax_named(std::string_view name) {
  if (name.empty()) return nullptr;
  for (const TransferSyntax& each : kTable)
    if (each.uid == name || same_ignoring_case(each.keyword, name) ||
        same_ignoring_case(each.short_name, name))
      return &each;
  for (const OtherWord& each : kOtherWords)
    if (same_ignoring_case(each.word, name)) return find_transfer_syntax(each.uid);
  return nullptr;
}

std::string unknown_transfer_syntax_message(std::string_view name) {
  constexpr std::size_t kNameMax = 80;
  name = name.substr(0, kNameMax);
  std::vector<std::pair<std::size_t, const TransferSyntax*>> near;
  for (const TransferSyntax& each : kTable) {
    if (each.short_name.empty()) continue;
    const std::size_t far = std::min(distance(name, each.short_name), distance(name, each.keyword));
    if (far <= 1 + name.size() / 3) near.emplace_back(far, &each);
  }
  std::ranges::stable_sort(near, {}, [](const auto& each) { return each.first; });
  std::string message = fmt::format("unknown transfer syntax '{}'", name);
  for (std::size_t i = 0; i < near.size() && i < 3; ++i)
    message += fmt::format("{}{}", i == 0 ? "; did you mean " : " or ", display(*near[i].second));
  if (!near.empty()) message += "?";
  return message + (near.empty() ? "; see 'slipring list-ts'" : " see 'slipring list-ts'");
}

std::string display(const TransferSyntax& syntax) {
  const std::string_view shown = !syntax.short_name.empty() ? syntax.short_name
                                 : !syntax.keyword.empty()  ? syntax.keyword
                                                            : syntax.name;
  return fmt::format("{} ({})", shown, syntax.uid);
}

}  // namespace slipring::dicom
