#include "engine/validate/object/read_values.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::object {

namespace {

namespace tags = dicom::tags;
using standard::Operation;

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> tags) {
  std::ranges::sort(tags);
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

// Of all definitions the attributes with terms and those that conditions compare; and those of Type
// 1 and 1C. Each level and condition is looked at once.
class Collection {
 public:
  Collection() {
    for (unsigned i = 1; i <= standard::iod_count(); ++i) {
      const standard::Iod& iod = *standard::iod(i);
      level(iod.root);
      for (const standard::Module& module : standard::modules(iod)) condition(module.condition);
      for (const standard::Group& group : standard::groups(iod)) condition(group.condition);
    }
    read_ = sorted(std::move(read_));
    required_ = sorted(std::move(required_));
  }
  [[nodiscard]] bool reads(dicom::Tag tag) const {
    return std::ranges::binary_search(read_, tag.value);
  }
  [[nodiscard]] bool requires_value(dicom::Tag tag) const {
    // Overlays of groups 6002 to 601E are judged as those of group 6000 (PS3.5 7.6).
    const bool overlay = (tag.group() & 0xFF00U) == 0x6000;
    return std::ranges::binary_search(required_,
                                      overlay ? (tag.value & 0xFFFFU) | 0x60000000U : tag.value);
  }

 private:
  static constexpr std::size_t kNumbers = 1U << 16;  // of levels, and of conditions

  void level(unsigned number) {
    if (number == 0 || levels_[number]) return;
    levels_[number] = true;
    for (const standard::Row& row : standard::level(number)) {
      if (row.terms != 0) read_.push_back(row.tag);
      if (row.type() == standard::Type::One || row.type() == standard::Type::OneC)
        required_.push_back(row.tag);
      condition(row.condition);
      level(row.children);
    }
  }

  void condition(unsigned number) {
    if (conditions_[number]) return;
    conditions_[number] = true;
    for (const standard::Literal& literal : standard::condition(number)) {
      const Operation operation = literal.operation();
      if (operation != Operation::Present && operation != Operation::Absent)
        read_.push_back(literal.tag);
    }
  }

  std::vector<bool> levels_ = std::vector<bool>(kNumbers);
  std::vector<bool> conditions_ = std::vector<bool>(kNumbers);
  // What is read whatever the definition: check_object.cpp, functional_groups.cpp.
  std::vector<std::uint32_t> required_;
  std::vector<std::uint32_t> read_ = {tags::SOPClassUID.value, tags::Modality.value,
                                      tags::ImageType.value, tags::NumberOfFrames.value};
};

const Collection& collection() {
  static const Collection kAll;
  return kAll;
}

}  // namespace

bool reads_value_of(dicom::Tag tag) { return collection().reads(tag); }
bool asks_whether_empty(dicom::Tag tag) { return collection().requires_value(tag); }

}  // namespace slipring::validate::object
