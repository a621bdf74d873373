#include <fmt/format.h>

#include <array>
#include <bit>
#include <vector>

#include "engine/dicom/dictionary.h"
#include "engine/validate/object/parts.h"
#include "engine/validate/object/values.h"

namespace slipring::validate::object {

namespace {

using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;

constexpr RuleId kGroups{4, 15}, kFrameItems{4, 26};
constexpr Tag kShared{0x5200, 0x9229}, kPerFrame{0x5200, 0x9230};

class GroupWalk {
 public:
  GroupWalk(const dicom::Scanned& scanned, const standard::Iod& iod, std::uint64_t wanted,
            catalogue::Reporter& reporter)
      : data_set_(scanned.data_set()),
        groups_(standard::groups(iod)),
        wanted_(wanted),
        complete_(!scanned.error),
        reporter_(reporter) {}

  void run() {
    if (groups_.empty()) return;
    const dicom::Element* shared = data_set_.find(kShared);
    const dicom::Element* per_frame = data_set_.find(kPerFrame);
    if (shared == nullptr && per_frame == nullptr) return;  // L4-04 says so
    if (shared != nullptr) look_into(index_of(*shared), shared_, items_shared_);
    if (per_frame != nullptr) look_into(index_of(*per_frame), in_every_, items_per_frame_);
    if (items_per_frame_ == 0) in_every_ = 0;
    if (!complete_) return;
    judge(shared != nullptr ? index_of(*shared) : index_of(*per_frame));
    if (per_frame != nullptr) judge_frames(index_of(*per_frame));
  }

 private:
  [[nodiscard]] std::size_t index_of(const dicom::Element& element) const {
    return static_cast<std::size_t>(&element - data_set_.tape().data());
  }

  // Groups that stand in all items (of the per-frame ones), and in any.
  void look_into(std::size_t sequence, std::uint64_t& all, std::uint64_t& items) {
    const auto tape = data_set_.tape();
    const unsigned depth = tape[sequence].depth;
    std::uint64_t here = 0;
    all = ~std::uint64_t{0};
    for (std::size_t i = sequence + 1; i < tape.size() && tape[i].depth > depth; ++i) {
      if (tape[i].is_item() && tape[i].depth == depth + 1) {
        if (items++ > 0) all &= here;
        here = 0;
      } else if (tape[i].is_attribute() && tape[i].depth == depth + 2) {
        here |= known_bits_of(tape[i].tag);
      }
      if (tape[sequence].tag == kPerFrame) in_any_ |= here;
    }
    all = items == 0 ? 0 : all & here;
  }

  // Several macros may use one sequence, one of them at a time.
  [[nodiscard]] std::uint64_t bits_of(Tag tag) const {
    std::uint64_t bits = 0;
    for (std::size_t g = 0; g < groups_.size(); ++g)
      if (groups_[g].tag == tag.value) bits |= std::uint64_t{1} << g;
    return bits;
  }

  // The same, looked up once: frames have the same groups.
  [[nodiscard]] std::uint64_t known_bits_of(Tag tag) {
    Known& known = known_[(tag.value * 0x9E3779B1U) >> 27];
    if (known.tag != tag) known = {tag, bits_of(tag)};
    return known.bits;
  }

  void judge(std::size_t at) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const std::uint64_t bit = std::uint64_t{1} << g;
      const Tag tag(groups_[g].tag);
      const bool first_of_tag = std::countr_zero(bits_of(tag)) == static_cast<int>(g);
      if ((shared_ & bit) != 0 && (in_any_ & bit) != 0 && first_of_tag)
        say(at, tag, "stands in the shared and in per-frame functional groups");
      else if (groups_[g].usage() == standard::Usage::Mandatory &&
               ((shared_ | in_every_) & bit) == 0)
        say(at, tag,
            (in_any_ & bit) != 0 ? "is not in the functional groups of every frame"
                                 : "is mandatory and in no functional group");
      else if ((wanted_ & ~(shared_ | in_any_) & bit) != 0)
        say(at, tag, "is required by its condition and in no functional group");
    }
  }

  void judge_frames(std::size_t at) {
    const auto frames = data_set_.number_is(dicom::tags::NumberOfFrames);
    if (!frames || *frames == static_cast<std::int64_t>(items_per_frame_)) return;
    reporter_.add(kFrameItems, Severity::Error, {&data_set_, at, data_set_.tape()[at].offset}, [&] {
      return fmt::format("{} items of per-frame functional groups for {} frames", items_per_frame_,
                         *frames);
    });
  }

  void say(std::size_t at, Tag tag, std::string_view what) {
    reporter_.add(kGroups, Severity::Warning, {&data_set_, at, data_set_.tape()[at].offset},
                  [&] { return fmt::format("{} {}", dicom::keyword(tag), what); });
  }

  struct Known {
    Tag tag;  // (0000,0000) is no group
    std::uint64_t bits = 0;
  };

  dicom::DataSet data_set_;
  std::array<Known, 32> known_{};
  std::span<const standard::Group> groups_;
  std::uint64_t wanted_;
  bool complete_;
  catalogue::Reporter& reporter_;
  std::uint64_t shared_ = 0;
  std::uint64_t in_every_ = 0;
  std::uint64_t in_any_ = 0;
  std::uint64_t items_shared_ = 0;
  std::uint64_t items_per_frame_ = 0;
};

}  // namespace

void check_functional_groups(const dicom::Scanned& scanned, const standard::Iod& iod,
                             std::uint64_t wanted, catalogue::Reporter& reporter) {
  GroupWalk(scanned, iod, wanted, reporter).run();
}

}  // namespace slipring::validate::object
