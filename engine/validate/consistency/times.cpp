#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "engine/dicom/dictionary.h"
#include "engine/validate/consistency/root.h"

namespace slipring::validate::consistency {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;

constexpr RuleId kBirth{4, 21}, kAge{4, 22}, kOrder{4, 23}, kZone{4, 34};
constexpr Tag kStudyDate{0x0008, 0x0020}, kBirthDate{0x0010, 0x0030}, kPatientAge{0x0010, 0x1010},
    kTimezone{0x0008, 0x0201};

// Days, about: enough to compare dates months apart. Nothing unless YYYYMMDD.
std::optional<double> days(std::string_view date) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(date.data(), date.data() + date.size(), number);
  if (date.size() != 8 || error != std::errc{} || end != date.data() + 8) return std::nullopt;
  const unsigned year = number / 10000;
  const unsigned month = number / 100 % 100;
  return year * 365.25 + (month - 1.0) * 30.4375 + number % 100;
}

void birth(Root& root) {
  const auto born = days(root.text(kBirthDate));
  const auto studied = days(root.text(kStudyDate));
  if (!born || !studied) return;
  if (*born > *studied)
    return root.say(kBirth, Severity::Warning, *root.find(kBirthDate),
                    [] { return std::string("the patient is born after the study"); });
  const std::string_view age = root.text(kPatientAge);
  unsigned number = 0;
  if (age.size() != 4) return;
  const std::string_view digits = age.substr(0, 3);
  const char* const last = digits.data() + digits.size();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ptr != last) return;
  const double unit = age[3] == 'D' ? 1 : age[3] == 'W' ? 7 : age[3] == 'M' ? 30.4375 : 365.25;
  // Ages are cut to whole units, and people write what they were told: one unit and a year apart.
  if (std::abs(number * unit - (*studied - *born)) <= 365.25 + unit) return;
  root.say(kAge, Severity::Warning, *root.find(kPatientAge),
           [] { return std::string("Patient's Age is not what birth date and Study Date give"); });
}

// What belongs to a study does not happen before it began; a day is left for midnight and zones.
void order(Root& root) {
  constexpr std::array<Wanted, 3> kLater = {Tag(0x00080021), Tag(0x00080022), Tag(0x00080023)};
  const auto studied = days(root.text(kStudyDate));
  if (!studied) return;
  for (const Wanted& date : kLater) {
    const auto later = days(root.text(date));
    if (!later || *later >= *studied - 1.5) continue;
    root.say(kOrder, Severity::Warning, *root.find(date),
             [&] { return fmt::format("{} is before Study Date", dicom::keyword(date.tag)); });
  }
}

// &ZZXX, -1200 to +1400 (PS3.3 C.12.1.1.8).
void zone(Root& root) {
  const Element* element = root.find(kTimezone);
  const std::string_view text = root.text(kTimezone);
  if (element == nullptr || text.empty()) return;
  unsigned number = 0;
  const bool form =
      text.size() == 5 && (text[0] == '+' || text[0] == '-') &&
      std::from_chars(text.data() + 1, text.data() + 5, number).ptr == text.data() + 5;
  const bool minus = text[0] == '-';
  if (form && number % 100 < 60 && number <= (minus ? 1200U : 1400U) && !(minus && number == 0))
    return;
  root.say(kZone, Severity::Warning, *element,
           [] { return std::string("Timezone Offset From UTC is not &ZZXX, -1200 to +1400"); });
}

}  // namespace

void check_times(Root& root) {
  birth(root);
  order(root);
  zone(root);
}

}  // namespace slipring::validate::consistency
