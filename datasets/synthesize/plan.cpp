#include "datasets/synthesize/plan.h"

#include <cmath>
#include <cstdio>

#include "datasets/drawing/random.h"

namespace slipring::datasets {

namespace {

struct Shape {
  std::uint32_t objects_a_series;
  std::uint32_t series_a_study;
};
constexpr std::array<Shape, kModalityCount> kShapes = {{{50, 3}, {30, 4}, {2, 1}, {8, 1}}};
constexpr std::uint64_t kStudiesAPatient = 2;

std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

}  // namespace

Plan::Plan(const Options& options) : options_(options) {
  std::uint64_t weights = 0;
  for (const std::uint32_t weight : options.mix) weights += weight;
  std::uint64_t weight_before = 0;
  Share next;
  for (std::size_t i = 0; i < shares_.size() && weights != 0; ++i) {
    weight_before += options.mix[i];
    const std::uint64_t end = options.count * weight_before / weights;
    next.count = end - next.first_number;
    shares_[i] = next;
    const std::uint64_t series = divide_up(next.count, kShapes[i].objects_a_series);
    next.first_number = end;
    next.first_series += series;
    next.first_study += divide_up(series, kShapes[i].series_a_study);
  }
}

// Spread evenly: of every 1/rate objects one, and the kinds in turn.
Defect Plan::defect_of(std::uint64_t number) const {
  const double before = std::floor(static_cast<double>(number) * options_.defect_rate);
  const double after = std::floor(static_cast<double>(number + 1) * options_.defect_rate);
  if (after <= before) return Defect::None;
  return options_.defects[static_cast<std::uint64_t>(before) % options_.defects.size()];
}

const Syntax* Plan::syntax_of(std::uint64_t series) const {
  std::uint64_t weights = 0;
  for (const auto& [syntax, weight] : options_.syntaxes) weights += weight;
  if (weights == 0) return options_.syntaxes.front().first;
  std::uint64_t at = mix(mix(options_.seed, 0x73796E746178), series) % weights;
  for (const auto& [syntax, weight] : options_.syntaxes) {
    if (at < weight) return syntax;
    at -= weight;
  }
  return options_.syntaxes.front().first;
}

ObjectPlan Plan::object(std::uint64_t number) const {
  std::size_t modality = 0;
  while (number >= shares_[modality].first_number + shares_[modality].count) ++modality;
  const Share& share = shares_[modality];
  const Shape& shape = kShapes[modality];
  const std::uint64_t index = number - share.first_number;
  const std::uint64_t series = index / shape.objects_a_series;
  ObjectPlan plan;
  plan.number = number;
  plan.content_number = number;
  plan.modality = static_cast<Modality>(modality);
  plan.series = share.first_series + series;
  plan.study = share.first_study + series / shape.series_a_study;
  const std::uint64_t objects_a_study =
      std::uint64_t{shape.objects_a_series} * shape.series_a_study;
  plan.study_first = share.first_number + index / objects_a_study * objects_a_study;
  plan.series_in_study = static_cast<std::uint32_t>(series % shape.series_a_study);
  plan.patient = plan.study / kStudiesAPatient;
  plan.instance = static_cast<std::uint32_t>(index % shape.objects_a_series);
  plan.series_length = shape.objects_a_series;
  plan.syntax = syntax_of(plan.series);
  plan.defect = defect_of(number);
  if (plan.defect == Defect::DuplicateSame || plan.defect == Defect::DuplicateOther) {
    std::uint64_t original = number;
    while (original > share.first_number && defect_of(original) != Defect::None) --original;
    if (defect_of(original) == Defect::None) plan.content_number = original;
  }
  return plan;
}

std::string Plan::path_of(const ObjectPlan& plan) {
  std::string word(name(plan.modality));
  for (char& c : word) c = static_cast<char>(c + ('a' - 'A'));
  char text[160];
  std::snprintf(text, sizeof text, "patient-%06llu/study-%06llu-%s/series-%u/%s-%08llu",
                static_cast<unsigned long long>(plan.patient + 1),
                static_cast<unsigned long long>(plan.study + 1), word.c_str(),
                plan.series_in_study + 1, word.c_str(),
                static_cast<unsigned long long>(plan.number + 1));
  std::string path = text;
  if (plan.defect != Defect::None) {
    path += '.';
    path += name(plan.defect);
  }
  return path + ".dcm";
}

}  // namespace slipring::datasets
