#include "engine/validate/values/grammar.h"

#include <charconv>
#include <cmath>

namespace slipring::validate::values {

namespace {

using dicom::VR;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_trailing_spaces(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Reads a value from its left end.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(at_); }
  [[nodiscard]] bool next_is_digit() const { return !done() && is_digit(text_[at_]); }
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_sign() { return take('+') || take('-'); }
  unsigned digits() {
    const std::size_t from = at_;
    while (next_is_digit()) ++at_;
    return static_cast<unsigned>(at_ - from);
  }
  // Two digits as a number; -1 when they are not there.
  int two_digits() {
    if (text_.size() - at_ < 2 || !is_digit(text_[at_]) || !is_digit(text_[at_ + 1])) return -1;
    at_ += 2;
    return (text_[at_ - 2] - '0') * 10 + (text_[at_ - 1] - '0');
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Complaint at(const Cursor& cursor, std::string_view what) { return {what, cursor.position()}; }

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

Complaint date(std::string_view value) {
  if (value.size() == 10 && value[4] == '.' && value[7] == '.' && all_digits(value.substr(0, 4)) &&
      all_digits(value.substr(5, 2)) && all_digits(value.substr(8, 2)))
    return {"is in the form YYYY.MM.DD of ACR-NEMA", 4};
  if (value.size() != 8) return {"is not 8 characters long", 0};
  if (!all_digits(value)) return {"is not YYYYMMDD", 0};
  return is_date(value) ? Complaint{} : Complaint{"is not a day of the calendar", 0};
}

// HH[MM[SS[.F{1,6}]]], seconds 60 allowed for a leap second.
Complaint time_of_day(Cursor& cursor) {
  const int hours = cursor.two_digits();
  if (hours < 0 || hours > 23) return at(cursor, "hours are not 00 to 23");
  if (!cursor.next_is_digit()) return {};
  const int minutes = cursor.two_digits();
  if (minutes < 0 || minutes > 59) return at(cursor, "minutes are not 00 to 59");
  if (!cursor.next_is_digit()) return {};
  const int seconds = cursor.two_digits();
  if (seconds < 0 || seconds > 60) return at(cursor, "seconds are not 00 to 60");
  if (!cursor.take('.')) return {};
  const unsigned digits = cursor.digits();
  if (digits == 0 || digits > 6) return at(cursor, "fraction does not have 1 to 6 digits");
  return {};
}

Complaint time(std::string_view value) {
  value = without_trailing_spaces(value);
  if (value.empty()) return {};
  if (value.size() >= 5 && value[2] == ':') return {"is in the form HH:MM:SS of ACR-NEMA", 2};
  Cursor cursor(value);
  if (const Complaint found = time_of_day(cursor)) return found;
  return cursor.done() ? Complaint{} : at(cursor, "is not HHMMSS.FFFFFF");
}

Complaint zone(Cursor& cursor) {
  const bool minus = cursor.take('-');
  if (!minus && !cursor.take('+')) return at(cursor, "is not YYYYMMDDHHMMSS.FFFFFF&ZZXX");
  const int hours = cursor.two_digits();
  const int minutes = cursor.two_digits();
  if (hours < 0 || minutes < 0 || minutes > 59) return at(cursor, "zone is not &ZZXX");
  const int offset = hours * 100 + minutes;
  if (offset > (minus ? 1200 : 1400)) return at(cursor, "zone is not -1200 to +1400");
  if (minus && offset == 0) return at(cursor, "zone is -0000");
  return cursor.done() ? Complaint{} : at(cursor, "has more behind the zone");
}

// YYYY[MM[DD[HH[MM[SS[.F{1,6}]]]]]][&ZZXX]
Complaint date_time(std::string_view value) {
  value = without_trailing_spaces(value);
  if (value.empty()) return {};
  Cursor cursor(value);
  const int century = cursor.two_digits();
  const int year = century < 0 ? -1 : cursor.two_digits();
  if (year < 0) return at(cursor, "does not begin with a year of 4 digits");
  if (cursor.next_is_digit()) {
    const int month = cursor.two_digits();
    if (month < 1 || month > 12) return at(cursor, "month is not 01 to 12");
    if (cursor.next_is_digit()) {
      const int day = cursor.two_digits();
      if (day < 1 || day > days_in_month(century * 100 + year, month))
        return at(cursor, "day is not one of the month");
      if (cursor.next_is_digit())
        if (const Complaint found = time_of_day(cursor)) return found;
    }
  }
  return cursor.done() ? Complaint{} : zone(cursor);
}

Complaint age(std::string_view value) {
  if (value.size() != 4) return {"is not 4 characters long", 0};
  const bool unit = value[3] == 'D' || value[3] == 'W' || value[3] == 'M' || value[3] == 'Y';
  if (!all_digits(value.substr(0, 3)) || !unit) return {"is not nnnD, nnnW, nnnM or nnnY", 0};
  return {};
}

// Leading and trailing spaces allowed: " *[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)? *"
Complaint decimal(std::string_view value) {
  value = without_trailing_spaces(value);
  if (value.size() > 16) return {"is longer than 16 characters", 16};
  Cursor cursor(value);
  while (cursor.take(' ')) {
  }
  if (cursor.done()) return {};
  const std::uint32_t start = cursor.position();
  cursor.take_sign();
  const unsigned whole = cursor.digits();
  const unsigned fraction = cursor.take('.') ? cursor.digits() : 0;
  if (whole + fraction == 0) return at(cursor, "is not a number");
  if (cursor.take('e') || cursor.take('E')) {
    cursor.take_sign();
    const unsigned exponent_digits = cursor.digits();
    if (exponent_digits == 0) return at(cursor, "has an exponent without digits");
    if (cursor.done() && exponent_digits >= 3) {
      std::string_view text = value.substr(start);
      if (text.front() == '+') text.remove_prefix(1);
      double result = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), result);
      if (read.ec == std::errc::result_out_of_range)
        return {"is beyond the range of numbers", start};
    }
  }
  return cursor.done() ? Complaint{} : at(cursor, "is not a decimal number");
}

Complaint integer(std::string_view value) {
  value = without_trailing_spaces(value);
  if (value.size() > 12) return {"is longer than 12 characters", 12};
  Cursor cursor(value);
  while (cursor.take(' ')) {
  }
  if (cursor.done()) return {};
  const bool minus = cursor.take('-');
  if (!minus) cursor.take('+');
  const std::uint32_t first = cursor.position();
  if (cursor.digits() == 0 || !cursor.done()) return at(cursor, "is not an integer");
  std::int64_t magnitude = 0;
  for (const char c : value.substr(first)) magnitude = magnitude * 10 + (c - '0');
  if (magnitude > (minus ? 2147483648LL : 2147483647LL))
    return {"is beyond -2^31 to 2^31-1", first};
  return {};
}

Complaint uid(std::string_view value) {
  if (value.size() > 64) return {"is longer than 64 characters", 64};
  std::size_t start = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] != '.') {
      if (!is_digit(value[i]))
        return {"holds something other than digits and dots", static_cast<std::uint32_t>(i)};
      continue;
    }
    if (i == start) return {"has an empty component", static_cast<std::uint32_t>(start)};
    if (value[start] == '0' && i - start > 1)
      return {"has a component with a leading zero", static_cast<std::uint32_t>(start)};
    start = i + 1;
  }
  return {};
}

Complaint not_longer(std::string_view value, std::size_t most, std::string_view what) {
  return without_trailing_spaces(value).size() <= most
             ? Complaint{}
             : Complaint{what, static_cast<std::uint32_t>(most)};
}

Complaint application_entity(std::string_view value) {
  if (without_trailing_spaces(value).empty()) return {"is only spaces", 0};
  return not_longer(value, 16, "is longer than 16 characters");
}

}  // namespace

bool is_date(std::string_view yyyymmdd) {
  if (yyyymmdd.size() != 8 || !all_digits(yyyymmdd)) return false;
  const int month = number(yyyymmdd.substr(4, 2));
  const int day = number(yyyymmdd.substr(6, 2));
  return month >= 1 && month <= 12 && day >= 1 &&
         day <= days_in_month(number(yyyymmdd.substr(0, 4)), month);
}

Complaint complaint(VR vr, std::string_view value) {
  if (value.empty()) return {};
  switch (vr) {
    case VR::AE:
      return application_entity(value);
    case VR::AS:
      return age(value);
    case VR::CS:
      return not_longer(value, 16, "is longer than 16 characters");
    case VR::DA:
      return date(value);
    case VR::DS:
      return decimal(value);
    case VR::DT:
      return date_time(value);
    case VR::IS:
      return integer(value);
    case VR::TM:
      return time(value);
    case VR::UI:
      return uid(value);
    default:
      return {};
  }
}

Complaint person_name_complaint(std::string_view value) {
  unsigned groups = 1;
  unsigned components = 1;
  std::size_t group_start = 0;
  value = without_trailing_spaces(value);
  for (std::size_t i = 0; i <= value.size(); ++i) {
    const auto position = static_cast<std::uint32_t>(i);
    if (i == value.size() || value[i] == '=') {
      if (i - group_start > kPersonNameCharactersMax)
        return {"has a group longer than 64 characters", static_cast<std::uint32_t>(group_start)};
      if (i < value.size() && ++groups > kPersonNameGroupsMax)
        return {"has more than 3 groups", position};
      group_start = i + 1;
      components = 1;
    } else if (value[i] == '^' && ++components > kPersonNameComponentsMax) {
      return {"has more than 5 components in a group", position};
    }
  }
  return {};
}

}  // namespace slipring::validate::values
