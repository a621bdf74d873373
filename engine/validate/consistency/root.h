// Root: the attributes of the data set itself that the rules of this room look at, found in one
// pass; and how a rule says what it found. Keeps account of what the rules read, so that they need
// not look again at an object that says the same there (recall.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/object/values.h"
#include "engine/validate/recall/recall.h"

namespace slipring::validate::consistency {

// What the rules look at, ascending.
inline constexpr auto kWanted = std::to_array<dicom::Tag>({
    dicom::Tag(0x00080016), dicom::Tag(0x00080018), dicom::Tag(0x00080020), dicom::Tag(0x00080021),
    dicom::Tag(0x00080022), dicom::Tag(0x00080023), dicom::Tag(0x00080201), dicom::Tag(0x00100030),
    dicom::Tag(0x00100032), dicom::Tag(0x00100040), dicom::Tag(0x00101000), dicom::Tag(0x00101001),
    dicom::Tag(0x00101005), dicom::Tag(0x00101010), dicom::Tag(0x00101020), dicom::Tag(0x00101030),
    dicom::Tag(0x00101040), dicom::Tag(0x00101060), dicom::Tag(0x00102154), dicom::Tag(0x001021C0),
    dicom::Tag(0x00120062), dicom::Tag(0x00180015), dicom::Tag(0x00180050), dicom::Tag(0x00180060),
    dicom::Tag(0x00180080), dicom::Tag(0x00180081), dicom::Tag(0x00180087), dicom::Tag(0x00181065),
    dicom::Tag(0x00181110), dicom::Tag(0x00181111), dicom::Tag(0x00181164), dicom::Tag(0x00182010),
    dicom::Tag(0x0020000D), dicom::Tag(0x0020000E), dicom::Tag(0x00200032), dicom::Tag(0x00200037),
    dicom::Tag(0x00200052), dicom::Tag(0x00200060), dicom::Tag(0x00200062), dicom::Tag(0x00280004),
    dicom::Tag(0x00280008), dicom::Tag(0x00280009), dicom::Tag(0x00280030), dicom::Tag(0x00280034),
    dicom::Tag(0x00280106), dicom::Tag(0x00280107), dicom::Tag(0x00280120), dicom::Tag(0x00280121),
    dicom::Tag(0x00280301), dicom::Tag(0x00280A02), dicom::Tag(0x00281050), dicom::Tag(0x00281051),
    dicom::Tag(0x00281052), dicom::Tag(0x00281053), dicom::Tag(0x00281056), dicom::Tag(0x00281101),
    dicom::Tag(0x00281102), dicom::Tag(0x00281103), dicom::Tag(0x00282112), dicom::Tag(0x00282114),
    dicom::Tag(0x00420011), dicom::Tag(0x00420012), dicom::Tag(0x00420015), dicom::Tag(0x20500020),
    dicom::Tag(0x3004000C), dicom::Tag(0x52009229),
});

// What the rules look at within items.
inline constexpr auto kWantedInItems = std::to_array<dicom::Tag>({
    dicom::Tag(0x00081155),
    dicom::Tag(0x00620004),
    dicom::Tag(0x003A0005),
    dicom::Tag(0x003A0010),
    dicom::Tag(0x54001004),
    dicom::Tag(0x54001010),
    dicom::Tag(0x30060046),
    dicom::Tag(0x30060050),
});

// One of kWanted, and where in it: told when this is compiled, so that asking costs a load.
class Wanted {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a rule names the tag it looks at.
  consteval Wanted(dicom::Tag wanted) : tag(wanted) {
    while (kWanted[index] != wanted) ++index;  // beyond the last: does not compile
  }
  dicom::Tag tag;
  std::size_t index = 0;
};

class Root {
 public:
  Root(const dicom::Scanned& scanned, recall::Recall& recall, catalogue::Reporter& reporter);

  // Marks there whatever is read from here on. It outlives the next call of this.
  void keep_account(recall::TapeMarks& read) { read_ = &read; }

  // Null when it is absent.
  [[nodiscard]] const dicom::Element* find(Wanted wanted) const {
    const dicom::Element* element = found_[wanted.index];
    if (element != nullptr) note(*element);
    return element;
  }
  // The same for who does not look at its value or length.
  [[nodiscard]] const dicom::Element* place(Wanted wanted) const { return found_[wanted.index]; }
  [[nodiscard]] object::Values values(const dicom::Element& element) const {
    note(element);
    return {data_set_, element};
  }
  // Value or length of this entry of the tape counts for what is said.
  void note(const dicom::Element& element) const { read_->mark(index_of(element)); }
  [[nodiscard]] std::string_view text(Wanted wanted, std::size_t n = 0) const;
  [[nodiscard]] std::optional<double> number(Wanted wanted, std::size_t n = 0) const;
  [[nodiscard]] std::size_t count(Wanted wanted) const;
  [[nodiscard]] const dicom::DataSet& data_set() const { return data_set_; }
  // Entries of the tape within items with one of kWantedInItems, ascending.
  [[nodiscard]] std::span<const std::uint32_t> in_items() const { return in_items_; }

  // `message` is a callable that gives the text.
  template <class Message>
  void say(dicom::RuleId rule, dicom::Severity severity, const dicom::Element& at,
           Message&& message) {
    reporter_.add(rule, severity, {&data_set_, index_of(at), at.offset},
                  std::forward<Message>(message));
  }

 private:
  [[nodiscard]] std::size_t index_of(const dicom::Element& element) const {
    return static_cast<std::size_t>(&element - data_set_.tape().data());
  }

  dicom::DataSet data_set_;
  catalogue::Reporter& reporter_;
  recall::TapeMarks* read_ = nullptr;
  std::array<const dicom::Element*, kWanted.size()> found_;
  std::span<const std::uint32_t> in_items_;
};

// One file each.
void check_geometry(Root& root);
void check_times(Root& root);
void check_display(Root& root);
void check_frames(Root& root);
void check_uids(Root& root);  // of the object's own, which differs in each; beside check_identity()
void check_identity(Root& root);
void check_content(Root& root);

}  // namespace slipring::validate::consistency
