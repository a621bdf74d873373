// plan: what is done with an object, decided from its tape, its first frame's header and the
// tables.
#include <fmt/format.h>

#include <algorithm>

#include "codecs/registry.h"
#include "engine/dicom/dictionary.h"
#include "engine/dicom/escape.h"
#include "engine/transcode/elements.h"
#include "engine/transcode/pixel_writer.h"
#include "engine/transcode/targets.h"
#include "engine/transcode/transcode.h"

namespace slipring::transcode {

namespace {

namespace tags = dicom::tags;
using dicom::Severity;
using dicom::TransferSyntax;
using pixel::Format;

constexpr std::size_t kUidShownMax = 80;
// Real data sets begin with one of these groups; their bytes tell one byte order from the other.
constexpr std::uint16_t kFirstGroupMin = 0x0004;
constexpr std::uint16_t kFirstGroupMax = 0x00FF;
constexpr dicom::RuleId kUnsupportedSyntax{1, 5};
constexpr dicom::RuleId kExcess{5, 2};
constexpr dicom::RuleId kCodestream{5, 8};
constexpr dicom::RuleId kLossyFlag{5, 14};

std::string_view short_word(const TransferSyntax& syntax) {
  if (!syntax.short_name.empty()) return syntax.short_name;
  return !syntax.keyword.empty() ? syntax.keyword : syntax.uid;
}

// Photometric Interpretation after a conversion (PS3.5 8.2, PS3.3 C.7.6.3.1.2).
struct Colour {
  std::string photometric;        // of the object as written
  bool colour_transform = false;  // the encoder applies the reversible transform
};

// What the decoded frames are: the codestream's own transform is inverted in decoding (YBR_RCT and
// YBR_ICT become RGB), subsampled chroma is spread (YBR_FULL_422 becomes YBR_FULL).
std::string decoded_photometric(const pixels::Object& object) {
  const std::string& photometric = object.description.photometric;
  if (!object.description.encapsulated) return photometric;
  const pixel::Format format = object.codec->format;
  const bool jpeg_2000 = format == pixel::Format::Jpeg2000 || format == pixel::Format::Htj2k;
  if (jpeg_2000 && (photometric == "YBR_RCT" || photometric == "YBR_ICT")) return "RGB";
  if (photometric == "YBR_FULL_422" && !object.description.subsampled_422) return "YBR_FULL";
  return photometric;
}

// RGB of 8 or 16 bits goes into JPEG 2000 as YBR_RCT, with loss as YBR_ICT. Everything else keeps
// its name.
Colour colour_of(const pixels::Object& object, const dicom::TransferSyntax& to, bool with_loss) {
  Colour colour{decoded_photometric(object), false};
  const pixel::Layout& layout = object.description.layout;
  const bool jpeg_2000 = to.format == pixel::Format::Jpeg2000 || to.format == pixel::Format::Htj2k;
  if (jpeg_2000 && colour.photometric == "RGB" && layout.samples_per_pixel == 3 &&
      (layout.bits_allocated == 8 || layout.bits_allocated == 16)) {
    colour.photometric = with_loss ? "YBR_ICT" : "YBR_RCT";
    colour.colour_transform = true;
  }
  return colour;
}

// Decides one object. Each step answers true when the decision is made.
class Planner {
 public:
  Planner(const dicom::Scanned& scanned, const Options& options)
      : scanned_(scanned), options_(options), data_set_(scanned.data_set()) {
    plan_.from = plan_.to = scanned.actual;
  }

  Result<Plan> decide() {
    if (already_there() || unknown_syntax()) return std::move(plan_);
    TRY_ASSIGN(const bool has_pixels, open_pixels());
    if (kept_) return std::move(plan_);
    if (!has_pixels) return without_pixels();
    if (lossy_source() || other_codestreams()) return std::move(plan_);
    if (options_.target->encapsulated ? cannot_encapsulate() : cannot_be_native())
      return std::move(plan_);
    if (cannot_be_said()) return std::move(plan_);
    return convert();
  }

 private:
  [[nodiscard]] const TransferSyntax& from() const { return *plan_.from; }
  [[nodiscard]] const TransferSyntax& target() const { return *options_.target; }

  bool keep(std::string reason) {
    plan_.action = Action::Keep;
    plan_.reason = std::move(reason);
    plan_.to = plan_.from;
    return kept_ = true;
  }

  void find(dicom::RuleId rule, dicom::Tag tag, std::uint64_t offset, std::string message) {
    plan_.findings.add({rule, Severity::Warning, tag, offset, {}, std::move(message)});
  }

  bool passes_through(dicom::RuleId rule, std::string what) {
    const std::uint64_t offset = plan_.object ? plan_.object->table.offset_of(0) : kNoOffset;
    find(rule, rule == kCodestream ? tags::PixelData : tags::TransferSyntaxUID, offset,
         what + ": passes through untouched");
    return keep(std::move(what));
  }

  // A DICOMDIR holds offsets into itself; an object that is what it should be is not made anew. One
  // without preamble, or whose meta group names another syntax, is: as it should be.
  bool already_there() {
    if (scanned_.kind == dicom::FileKind::Dicomdir || !first_group(data_set_)) return true;
    return scanned_.kind == dicom::FileKind::Part10 && scanned_.declared == &target() &&
           scanned_.actual == &target();
  }

  bool unknown_syntax() {
    if (scanned_.declared == nullptr && !scanned_.transfer_syntax_uid.empty())
      return passes_through(
          kUnsupportedSyntax,
          fmt::format("unknown transfer syntax {}",
                      dicom::terminal_text(scanned_.transfer_syntax_uid.substr(0, kUidShownMax))));
    return false;
  }

  // True when there are pixels. Damage is an error; what this build cannot decode is kept.
  Result<bool> open_pixels() {
    const bool opaque = from().format == Format::Video || from().format == Format::Other;
    if (opaque) {
      passes_through(kUnsupportedSyntax,
                     fmt::format("{} is not decoded by this build", short_word(from())));
      return false;
    }
    auto object = pixels::open_object(scanned_, options_.limits);
    if (!object) {
      if (object.error().code != ErrorCode::Unsupported) return std::unexpected(object.error());
      passes_through(
          from().encapsulated ? kUnsupportedSyntax : kCodestream,
          fmt::format("{} cannot be decoded: {}", short_word(from()), object.error().what));
      return false;
    }
    if (!*object) return false;
    plan_.object = std::move(**object);
    plan_.findings.append(plan_.object->findings);
    return true;
  }

  // Elements only. A compressed target has nothing to compress: the file stays as it is.
  Result<Plan> without_pixels() {
    if (target().encapsulated) return std::move(plan_);
    const bool same = from().encoding == target().encoding && from().deflated == target().deflated;
    if (same && scanned_.kind == dicom::FileKind::Part10 && scanned_.declared == scanned_.actual &&
        !from().encapsulated)
      return std::move(plan_);
    if (not_a_target() || other_codestreams() || cannot_be_said()) return std::move(plan_);
    return convert();
  }

  bool lossy_source() {
    const pixels::Object& object = *plan_.object;
    const Format format = object.codec != nullptr ? object.codec->format : Format::Native;
    bool lossy = from().loss == dicom::Loss::Lossy && !object.wrong_format;
    switch (format) {
      case Format::Jpeg:
      case Format::JpegLossless:  // with a point transform
      case Format::JpegLs:
      case Format::Jpeg2000:
      case Format::Htj2k:
      case Format::JpegXl:
        lossy = lossy || !object.info.lossless || object.info.near != 0;
        break;
      default:
        break;
    }
    if (!lossy) return false;
    if (!options_.recompress_lossy || options_.loss.allowed())
      return keep(fmt::format("lossy source kept ({})", short_word(from())));
    if (data_set_.text(tags::LossyImageCompression) != "01")
      find(
          kLossyFlag, tags::LossyImageCompression, kNoOffset,
          "a lossy source without Lossy Image Compression 01: the new object does not tell either");
    return false;
  }

  bool other_codestreams() {
    if (!has_other_fragments(data_set_.tape())) return false;
    return keep("fragments outside the object's pixel data cannot change their transfer syntax");
  }

  bool not_a_target() {
    const std::string_view why = why_not_a_target(target(), options_.loss.allowed());
    return !why.empty() && keep(fmt::format("{} is not written: {}", short_word(target()), why));
  }

  bool cannot_encapsulate() {
    const pixels::Description& description = plan_.object->description;
    if (not_a_target()) return true;
    const codecs::FormatRow* encoder = codecs::find(target().format);
    if (description.subsampled_422)
      return keep(fmt::format("subsampled {} pixels cannot be encoded losslessly",
                              description.photometric));
    if (description.photometric == "YBR_PARTIAL_422" ||
        description.photometric == "YBR_PARTIAL_420")
      return keep(fmt::format("{} has no name without subsampling", description.photometric));
    const std::string_view why = encoder->cannot_encode == nullptr
                                     ? std::string_view{}
                                     : encoder->cannot_encode(description.layout);
    if (!why.empty())
      return keep(fmt::format("{} cannot hold these pixels: {}", short_word(target()), why));
    if (options_.loss.allowed())
      if (const std::string_view not_so = why_not_derived(data_set_, description); !not_so.empty())
        return keep(std::string(not_so));
    if (description.frames > kEncapsulatedFramesMax)
      return keep("more frames than an offset table can hold");
    return would_lose_excess();
  }

  // Native bytes beyond the frames have no place in fragments. Padding may go, anything else may
  // not.
  bool would_lose_excess() {
    const pixels::Object& object = *plan_.object;
    if (object.description.encapsulated) return false;
    const Bytes excess = object.table.native().subspan(object.description.native_bytes());
    if (excess.size() <= 1) return false;
    if (std::ranges::any_of(excess, [](std::uint8_t byte) { return byte != 0; }))
      return keep(fmt::format("pixel data holds {} bytes beyond its frames, which would be lost",
                              excess.size()));
    find(kExcess, tags::PixelData, object.table.offset_of(0),
         fmt::format("{} zero bytes beyond the frames are left out", excess.size()));
    return false;
  }

  bool cannot_be_native() {
    if (not_a_target()) return true;
    const pixels::Description& description = plan_.object->description;
    if (description.encapsulated && (description.photometric == "YBR_PARTIAL_422" ||
                                     description.photometric == "YBR_PARTIAL_420"))
      return keep(fmt::format("{} has no name without subsampling", description.photometric));
    if (native_value_bytes(description) >= dicom::kUndefinedLength)
      return keep("native pixel data would be longer than its length can say (4 GiB)");
    return false;
  }

  // What describes the pixels is read by its VR; a wrong one would be read otherwise when it is
  // lost (implicit VR) or when values change their byte order.
  bool misread_attribute() {
    const bool anew = from().encoding != target().encoding || !may_be_copied(data_set_);
    if (!plan_.object || !from().encoding.explicit_vr || !anew) return false;
    for (const dicom::Tag tag : pixels::describing_attributes()) {
      const dicom::Element* element = data_set_.find(tag);
      if (element != nullptr && element->vr() != dicom::implicit_vr(tag))
        return keep(fmt::format("{} is of VR {}: another encoding would change what it says",
                                dicom::to_string(tag), dicom::name(element->vr())));
    }
    return false;
  }

  [[nodiscard]] bool loses_vrs() const {
    return from().encoding.explicit_vr && !target().encoding.explicit_vr;
  }

  // Limits of the target's encoding that the elements themselves may break.
  bool cannot_be_said() {
    if (has_meta_elements(data_set_))
      return keep("file meta elements (group 0002) inside the data set");
    if (misread_attribute()) return true;
    const std::uint16_t group = first_group(data_set_).value_or(0);
    if (group < kFirstGroupMin || group > kFirstGroupMax)
      return keep(fmt::format(
          "a data set that begins with group {:04X} does not show how it is encoded", group));
    if (loses_vrs() && has_disguised_sequence(data_set_))
      return keep("an element whose VR is not SQ would become a sequence in implicit VR");
    if (loses_vrs() && has_misnamed_sequence(data_set_))
      return keep("a sequence whose tag is of another VR would be none in implicit VR");
    if (!target().deflated) return false;
    const std::uint64_t elements = scanned_.data_set_end - scanned_.data_set_begin;
    const std::uint64_t pixels = plan_.object ? native_value_bytes(plan_.object->description) : 0;
    if (elements + pixels > options_.deflated_data_set_bytes_max)
      return keep(fmt::format("a data set of more than {} MiB is not deflated",
                              options_.deflated_data_set_bytes_max >> 20));
    return false;
  }

  Result<Plan> convert() {
    plan_.action = Action::Convert;
    plan_.to = &target();
    if (!plan_.object) return std::move(plan_);
    const pixels::Description& description = plan_.object->description;
    plan_.loss = options_.loss;
    if (plan_.loss.allowed()) plan_.derivation = derive(data_set_, plan_.loss);
    Colour colour = colour_of(*plan_.object, target(), plan_.loss.allowed());
    plan_.photometric = std::move(colour.photometric);
    plan_.colour_transform = colour.colour_transform;
    plan_.decodes_pixels = description.encapsulated || description.planar || target().encapsulated;
    return std::move(plan_);
  }

  const dicom::Scanned& scanned_;
  const Options& options_;
  dicom::DataSet data_set_;
  Plan plan_;
  bool kept_ = false;
};

}  // namespace

Result<Plan> plan(const dicom::Scanned& scanned, const Options& options) {
  if (scanned.error) return std::unexpected(*scanned.error);
  if (!dicom::is_dicom(scanned.kind) || scanned.actual == nullptr)
    return fail(ErrorCode::NotDicom, 0, "not a DICOM object");
  return Planner(scanned, options).decide();
}

}  // namespace slipring::transcode
