// Walk: one forward, iterative pass over the elements of a data set, from its first byte to its
// end, writing the tape and noting what it had to tolerate. An explicit stack holds the open
// sequences and items. It stops at the first spot it cannot pass without guessing: an Error, the
// tape before it good, every open item and sequence closed on the tape.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/base/error.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/scanned.h"
#include "engine/scan/header.h"
#include "engine/scan/scan.h"

namespace slipring::scan {

// What the attribute (7FE0,0010) at depth 0 turned out to hold.
enum class PixelForm : std::uint8_t { None, Native, Fragments };

class Walk {
 public:
  struct Input {
    Bytes bytes;                       // what there is
    std::uint64_t size_bytes = 0;      // of the whole, bytes.size() or more
    std::uint64_t begin = 0;           // of the data set
    Mode mode = Mode::ExplicitLittle;  // of the data set
    bool fragments_expected = false;   // the transfer syntax is encapsulated, or unknown
  };

  Walk(const Input& input, const Options& options, dicom::Scanned& out);
  void run();
  [[nodiscard]] PixelForm pixel_form() const { return pixel_form_; }

 private:
  enum class Kind : std::uint8_t { Elements, Sequence, Fragments };

  // An open container: the data set (the first), an item, a sequence, encapsulated pixel data.
  struct Frame {
    std::uint64_t end;      // one past its bytes; where undefined, its container's end
    std::uint64_t header;   // where its header stands
    std::uint32_t length;   // as declared
    std::uint32_t tag;      // of the sequence or pixel data
    std::uint32_t items;    // met so far in a sequence or in pixel data
    std::uint32_t tag_max;  // of the elements met so far
    Kind kind;
    Mode mode;
    std::uint8_t depth;  // on the tape, of what stands directly inside
    bool bounded;        // a declared length that holds ends it, not the end of the data set
    bool clipped;        // its declared length goes beyond the end of the data set
    [[nodiscard]] bool undefined() const { return length == dicom::kUndefinedLength; }
  };

  // walk.cpp: the usual case.
  template <Mode M>
  void usual_elements();
  bool step();
  void push(const ElementHeader& header, unsigned depth);
  void finish();

  // walk_element.cpp: one element that is not usual. All return false when the walk is over.
  bool element();
  bool read_element(ElementHeader& header);
  bool read_explicit(ElementHeader& header);
  bool read_odd_vr(ElementHeader& header);
  bool try_form(ElementHeader& header, dicom::VR vr, dicom::Header form);
  bool plausible_after(const ElementHeader& header, Mode mode);
  bool plausible_header(std::uint64_t at, std::uint64_t end, dicom::Tag after, Mode mode);
  void note_tag(const ElementHeader& header);
  void note_disorder(const ElementHeader& header);
  void note_header(const ElementHeader& header);
  bool undefined_length(const ElementHeader& header);
  bool leaf(const ElementHeader& header);
  bool sequence_or_opaque(const ElementHeader& header);
  bool fragments_fill(const ElementHeader& header);

  // walk_container.cpp: sequences, items, fragments, their ends, and the end of the data set.
  bool enter(const ElementHeader& header, Kind kind, Mode mode);
  bool item();
  bool enter_item(const ElementHeader& header);
  void settle_item_length(const ElementHeader& header);
  bool fragment();
  bool mend_fragment();
  bool delimiter_among_elements(const ElementHeader& header);
  bool end_sequence_at(const ElementHeader& delimiter);
  bool other_in_sequence(const ElementHeader& header);
  bool container_ends();
  bool cut_header(dicom::Tag tag, std::uint64_t left);
  bool beyond(const ElementHeader& header, std::uint64_t room);
  void close(const ElementHeader* delimiter);
  bool trailing();
  bool rest_is_zero();

  // Findings, errors, more bytes.
  bool need(std::uint64_t bytes);
  [[nodiscard]] bool have(std::uint64_t bytes) const { return bytes <= bytes_.size(); }
  void note(dicom::RuleId rule, dicom::Severity severity, dicom::Tag tag, std::uint64_t offset,
            std::string_view message);
  bool fail(dicom::RuleId rule, dicom::Tag tag, const Error& error);
  [[nodiscard]] std::string path_to(dicom::Tag tag) const;
  [[nodiscard]] Frame& top() { return stack_.back(); }
  [[nodiscard]] bool at_root() const { return stack_.size() == 1; }
  void check_group_lengths();

  Bytes bytes_;
  std::uint64_t size_;
  std::uint64_t at_;
  const Options& options_;
  dicom::Scanned& out_;
  dicom::Tape& tape_;
  std::vector<Frame> stack_;
  unsigned nesting_ = 0;
  bool fragments_expected_;
  bool group_lengths_ = false;
  bool big_endian_;
  PixelForm pixel_form_ = PixelForm::None;
};

// How many bytes to ask for when `bytes` are needed and `have` were given: enough that a file read
// in ever larger heads is read a bounded number of times.
[[nodiscard]] std::uint64_t useful_head(std::uint64_t bytes, std::uint64_t have,
                                        std::uint64_t size);

[[nodiscard]] bool all_zero(Bytes bytes);

namespace rules {
inline constexpr dicom::RuleId kAscending{2, 1}, kDuplicate{2, 2}, kOdd{2, 3}, kBeyond{2, 4},
    kUndefined{2, 5}, kDelimiterMissing{2, 6}, kDelimiterStray{2, 7}, kNesting{2, 8},
    kReserved{2, 9}, kVR{2, 10}, kVRDictionary{2, 11}, kUnit{2, 12}, kGroupLength{2, 13},
    kIllegalGroup{2, 14}, kTrailing{2, 18}, kUNSequence{2, 24}, kMetaInside{1, 10},
    kEncoding{1, 13}, kZeroTail{0, 5};
}  // namespace rules

}  // namespace slipring::scan
