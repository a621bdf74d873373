#include "engine/validate/values/text.h"

#include <algorithm>

namespace slipring::validate::values {

namespace {

using dicom::SpecificCharacterSet;
using dicom::TextReader;
using dicom::TextStep;
using dicom::VR;

class Reading {
 public:
  Reading(Bytes text, const SpecificCharacterSet& charset, const TextShape& shape)
      : reader_(text, charset), shape_(shape), judge_bytes_(charset.known) {}

  TextFacts run() {
    while (!reader_.done()) {
      position_ = reader_.position();
      take(reader_.next());
    }
    position_ = reader_.position();
    end_value();
    return facts_;
  }

 private:
  void take(const TextStep& step) {
    switch (step.kind) {
      case TextStep::Kind::Character:
        character(step.code);
        break;
      case TextStep::Kind::Escape:
        break;
      case TextStep::Kind::UndeclaredEscape:
      case TextStep::Kind::UnknownEscape:
        facts_.undeclared.add(position_);
        break;
      case TextStep::Kind::Undecodable:
        if (judge_bytes_) facts_.undecodable.add(position_);
        count(true);
        break;
    }
  }

  void character(std::uint8_t code) {
    if (code < 0x20 || code == 0x7F) return control(code);
    if (code == '\\' && shape_.several) return end_value();
    if (code == '=' && shape_.person_name) return end_group();
    if (code == '^' && shape_.person_name) return end_component();
    count(code != ' ');
  }

  void control(std::uint8_t code) {
    const bool line = code == '\t' || code == '\n' || code == '\f' || code == '\r';
    if (code == 0)
      facts_.nul.add(position_);
    else if (!line)
      facts_.control.add(position_);
    else if (!shape_.lines)
      facts_.line.add(position_);
    reset();
    count(true);
  }

  void count(bool visible) {
    ++characters_;
    if (visible) significant_ = characters_;
  }

  void reset() {
    if (reader_.must_reset()) facts_.not_reset.add(position_);
    reader_.reset();
  }

  void measure() {
    facts_.longest_characters = std::max(facts_.longest_characters, significant_);
    if (shape_.characters_max != 0 && significant_ > shape_.characters_max)
      facts_.too_long.add(position_);
    characters_ = significant_ = 0;
  }

  void end_component() {
    reset();
    count(true);
    if (++components_ == kPersonNameComponentsMax + 1) facts_.components.add(position_);
  }

  void end_group() {
    reset();
    measure();
    components_ = 1;
    if (++groups_ == kPersonNameGroupsMax + 1) facts_.groups.add(position_);
  }

  void end_value() {
    reset();
    measure();
    components_ = groups_ = 1;
  }

  TextReader reader_;
  TextShape shape_;
  bool judge_bytes_;
  TextFacts facts_;
  std::uint64_t position_ = 0;
  std::uint64_t characters_ = 0;
  std::uint64_t significant_ = 0;  // without trailing spaces
  unsigned components_ = 1;
  unsigned groups_ = 1;
};

}  // namespace

TextShape text_shape(VR vr) {
  switch (vr) {
    case VR::LO:
      return {true, false, false, 64};
    case VR::SH:
      return {true, false, false, 16};
    case VR::PN:
      return {true, false, true, kPersonNameCharactersMax};
    case VR::UC:
      return {true, false, false, 0};
    case VR::LT:
      return {false, true, false, 10240};
    case VR::ST:
      return {false, true, false, 1024};
    case VR::UT:
      return {false, true, false, 0};
    default:
      return {};
  }
}

TextFacts read_text(Bytes text, const SpecificCharacterSet& charset, const TextShape& shape) {
  return Reading(text, charset, shape).run();
}

}  // namespace slipring::validate::values
