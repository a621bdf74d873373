#include "engine/validate/image/codestream.h"

#include <fmt/format.h>

namespace slipring::validate::image {

namespace {

namespace tags = dicom::tags;
using codecs::Codestream;
using codecs::CodestreamInfo;
using dicom::RuleId;
using dicom::Severity;

constexpr RuleId kStreamKind{5, 8}, kDimensions{5, 9}, kComponents{5, 10}, kPrecision{5, 11},
    kSign{5, 12}, kColour{5, 13}, kLossyFlag{5, 14}, kLossyInLossless{5, 17};

bool is_wavelet(Codestream kind) {
  return kind == Codestream::Jpeg2000 || kind == Codestream::Htj2k;
}
bool is_dct(Codestream kind) {
  return kind == Codestream::JpegBaseline || kind == Codestream::JpegExtended ||
         kind == Codestream::JpegProgressive;
}
// Kinds whose header says whether something was lost.
bool says_loss(Codestream kind) {
  return is_wavelet(kind) || is_dct(kind) || kind == Codestream::JpegLs;
}

std::string_view frame_marker(Codestream kind) {
  if (kind == Codestream::JpegBaseline) return "JPEG baseline (SOF0)";
  return kind == Codestream::JpegExtended ? "JPEG extended (SOF1)" : "JPEG progressive (SOF2)";
}

class StreamCheck {
 public:
  StreamCheck(const CodestreamInfo& info, const pixels::Object& object,
              catalogue::Reporter& reporter)
      : info_(info),
        object_(object),
        layout_(object.description.layout),
        reporter_(reporter),
        data_set_(object.scanned->data_set()) {}

  void geometry() {
    const bool other = info_.rows != layout_.rows || info_.columns != layout_.columns;
    if (info_.rows != 0 && info_.columns != 0 && other)
      say(kDimensions, Severity::Error, [&] {
        return fmt::format("codestream of {} x {}, the data set says {} x {}", info_.rows,
                           info_.columns, layout_.rows, layout_.columns);
      });
    if (info_.components != 0 && info_.components != layout_.samples_per_pixel)
      say(kComponents, Severity::Error, [&] {
        return fmt::format("{} components, Samples per Pixel is {}", info_.components,
                           layout_.samples_per_pixel);
      });
  }

  void samples() {
    const unsigned precision = info_.precision_bits;
    if (precision > layout_.bits_allocated && layout_.bits_allocated != 1)
      say(kPrecision, Severity::Error, [&] {
        return fmt::format("precision of {} bits, Bits Allocated is {}", precision,
                           layout_.bits_allocated);
      });
    else if (precision != 0 && precision < layout_.bits_stored)
      say(kPrecision, Severity::Warning, [&] {
        return fmt::format("precision of {} bits, Bits Stored is {}", precision,
                           layout_.bits_stored);
      });
    else if (precision > layout_.bits_stored && layout_.bits_allocated != 1)
      say(kPrecision, Severity::Info, [&] {
        return fmt::format("precision of {} bits, Bits Stored is {}", precision,
                           layout_.bits_stored);
      });
    if (info_.sign_known && info_.is_signed != layout_.is_signed)
      say(kSign, Severity::Warning, [&] {
        return fmt::format("codestream is {}, Pixel Representation is {}",
                           info_.is_signed ? "signed" : "unsigned", layout_.is_signed ? 1 : 0);
      });
  }

  // YBR_RCT and YBR_ICT say that the codestream's own transform is in use (PS3.5 8.2.4); the Adobe
  // marker says that a DCT codestream is not RGB (PS3.5 8.2.1).
  void colour() {
    const std::string& photometric = object_.description.photometric;
    if (is_dct(info_.kind) && info_.colour_transform && photometric == "RGB")
      return mismatch(
          "the codestream's colours are transformed, Photometric Interpretation is RGB");
    if (!is_wavelet(info_.kind) || layout_.samples_per_pixel < 3) return;
    const bool says_transform = photometric == "YBR_RCT" || photometric == "YBR_ICT";
    if (info_.colour_transform && !says_transform)
      return mismatch(
          "the codestream's colours are transformed, Photometric Interpretation is not YBR_RCT or "
          "YBR_ICT");
    if (!info_.colour_transform && says_transform)
      return mismatch(
          "the codestream's colours are not transformed, Photometric Interpretation says so");
    if (info_.colour_transform && info_.lossless != (photometric == "YBR_RCT"))
      return mismatch("the codestream's colour transform is the other of YBR_RCT and YBR_ICT");
  }

  void loss() {
    const dicom::TransferSyntax* syntax = object_.scanned->actual;
    if (syntax == nullptr || syntax->loss != dicom::Loss::Lossless || object_.wrong_format) return;
    if (info_.kind == Codestream::JpegLs && info_.near != 0)
      say(kLossyInLossless, Severity::Error, [&] {
        return fmt::format("NEAR is {}, the transfer syntax is {}", info_.near,
                           dicom::display(*syntax));
      });
    if (info_.kind == Codestream::JpegLossless && !info_.lossless)
      say(kLossyInLossless, Severity::Error, [&] {
        return fmt::format("a point transform takes bits away, the transfer syntax is {}",
                           dicom::display(*syntax));
      });
    if (is_wavelet(info_.kind) && !info_.lossless)
      say(kLossyInLossless, Severity::Error, [&] {
        return fmt::format("the wavelet is not reversible, the transfer syntax is {}",
                           dicom::display(*syntax));
      });
  }

  // Processes that share a decoder and still are not what the transfer syntax names (PS3.5 A.4.1).
  void process() {
    const dicom::TransferSyntax* syntax = object_.scanned->actual;
    if (syntax == nullptr || object_.wrong_format) return;
    const bool baseline = syntax->uid == "1.2.840.10008.1.2.4.50";
    const bool extended = syntax->uid == "1.2.840.10008.1.2.4.51";
    const Codestream wanted = baseline ? Codestream::JpegBaseline : Codestream::JpegExtended;
    if ((baseline || extended) && is_dct(info_.kind) && info_.kind != wanted)
      say(kStreamKind, Severity::Warning, [&] {
        return fmt::format("{} under the transfer syntax {}", frame_marker(info_.kind),
                           dicom::display(*syntax));
      });
    if (syntax->single_selection_value && info_.kind == Codestream::JpegLossless &&
        info_.predictor != 1)
      say(kStreamKind, Severity::Error, [&] {
        return fmt::format("selection value {}, the transfer syntax is {}", info_.predictor,
                           dicom::display(*syntax));
      });
  }

  void boxes() {
    if (info_.in_jp2_box)
      say(kStreamKind, Severity::Warning,
          [] { return std::string("the codestream is inside JP2 boxes"); });
  }

 private:
  template <class Message>
  void say(RuleId rule, Severity severity, Message message) {
    reporter_.add(rule, severity,
                  {&data_set_, object_.description.tape_index, object_.table.offset_of(0)},
                  message);
  }
  void mismatch(std::string_view what) {
    say(kColour, Severity::Warning, [&] { return std::string(what); });
  }

  const CodestreamInfo& info_;
  const pixels::Object& object_;
  const pixel::Layout& layout_;
  catalogue::Reporter& reporter_;
  dicom::DataSet data_set_;
};

}  // namespace

void check_codestream(const CodestreamInfo& info, const pixels::Object& object,
                      const Attributes& attributes, catalogue::Reporter& reporter) {
  if (object.scanned->actual != nullptr)
    check_lossy_flag(*object.scanned->actual, info, attributes, object.description.tape_index,
                     reporter);
  if (info.kind == Codestream::Raw || info.kind == Codestream::Unknown ||
      info.kind == Codestream::Deflate)
    return;
  StreamCheck check(info, object, reporter);
  check.geometry();
  check.samples();
  check.colour();
  check.loss();
  check.process();
  check.boxes();
}

void check_lossy_flag(const dicom::TransferSyntax& syntax, const CodestreamInfo& info,
                      const Attributes& attributes, std::size_t pixel_index,
                      catalogue::Reporter& reporter) {
  const std::string_view flag = attributes.text(tags::LossyImageCompression);
  const bool lossy = syntax.loss == dicom::Loss::Lossy ? !(says_loss(info.kind) && info.lossless)
                                                       : says_loss(info.kind) && !info.lossless;
  const bool legal = flag.empty() || flag == "00" || flag == "01";
  if (legal && (!lossy || flag == "01")) return;
  const auto& data_set = attributes.data_set();
  const std::size_t index = attributes.find(tags::LossyImageCompression).value_or(pixel_index);
  reporter.add(kLossyFlag, Severity::Warning,
               {&data_set, index, data_set.tape()[index].header_offset()}, [&] {
                 if (!legal) return std::string("Lossy Image Compression is neither 00 nor 01");
                 return fmt::format("lossy codestream, Lossy Image Compression (0028,2110) is {}",
                                    flag.empty() ? "missing" : "00");
               });
}

}  // namespace slipring::validate::image
