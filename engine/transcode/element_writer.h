// ElementWriter: the elements of a data set into an Output, in the target's encoding. Where source
// and target are encoded alike, everything that does not change is copied as the byte ranges it
// lies in; otherwise every element is made anew: values word-swapped by VR, sequences and items in
// undefined-length form (no length to recompute, none to overflow), group lengths dropped, implicit
// items inside explicit data sets made explicit. Must not know pixels: a change is an Edit.
#pragma once

#include <string_view>
#include <vector>

#include "codecs/base/buffer.h"
#include "engine/dicom/scanned.h"
#include "engine/dicom/tag.h"
#include "engine/dicom/vr.h"
#include "engine/transcode/output.h"

namespace slipring::transcode {

// A depth-0 element that is dropped, or replaced by a value in little endian (inserted in tag order
// where there is none).
struct Edit {
  dicom::Tag tag;
  bool drop = false;
  dicom::VR vr = dicom::VR::None;
  Bytes value = {};  // of the caller, kept until the writer is done
  bool done = false;
  std::uint64_t* value_at = nullptr;  // gets where the value begins in the output

  [[nodiscard]] static Edit dropped(dicom::Tag tag) {
    return {tag, true, dicom::VR::None, {}, true, nullptr};
  }
  [[nodiscard]] static Edit set(dicom::Tag tag, dicom::VR vr, Bytes value) {
    return {tag, false, vr, value, false, nullptr};
  }
};

class ElementWriter {
 public:
  ElementWriter(const dicom::Scanned& scanned, dicom::Encoding target, std::vector<Edit> edits,
                Output& out);

  // Tape entries [begin, end), both at depth 0. Calls follow each other in ascending order.
  void write(std::size_t begin, std::size_t end);
  // Edits not inserted yet whose tags are lower than this one; all of them with the highest tag.
  void insert_before(dicom::Tag tag);

 private:
  [[nodiscard]] Edit* edit_of(dicom::Tag tag);
  [[nodiscard]] std::uint64_t end_of(std::size_t next) const;
  void write_edit(Edit& edit);
  void copy_ranges(std::size_t begin, std::size_t end);
  void make_anew(std::size_t begin, std::size_t end);

  const dicom::Scanned& scanned_;
  dicom::DataSet data_set_;
  dicom::Encoding target_;
  std::vector<Edit> edits_;
  Output& out_;
  bool verbatim_ = false;
  bool signed_pixels_ = false;
};

}  // namespace slipring::transcode
