#include "engine/validate/object/values.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "engine/validate/kernels/separators.h"

namespace slipring::validate::object {

using dicom::VR;

namespace {

std::size_t unit_of(VR vr) {
  switch (vr) {
    case VR::US:
    case VR::SS:
      return 2;
    case VR::UL:
    case VR::SL:
    case VR::FL:
    case VR::AT:
      return 4;
    case VR::FD:
    case VR::UV:
    case VR::SV:
      return 8;
    default:
      return 0;
  }
}

// Bulk bytes and sequences have no values to count.
bool has_values(VR vr) { return unit_of(vr) != 0 || dicom::facts(vr).text; }

bool is_single(VR vr) { return vr == VR::ST || vr == VR::LT || vr == VR::UT || vr == VR::UR; }

// Up to 15 digits with a point among them or none: both the digits and the power of ten are exact
// in a double, and their quotient is the nearest one there is. Nothing where it is written
// otherwise.
std::optional<double> plain_decimal(std::string_view text) {
  constexpr std::size_t kDigitsMax = 15;
  static constexpr std::array kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool minus = text.starts_with('-');
  if (minus) text.remove_prefix(1);
  std::uint64_t digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(text[i] - '0');
    if (digit <= 9)
      digits = digits * 10 + digit;
    else if (text[i] == '.' && point == text.size())
      point = i;
    else
      return std::nullopt;
    if (i > kDigitsMax) return std::nullopt;
  }
  const std::size_t behind = point == text.size() ? 0 : text.size() - point - 1;
  const std::size_t count = text.size() - (point == text.size() ? 0 : 1);
  if (count == 0 || count > kDigitsMax) return std::nullopt;
  const double magnitude = static_cast<double>(digits) / kPowers[behind];
  return minus ? -magnitude : magnitude;
}

std::optional<double> read_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (const auto plain = plain_decimal(text)) return plain;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Values::Values(const dicom::DataSet& data_set, const dicom::Element& element)
    : bytes_(has_values(element.vr()) ? data_set.value(element) : Bytes{}),
      vr_(element.vr()),
      big_endian_(data_set.encoding().big_endian && element.header() != dicom::Header::Implicit),
      unit_(unit_of(element.vr())) {}

std::size_t Values::count() const {
  if (bytes_.empty()) return 0;
  if (unit_ != 0) return bytes_.size() / unit_;
  if (is_single(vr_)) return 1;
  return kernels::count_text_values(bytes_);
}

std::string_view Values::text(std::size_t n) const {
  if (unit_ != 0) return {};
  std::string_view rest = as_text(bytes_);
  if (is_single(vr_)) return n == 0 ? dicom::trim_padding(rest) : std::string_view{};
  for (; n > 0; --n) {
    const std::size_t end = rest.find('\\');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  return dicom::trim_padding(rest.substr(0, rest.find('\\')));
}

template <class T>
T Values::load(std::size_t n) const {
  const std::uint8_t* from = bytes_.data() + n * unit_;
  return big_endian_ ? load_be<T>(from) : load_le<T>(from);
}

std::optional<double> Values::number(std::size_t n) const {
  if (unit_ == 0) return read_number(text(n));
  if (n >= bytes_.size() / unit_) return std::nullopt;
  switch (vr_) {
    case VR::US:
      return load<std::uint16_t>(n);
    case VR::SS:
      return static_cast<std::int16_t>(load<std::uint16_t>(n));
    case VR::UL:
      return load<std::uint32_t>(n);
    case VR::SL:
      return static_cast<std::int32_t>(load<std::uint32_t>(n));
    case VR::FL:
      return std::bit_cast<float>(load<std::uint32_t>(n));
    case VR::FD:
      return std::bit_cast<double>(load<std::uint64_t>(n));
    case VR::UV:
      return static_cast<double>(load<std::uint64_t>(n));
    case VR::SV:
      return static_cast<double>(static_cast<std::int64_t>(load<std::uint64_t>(n)));
    default:
      return std::nullopt;
  }
}

std::optional<dicom::Tag> Values::tag(std::size_t n) const {
  if (vr_ != VR::AT || n >= bytes_.size() / 4) return std::nullopt;
  const std::uint8_t* from = bytes_.data() + n * 4;
  const auto half = [&](const std::uint8_t* at) {
    return big_endian_ ? load_be<std::uint16_t>(at) : load_le<std::uint16_t>(at);
  };
  return dicom::Tag(half(from), half(from + 2));
}

bool Values::is_one_of(std::size_t n, std::span<const standard::Words> words) const {
  if (unit_ == 0 && vr_ != VR::IS && vr_ != VR::DS) {
    const std::string_view mine = text(n);
    return std::ranges::any_of(words, [&](const standard::Words& word) {
      return word.length == mine.size() && standard::text(word) == mine;
    });
  }
  const auto mine = number(n);
  return mine && std::ranges::any_of(words, [&](const standard::Words& word) {
           return read_number(standard::text(word)) == mine;
         });
}

}  // namespace slipring::validate::object
