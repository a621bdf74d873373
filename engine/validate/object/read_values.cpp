#include "engine/validate/object/read_values.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::object {

namespace {

namespace tags = dicom::tags;
using standard::Operation;

// Tags, none of them (0000,0000). Half of its slots at most are taken, so that each of every
// object's elements is looked up in a step or two.
class TagSet {
 public:
  void add(std::uint32_t tag) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    std::uint32_t& slot = slots_[place_of(tag)];
    if (slot == 0) ++count_;
    slot = tag;
  }
  [[nodiscard]] bool has(std::uint32_t tag) const {
    return tag != 0 && slots_[place_of(tag)] == tag;
  }

 private:
  // Where it is, or would be.
  [[nodiscard]] std::size_t place_of(std::uint32_t tag) const {
    std::size_t at = (tag * 0x9E3779B1U) >> (32 - bits_);
    while (slots_[at] != 0 && slots_[at] != tag) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  void grow() {
    const std::vector<std::uint32_t> before =
        std::exchange(slots_, std::vector<std::uint32_t>(std::size_t{1} << ++bits_));
    for (const std::uint32_t tag : before)
      if (tag != 0) slots_[place_of(tag)] = tag;
  }

  unsigned bits_ = 8;
  std::size_t count_ = 0;
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(std::size_t{1} << bits_);
};

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
    // What is read whatever the definition: check_object.cpp, functional_groups.cpp.
    for (const dicom::Tag tag :
         {tags::SOPClassUID, tags::Modality, tags::ImageType, tags::NumberOfFrames})
      read_.add(tag.value);
  }
  [[nodiscard]] bool reads(dicom::Tag tag) const { return read_.has(tag.value); }
  [[nodiscard]] bool requires_value(dicom::Tag tag) const {
    // Overlays of groups 6002 to 601E are judged as those of group 6000 (PS3.5 7.6).
    const bool overlay = (tag.group() & 0xFF00U) == 0x6000;
    return required_.has(overlay ? (tag.value & 0xFFFFU) | 0x60000000U : tag.value);
  }

 private:
  static constexpr std::size_t kNumbers = 1U << 16;  // of levels, and of conditions

  void level(unsigned number) {
    if (number == 0 || levels_[number]) return;
    levels_[number] = true;
    for (const standard::Row& row : standard::level(number)) {
      if (row.terms != 0) read_.add(row.tag);
      if (row.type() == standard::Type::One || row.type() == standard::Type::OneC)
        required_.add(row.tag);
      condition(row.condition);
      level(row.children);
    }
  }

  void condition(unsigned number) {
    if (conditions_[number]) return;
    conditions_[number] = true;
    for (const standard::Literal& literal : standard::condition(number)) {
      const Operation operation = literal.operation();
      if (operation != Operation::Present && operation != Operation::Absent) read_.add(literal.tag);
    }
  }

  std::vector<bool> levels_ = std::vector<bool>(kNumbers);
  std::vector<bool> conditions_ = std::vector<bool>(kNumbers);
  TagSet required_;
  TagSet read_;
};

const Collection& collection() {
  static const Collection kAll;
  return kAll;
}

}  // namespace

bool reads_value_of(dicom::Tag tag) { return collection().reads(tag); }
bool asks_whether_empty(dicom::Tag tag) { return collection().requires_value(tag); }

}  // namespace slipring::validate::object
