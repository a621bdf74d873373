#include "engine/collate/media_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace slipring::collate {

using dicom::Element;
using dicom::Severity;
namespace tags = dicom::tags;

namespace {

constexpr dicom::RuleId kMedia{6, 9};
constexpr std::size_t kNone = ~std::size_t{0};

// A directory record: an item of (0004,1220), as far as it is judged.
struct DirectoryRecord {
  std::uint64_t offset = 0;     // of the item, as other records point to it
  std::size_t file_id = kNone;  // index on the tape
  std::size_t instance = kNone;
  std::uint32_t next = 0;  // offsets; 0: none
  std::uint32_t lower = 0;
  bool visited = false;
};

std::uint32_t offset_value(const dicom::DataSet& data_set, const Element& element) {
  const Bytes bytes = data_set.value(element);
  if (bytes.size() < 4) return 0;
  return data_set.encoding().big_endian ? load_be<std::uint32_t>(bytes.data())
                                        : load_le<std::uint32_t>(bytes.data());
}

std::vector<DirectoryRecord> records_of(const dicom::DataSet& data_set) {
  std::vector<DirectoryRecord> records;
  bool inside = false;
  const auto tape = data_set.tape();
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const Element& element = tape[i];
    if (element.depth == 0) inside = element.tag == tags::DirectoryRecordSequence;
    if (!inside) continue;
    if (element.depth == 1 && element.is_item() && !element.synthetic())
      records.push_back({element.header_offset()});
    if (element.depth != 2 || records.empty()) continue;
    DirectoryRecord& record = records.back();
    if (element.tag == tags::NextDirectoryRecord) record.next = offset_value(data_set, element);
    if (element.tag == tags::LowerLevelDirectory) record.lower = offset_value(data_set, element);
    if (element.tag == tags::ReferencedFileID) record.file_id = i;
    if (element.tag == tags::ReferencedSOPInstanceUIDInFile) record.instance = i;
  }
  return records;
}

class MediaJudge {
 public:
  MediaJudge(const dicom::DataSet& data_set, dicom::Findings& findings)
      : data_set_(data_set), findings_(findings) {}

  void say(std::size_t index, std::string message) {
    const Element& element = data_set_.tape()[index];
    if (findings_.full(kMedia, Severity::Error))
      return findings_.count_only(kMedia, Severity::Error);
    findings_.add({kMedia, Severity::Error, element.tag, element.offset, data_set_.path_of(index),
                   std::move(message)});
  }

  // Every record is come to once at most; whoever comes again goes in a circle.
  void walk(std::vector<DirectoryRecord>& records) {
    const auto tape = data_set_.tape();
    const auto root = std::ranges::find(tape, tags::FirstRootDirectoryRecord, &Element::tag);
    if (root == tape.end() || root->depth != 0) return;
    const auto root_index = static_cast<std::size_t>(root - tape.begin());
    std::vector<std::uint32_t> open = {offset_value(data_set_, *root)};
    while (!open.empty()) {
      const std::uint32_t offset = open.back();
      open.pop_back();
      if (offset == 0) continue;
      const auto found = std::ranges::lower_bound(records, offset, {}, &DirectoryRecord::offset);
      if (found == records.end() || found->offset != offset) {
        say(root_index, fmt::format("a record is said to be at 0x{:x} and is not", offset));
        continue;
      }
      if (found->visited) {
        say(root_index, fmt::format("the record at 0x{:x} is come to twice: a loop", offset));
        continue;
      }
      found->visited = true;
      open.push_back(found->next);
      open.push_back(found->lower);
    }
  }

 private:
  const dicom::DataSet& data_set_;
  dicom::Findings& findings_;
};

// "DIR/SUB/FILE" of the components of a File ID (PS3.10 8.2); "" when it leads elsewhere.
std::string file_of(std::string_view id) {
  std::string file;
  while (true) {
    const std::size_t end = std::min(id.find('\\'), id.size());
    const std::string_view component = dicom::trim_padding(id.substr(0, end));
    const bool wrong = component.empty() || component == "." || component == ".." ||
                       component.find('/') != std::string_view::npos ||
                       component.find('\0') != std::string_view::npos;
    if (wrong) return {};
    file += component;
    if (end == id.size()) return file;
    file += '/';
    id.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1);
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return upper;
}

void take_media_directory(const dicom::Scanned& scanned, std::string_view path,
                          dicom::ObjectKeys& keys, dicom::Findings& findings) {
  const dicom::DataSet data_set = scanned.data_set();
  std::vector<DirectoryRecord> records = records_of(data_set);
  MediaJudge judge(data_set, findings);
  judge.walk(records);
  const std::string directory = upper_case(directory_of(path));
  for (const DirectoryRecord& record : records) {
    if (record.file_id == kNone) continue;
    const Element& id = data_set.tape()[record.file_id];
    const std::string_view text = dicom::trim_padding(as_text(data_set.value(id)));
    if (text.empty()) continue;
    const std::string file = file_of(text);
    if (file.empty()) {
      judge.say(record.file_id, "the file is outside of the DICOMDIR's directory");
      continue;
    }
    if (keys.references.size() >= dicom::ObjectKeys::kReferencesMax) continue;
    dicom::ObjectReference reference{dicom::key_hash(directory + upper_case(file)), 0,
                                     static_cast<std::uint32_t>(id.offset)};
    if (id.offset > 0xFFFFFFFEU) reference.offset = dicom::ObjectReference::kOffsetUnknown;
    if (record.instance != kNone)
      reference.expected = static_cast<std::uint32_t>(dicom::key_hash(
          dicom::trim_padding(as_text(data_set.value(data_set.tape()[record.instance])))));
    keys.references.push_back(reference);
  }
}

}  // namespace slipring::collate
