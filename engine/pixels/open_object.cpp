// open_object: which codec decodes the object, by what its first frame is.
#include <fmt/format.h>

#include <utility>

#include "codecs/registry.h"
#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

namespace tags = dicom::tags;
using codecs::Codestream;
using pixel::Format;

// Formats whose frames carry no signature: what the transfer syntax says is all there is.
bool has_signature(Format format) {
  return format != Format::EncapsulatedNative && format != Format::DeflatedFrame &&
         format != Format::Native;
}

// Names of codestreams for findings.
std::string_view word(Codestream kind) {
  switch (kind) {
    case Codestream::Unknown:
      return "of no known format";
    case Codestream::Raw:
      return "native";
    case Codestream::Deflate:
      return "deflated";
    case Codestream::Rle:
      return "RLE";
    case Codestream::JpegBaseline:
      return "JPEG baseline (SOF0)";
    case Codestream::JpegExtended:
      return "JPEG extended (SOF1)";
    case Codestream::JpegProgressive:
      return "JPEG progressive (SOF2)";
    case Codestream::JpegLossless:
      return "JPEG lossless (SOF3)";
    case Codestream::JpegOther:
      return "JPEG of a hierarchical or arithmetic process";
    case Codestream::JpegLs:
      return "JPEG-LS";
    case Codestream::Jpeg2000:
      return "JPEG 2000";
    case Codestream::Htj2k:
      return "HTJ2K";
    case Codestream::JpegXl:
      return "JPEG XL";
  }
  return "of no known format";
}

bool is_other_coding_of(Format format, Codestream kind) {
  if (kind == Codestream::JpegOther)
    return format == Format::Jpeg || format == Format::JpegLossless;
  return false;
}

// The format to decode with; notes where it is not what the transfer syntax says.
Format choose_format(const dicom::TransferSyntax& syntax, Codestream kind, Object& object) {
  const Format declared = syntax.format;
  if (kind == Codestream::Unknown) return declared;
  if (!has_signature(declared) && syntax.encapsulated) return declared;
  const Format found = codecs::format_of(kind);
  if (found == declared || is_other_coding_of(declared, kind)) return found;
  object.wrong_format = true;
  const dicom::Element& element = object.scanned->tape[object.description.tape_index];
  object.findings.add({{5, 8},
                       dicom::Severity::Error,
                       element.tag,
                       object.table.offset_of(0),
                       {},
                       fmt::format("the codestream is {}, the transfer syntax is {}", word(kind),
                                   dicom::display(syntax))});
  return found;
}

Result<void> choose_codec(const dicom::TransferSyntax& syntax, Object& object) {
  const std::uint64_t offset = object.table.offset_of(0);
  const auto fragments = object.table.fragments_of(0);
  if (syntax.format == Format::Video || syntax.format == Format::Other)
    return fail(ErrorCode::Unsupported, offset, "no codec for this transfer syntax in this build");
  const Codestream kind = codecs::identify(fragments);
  const Format format = choose_format(syntax, kind, object);
  if (format == Format::Native)
    return fail(ErrorCode::Malformed, offset,
                "fragments of no known format in a native transfer syntax");
  const codecs::FormatRow* row = codecs::find(format);
  if (row == nullptr || row->decode_batch == nullptr)
    return fail(ErrorCode::Unsupported, offset, "no codec for this codestream in this build");
  object.codec = row;
  object.info.kind = kind;
  if (row->probe == nullptr) return {};
  auto info = row->probe(fragments);
  if (!info) {
    info.error().offset = offset;
    return std::unexpected(info.error());
  }
  object.info = *info;
  return {};
}

// What each quirk means to who reads the findings.
struct QuirkRow {
  codecs::Quirk quirk;
  dicom::RuleId rule;
  dicom::Severity severity;
  std::string_view message;
};
using codecs::Quirk;
using dicom::Severity;
constexpr QuirkRow kQuirkRows[] = {
    {Quirk::OddSegmentOffset, {5, 7}, Severity::Warning, "an RLE segment at an odd offset"},
    {Quirk::SegmentTooLong,
     {5, 15},
     Severity::Warning,
     "an RLE segment holds more than the frame's samples"},
    {Quirk::TrailingBytes, {5, 16}, Severity::Warning, "bytes after the end of a codestream"},
    {Quirk::WrongSign,
     {5, 12},
     Severity::Warning,
     "the codestream's sign is not pixel representation's; attributes kept"},
    {Quirk::WrongPrecision,
     {5, 11},
     Severity::Warning,
     "the codestream's precision is below bits stored; attributes kept"},
    {Quirk::BoxedCodestream, {5, 8}, Severity::Warning, "a JPEG 2000 codestream inside JP2 boxes"},
    {Quirk::WrongFormat,
     {5, 8},
     Severity::Error,
     "a frame of another format than the transfer syntax says"},
    {Quirk::MissingEndMarker,
     {5, 16},
     Severity::Warning,
     "a codestream without its end marker; all samples were there"},
    {Quirk::LibraryWarning, {5, 15}, Severity::Warning, "the decoder complained and went on"},
    {Quirk::OneBitUnpacked, {5, 11}, Severity::Warning, "a 1-bit image coded with a byte a pixel"},
    {Quirk::ColourTransformMislabeled,
     {5, 13},
     Severity::Warning,
     "the codestream's colour transform is not what photometric interpretation says"},
    {Quirk::StrayBytes, {5, 15}, Severity::Warning, "bytes between marker segments"},
    {Quirk::ExcessEntropyData,
     {5, 15},
     Severity::Warning,
     "entropy-coded bytes beyond the last sample"},
    {Quirk::UnusedScanFields,
     {5, 15},
     Severity::Warning,
     "a scan header with values in fields that a lossless process does not use"},
    {Quirk::ImpossibleCategories,
     {5, 15},
     Severity::Warning,
     "a Huffman table with categories of differences beyond 16"},
    {Quirk::RestartInsideLine,
     {5, 15},
     Severity::Warning,
     "a restart interval that is no whole number of lines"},
    {Quirk::SamplesReduced,
     {5, 15},
     Severity::Warning,
     "samples beyond the codestream's precision, reduced to it"},
    {Quirk::AppendedBits,
     {5, 15},
     Severity::Warning,
     "16 bits after category 16, where the standard has none"},
    {Quirk::InconsistentLengths,
     {5, 16},
     Severity::Warning,
     "tile-parts of a JPEG 2000 codestream are not as long as they say"},
    {Quirk::VendorColourTransform,
     {5, 13},
     Severity::Warning,
     "a JPEG-LS colour transform of its writer's own"},
    {Quirk::UndeclaredThresholds,
     {5, 15},
     Severity::Warning,
     "JPEG-LS thresholds of its writer's own, which the stream does not declare"},
};

}  // namespace

Result<Object> open_object(const dicom::Scanned& scanned, Description description) {
  if (scanned.actual == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "the encoding of the data set is not known");
  if (scanned.declared == nullptr && !scanned.transfer_syntax_uid.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, "unknown transfer syntax");
  Object object;
  object.scanned = &scanned;
  object.description = std::move(description);
  TRY_ASSIGN(object.table, locate_frames(scanned, object.description, object.findings));
  if (object.description.encapsulated) {
    TRY(choose_codec(*scanned.actual, object));
  } else if (scanned.actual->format == Format::Video || scanned.actual->format == Format::Other) {
    return fail(ErrorCode::Unsupported, object.table.offset_of(0),
                "no codec for this transfer syntax in this build");
  } else {
    object.info.kind = Codestream::Raw;
    object.info.lossless = true;
    if (scanned.actual->encapsulated) {
      object.wrong_format = true;
      object.findings.add({{5, 8},
                           dicom::Severity::Error,
                           tags::PixelData,
                           object.table.offset_of(0),
                           {},
                           fmt::format("native pixel data, the transfer syntax is {}",
                                       dicom::display(*scanned.actual))});
    }
  }
  return object;
}

Result<std::optional<Object>> open_object(const dicom::Scanned& scanned,
                                          const pixel::Limits& limits) {
  TRY_ASSIGN(auto description, describe(scanned, limits));
  if (!description) return std::nullopt;
  TRY_ASSIGN(Object object, open_object(scanned, std::move(*description)));
  return object;
}

void add_quirk_findings(const codecs::Quirks& quirks, const Object& object,
                        dicom::Findings& findings) {
  const std::uint64_t offset = object.table.offset_of(0);
  for (const QuirkRow& row : kQuirkRows)
    if (quirks.has(row.quirk))
      findings.add({row.rule, row.severity, tags::PixelData, offset, {}, std::string(row.message)});
}

}  // namespace slipring::pixels
