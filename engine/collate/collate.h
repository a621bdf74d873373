// Collate, beside stage 4: objects -> findings between them (layer 6). Takes the key of every
// object and the path of its file, in discovery order, and when all are there judges what belongs
// together: objects of one SOP Instance UID, of one series, of one study; what is referred to and
// what a DICOMDIR lists. May fail with Io (of the spill) and LimitExceeded (more than four thousand
// million files). Must not know files, bytes of objects or the other stages.
//
// Of an object some 90 bytes are kept and what its name has of its own, in memory as far as Limits
// allow and beyond it in spills that are sorted in runs and merged, so 100 million objects take
// some 11 GB of temporary disk and the same memory as ten million. What is found has no bound but
// the number of objects; each finding says how many objects it is about, and which other file shows
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/dicom/between/object_key.h"
#include "engine/dicom/between/spill.h"
#include "engine/dicom/finding.h"

namespace slipring::collate {

// Raised with every change of what is found between the same objects: who keeps what was found
// knows by it, between versions of the program, that it is to be judged anew.
inline constexpr std::uint64_t kRulesEdition = 1;

struct Limits {
  // Of sorts and names together; more objects go to spills.
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;
  // Of a series, whose positions and numbers are judged together; 64 bytes of memory each. More are
  // left out, and a finding says how many.
  std::size_t series_objects_max = std::size_t{1} << 20;
  // DICOMDIRs whose listings are judged; a finding says how many more there are.
  std::size_t directories_max = std::size_t{1} << 16;
};

class Collator {
 public:
  using Take = std::function<void(std::string_view path, const dicom::Finding& finding)>;

  explicit Collator(dicom::SpillPlace& place, const Limits& limits = {});
  ~Collator();
  Collator(Collator&&) noexcept;
  Collator& operator=(Collator&&) noexcept;

  // One object. Its path is the name it has in reports and by which a DICOMDIR finds it.
  [[nodiscard]] Result<void> add(std::string_view path, const dicom::ObjectKeys& keys);
  [[nodiscard]] std::uint64_t size() const;

  // Once, when all were added. The same objects in the same order give the same findings in the
  // same order.
  [[nodiscard]] Result<void> judge(const Take& take);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace slipring::collate
