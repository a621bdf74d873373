#include "engine/query/answer.h"

#include <fmt/format.h>

#include <array>
#include <bit>

#include "engine/dicom/encode.h"
#include "engine/query/text.h"
#include "engine/scan/scan.h"

namespace slipring::query {

namespace {

using dicom::VR;

constexpr dicom::Tag kFailedSopInstanceUidList{0x0008, 0x0058};
constexpr std::size_t kPreambleBytes = 128;
constexpr std::size_t kUidBytesMax = 64;

// Preamble and meta group, so that the scan takes what follows for what the context says it is.
void append_meta_group(Buffer& file, std::string_view transfer_syntax) {
  Buffer group;
  dicom::append_element(group, dicom::tags::TransferSyntaxUID, VR::UI, as_bytes(transfer_syntax),
                        {});
  file.resize(kPreambleBytes);
  std::memset(file.data(), 0, kPreambleBytes);
  file.append(as_bytes("DICM"));
  std::array<std::uint8_t, 4> length;
  store_le(length.data(), static_cast<std::uint32_t>(group.size()));
  dicom::append_element(file, dicom::tags::FileMetaInformationGroupLength, VR::UL, length, {});
  file.append(group.bytes());
}

template <class Unsigned, class Shown>
std::string numbers(Bytes bytes, bool big_endian) {
  std::string text;
  for (std::size_t at = 0; at + sizeof(Unsigned) <= bytes.size(); at += sizeof(Unsigned)) {
    const Unsigned raw =
        big_endian ? load_be<Unsigned>(bytes.data() + at) : load_le<Unsigned>(bytes.data() + at);
    text += fmt::format("{}{}", at == 0 ? "" : "\\", std::bit_cast<Shown>(raw));
  }
  return text;
}

std::string number_text(VR vr, Bytes bytes, bool big_endian) {
  switch (vr) {
    case VR::US:
      return numbers<std::uint16_t, std::uint16_t>(bytes, big_endian);
    case VR::SS:
      return numbers<std::uint16_t, std::int16_t>(bytes, big_endian);
    case VR::UL:
      return numbers<std::uint32_t, std::uint32_t>(bytes, big_endian);
    case VR::SL:
      return numbers<std::uint32_t, std::int32_t>(bytes, big_endian);
    case VR::FL:
      return numbers<std::uint32_t, float>(bytes, big_endian);
    case VR::FD:
      return numbers<std::uint64_t, double>(bytes, big_endian);
    default:
      return {};
  }
}

bool is_uid(std::string_view text) {
  return !text.empty() && text.size() <= kUidBytesMax &&
         text.find_first_not_of("0123456789.") == text.npos;
}

}  // namespace

Result<Answer> Answer::read(Bytes identifier, std::string_view transfer_syntax) {
  const dicom::TransferSyntax* const syntax = dicom::find_transfer_syntax(transfer_syntax);
  if (syntax == nullptr || syntax->deflated)
    return fail(ErrorCode::Unsupported, kNoOffset, "an identifier in this transfer syntax");
  Answer answer;
  if (identifier.empty()) return answer;
  append_meta_group(answer.file_, syntax->uid);
  const std::size_t begin = answer.file_.size();
  answer.file_.append(identifier);
  scan::scan(answer.file_.bytes(), answer.file_.size(), {}, answer.scanned_);
  if (answer.scanned_.error) {
    Error error = *answer.scanned_.error;
    if (error.offset != kNoOffset && error.offset >= begin) error.offset -= begin;
    return std::unexpected(error);
  }
  answer.character_set_ = dicom::parse_specific_character_set(
      answer.data_set().text(dicom::tags::SpecificCharacterSet));
  return answer;
}

std::string Answer::text(const dicom::Element& element) const {
  const dicom::DataSet set = data_set();
  if (!element.is_attribute() || element.vr() == VR::SQ) return {};
  const Bytes value = set.value(element);
  const dicom::VRFacts& facts = dicom::facts(element.vr());
  if (!facts.text) return number_text(element.vr(), value, set.encoding().big_endian);
  const std::string_view trimmed = dicom::trim_padding(as_text(value));
  return facts.charset ? utf8_text(as_bytes(trimmed), character_set_, element.vr())
                       : std::string(trimmed);
}

std::string Answer::text(dicom::Tag tag) const {
  const dicom::Element* const element = data_set().find(tag);
  return element == nullptr ? std::string() : text(*element);
}

const dicom::Element* Answer::find(std::span<const dicom::Tag> path) const {
  const auto tape = data_set().tape();
  std::size_t step = 0;
  for (std::size_t i = 0; i < tape.size() && step < path.size(); ++i) {
    const unsigned depth = static_cast<unsigned>(step) * 2;
    if (tape[i].depth + 1U < depth) return nullptr;  // out of the sequence
    if (tape[i].depth + 1U == depth && tape[i].tag == dicom::tags::ItemDelimitationItem)
      return nullptr;  // the first item is over
    if (tape[i].depth != depth || tape[i].tag != path[step]) continue;
    if (++step == path.size()) return &tape[i];
  }
  return nullptr;
}

Result<std::vector<std::string>> failed_instances(Bytes data_set,
                                                  std::string_view transfer_syntax) {
  TRY_ASSIGN(const Answer answer, Answer::read(data_set, transfer_syntax));
  std::vector<std::string> uids;
  const std::string list = answer.text(kFailedSopInstanceUidList);
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find('\\', begin), list.size());
    const std::string_view uid =
        dicom::trim_padding(std::string_view(list).substr(begin, end - begin));
    if (is_uid(uid)) uids.emplace_back(uid);
    begin = end + 1;
  }
  return uids;
}

}  // namespace slipring::query
