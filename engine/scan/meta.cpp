#include "engine/scan/meta.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/scan/header.h"
#include "engine/scan/walk.h"

namespace slipring::scan {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
using dicom::VR;
namespace tags = dicom::tags;

namespace {

constexpr RuleId kGroupLength{1, 3}, kNotExplicitLittle{1, 4}, kTransferSyntax{1, 5},
    kVersion{1, 6}, kMediaStorage{1, 7}, kImplementation{1, 8}, kElements{1, 9}, kPrivate{1, 11},
    kRetired{1, 12}, kBeyond{2, 4};
constexpr std::size_t kMetaElementsMax = 4096;
constexpr std::string_view kDirectoryClass = "1.2.840.10008.1.3.10";

class MetaReader {
 public:
  MetaReader(Bytes bytes, std::uint64_t begin, std::uint64_t size, dicom::Scanned& out)
      : bytes_(bytes), size_(size), at_(begin), out_(out) {}

  std::uint64_t read() {
    settle_mode();
    while (one()) {
    }
    if (out_.more_needed_bytes == 0 && !out_.error) check();
    return at_;
  }

 private:
  void note(RuleId rule, Severity severity, Tag tag, std::uint64_t offset,
            std::string_view message) {
    const std::string path = tag.value == 0 ? std::string() : dicom::to_string(tag);
    out_.findings.add({rule, severity, tag, offset, path, std::string(message)});
  }

  bool fail(ErrorCode code, Tag tag, std::string_view what, std::uint64_t expected,
            std::uint64_t actual) {
    note(kBeyond, Severity::Error, tag, at_, what);
    out_.error = Error{code, at_, what, expected, actual};
    return false;
  }

  // Explicit VR little endian (PS3.10 7.1); others are read and reported.
  void settle_mode() {
    if (at_ + kShortHeaderBytes > bytes_.size()) return;
    const bool letters = dicom::vr_from(bytes_[at_ + 4], bytes_[at_ + 5]) != VR::None;
    if (load_be<std::uint16_t>(&bytes_[at_]) == 2 && letters) mode_ = Mode::ExplicitBig;
    if (!letters) mode_ = Mode::ImplicitLittle;
    if (mode_ != Mode::ExplicitLittle && begins_meta(bytes_, at_))
      note(kNotExplicitLittle, Severity::Error, {}, at_,
           "group 2 is not explicit VR little endian");
  }

  // One element; false at the end of the group, or where it cannot go on.
  bool one() {
    if (at_ == size_ || out_.meta_tape.size() >= kMetaElementsMax) return false;
    if (at_ + kShortHeaderBytes > bytes_.size()) return too_short(kShortHeaderBytes);
    ElementHeader header = read_implicit(mode_, bytes_, at_);
    if (header.tag.group() != 2 || at_ == deflated_begin()) return false;
    const std::uint64_t at = at_;
    header.vr = mode_ == Mode::ImplicitLittle ? dicom::implicit_vr(header.tag)
                                              : dicom::vr_from(bytes_[at + 4], bytes_[at + 5]);
    if (mode_ != Mode::ImplicitLittle) {
      if (header.vr == VR::None)
        return fail(ErrorCode::Malformed, header.tag, "no VR in the meta group", 0, 0);
      header.form = dicom::Header::ExplicitShort;
      header.length = load<std::uint16_t>(mode_, &bytes_[at + 6]);
      if (shape(header.vr).header_bytes == kLongHeaderBytes) {
        if (at + kLongHeaderBytes > bytes_.size()) return too_short(kLongHeaderBytes);
        header.form = dicom::Header::ExplicitLong;
        header.length = load<std::uint32_t>(mode_, &bytes_[at + 8]);
      }
    }
    if (header.undefined_length())
      return fail(ErrorCode::Malformed, header.tag, "undefined length in the meta group", 0, 0);
    if (header.end() > size_)
      return fail(ErrorCode::Truncated, header.tag, "the file ends inside the meta group",
                  header.length, size_ - header.value());
    if (header.end() > bytes_.size()) {
      out_.more_needed_bytes = useful_head(header.end(), bytes_.size(), size_);
      return false;
    }
    push(header);
    at_ = header.end();
    return true;
  }

  bool too_short(std::uint64_t wanted) {
    if (at_ + wanted <= size_) {
      out_.more_needed_bytes = useful_head(at_ + wanted, bytes_.size(), size_);
      return false;
    }
    // Fewer bytes than a header has: the data set's to report.
    if (out_.meta_tape.empty() || wanted == kLongHeaderBytes)
      return fail(ErrorCode::Truncated, {}, "the file ends inside the meta group", wanted,
                  size_ - at_);
    return false;
  }

  void push(const ElementHeader& header) {
    const Element element =
        Element::make(header.tag, header.vr, header.form, header.value(), header.length, 0);
    if (!out_.meta_tape.empty() && header.tag <= out_.meta_tape.back().tag)
      note(kElements, Severity::Warning, header.tag, header.offset,
           header.tag == out_.meta_tape.back().tag ? "element is there twice"
                                                   : "elements are not in ascending order");
    if (dicom::find_in_dictionary(header.tag) == nullptr)
      note(kElements, Severity::Warning, header.tag, header.offset,
           "not an element of the meta group");
    out_.meta_tape.push_back(element);
    if (header.tag == tags::TransferSyntaxUID) syntax_ = find_syntax(element);
    if (header.tag == tags::FileMetaInformationGroupLength && header.length == 4)
      declared_end_ = header.end() + load<std::uint32_t>(mode_, &bytes_[header.value()]);
  }

  const dicom::TransferSyntax* find_syntax(const Element& element) {
    out_.transfer_syntax_uid = dicom::trim_padding(text(element));
    return dicom::find_transfer_syntax(out_.transfer_syntax_uid);
  }

  // Compressed bytes may look like group 2: there the group length is believed.
  [[nodiscard]] std::uint64_t deflated_begin() const {
    return syntax_ != nullptr && syntax_->deflated && declared_end_ != 0 ? declared_end_
                                                                         : kNoOffset;
  }

  [[nodiscard]] std::string_view text(const Element& element) const {
    return as_text(bytes_.subspan(element.offset, element.length));
  }

  [[nodiscard]] const Element* find(Tag tag) const {
    const auto found = std::ranges::find(out_.meta_tape, tag, &Element::tag);
    return found == out_.meta_tape.end() ? nullptr : &*found;
  }

  void check() {
    out_.declared = syntax_;
    if (declared_end_ == 0)
      note(kGroupLength, Severity::Warning, tags::FileMetaInformationGroupLength, kNoOffset,
           "group length of the meta group is missing");
    else if (declared_end_ != at_)
      note(kGroupLength, Severity::Warning, tags::FileMetaInformationGroupLength,
           find(tags::FileMetaInformationGroupLength)->header_offset(),
           fmt::format("group length says the meta group ends at byte {}, it ends at {}",
                       declared_end_, at_));
    const Element* version = find(tags::FileMetaInformationVersion);
    if (version == nullptr || version->length != 2 || bytes_[version->offset] != 0 ||
        bytes_[version->offset + 1] != 1)
      note(kVersion, Severity::Warning, tags::FileMetaInformationVersion,
           version == nullptr ? kNoOffset : version->header_offset(),
           version == nullptr ? "version is missing" : "version is not 00 01");
    check_transfer_syntax();
    check_identifiers();
  }

  void check_transfer_syntax() {
    const Element* element = find(tags::TransferSyntaxUID);
    const std::uint64_t offset = element == nullptr ? kNoOffset : element->header_offset();
    if (out_.transfer_syntax_uid.empty())
      note(kTransferSyntax, Severity::Error, tags::TransferSyntaxUID, offset,
           "transfer syntax is missing");
    else if (syntax_ == nullptr)
      note(kTransferSyntax, Severity::Error, tags::TransferSyntaxUID, offset,
           "transfer syntax is not known");
    else if (syntax_->retired)
      note(kRetired, Severity::Warning, tags::TransferSyntaxUID, offset,
           "transfer syntax is retired");
  }

  void check_identifiers() {
    for (const Tag tag : {tags::MediaStorageSOPClassUID, tags::MediaStorageSOPInstanceUID}) {
      const Element* element = find(tag);
      if (element == nullptr || dicom::trim_padding(text(*element)).empty())
        note(kMediaStorage, Severity::Warning, tag, kNoOffset,
             "missing, or empty, in the meta group");
    }
    const Element* implementation = find(tags::ImplementationClassUID);
    if (implementation == nullptr || !legal_uid(dicom::trim_padding(text(*implementation))))
      note(kImplementation, Severity::Warning, tags::ImplementationClassUID, kNoOffset,
           implementation == nullptr ? "missing in the meta group" : "is not a UID");
    if (find(tags::PrivateInformation) != nullptr &&
        find(tags::PrivateInformationCreatorUID) == nullptr)
      note(kPrivate, Severity::Warning, tags::PrivateInformation, kNoOffset,
           "private information without its creator");
  }

  static bool legal_uid(std::string_view uid) {  // PS3.5 9.1, roughly: the rest is L2-20
    const auto legal = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
    return !uid.empty() && uid.size() <= 64 && std::ranges::all_of(uid, legal) &&
           uid.front() != '.' && uid.back() != '.';
  }

  Bytes bytes_;
  std::uint64_t size_;
  std::uint64_t at_;
  dicom::Scanned& out_;
  Mode mode_ = Mode::ExplicitLittle;
  const dicom::TransferSyntax* syntax_ = nullptr;
  std::uint64_t declared_end_ = 0;
};

std::string_view text_of(const dicom::DataSet& set, Tag tag, bool& there) {
  const Element* element = set.find(tag);
  there = element != nullptr;
  return there ? dicom::trim_padding(as_text(set.value(*element))) : std::string_view();
}

}  // namespace

bool begins_meta(Bytes bytes, std::uint64_t at) {
  if (at + kShortHeaderBytes > bytes.size()) return false;
  const bool letters = dicom::vr_from(bytes[at + 4], bytes[at + 5]) != VR::None;
  if (load_be<std::uint16_t>(&bytes[at]) == 2) return letters;
  return load_le<std::uint16_t>(&bytes[at]) == 2;
}

std::uint64_t read_meta(Bytes bytes, std::uint64_t begin, std::uint64_t size_bytes,
                        dicom::Scanned& out) {
  return MetaReader(bytes, begin, size_bytes, out).read();
}

void compare_meta_with_data_set(dicom::Scanned& out) {
  if (out.meta_tape.empty()) return;
  // Both stand near the beginning of a data set: no need to look through all of it.
  constexpr std::size_t kLookedAt = 64;
  const dicom::DataSet set(out.bytes,
                           std::span(out.tape).first(std::min(out.tape.size(), kLookedAt)), {});
  constexpr std::array<std::pair<Tag, Tag>, 2> kPairs = {
      {{tags::MediaStorageSOPClassUID, tags::SOPClassUID},
       {tags::MediaStorageSOPInstanceUID, tags::SOPInstanceUID}}};
  for (const auto& [meta_tag, tag] : kPairs) {
    bool in_meta = false;
    bool in_set = false;
    const std::string_view declared = text_of(out.meta(), meta_tag, in_meta);
    const std::string_view actual = text_of(set, tag, in_set);
    if (!in_meta || !in_set || declared == actual || declared == kDirectoryClass) continue;
    out.findings.add({kMediaStorage, Severity::Warning, meta_tag,
                      out.meta().find(meta_tag)->header_offset(), dicom::to_string(meta_tag),
                      fmt::format("differs from {} of the data set", dicom::to_string(tag))});
  }
}

}  // namespace slipring::scan
