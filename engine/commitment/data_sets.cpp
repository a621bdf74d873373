#include "engine/commitment/data_sets.h"

#include <array>
#include <cstring>
#include <utility>

#include "engine/dicom/encode.h"
#include "engine/scan/scan.h"

namespace slipring::commitment {

namespace {

using dicom::Tag;
using dicom::VR;

constexpr Tag kReferencedSopSequence{0x0008, 0x1199};
constexpr Tag kFailedSopSequence{0x0008, 0x1198};
constexpr Tag kReferencedSopClass{0x0008, 0x1150};
constexpr Tag kReferencedSopInstance{0x0008, 0x1155};
constexpr Tag kTransaction{0x0008, 0x1195};
constexpr Tag kFailureReason{0x0008, 0x1197};

constexpr std::pair<std::uint16_t, std::string_view> kReasonNames[] = {
    {reasons::kProcessingFailure, "processing failure"},
    {reasons::kNoSuchInstance, "no such object instance"},
    {reasons::kClassInstanceConflict, "class and instance conflict"},
    {reasons::kClassNotSupported, "SOP class not supported"},
    {reasons::kDuplicateTransaction, "duplicate transaction UID"},
    {reasons::kResourceLimitation, "resource limitation"}};

void append_text(Buffer& out, Tag tag, std::string_view text, dicom::Encoding encoding) {
  dicom::append_element(out, tag, VR::UI, as_bytes(text), encoding);
}

// Those whose `failed` is asked for.
void append_sequence(Buffer& out, const DataSet& data_set, bool failed, dicom::Encoding encoding) {
  Buffer items;
  Buffer item;
  for (const Instance& instance : data_set.instances) {
    if (instance.failure.has_value() != failed) continue;
    item.clear();
    append_text(item, kReferencedSopClass, instance.sop_class, encoding);
    append_text(item, kReferencedSopInstance, instance.sop_instance, encoding);
    if (failed) {
      std::array<std::uint8_t, 2> reason{};
      store_le(reason.data(), *instance.failure);
      dicom::append_element(item, kFailureReason, VR::US, reason, encoding);
    }
    dicom::append_item(items, dicom::tags::Item, static_cast<std::uint32_t>(item.size()), encoding);
    items.append(item.bytes());
  }
  if (!items.empty())
    dicom::append_element(out, failed ? kFailedSopSequence : kReferencedSopSequence, VR::SQ,
                          items.bytes(), encoding);
}

// A preamble, so that the scan takes what follows for what the context says it is.
Buffer with_meta_group(Bytes data_set, std::string_view transfer_syntax) {
  Buffer file;
  Buffer group;
  append_text(group, dicom::tags::TransferSyntaxUID, transfer_syntax, {});
  file.resize(128);
  std::memset(file.data(), 0, file.size());
  file.append(as_bytes("DICM"));
  std::array<std::uint8_t, 4> length{};
  store_le(length.data(), static_cast<std::uint32_t>(group.size()));
  dicom::append_element(file, dicom::tags::FileMetaInformationGroupLength, VR::UL, length, {});
  file.append(group.bytes());
  file.append(data_set);
  return file;
}

// The items of the sequence at `at`, which ends before `end`.
Result<void> take_items(const dicom::DataSet& scanned, std::size_t at, std::size_t end, bool failed,
                        std::vector<Instance>& into) {
  const auto tape = scanned.tape();
  Instance* open = nullptr;
  for (std::size_t i = at + 1; i < end; ++i) {
    const dicom::Element& element = tape[i];
    if (element.depth == 1 && element.tag == dicom::tags::Item) {
      if (into.size() == kInstancesMax)
        return fail(ErrorCode::LimitExceeded, kNoOffset, "too many instances in one commitment",
                    kInstancesMax, into.size());
      open = &into.emplace_back();
      if (failed) open->failure = reasons::kProcessingFailure;
    }
    if (element.depth != 2 || open == nullptr) continue;
    const Bytes value = scanned.value(element);
    const std::string_view text = dicom::trim_padding(as_text(value));
    if (element.tag == kReferencedSopClass) open->sop_class = text;
    if (element.tag == kReferencedSopInstance) open->sop_instance = text;
    if (element.tag == kFailureReason && failed && value.size() >= 2)
      open->failure = load_le<std::uint16_t>(value.data());
  }
  return {};
}

}  // namespace

std::string_view reason_name(std::uint16_t reason) {
  for (const auto& [number, name] : kReasonNames)
    if (number == reason) return name;
  return {};
}

void append(Buffer& out, const DataSet& data_set, bool explicit_vr) {
  const dicom::Encoding encoding{explicit_vr, false};
  append_text(out, kTransaction, data_set.transaction, encoding);
  append_sequence(out, data_set, true, encoding);
  append_sequence(out, data_set, false, encoding);
}

Result<DataSet> read(Bytes data_set, std::string_view transfer_syntax) {
  const dicom::TransferSyntax* const syntax = dicom::find_transfer_syntax(transfer_syntax);
  if (syntax == nullptr || syntax->deflated || syntax->encoding.big_endian)
    return fail(ErrorCode::Unsupported, kNoOffset, "commitment in this transfer syntax");
  const Buffer file = with_meta_group(data_set, transfer_syntax);
  dicom::Scanned scanned;
  scan::scan(file.bytes(), file.size(), {}, scanned);
  if (scanned.error) return std::unexpected(*scanned.error);
  const dicom::DataSet elements = scanned.data_set();
  DataSet read;
  read.transaction = elements.text(kTransaction);
  if (read.transaction.empty() || read.transaction.size() > 64)
    return fail(ErrorCode::Malformed, kNoOffset, "a commitment without a transaction UID");
  for (std::size_t at = 0; at < elements.tape().size(); at = elements.next_sibling(at)) {
    const dicom::Element& element = elements.tape()[at];
    const bool failed = element.tag == kFailedSopSequence;
    if (element.depth != 0 || (!failed && element.tag != kReferencedSopSequence)) continue;
    TRY(take_items(elements, at, elements.next_sibling(at), failed, read.instances));
  }
  for (const Instance& instance : read.instances)
    if (instance.sop_instance.empty() || instance.sop_instance.size() > 64 ||
        instance.sop_class.size() > 64)
      return fail(ErrorCode::Malformed, kNoOffset, "a commitment names an instance without UID");
  return read;
}

}  // namespace slipring::commitment
