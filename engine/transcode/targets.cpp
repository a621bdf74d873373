#include "engine/transcode/targets.h"

#include "codecs/registry.h"

namespace slipring::transcode {

using pixel::Format;

namespace {

// Processes 15, 28 and 29 of T.81, all retired.
bool is_arithmetic_or_hierarchical(const dicom::TransferSyntax& syntax) {
  return syntax.format == Format::JpegLossless && syntax.retired;
}

}  // namespace

std::string_view decoded_by(const dicom::TransferSyntax& syntax) {
  if (syntax.format == Format::Native) return "own";
  if (is_arithmetic_or_hierarchical(syntax)) return {};
  const codecs::FormatRow* row = codecs::find(syntax.format);
  return row == nullptr || row->decode_batch == nullptr ? std::string_view{} : row->library;
}

std::string_view why_not_a_target(const dicom::TransferSyntax& syntax, bool with_loss) {
  const bool is_htj2k = syntax.format == Format::Htj2k && syntax.loss == dicom::Loss::Either;
  if (with_loss) return is_htj2k ? "" : "only htj2k is written with loss";
  if (syntax.format == Format::Native)
    return syntax.uid.starts_with("1.2.840.10008.1.2") ? std::string_view{}
                                                       : "a private syntax is never written";
  const codecs::FormatRow* row = codecs::find(syntax.format);
  if (row == nullptr || row->encode_batch == nullptr) return "this build has no encoder for it";
  if (syntax.loss == dicom::Loss::Lossy || syntax.loss == dicom::Loss::Either)
    return is_htj2k ? "it may hold loss: take htj2k-lossless, or convert --allow-lossy"
                    : "only lossless syntaxes are written";
  if (is_arithmetic_or_hierarchical(syntax)) return "retired";
  return {};
}

}  // namespace slipring::transcode
