#include "engine/validate/image/check_image.h"

#include <fmt/format.h>

#include <algorithm>

#include "codecs/kernels/range.h"
#include "codecs/registry.h"
#include "engine/validate/image/codestream.h"
#include "engine/validate/image/description.h"
#include "engine/validate/image/pixel_module.h"
#include "engine/validate/image/tables.h"

namespace slipring::validate::image {

namespace {

namespace tags = dicom::tags;
using dicom::Finding;
using dicom::RuleId;
using dicom::Severity;

constexpr RuleId kDescription{5, 1}, kLength{5, 2}, kOverflow{5, 3}, kFragments{5, 6}, kItems{5, 7},
    kStreamKind{5, 8}, kDimensions{5, 9}, kDecode{5, 15}, kRange{5, 18}, kNotChecked{5, 21};

// How much of a native value is looked at in one go; even.
constexpr std::uint64_t kPieceBytes = pixels::kGroupBytes;

class ImageCheck {
 public:
  ImageCheck(const dicom::Scanned& scanned, Depth depth, const pixels::Released& released,
             dicom::Schedule& schedule, catalogue::Reporter& reporter)
      : scanned_(scanned),
        depth_(depth),
        released_(released),
        schedule_(schedule),
        reporter_(reporter),
        data_set_(scanned.data_set()),
        attributes_(Attributes::of_data_set(data_set_)) {}

  ImageAnswer run() {
    check_tables(attributes_, reporter_);
    float_pixels(tags::FloatPixelData, PixelKind::Float, 4);
    float_pixels(tags::DoubleFloatPixelData, PixelKind::Double, 8);
    if (const auto index = attributes_.find(tags::PixelData)) {
      pixel_index_ = *index;
      check_description(attributes_, PixelKind::Integer, pixel_index_, reporter_);
      check_pixel_module(scanned_, attributes_, pixel_index_, reporter_);
      integer_pixels();
    }
    return answer_;
  }

 private:
  template <class Message>
  void say(RuleId rule, Severity severity, std::uint64_t offset, Message message) {
    reporter_.add(rule, severity, {&data_set_, pixel_index_, offset}, message);
  }
  [[nodiscard]] std::uint64_t pixel_offset() const { return data_set_.tape()[pixel_index_].offset; }

  // Decoded by nobody here; the length can be judged.
  void float_pixels(dicom::Tag tag, PixelKind kind, std::uint64_t sample_bytes) {
    const auto index = attributes_.find(tag);
    if (!index) return;
    pixel_index_ = *index;
    check_description(attributes_, kind, *index, reporter_);
    const auto dimension = [&](dicom::Tag which) {
      return static_cast<std::uint64_t>(
          std::clamp<std::int64_t>(attributes_.number(which).value_or(0), 0, 0xFFFF));
    };
    const std::uint64_t frames = static_cast<std::uint64_t>(std::clamp<std::int64_t>(
        attributes_.number(tags::NumberOfFrames).value_or(1), 1, 0x7FFFFFFF));
    answer_.frames = frames;
    const std::uint64_t pixels = dimension(tags::Rows) * dimension(tags::Columns);
    std::uint64_t needed = 0;
    const std::uint64_t actual = data_set_.value(data_set_.tape()[*index]).size();
    if (__builtin_mul_overflow(pixels * sample_bytes, frames, &needed))
      say(kOverflow, Severity::Error, pixel_offset(),
          [] { return std::string("the size overflows 64 bits"); });
    else if (pixels != 0 && actual != needed)
      say(kLength, actual < needed ? Severity::Error : Severity::Warning, pixel_offset(),
          [&] { return fmt::format("{} bytes, the frames need {}", actual, needed); });
    say(kNotChecked, Severity::Info, pixel_offset(),
        [] { return std::string("floating point pixels are not decoded"); });
  }

  void integer_pixels() {
    const auto description = pixels::describe(scanned_);
    if (!description) return not_described(description.error());
    if (!*description) return;
    answer_.frames = (*description)->frames;
    const dicom::Element& element = data_set_.tape()[(*description)->tape_index];
    if (!(*description)->encapsulated && data_set_.value(element).size() < element.length)
      return native_by_header(**description, element);
    if (depth_.opened != nullptr) return opened(*depth_.opened);
    const auto object = pixels::open_object(scanned_, **description);
    if (!object) return not_opened(**description, object.error());
    opened(*object);
  }

  void opened(const pixels::Object& object) {
    take_over(object.findings);
    check_codestream(object.info, object, attributes_, reporter_);
    if (depth_.decode_pixels) decode(object);
  }

  // Of a file's head: the value is behind it, in the file, and its length can be judged.
  void native_by_header(const pixels::Description& description, const dicom::Element& element) {
    const std::uint64_t needed = description.native_bytes();
    const std::uint64_t padded = needed + needed % 2;
    pixels::Object object;
    object.scanned = &scanned_;
    object.description = description;
    object.info.kind = codecs::Codestream::Raw;
    object.info.lossless = true;
    if (element.length < needed)
      return not_located({ErrorCode::Truncated, element.offset, "", needed, element.length},
                         element.offset, object);
    if (element.length > padded)
      say(kLength, Severity::Warning, element.offset, [&] {
        return fmt::format("pixel data is {} bytes, its frames need {}", element.length, padded);
      });
    check_codestream(object.info, object, attributes_, reporter_);
  }

  // The floor's findings have a tag and no path.
  void take_over(const dicom::Findings& findings) {
    for (Finding finding : findings.kept()) {
      if (finding.path.empty() && finding.tag.value != 0)
        finding.path = dicom::to_string(finding.tag);
      reporter_.findings().add(std::move(finding));
    }
  }

  void not_described(const Error& error) {
    if (error.code == ErrorCode::LimitExceeded)
      return say(kOverflow, Severity::Error, pixel_offset(),
                 [&] { return std::string(error.what); });
    // What is missing has been said of each attribute.
    if (reporter_.findings().count(kDescription) == 0)
      say(kDescription, Severity::Error, pixel_offset(), [&] { return std::string(error.what); });
  }

  // Headers can still be judged where no codec decodes the frames.
  void not_opened(const pixels::Description& description, const Error& error) {
    pixels::Object object;
    object.scanned = &scanned_;
    object.description = description;
    // What the floor had to say of the fragments before it gave up.
    auto table = pixels::locate_frames(scanned_, description, object.findings);
    take_over(object.findings);
    const std::uint64_t offset = error.offset == kNoOffset ? pixel_offset() : error.offset;
    if (!table) return not_located(error, offset, object);
    object.table = std::move(*table);
    check_codestream(first_header(object), object, attributes_, reporter_);
    if (error.code == ErrorCode::Unsupported)
      return say(kNotChecked, Severity::Info, offset,
                 [&] { return fmt::format("pixels not decoded: {}", error.what); });
    const bool native = scanned_.actual != nullptr && !scanned_.actual->encapsulated;
    say(native ? kStreamKind : kDecode, Severity::Error, offset,
        [&] { return std::string(error.what); });
  }

  // Of the first codestream; nothing known when its kind is not, or its header is damaged.
  codecs::CodestreamInfo first_header(pixels::Object& object) {
    const auto fragments = object.table.fragments_of(0);
    if (fragments.empty() || scanned_.actual == nullptr || !scanned_.actual->encapsulated)
      return {};
    const codecs::Codestream kind = codecs::identify(fragments);
    const codecs::FormatRow* row = codecs::find(codecs::format_of(kind));
    if (row == nullptr || row->probe == nullptr) return {};
    const auto info = row->probe(fragments);
    if (!info) return {};
    object.wrong_format = row->format != scanned_.actual->format &&
                          scanned_.actual->format != pixel::Format::Other &&
                          scanned_.actual->format != pixel::Format::DeflatedFrame &&
                          scanned_.actual->format != pixel::Format::EncapsulatedNative;
    if (object.wrong_format)
      say(kStreamKind, Severity::Error, object.table.offset_of(0), [&] {
        return fmt::format("the codestream is {}, the transfer syntax is {}", row->name,
                           dicom::display(*scanned_.actual));
      });
    return *info;
  }

  void not_located(const Error& error, std::uint64_t offset, const pixels::Object& object) {
    if (scanned_.actual != nullptr)
      check_lossy_flag(*scanned_.actual, {}, attributes_, pixel_index_, reporter_);
    if (error.code == ErrorCode::Truncated && !object.description.encapsulated)
      return say(kLength, Severity::Error, offset,
                 [&] { return fmt::format("{} of {} bytes", error.actual, error.expected); });
    if (object.findings.count(Severity::Error) != 0) return;
    const RuleId rule = error.code == ErrorCode::LimitExceeded ? kOverflow
                        : error.code == ErrorCode::Truncated   ? kItems
                        : error.code == ErrorCode::Unsupported ? kNotChecked
                                                               : kFragments;
    say(rule, rule == kNotChecked ? Severity::Info : Severity::Error, offset,
        [&] { return std::string(error.what); });
  }

  void decode(const pixels::Object& object) {
    if (object.description.stored_canonical()) return read_native(object);
    if (!object.description.encapsulated) check_range_of_native(object);
    const auto quirks_met = read_frames(object);
    if (!quirks_met) return not_decoded(quirks_met.error());
    // What the header of the first codestream said already is not said again.
    dicom::Findings quirks;
    pixels::add_quirk_findings(*quirks_met, object, quirks);
    dicom::Findings fresh;
    for (const Finding& finding : quirks.kept())
      if (reporter_.findings().count(finding.rule) == 0) fresh.add(finding);
    take_over(fresh);
  }

  Result<codecs::Quirks> read_frames(const pixels::Object& object) {
    if (!depth_.digests) return pixels::decode_all(object, schedule_, released_);
    TRY_ASSIGN(const auto digest, pixels::digest_pixels(object, schedule_, released_));
    answer_.pixel_digest = digest.digest;
    return digest.quirks;
  }

  void not_decoded(const Error& error) {
    const std::uint64_t offset = error.offset == kNoOffset ? pixel_offset() : error.offset;
    if (error.code == ErrorCode::Unsupported)
      return say(kNotChecked, Severity::Info, offset,
                 [&] { return fmt::format("pixels not decoded: {}", error.what); });
    const bool dimensions = error.code == ErrorCode::DimensionMismatch;
    if (dimensions && reporter_.findings().count(kDimensions) != 0) return;
    say(dimensions ? kDimensions : kDecode, Severity::Error, offset, [&] {
      if (error.expected == 0) return std::string(error.what);
      return fmt::format("{} ({} expected, {} found)", error.what, error.expected, error.actual);
    });
  }

  // One pass over a native value: its range, and its digest where asked.
  void read_native(const pixels::Object& object) {
    const Bytes value = object.table.native();
    const std::uint64_t needed = object.description.native_bytes();
    const std::uint64_t origin = object.table.offset_of(0);
    std::optional<pixels::NativeHash> hash;
    if (depth_.digests) hash.emplace(object.description);
    for (std::uint64_t at = 0; at < needed; at += kPieceBytes) {
      const Bytes piece = value.subspan(at, std::min(kPieceBytes, needed - at));
      if (hash) hash->update(piece);
      look_at_range(object, piece);
      if (released_) released_(origin + at, piece.size());
    }
    say_range(object);
    if (hash) answer_.pixel_digest = hash->finish();
  }

  void check_range_of_native(const pixels::Object& object) {
    if (!range_matters(object)) return;
    const std::uint64_t needed = object.description.native_bytes();
    Buffer piece;
    for (std::uint64_t at = 0; at < needed; at += kPieceBytes) {
      piece.resize(std::min(kPieceBytes, needed - at));
      pixels::copy_native(object, at, piece.mutable_bytes());
      look_at_range(object, piece.bytes());
    }
    say_range(object);
  }

  // Overlays in the bits above (PS3.3 C.9.2, retired) are no fault; High Bit elsewhere is L5-01's.
  [[nodiscard]] bool range_matters(const pixels::Object& object) const {
    const pixel::Layout& layout = object.description.layout;
    if (layout.bits_allocated < 8 || layout.bits_allocated > 32 || layout.bits_allocated == 24)
      return false;
    if (layout.bits_stored >= layout.bits_allocated || layout.high_bit + 1U != layout.bits_stored)
      return false;
    return std::ranges::none_of(attributes_.indices(), [&](std::size_t index) {
      const dicom::Tag tag = data_set_.tape()[index].tag;
      const bool is_position = tag.element() == 0x0102 && (tag.group() & 0xFF00U) == 0x6000;
      return is_position && attributes_.number(tag).value_or(0) != 0;
    });
  }

  void look_at_range(const pixels::Object& object, Bytes samples) {
    if (!range_matters_.has_value()) range_matters_ = range_matters(object);
    if (!*range_matters_) return;
    const pixel::Layout& layout = object.description.layout;
    if (!codecs::kernels::all_within_stored_bits(layout, samples))
      outside_ += codecs::kernels::count_outside_stored_bits(layout, samples);
  }

  void say_range(const pixels::Object& object) {
    if (outside_ == 0) return;
    say(kRange, Severity::Warning, pixel_offset(), [&] {
      return fmt::format("{} samples use bits above the {} stored", outside_,
                         object.description.layout.bits_stored);
    });
  }

  const dicom::Scanned& scanned_;
  const Depth depth_;
  const pixels::Released& released_;
  dicom::Schedule& schedule_;
  catalogue::Reporter& reporter_;
  dicom::DataSet data_set_;
  Attributes attributes_;
  std::size_t pixel_index_ = 0;
  std::optional<bool> range_matters_;
  std::uint64_t outside_ = 0;
  ImageAnswer answer_;
};

}  // namespace

ImageAnswer check_image(const dicom::Scanned& scanned, Depth depth,
                        const pixels::Released& released, dicom::Schedule& schedule,
                        catalogue::Reporter& reporter) {
  return ImageCheck(scanned, depth, released, schedule, reporter).run();
}

}  // namespace slipring::validate::image
