#include "engine/query/text.h"

#include <iconv.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace slipring::query {

namespace {

using dicom::CharacterSet;

// How iconv names the tables, and which bytes lead and what is added to turn a character of ours
// into one of that encoding: JIS X 0208 and 0212 in two bytes below 0x80 are EUC-JP with the high
// bits set.
struct Table {
  const char* name;
  CharacterSet set;
  std::uint8_t lead = 0;  // 0: none
  std::uint8_t high = 0;  // or-ed to each byte
};
constexpr Table kTables[] = {
    {"ISO-8859-1", CharacterSet::Latin1},     {"ISO-8859-2", CharacterSet::Latin2},
    {"ISO-8859-3", CharacterSet::Latin3},     {"ISO-8859-4", CharacterSet::Latin4},
    {"ISO-8859-5", CharacterSet::Cyrillic},   {"ISO-8859-6", CharacterSet::Arabic},
    {"ISO-8859-7", CharacterSet::Greek},      {"ISO-8859-8", CharacterSet::Hebrew},
    {"ISO-8859-9", CharacterSet::Latin5},     {"ISO-8859-15", CharacterSet::Latin9},
    {"TIS-620", CharacterSet::Thai},          {"EUC-JP", CharacterSet::Katakana, 0x8E},
    {"EUC-JP", CharacterSet::Kanji, 0, 0x80}, {"EUC-JP", CharacterSet::KanjiSupplement, 0x8F, 0x80},
    {"EUC-KR", CharacterSet::Korean},         {"GB2312", CharacterSet::Chinese},
    {"GB18030", CharacterSet::Gb18030},       {"GBK", CharacterSet::Gbk}};

const Table* table_of(CharacterSet set) {
  for (const Table& table : kTables)
    if (table.set == set) return &table;
  return nullptr;
}

// One conversion descriptor, for as long as characters are of the same set.
class Converter {
 public:
  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { close(); }

  // False when there is no table, or the character is not in it.
  bool append(std::string& into, CharacterSet set, Bytes character) {
    if (!open(set)) return false;
    std::array<char, 8> in{};
    std::size_t in_bytes = 0;
    if (table_->lead != 0) in[in_bytes++] = static_cast<char>(table_->lead);
    for (const std::uint8_t byte : character)
      in[in_bytes++] = static_cast<char>(byte | table_->high);
    std::array<char, 16> out{};
    char* from = in.data();
    char* to = out.data();
    std::size_t room = out.size();
    iconv(descriptor_, nullptr, nullptr, nullptr, nullptr);
    if (iconv(descriptor_, &from, &in_bytes, &to, &room) == static_cast<std::size_t>(-1))
      return false;
    // A character kept back until the next one comes, as Thai may be.
    if (iconv(descriptor_, nullptr, nullptr, &to, &room) == static_cast<std::size_t>(-1))
      return false;
    into.append(out.data(), to);
    return true;
  }

 private:
  bool open(CharacterSet set) {
    if (table_ != nullptr && table_->set == set) return is_open_;
    close();
    table_ = table_of(set);
    if (table_ == nullptr) return false;
    descriptor_ = iconv_open("UTF-8", table_->name);
    is_open_ = reinterpret_cast<std::intptr_t>(descriptor_) != -1;
    return is_open_;
  }
  void close() {
    if (is_open_) iconv_close(descriptor_);
    is_open_ = false;
  }

  const Table* table_ = nullptr;
  iconv_t descriptor_ = nullptr;
  bool is_open_ = false;
};

bool is_whole(CharacterSet set) {
  return set == CharacterSet::Utf8 || set == CharacterSet::Gb18030 || set == CharacterSet::Gbk;
}

bool is_delimiter(std::uint8_t code, dicom::VR vr) {
  if (code < 0x20 || code == '\\') return true;
  return vr == dicom::VR::PN && (code == '^' || code == '=');
}

}  // namespace

std::string utf8_text(Bytes value, const dicom::SpecificCharacterSet& character_set, dicom::VR vr) {
  using Kind = dicom::TextStep::Kind;
  std::string text;
  Converter converter;
  dicom::TextReader reader(value, character_set);
  while (!reader.done()) {
    const std::size_t at = reader.position();
    const bool high = value[at] >= 0x80;
    const CharacterSet set = !high                           ? reader.g0()
                             : is_whole(character_set.first) ? character_set.first
                                                             : reader.g1();
    const dicom::TextStep step = reader.next();
    if (step.kind == Kind::Escape || step.kind == Kind::UndeclaredEscape) continue;
    const Bytes bytes = value.subspan(at, step.length_bytes);
    const bool foreign =
        step.kind == Kind::Character && step.code == 0xFF && set != CharacterSet::Utf8;
    if (!foreign || !converter.append(text, set, bytes)) text += as_text(bytes);
    if (step.code != 0xFF && is_delimiter(step.code, vr)) reader.reset();
  }
  return text;
}

}  // namespace slipring::query
