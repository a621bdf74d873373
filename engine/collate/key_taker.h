// KeyTaker: take_keys() of one object after the other. Of a value that is that of the object before
// the key says what it said: most are, within a series.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/collate/take_keys.h"
#include "engine/dicom/between/tag_places.h"

namespace slipring::collate {

class KeyTaker {
 public:
  KeyTaker();

  // As take_keys(), with the same answer. What is alike is told by scanned.likeness.
  void take(const dicom::Scanned& scanned, std::string_view path, const Content& content,
            dicom::ObjectKeys& keys, dicom::Findings& findings);

 private:
  static constexpr std::size_t kFields = 20;  // that a key is made of

  void mark_changed(const dicom::Scanned& scanned, bool alike);
  [[nodiscard]] bool changed(std::size_t field) const { return changed_[field] != 0; }
  [[nodiscard]] std::string_view text(std::size_t field) const;
  void take_uids();
  void take_instance();
  void take_patient();
  void take_place();
  void take_rest();
  void take_references(const dicom::Scanned& scanned, bool alike,
                       std::vector<dicom::ObjectReference>& references);
  void find_references();

  // A reference to an instance of a storage class, perhaps to the object itself.
  struct Reference {
    std::uint64_t target;  // hash of its UID
    std::uint32_t entry;   // of the tape, of the UID
  };
  static constexpr std::size_t kRememberedMax = 4096;  // references; of more, none

  dicom::DataSet data_set_;
  dicom::TagPlaces<kFields> places_;
  std::array<std::uint32_t, kFields> changed_{};
  dicom::ObjectKey key_;  // of the object before, until it is that of this one
  std::optional<std::array<double, 6>> axes_;
  std::vector<Reference> references_;  // by target, each once
  bool references_known_ = false;
};

}  // namespace slipring::collate
