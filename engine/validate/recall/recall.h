// Recall: what the checks of one object found, for the next. Objects come by series, and most of
// what one says the one before has said too: a check whose answer follows from values that did not
// change finds what it found before. Who validates object after object keeps a Recall; the findings
// are the same with it and without, in the same order.
//
// Two kinds of checks. A *rule* judges the object as a whole: as long as no value that it reads
// differs, in an object that is like the one before (dicom::Likeness), its findings are given
// again. A *sweep* judges each element by itself: it passes by those in which nothing was found and
// whose values are the same.
//
// Takes scanned objects, one after another. Must not know what any check looks for.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/dicom/scanned.h"
#include "engine/validate/recall/tape_marks.h"

namespace slipring::validate::recall {

enum class Sweep : std::uint8_t { MetaValues, Values, Dictionary };
// What is looked for on a tape by its tags.
enum class Lookup : std::uint8_t { Attributes, Items, Image };
enum class Rule : std::uint8_t {
  Object,
  Geometry,
  Times,
  Display,
  Frames,
  Uids,
  Identity,
  Content,
  Image,
};

class Recall {
 public:
  using Difference = dicom::Likeness::Difference;

  Recall() = default;
  // One that remembers nothing: every check is made.
  [[nodiscard]] static Recall of_nothing() {
    Recall recall;
    recall.remembers_ = false;
    return recall;
  }

  // The object that the calls from here on are about. Both stay where they are until finish().
  void begin(const dicom::Scanned& scanned, dicom::Findings& findings);

  // Calls check(settled): no entry of the tape that is marked there need be judged. What it finds
  // in an entry it says with the entry's tag and an offset in its header or value.
  // counts_for_others(element) is whether an element is never settled, and looked at every time: by
  // its tag alone, so that it is asked when the first like the one before comes.
  template <class Counts, class Check>
  void sweep(Sweep which, Counts&& counts_for_others, Check&& check) {
    Swept& swept = sweeps_[static_cast<std::size_t>(which)];
    if (!alike_ || swept.object + 1 != object_) {
      swept.pinned_known = false;
      swept.settled.reset(tape_of(which).size(), false);
    } else {
      if (!swept.pinned_known) pin(which, swept, std::forward<Counts>(counts_for_others));
      settle(which, swept);
    }
    start();
    std::forward<Check>(check)(std::as_const(swept.settled));
    learn(which, swept);
  }

  // Places on the tape that find(places) looks for by tags and order alone: of an object that is
  // like the one before they are the same.
  template <class Find>
  std::span<const std::uint32_t> places(Lookup which, Find&& find) {
    Places& places = places_[static_cast<std::size_t>(which)];
    if (!places.known) {
      places.entries.clear();
      std::forward<Find>(find)(places.entries);
    }
    places.known = true;
    return places.entries;
  }

  // A mark for each entry of the tape whose tag is one that is_read(tag) says; as places(). For
  // rule()'s reads: most objects are like none before, and nobody asks.
  template <class IsRead>
  const TapeMarks& entries_read(IsRead&& is_read) {
    if (!read_known_) {
      read_.reset(scanned_->tape.size(), false);
      for (std::size_t i = 0; i < scanned_->tape.size(); ++i)
        if (is_read(scanned_->tape[i].tag)) read_.mark(i);
    }
    read_known_ = true;
    return read_;
  }

  // Calls check(), which returns a number, or gives its findings and number again.
  // reads(difference) is whether its answer may depend on this value, which is not as it was.
  template <class Reads, class Check>
  std::uint64_t rule(Rule which, Reads&& reads, Check&& check) {
    Known& known = rules_[static_cast<std::size_t>(which)];
    if (alike_ && known.object + 1 == object_ &&
        std::ranges::none_of(scanned_->likeness.data_set, std::forward<Reads>(reads)))
      return repeat(known);
    start();
    known.number = std::forward<Check>(check)();
    learn(known);
    return known.number;
  }
  // The same of a check(read) that marks in `read` each entry of the tape whose value or length
  // counts for what it says. While these are the same it would read the same again, so that what is
  // marked need not be known before.
  template <class Check>
  void rule(Rule which, Check&& check) {
    Known& known = rules_[static_cast<std::size_t>(which)];
    const auto reads = [&](const Difference& each) { return known.read[each.entry]; };
    rule(which, reads, [&] {
      known.read.reset(scanned_->tape.size(), false);
      std::forward<Check>(check)(known.read);
      return 0;
    });
  }
  // The object is the one before from now on.
  void finish();

 private:
  // Where a finding is said to be: at the header or the value of an entry of the tape.
  struct At {
    std::size_t entry;
    bool header;
  };
  struct Known {
    std::uint64_t object = 0;  // the last one it holds for; 0: none
    std::uint64_t number = 0;
    std::vector<dicom::Finding> findings;
    std::vector<At> places;  // of each
    TapeMarks read;          // of a check that says what it read
  };
  struct Swept {
    std::uint64_t object = 0;  // the last one it was done for; 0: none
    TapeMarks settled;
    std::vector<std::size_t> faulty;  // entries in which something was found
    bool pinned_known = false;        // of objects like this one
    std::vector<std::size_t> pinned;  // entries that are never settled
  };
  struct Places {
    bool known = false;
    std::vector<std::uint32_t> entries;
  };

  void start();
  [[nodiscard]] std::span<const dicom::Finding> found() const;
  [[nodiscard]] bool all_kept() const;
  std::uint64_t repeat(Known& known);
  [[nodiscard]] std::optional<At> place_of(const dicom::Finding& finding) const;
  void learn(Known& known);
  [[nodiscard]] const dicom::Tape& tape_of(Sweep which) const {
    return which == Sweep::MetaValues ? scanned_->meta_tape : scanned_->tape;
  }
  template <class Counts>
  void pin(Sweep which, Swept& swept, Counts&& counts_for_others) {
    const dicom::Tape& tape = tape_of(which);
    swept.pinned.clear();
    for (std::size_t i = 0; i < tape.size(); ++i)
      if (counts_for_others(tape[i])) swept.pinned.push_back(i);
    swept.pinned_known = true;
  }
  void settle(Sweep which, Swept& swept);
  void learn(Sweep which, Swept& swept);

  const dicom::Scanned* scanned_ = nullptr;
  dicom::Findings* findings_ = nullptr;
  std::uint64_t before_ = 0;  // Likeness::number of the one before
  bool remembers_ = true;
  bool active_ = false;             // this object can be recalled
  bool alike_ = false;              // to the one before
  std::uint64_t object_ = 1;        // counted
  std::size_t kept_before_ = 0;     // findings, when the check began
  std::uint64_t count_before_ = 0;  // the same with those that are only counted
  std::array<Known, static_cast<std::size_t>(Rule::Image) + 1> rules_;
  std::array<Swept, 3> sweeps_;
  std::array<Places, 3> places_;
  TapeMarks read_;
  bool read_known_ = false;
};

}  // namespace slipring::validate::recall
