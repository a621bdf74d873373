#include "engine/validate/object/predicate.h"

#include <algorithm>
#include <charconv>

#include "engine/validate/object/values.h"

namespace slipring::validate::object {

namespace {

using standard::Literal;
using standard::Operation;

Truth truth(bool value) { return value ? Truth::True : Truth::False; }

// True when one of the values asked for is `good`.
template <class Good>
bool any_value(const Literal& literal, const Values& values, Good good) {
  if (literal.value_number() != 0) return good(literal.value_number() - 1);
  const std::size_t count = values.judged_count();
  for (std::size_t n = 0; n < count; ++n)
    if (good(n)) return true;
  return false;
}

Truth compare(const Literal& literal, const dicom::DataSet& data_set,
              const dicom::Element& element) {
  const Values values(data_set, element);
  if (values.empty()) return Truth::False;
  const auto words = standard::words(literal.first_word, literal.word_count);
  const auto is_a_word = [&](std::size_t n) { return values.is_one_of(n, words); };
  switch (literal.operation()) {
    case Operation::Equal:
      return truth(any_value(literal, values, is_a_word));
    case Operation::NotEqual:
      return truth(!any_value(literal, values, is_a_word));
    case Operation::Greater: {
      const std::string_view text = standard::text(words.front());
      double limit = 0;
      std::from_chars(text.data(), text.data() + text.size(), limit);
      return truth(
          any_value(literal, values, [&](std::size_t n) { return values.number(n) > limit; }));
    }
    case Operation::PointsTo: {
      const std::string_view text = standard::text(words.front());
      std::uint32_t tag = 0;
      std::from_chars(text.data(), text.data() + text.size(), tag, 16);
      return truth(any_value(literal, values,
                             [&](std::size_t n) { return values.tag(n) == dicom::Tag(tag); }));
    }
    default:
      return Truth::Unknown;
  }
}

Truth evaluate_one(const Literal& literal, const Levels& levels) {
  if (literal.operation() == Operation::Unknown) return Truth::Unknown;
  const dicom::Element* element = levels.find(dicom::Tag(literal.tag));
  if (literal.operation() == Operation::Present) return truth(element != nullptr);
  if (literal.operation() == Operation::Absent) return truth(element == nullptr);
  // What is not there has no value: neither one of the words nor another.
  return element == nullptr ? Truth::False : compare(literal, levels.data_set(), *element);
}

}  // namespace

Truth Answers::to(unsigned condition, const Levels& levels) {
  Answer& known = answers_[condition % kSlots];
  if (known.level != level_ || known.condition != condition)
    known = {level_, condition, evaluate(standard::condition(condition), levels)};
  return known.truth;
}

Truth evaluate(std::span<const Literal> condition, const Levels& levels) {
  if (condition.empty()) return Truth::Unknown;
  if (condition.size() == 1) return evaluate_one(condition.front(), levels);
  Truth all = Truth::True;
  Truth clause = Truth::False;
  for (const Literal& literal : condition) {
    if (clause != Truth::True) {
      const Truth one = evaluate_one(literal, levels);
      if (one == Truth::True || (one == Truth::Unknown && clause == Truth::False)) clause = one;
    }
    if (!literal.ends_clause()) continue;
    if (clause == Truth::False) return Truth::False;
    if (clause == Truth::Unknown) all = Truth::Unknown;
    clause = Truth::False;
  }
  return all;
}

}  // namespace slipring::validate::object
