#include "engine/query/key.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/dicom/dictionary.h"
#include "engine/dicom/encode.h"

namespace slipring::query {

namespace {

using dicom::Tag;
using dicom::VR;

constexpr std::string_view kUtf8Term = "ISO_IR 192";

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::Malformed, kNoOffset, what);
}

// "(gggg,eeee)", "gggg,eeee", "ggggeeee".
std::optional<Tag> tag_by_number(std::string_view word) {
  if (word.size() == 11 && word.front() == '(' && word.back() == ')') word = word.substr(1, 9);
  std::string digits(word);
  if (word.size() == 9 && word[4] == ',') digits.erase(4, 1);
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, value, 16);
  if (digits.size() != 8 || error != std::errc{} || rest != end) return std::nullopt;
  return Tag(value);
}

Result<Tag> tag_of(std::string_view word) {
  if (const std::size_t bracket = word.find('['); bracket != word.npos) {
    if (word.substr(bracket) != "[0]") return malformed("a query has one item, [0], in a sequence");
    word = word.substr(0, bracket);
  }
  if (const auto tag = tag_by_number(word)) {
    if (tag->group() <= 2 || tag->group() >= 0xFFFE || tag->is_group_length())
      return malformed("an attribute that no identifier has");
    return *tag;
  }
  const dicom::DictionaryEntry* const entry = word.empty() ? nullptr : dicom::find_keyword(word);
  if (entry == nullptr) return malformed("no attribute of the dictionary has this keyword");
  return entry->tag;
}

// ---------------------------------------------------------------- values

template <std::unsigned_integral Raw, std::integral Number>
Result<void> append_number(Buffer& into, std::string_view text) {
  Number number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [rest, error] = std::from_chars(begin, end, number);
  if (error != std::errc{} || rest != end)
    return fail(ErrorCode::OutOfRange, kNoOffset, "the value is no number that fits its attribute");
  std::array<std::uint8_t, sizeof(Raw)> bytes;
  store_le(bytes.data(), static_cast<Raw>(number));
  into.append(bytes);
  return {};
}

Result<void> append_value(Buffer& into, VR vr, std::string_view text) {
  if (text.empty()) return {};
  if (dicom::facts(vr).text) {
    into.append(as_bytes(text));
    return {};
  }
  switch (vr) {
    case VR::US:
      return append_number<std::uint16_t, std::uint16_t>(into, text);
    case VR::SS:
      return append_number<std::uint16_t, std::int16_t>(into, text);
    case VR::UL:
      return append_number<std::uint32_t, std::uint32_t>(into, text);
    case VR::SL:
      return append_number<std::uint32_t, std::int32_t>(into, text);
    default:
      return fail(ErrorCode::Unsupported, kNoOffset,
                  "an attribute of this VR can be asked for, but not matched");
  }
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// ---------------------------------------------------------------- identifiers

Result<void> append_level(Buffer& out, std::span<const Key> keys, std::size_t depth,
                          dicom::Encoding encoding);

// One item with what the keys below this sequence ask for.
Result<void> append_sequence(Buffer& out, Tag tag, std::span<const Key> inside, std::size_t depth,
                             dicom::Encoding encoding) {
  Buffer item;
  TRY(append_level(item, inside, depth + 1, encoding));
  Buffer value;
  if (!item.empty()) {
    dicom::append_item(value, dicom::tags::Item, static_cast<std::uint32_t>(item.size()), encoding);
    value.append(item.bytes());
  }
  dicom::append_element(out, tag, VR::SQ, value.bytes(), encoding);
  return {};
}

Result<void> append_leaf(Buffer& out, const Key& key, dicom::Encoding encoding) {
  const Tag tag = key.path.back();
  const VR vr = dicom::implicit_vr(tag);
  Buffer value;
  TRY(append_value(value, vr, key.value));
  if (!dicom::holds(vr, value.size()))
    return fail(ErrorCode::OutOfRange, kNoOffset, "the value is too long for its attribute",
                dicom::kShortValueBytesMax, value.size());
  dicom::append_element(out, tag, vr, value.bytes(), encoding);
  return {};
}

// Keys sorted by path, all with the same tags before `depth`.
Result<void> append_level(Buffer& out, std::span<const Key> keys, std::size_t depth,
                          dicom::Encoding encoding) {
  for (std::size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
    const Tag tag = keys[begin].path[depth];
    while (end < keys.size() && keys[end].path[depth] == tag) ++end;
    std::span<const Key> same = keys.subspan(begin, end - begin);
    const bool is_sequence = dicom::implicit_vr(tag) == VR::SQ;
    // The sequence itself sorts before what is asked for inside it, and adds nothing to that.
    while (is_sequence && !same.empty() && same.front().path.size() == depth + 1)
      same = same.subspan(1);
    if (is_sequence)
      TRY(append_sequence(out, tag, same, depth, encoding));
    else
      TRY(append_leaf(out, same.back(), encoding));
  }
  return {};
}

// Says that the values are UTF-8 where that makes a difference.
Result<void> settle_character_set(std::vector<Key>& keys) {
  const bool ascii = std::ranges::all_of(keys, [](const Key& key) { return is_ascii(key.value); });
  if (ascii) return {};
  for (const Key& key : keys)
    if (key.path.front() == dicom::tags::SpecificCharacterSet && !key.value.empty() &&
        key.value != kUtf8Term)
      return fail(ErrorCode::Mismatch, kNoOffset,
                  "text beyond ASCII is sent as ISO_IR 192; ask in no other character set");
  keys.push_back({{dicom::tags::SpecificCharacterSet}, std::string(kUtf8Term)});
  return {};
}

}  // namespace

Result<Key> parse_key(std::string_view word) {
  Key key;
  const std::size_t equals = word.find('=');
  std::string_view names = word.substr(0, equals);
  if (equals != word.npos) key.value = word.substr(equals + 1);
  while (true) {
    const std::size_t dot = names.find('.');
    TRY_ASSIGN(const Tag tag, tag_of(names.substr(0, dot)));
    key.path.push_back(tag);
    if (key.path.size() > kPathMax) return malformed("a key inside of too many sequences");
    if (dot == names.npos) break;
    if (dicom::implicit_vr(tag) != VR::SQ) return malformed("a key inside of what is no sequence");
    names.remove_prefix(dot + 1);
  }
  if (!key.value.empty() && dicom::implicit_vr(key.path.back()) == VR::SQ)
    return malformed("a sequence has no value: name the attribute inside it");
  return key;
}

Result<void> append_identifier(Buffer& out, std::span<const Key> keys, dicom::Encoding encoding) {
  std::vector<Key> sorted(keys.begin(), keys.end());
  TRY(settle_character_set(sorted));
  std::ranges::stable_sort(sorted, {}, &Key::path);
  return append_level(out, sorted, 0, encoding);
}

}  // namespace slipring::query
