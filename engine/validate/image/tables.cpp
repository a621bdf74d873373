#include "engine/validate/image/tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace slipring::validate::image {

namespace {

namespace tags = dicom::tags;
using dicom::Severity;
using dicom::Tag;

constexpr dicom::RuleId kTables{5, 19};

constexpr Tag kModalityLUTSequence{0x0028, 0x3000}, kVOILUTSequence{0x0028, 0x3010},
    kLUTDescriptor{0x0028, 0x3002}, kLUTData{0x0028, 0x3006};

class TableCheck {
 public:
  TableCheck(const Attributes& attributes, catalogue::Reporter& reporter)
      : attributes_(attributes), reporter_(reporter) {}

  void palette() {
    const bool needed = attributes_.text(tags::PhotometricInterpretation) == "PALETTE COLOR";
    for (std::uint16_t colour = 0; colour < 4; ++colour) {
      const Tag descriptor(0x0028, static_cast<std::uint16_t>(0x1101 + colour));
      const Tag data(0x0028, static_cast<std::uint16_t>(0x1201 + colour));
      const Tag segmented(0x0028, static_cast<std::uint16_t>(0x1221 + colour));
      const bool required = needed && colour < 3;
      if (attributes_.has(segmented)) continue;
      if (required && !attributes_.has(descriptor))
        say(tags::PhotometricInterpretation,
            [&] { return fmt::format("PALETTE COLOR without {}", dicom::to_string(descriptor)); });
      else if (required && !attributes_.has(data))
        say(descriptor, [&] { return fmt::format("no data {}", dicom::to_string(data)); });
      else if (attributes_.has(descriptor) && attributes_.has(data))
        lookup_table(descriptor, data);
    }
  }

  // Descriptor: number of entries (0 means 65536), first value mapped, bits of an entry.
  void lookup_table(Tag descriptor, Tag data) {
    const auto entries = attributes_.number(descriptor, 0);
    const auto bits = attributes_.number(descriptor, 2);
    if (!entries || !bits || attributes_.number(descriptor, 3))
      return say(descriptor, [] { return std::string("descriptor does not have 3 values"); });
    if (*bits < 8 || *bits > 16)
      return say(descriptor, [&] { return fmt::format("entries of {} bits", *bits); });
    const std::uint64_t count =
        (*entries & 0xFFFF) == 0 ? 65536 : static_cast<std::uint64_t>(*entries & 0xFFFF);
    const std::uint64_t actual = attributes_.length_bytes(data);
    const bool packed = *bits == 8 && actual == count + count % 2;
    if (packed || actual == 2 * count) return;
    say(data, [&] {
      return fmt::format("{} bytes, the descriptor says {} entries of {} bits", actual, count,
                         *bits);
    });
  }

  void overlays() {
    for (const std::size_t index : attributes_.indices()) {
      const Tag data = attributes_.data_set().tape()[index].tag;
      // Overlay Data of the groups 6000 to 601E (PS3.5 7.6).
      if (data.element() != 0x3000 || data.group() < 0x6000 || data.group() > 0x60FF) continue;
      if (attributes_.length_bytes(data) == 0) continue;
      const auto part = [&](std::uint16_t element) { return Tag(data.group(), element); };
      const auto rows = attributes_.number(part(0x0010));
      const auto columns = attributes_.number(part(0x0011));
      if (!rows || !columns || *rows < 1 || *columns < 1) {
        say(data, [] { return std::string("overlay data without rows or columns"); });
        continue;
      }
      const std::int64_t frames =
          std::clamp<std::int64_t>(attributes_.number(part(0x0015)).value_or(1), 1, 1 << 30);
      length(data, static_cast<std::uint64_t>(*rows) * static_cast<std::uint64_t>(*columns),
             static_cast<std::uint64_t>(frames), "overlay");
    }
  }

  void icon() {
    const auto rows = attributes_.number(tags::Rows);
    const auto columns = attributes_.number(tags::Columns);
    const auto bits = attributes_.number(tags::BitsAllocated);
    const auto pixels = attributes_.find(tags::PixelData);
    if (!pixels || !rows || !columns || !bits || *rows < 1 || *columns < 1 || *bits < 1)
      return say(tags::PixelData, [] { return std::string("icon is not described"); });
    if (attributes_.data_set().tape()[*pixels].undefined_length()) return;  // compressed
    const std::int64_t samples = attributes_.number(tags::SamplesPerPixel).value_or(1);
    length(tags::PixelData,
           static_cast<std::uint64_t>(*rows) * static_cast<std::uint64_t>(*columns),
           static_cast<std::uint64_t>(std::clamp<std::int64_t>(samples, 1, 0xFFFF) *
                                      std::min<std::int64_t>(*bits, 0xFFFF)),
           "icon");
  }

 private:
  template <class Message>
  void say(Tag tag, Message message) {
    const auto& data_set = attributes_.data_set();
    const auto index = attributes_.find(tag);
    if (!index && attributes_.indices().empty())
      return reporter_.add(kTables, Severity::Warning, {}, message);
    const std::size_t at = index ? *index : attributes_.indices().front();
    reporter_.add(kTables, Severity::Warning, {&data_set, at, data_set.tape()[at].header_offset()},
                  message);
  }

  // pixels x bits_each bits, padded to even; rows and columns have 16 bits each.
  void length(Tag data, std::uint64_t pixels, std::uint64_t bits_each, std::string_view what) {
    std::uint64_t bits = 0;
    if (__builtin_mul_overflow(pixels, bits_each, &bits))
      return say(data, [&] { return fmt::format("{} size overflows", what); });
    const std::uint64_t needed = bits / 8 + (bits % 8 != 0);
    const std::uint64_t actual = attributes_.length_bytes(data);
    if (actual == needed || actual == needed + needed % 2) return;
    say(data, [&] {
      return fmt::format("{} of {} bytes, its description needs {}", what, actual, needed);
    });
  }

  const Attributes& attributes_;
  catalogue::Reporter& reporter_;
};

}  // namespace

void check_tables(const Attributes& attributes, catalogue::Reporter& reporter) {
  TableCheck check(attributes, reporter);
  check.palette();
  check.overlays();
  const dicom::DataSet& data_set = attributes.data_set();
  for (const Tag sequence : {kModalityLUTSequence, kVOILUTSequence})
    for (const std::size_t item : attributes.items(sequence)) {
      const Attributes table = Attributes::of_item(data_set, item);
      if (table.length_bytes(kLUTDescriptor) + table.length_bytes(kLUTData) != 0)
        TableCheck(table, reporter).lookup_table(kLUTDescriptor, kLUTData);
    }
  for (const std::size_t item : attributes.items(tags::IconImageSequence)) {
    const Attributes icon = Attributes::of_item(data_set, item);
    TableCheck(icon, reporter).icon();
  }
}

}  // namespace slipring::validate::image
