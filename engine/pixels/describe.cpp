// describe: the attributes of the Image Pixel module that decoding needs (PS3.3 C.7.6.3.1),
// collected in one pass over depth 0.
#include <algorithm>
#include <array>

#include "engine/pixels/pixels.h"

namespace slipring::pixels {

namespace {

namespace tags = dicom::tags;
using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr std::array kWanted = {
    tags::SamplesPerPixel,
    tags::PhotometricInterpretation,
    tags::PlanarConfiguration,
    tags::NumberOfFrames,
    tags::Rows,
    tags::Columns,
    tags::BitsAllocated,
    tags::BitsStored,
    tags::HighBit,
    tags::PixelRepresentation,
};

constexpr std::uint16_t kPlanesMax = 4;  // no Photometric Interpretation has more samples

// The first of each wanted attribute, and of Pixel Data.
class Attributes {
 public:
  explicit Attributes(const DataSet& data_set) : data_set_(data_set) {
    const auto tape = data_set.tape();
    for (std::size_t i = 0; i < tape.size(); ++i) {
      if (tape[i].depth != 0) continue;
      if (tape[i].tag == tags::PixelData) {
        if (pixel_data_count_++ == 0) pixel_data_ = i;
        continue;
      }
      if (tape[i].tag.group() != tags::Rows.group()) continue;  // all wanted ones are of group 0028
      const auto at = std::ranges::find(kWanted, tape[i].tag);
      if (at == kWanted.end()) continue;
      auto& kept = found_[static_cast<std::size_t>(at - kWanted.begin())];
      if (kept == nullptr) kept = &tape[i];
    }
  }

  [[nodiscard]] std::size_t pixel_data_count() const { return pixel_data_count_; }
  [[nodiscard]] std::size_t pixel_data() const { return pixel_data_; }

  [[nodiscard]] std::optional<std::uint32_t> number(Tag tag) const {
    const Element* element = find(tag);
    if (element == nullptr) return std::nullopt;
    return DataSet(data_set_.bytes(), {element, 1}, data_set_.encoding()).number_us(tag);
  }
  [[nodiscard]] std::string text(Tag tag) const {
    const Element* element = find(tag);
    if (element == nullptr) return {};
    return std::string(dicom::trim_padding(as_text(data_set_.value(*element))));
  }

 private:
  [[nodiscard]] const Element* find(Tag tag) const {
    return found_[static_cast<std::size_t>(std::ranges::find(kWanted, tag) - kWanted.begin())];
  }

  const DataSet& data_set_;
  std::array<const Element*, kWanted.size()> found_{};
  std::size_t pixel_data_ = 0;
  std::size_t pixel_data_count_ = 0;
};

// A needed 16-bit attribute, at least 1.
Result<std::uint32_t> needed(const Attributes& attributes, Tag tag, std::string_view missing,
                             std::string_view illegal) {
  const auto number = attributes.number(tag);
  if (!number) return fail(ErrorCode::Malformed, kNoOffset, missing);
  if (*number == 0) return fail(ErrorCode::Malformed, kNoOffset, illegal);
  return *number;
}

std::uint16_t narrow(std::uint32_t number) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(number, 0xFFFF));
}

// Bits Stored and High Bit that make no sense fall back to what Bits Allocated allows: no bit is
// lost.
void describe_bits(const Attributes& attributes, pixel::Layout& layout) {
  const std::uint32_t stored = attributes.number(tags::BitsStored).value_or(layout.bits_allocated);
  layout.bits_stored =
      stored == 0 || stored > layout.bits_allocated ? layout.bits_allocated : narrow(stored);
  const std::uint32_t high = attributes.number(tags::HighBit).value_or(layout.bits_stored - 1U);
  const bool inside = high < layout.bits_allocated && high + 1 >= layout.bits_stored;
  layout.high_bit = inside ? narrow(high) : static_cast<std::uint16_t>(layout.bits_stored - 1);
  layout.is_signed = attributes.number(tags::PixelRepresentation).value_or(0) == 1;
}

Result<pixel::Layout> describe_layout(const Attributes& attributes) {
  pixel::Layout layout;
  TRY_ASSIGN(layout.rows, needed(attributes, tags::Rows, "rows (0028,0010) is missing",
                                 "rows (0028,0010) is zero"));
  TRY_ASSIGN(layout.columns, needed(attributes, tags::Columns, "columns (0028,0011) is missing",
                                    "columns (0028,0011) is zero"));
  TRY_ASSIGN(const std::uint32_t allocated,
             needed(attributes, tags::BitsAllocated, "bits allocated (0028,0100) is missing",
                    "bits allocated (0028,0100) is zero"));
  constexpr std::array<std::uint32_t, 5> kAllocated = {1, 8, 16, 32, 64};  // what layout.h can say
  if (std::ranges::find(kAllocated, allocated) == kAllocated.end())
    return fail(ErrorCode::Unsupported, kNoOffset, "bits allocated is none of 1, 8, 16, 32, 64", 8,
                allocated);
  layout.bits_allocated = narrow(allocated);
  const std::uint32_t samples = attributes.number(tags::SamplesPerPixel).value_or(1);
  if (samples == 0)
    return fail(ErrorCode::Malformed, kNoOffset, "samples per pixel (0028,0002) is zero");
  layout.samples_per_pixel = narrow(samples);
  describe_bits(attributes, layout);
  return layout;
}

bool has_fragments(const DataSet& data_set, std::size_t index,
                   const dicom::TransferSyntax* syntax) {
  const auto tape = data_set.tape();
  if (tape[index].undefined_length()) return true;
  if (index + 1 < tape.size() && tape[index + 1].depth > tape[index].depth) return true;
  // Seen in the field: fragments inside a defined length.
  constexpr std::array<std::uint8_t, 4> kItem = {0xFE, 0xFF, 0x00, 0xE0};
  const Bytes value = data_set.value(tape[index]);
  return syntax != nullptr && syntax->encapsulated && value.size() >= 8 &&
         std::ranges::equal(value.first(4), kItem);
}

// Whether samples lie in a frame as Planar Configuration and the subsampling say.
bool samples_lie_as_described(const Description& description, const dicom::TransferSyntax* syntax) {
  if (!description.encapsulated) return true;
  return syntax != nullptr && (syntax->format == pixel::Format::EncapsulatedNative ||
                               syntax->format == pixel::Format::DeflatedFrame);
}

bool is_422(std::string_view photometric) {
  return photometric == "YBR_FULL_422" || photometric == "YBR_PARTIAL_422";
}

Result<void> describe_sample_order(const Attributes& attributes,
                                   const dicom::TransferSyntax* syntax, Description& description) {
  pixel::Layout& layout = description.layout;
  if (layout.samples_per_pixel == 1 || !samples_lie_as_described(description, syntax)) return {};
  if (layout.samples_per_pixel == 3 && layout.bits_allocated == 8 &&
      is_422(description.photometric) &&
      (description.encapsulated || description.value_bytes < description.native_bytes())) {
    description.subsampled_422 = true;
    layout.samples_per_pixel = 2;
    return {};
  }
  description.planar = attributes.number(tags::PlanarConfiguration).value_or(0) == 1;
  if (description.planar && (layout.bits_allocated == 1 || layout.samples_per_pixel > kPlanesMax))
    return fail(ErrorCode::Unsupported, kNoOffset, "planes of samples of this size or number", 4,
                layout.samples_per_pixel);
  return {};
}

void describe_byte_order(const Element& element, const dicom::TransferSyntax* syntax,
                         Description& description) {
  constexpr std::string_view kGePrivate = "1.2.840.113619.5.2";
  if (syntax == nullptr || description.encapsulated) return;
  const bool wide = description.layout.bits_allocated > 8;
  if (syntax->encoding.big_endian) {
    description.big_endian_pixels = true;
    description.swap_words = wide || element.vr() != dicom::VR::OB;
  } else if (syntax->uid == kGePrivate) {
    description.big_endian_pixels = description.swap_words = wide;
  }
}

}  // namespace

std::span<const Tag> describing_attributes() { return kWanted; }

Result<std::optional<Description>> describe(const dicom::Scanned& scanned,
                                            const pixel::Limits& limits) {
  const DataSet data_set = scanned.data_set();
  const Attributes attributes(data_set);
  if (attributes.pixel_data_count() == 0) return std::nullopt;
  const Element& element = data_set.tape()[attributes.pixel_data()];
  if (attributes.pixel_data_count() > 1)
    return fail(ErrorCode::Malformed, element.offset,
                "more than one pixel data element (7FE0,0010)", 1, attributes.pixel_data_count());
  Description description;
  TRY_ASSIGN(description.layout, describe_layout(attributes));
  TRY(description.layout.frame_bytes(limits));
  description.photometric = attributes.text(tags::PhotometricInterpretation);
  description.frames =
      std::max<std::uint32_t>(attributes.number(tags::NumberOfFrames).value_or(1), 1);
  description.tape_index = attributes.pixel_data();
  description.encapsulated = has_fragments(data_set, description.tape_index, scanned.actual);
  // As declared: an element on a scanned tape lies within its file, and of a head's last one it is
  // only the header that is in memory.
  if (!description.encapsulated) description.value_bytes = element.length;
  std::uint64_t bits = 0;  // native_bytes() counts on this
  if (__builtin_mul_overflow(description.frame_bits(), description.frames, &bits))
    return fail(ErrorCode::LimitExceeded, kNoOffset, "the frames' size overflows 64 bits");
  TRY(describe_sample_order(attributes, scanned.actual, description));
  describe_byte_order(element, scanned.actual, description);
  return description;
}

}  // namespace slipring::pixels
