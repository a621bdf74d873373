#include "engine/validate/values/check_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/dicom/charset.h"
#include "engine/validate/kernels/char_class.h"
#include "engine/validate/values/grammar.h"
#include "engine/validate/values/text.h"

namespace slipring::validate::values {

namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::SpecificCharacterSet;
using dicom::VR;
using kernels::CharClass;
using kernels::ClassTest;

constexpr RuleId kImplementationClass{1, 8}, kCharset{2, 15}, kUndecodable{2, 16}, kEscape{2, 17},
    kTooLongForExplicit{2, 19}, kGrammar{2, 20}, kPadding{2, 21}, kNul{2, 22}, kControl{2, 23};

// The longest value an explicit 16-bit length can state (PS3.5 7.1.2), even.
constexpr std::uint32_t kShortLengthMax = 0xFFFE;

struct TextVR {
  bool text = false;
  CharClass cls = CharClass::Text;
};

constexpr std::array<TextVR, dicom::kVRCount> make_text_vrs() {
  std::array<TextVR, dicom::kVRCount> table{};
  const auto set = [&](VR vr, CharClass cls) { table[static_cast<std::size_t>(vr)] = {true, cls}; };
  for (const VR vr : {VR::AE, VR::LO, VR::PN, VR::SH, VR::UC}) set(vr, CharClass::Text);
  for (const VR vr : {VR::LT, VR::ST, VR::UT}) set(vr, CharClass::MultilineText);
  set(VR::AS, CharClass::Age);
  set(VR::CS, CharClass::Code);
  set(VR::DA, CharClass::Date);
  set(VR::DS, CharClass::Decimal);
  set(VR::DT, CharClass::DateTime);
  set(VR::IS, CharClass::Integer);
  set(VR::TM, CharClass::Time);
  set(VR::UI, CharClass::Uid);
  set(VR::UR, CharClass::Uri);
  return table;
}
constexpr auto kTextVRs = make_text_vrs();

constexpr const TextVR& text_vr(VR vr) { return kTextVRs[static_cast<std::size_t>(vr)]; }

bool is_control(std::uint8_t byte) { return byte < 0x20 || byte == 0x7F; }
bool is_line_control(std::uint8_t byte) {
  return byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r' || byte == 0x1B;
}

// Calls check(value, its number from 1, where it starts) for each value between backslashes until
// it returns false.
template <class Check>
void for_each_value(std::string_view text, Check check) {
  std::size_t start = 0;
  for (std::uint64_t number = 1;; ++number) {
    const std::size_t end = text.find('\\', start);
    if (!check(text.substr(start, end - start), number, start)) return;
    if (end == std::string_view::npos) return;
    start = end + 1;
  }
}

class ValueWalk {
 public:
  ValueWalk(const DataSet& data_set, const recall::TapeMarks& settled,
            catalogue::Reporter& reporter)
      : data_set_(data_set),
        settled_(settled),
        one_by_one_(settled.none()),
        reporter_(reporter),
        said_of_implementation_(reporter.findings().count(kImplementationClass) != 0) {}

  void run() {
    const auto tape = data_set_.tape();
    for (std::size_t i = 0; i < tape.size(); i = next(i)) {
      const Element& element = tape[i];
      if (element.depth < scope_depth_) leave_scopes(element.depth);
      if (!element.is_attribute() || element.undefined_length() || element.length == 0) continue;
      if (!one_by_one_ && settled_[i]) continue;
      if (text_vr(element.vr()).text)
        text_element(i, element);
      else if (element.vr() == VR::FD || element.vr() == VR::FL)
        floats(i, element);
      if (element.length > kShortLengthMax && element.header() == dicom::Header::Implicit)
        long_value(i, element);
    }
    flush();
  }

 private:
  // A data set or item with a Specific Character Set of its own.
  struct Scope {
    unsigned depth;
    SpecificCharacterSet charset;
  };
  static constexpr std::size_t kBatch = 32;

  // The next entry to look at: one that is not settled, or one that may end an item's scope.
  [[nodiscard]] std::size_t next(std::size_t entry) const {
    return one_by_one_ || scope_depth_ > 0 ? entry + 1 : settled_.next_unmarked(entry + 1);
  }

  void leave_scopes(unsigned depth) {
    flush();
    while (!scopes_.empty() && scopes_.back().depth > depth) scopes_.pop_back();
    scope_depth_ = scopes_.empty() ? 0 : scopes_.back().depth;
  }

  [[nodiscard]] SpecificCharacterSet charset() const {
    return scopes_.empty() ? SpecificCharacterSet{} : scopes_.back().charset;
  }

  [[nodiscard]] catalogue::Place at(std::size_t index, std::uint64_t offset) const {
    return {&data_set_, index, offset};
  }

  void text_element(std::size_t index, const Element& element) {
    Bytes value = data_set_.value(element);
    if (value.empty()) return;
    if (element.tag == dicom::tags::ImplementationClassUID && said_of_implementation_) return;
    if (element.tag == dicom::tags::SpecificCharacterSet) return enter_scope(index, element, value);
    const std::uint8_t last = value.back();
    if (last == 0 || (last == ' ' && element.vr() == VR::UI))
      value = without_padding(index, element, value);
    ClassTest& test = tests_[pending_];
    test.offset = element.offset;
    test.length_bytes = static_cast<std::uint32_t>(value.size());
    test.cls = text_vr(element.vr()).cls;
    indices_[pending_++] = index;
    if (pending_ == kBatch) flush();
  }

  // Says what was found in an element without a class test, behind what those before it have: in
  // the order of the tape, whatever is settled.
  template <class Message>
  void say(RuleId rule, const catalogue::Place& place, Message&& message) {
    flush();
    reporter_.add(rule, Severity::Warning, place, std::forward<Message>(message));
  }

  // Cuts trailing NULs, and spaces of UI; says so unless it is the one NUL that UI may have.
  Bytes without_padding(std::size_t index, const Element& element, Bytes value) {
    std::size_t nuls = 0;
    std::size_t spaces = 0;
    const bool is_uid = element.vr() == VR::UI;
    while (!value.empty() && (value.back() == 0 || (is_uid && value.back() == ' '))) {
      ++(value.back() == 0 ? nuls : spaces);
      value = value.first(value.size() - 1);
    }
    if (is_uid && nuls <= 1 && spaces == 0) return value;
    say(kPadding, at(index, element.offset + value.size()), [&] {
      if (is_uid)
        return fmt::format("UI padded with {} NUL and {} spaces, not one NUL", nuls, spaces);
      return fmt::format("{} padded with {} NUL, not a space", dicom::name(element.vr()), nuls);
    });
    return value;
  }

  void enter_scope(std::size_t index, const Element& element, Bytes value) {
    flush();
    const SpecificCharacterSet read = dicom::parse_specific_character_set(as_text(value));
    if (!scopes_.empty() && scopes_.back().depth == element.depth) scopes_.pop_back();
    scopes_.push_back({static_cast<unsigned>(element.depth), read});
    scope_depth_ = element.depth;
    if (read.problem == dicom::CharsetProblem::None) return;
    say(kCharset, at(index, element.offset),
        [&] { return fmt::format("value {} {}", read.problem_value, describe(read.problem)); });
  }

  void long_value(std::size_t index, const Element& element) {
    const VR vr = element.vr();
    if (vr == VR::None || dicom::facts(vr).long_header) return;
    say(kTooLongForExplicit, at(index, element.offset), [&] {
      return fmt::format("{} of {} bytes; 65534 fit in explicit VR", dicom::name(vr),
                         element.length);
    });
  }

  void floats(std::size_t index, const Element& element) {
    const Bytes value = data_set_.value(element);
    const bool big = data_set_.encoding().big_endian;
    const std::size_t unit = element.vr() == VR::FD ? 8 : 4;
    for (std::size_t i = 0; i + unit <= value.size(); i += unit) {
      const std::uint8_t* from = value.data() + i;
      // An exponent of ones is a NaN or an infinity (IEEE 754).
      const bool finite =
          unit == 8 ? ((big ? load_be<std::uint64_t>(from) : load_le<std::uint64_t>(from)) >> 52 &
                       0x7FF) != 0x7FF
                    : ((big ? load_be<std::uint32_t>(from) : load_le<std::uint32_t>(from)) >> 23 &
                       0xFF) != 0xFF;
      if (finite) continue;
      return say(kGrammar, at(index, element.offset + i), [&] {
        return fmt::format("{} value {} is not a finite number", dicom::name(element.vr()),
                           i / unit + 1);
      });
    }
  }

  void flush() {
    if (pending_ == 0) return;
    const std::span<ClassTest> tests(tests_.data(), pending_);
    kernels::classify(data_set_.bytes(), tests);
    for (std::size_t i = 0; i < pending_; ++i) {
      const Element& element = data_set_.tape()[indices_[i]];
      const Bytes value = data_set_.bytes().subspan(tests[i].offset, tests[i].length_bytes);
      if (tests[i].clean && kernels::number_form(tests[i].cls))
        numbers(indices_[i], element, tests[i]);
      else if (tests[i].clean)
        clean(indices_[i], element, as_text(value));
      else if (dicom::facts(element.vr()).charset)
        text_in_charset(indices_[i], element, value);
      else
        outside_repertoire(indices_[i], element, value);
    }
    pending_ = 0;
  }

  // Every byte is of the VR's repertoire: what is left is form and length.
  void clean(std::size_t index, const Element& element, std::string_view text) {
    switch (element.vr()) {
      case VR::UI:
      case VR::UC:
      case VR::UT:
        return;
      case VR::UR:
        if (!text.empty() && text.front() == ' ')
          complain(index, element, 1, 0, {"begins with a space", 0});
        return;
      case VR::SH:
      case VR::CS:
        if (text.size() <= 16) return;
        break;
      case VR::LO:
        if (text.size() <= 64) return;
        break;
      case VR::ST:
        if (text.size() <= 1024) return;
        break;
      case VR::LT:
        if (text.size() <= 10240) return;
        break;
      case VR::PN:
        return person_names(index, element, text);
      default:
        return grammar(index, element, text);
    }
    if (element.vr() == VR::CS)
      grammar(index, element, text);
    else
      text_in_charset(index, element, as_bytes(text));
  }

  void grammar(std::size_t index, const Element& element, std::string_view text) {
    for_each_value(text, [&](std::string_view value, std::uint64_t number, std::size_t start) {
      const Complaint found = complaint(element.vr(), value);
      if (found) complain(index, element, number, start, found);
      return !found;
    });
  }

  // The grammar of DS and IS: the values that are not plain, one by one.
  void numbers(std::size_t index, const Element& element, const ClassTest& test) {
    const std::string_view text =
        as_text(data_set_.bytes().subspan(test.offset, test.length_bytes));
    for (std::size_t start = test.plain_bytes; start < text.size();) {
      const std::size_t end = std::min(text.find('\\', start), text.size());
      const Complaint found = complaint(element.vr(), text.substr(start, end - start));
      if (found) {
        const auto before = std::ranges::count(text.substr(0, start), '\\');
        return complain(index, element, static_cast<std::uint64_t>(before) + 1, start, found);
      }
      start = end + 1;
      if (start < text.size())
        start += kernels::plain_numbers(data_set_.bytes().subspan(test.offset + start),
                                        text.size() - start, *kernels::number_form(test.cls));
    }
  }

  void person_names(std::size_t index, const Element& element, std::string_view text) {
    for_each_value(text, [&](std::string_view value, std::uint64_t number, std::size_t start) {
      const Complaint found = person_name_complaint(value);
      if (found) complain(index, element, number, start, found);
      return !found;
    });
  }

  void complain(std::size_t index, const Element& element, std::uint64_t number, std::size_t start,
                const Complaint& found) {
    reporter_.add(
        kGrammar, Severity::Warning, at(index, element.offset + start + found.position), [&] {
          return fmt::format("{} value {} {}", dicom::name(element.vr()), number, found.what);
        });
  }

  // A VR of the default repertoire with a byte that is not of its own; the first value that is
  // wrong.
  void outside_repertoire(std::size_t index, const Element& element, Bytes bytes) {
    const CharClass cls = text_vr(element.vr()).cls;
    const auto check = [&](std::string_view value, std::uint64_t number, std::size_t start) {
      const bool old_form = element.vr() == VR::DA || element.vr() == VR::TM;
      for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(value[i]);
        if (kernels::in_class(cls, byte)) continue;
        const catalogue::Place place = at(index, element.offset + start + i);
        const Complaint found =
            old_form && byte > 0x20 && byte < 0x7F ? complaint(element.vr(), value) : Complaint{};
        if (found)
          complain(index, element, number, start, found);
        else
          wrong_byte(element, byte, number, i, place);
        return false;
      }
      const Complaint found = complaint(element.vr(), value);
      if (found) complain(index, element, number, start, found);
      return !found;
    };
    if (element.vr() == VR::UR)
      check(as_text(bytes), 1, 0);
    else
      for_each_value(as_text(bytes), check);
  }

  void wrong_byte(const Element& element, std::uint8_t byte, std::uint64_t number,
                  std::size_t position, const catalogue::Place& place) {
    const std::string_view vr = dicom::name(element.vr());
    if (byte == 0)
      reporter_.add(kNul, Severity::Warning, place, [&] {
        return fmt::format("{} value {} has a NUL at byte {}", vr, number, position);
      });
    else if (is_control(byte) && !is_line_control(byte))
      reporter_.add(kControl, Severity::Warning, place, [&] {
        return fmt::format("{} value {} has control character {:02X} at byte {}", vr, number, byte,
                           position);
      });
    else
      reporter_.add(kGrammar, Severity::Warning, place, [&] {
        return fmt::format("{} value {} has byte {:02X} at {}, which {} does not allow", vr, number,
                           byte, position, vr);
      });
  }

  void text_in_charset(std::size_t index, const Element& element, Bytes value) {
    const TextShape shape = text_shape(element.vr());
    const TextFacts facts = read_text(value, charset(), shape);
    const std::string_view vr = dicom::name(element.vr());
    const auto say = [&](RuleId rule, const Fault& fault, auto message) {
      if (fault.count != 0)
        reporter_.add(rule, Severity::Warning, at(index, element.offset + fault.first), message);
    };
    const std::string_view first = name(charset().first);
    say(kUndecodable, facts.undecodable, [&] {
      return fmt::format("{}: {} bytes mean nothing in {}{}", vr, facts.undecodable.count, first,
                         scopes_.empty() ? ", (0008,0005) is absent" : "");
    });
    say(kEscape, facts.undeclared, [&] {
      return fmt::format("{}: {} escape sequences that (0008,0005) does not announce", vr,
                         facts.undeclared.count);
    });
    say(kEscape, facts.not_reset, [&] {
      return fmt::format("{}: a two-byte character set is not switched back {} times", vr,
                         facts.not_reset.count);
    });
    say(kNul, facts.nul, [&] { return fmt::format("{} has {} NUL inside", vr, facts.nul.count); });
    say(kControl, facts.control,
        [&] { return fmt::format("{} has {} control characters", vr, facts.control.count); });
    say(kGrammar, facts.line, [&] {
      return fmt::format("{} has {} TAB, LF, FF or CR, which {} does not allow", vr,
                         facts.line.count, vr);
    });
    say(kGrammar, facts.too_long, [&] {
      return fmt::format("{} has {} characters, at most {} are allowed", vr,
                         facts.longest_characters, shape.characters_max);
    });
    say(kGrammar, facts.groups, [&] { return std::string("PN has more than 3 groups"); });
    say(kGrammar, facts.components,
        [&] { return std::string("PN has more than 5 components in a group"); });
  }

  const DataSet& data_set_;
  const recall::TapeMarks& settled_;
  bool one_by_one_;  // nothing is settled
  catalogue::Reporter& reporter_;
  bool said_of_implementation_;
  std::vector<Scope> scopes_;
  unsigned scope_depth_ = 0;  // of the innermost, or 0
  std::array<ClassTest, kBatch> tests_;
  std::array<std::size_t, kBatch> indices_;
  std::size_t pending_ = 0;  // tests
};

}  // namespace

bool counts_for_others(const Element& element) {
  return element.tag == dicom::tags::SpecificCharacterSet ||
         element.tag == dicom::tags::ImplementationClassUID;
}

void check_values(const DataSet& data_set, const recall::TapeMarks& settled,
                  catalogue::Reporter& reporter) {
  ValueWalk(data_set, settled, reporter).run();
}

}  // namespace slipring::validate::values
