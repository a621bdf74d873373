#include "engine/retrieve/contexts.h"

#include <algorithm>

#include "engine/dimse/service/query.h"

namespace slipring::retrieve {

namespace {

constexpr std::size_t kContextsMax = 128;

// Uncompressed first, then what archives hold most of (PS3.5 Annex A).
constexpr std::string_view kSyntaxes[] = {
    "1.2.840.10008.1.2.1",     "1.2.840.10008.1.2",       "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.70",  "1.2.840.10008.1.2.4.50",  "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.91",  "1.2.840.10008.1.2.5",     "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.51",  "1.2.840.10008.1.2.4.81",  "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203", "1.2.840.10008.1.2.4.102",
    "1.2.840.10008.1.2.4.103", "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.100",
    "1.2.840.10008.1.2.1.99",  "1.2.840.10008.1.2.2"};

// For peers that name no class at IMAGE level (PS3.4 B.5).
constexpr std::string_view kUsualClasses[] = {
    "1.2.840.10008.5.1.4.1.1.2",       // CT
    "1.2.840.10008.5.1.4.1.1.4",       // MR
    "1.2.840.10008.5.1.4.1.1.1",       // CR
    "1.2.840.10008.5.1.4.1.1.1.1",     // digital X-ray, for presentation
    "1.2.840.10008.5.1.4.1.1.1.2",     // mammography, for presentation
    "1.2.840.10008.5.1.4.1.1.6.1",     // ultrasound
    "1.2.840.10008.5.1.4.1.1.3.1",     // ultrasound, multi-frame
    "1.2.840.10008.5.1.4.1.1.7",       // secondary capture
    "1.2.840.10008.5.1.4.1.1.12.1",    // X-ray angiography
    "1.2.840.10008.5.1.4.1.1.20",      // nuclear medicine
    "1.2.840.10008.5.1.4.1.1.128",     // PET
    "1.2.840.10008.5.1.4.1.1.2.1",     // enhanced CT
    "1.2.840.10008.5.1.4.1.1.4.1",     // enhanced MR
    "1.2.840.10008.5.1.4.1.1.11.1",    // grayscale softcopy presentation state
    "1.2.840.10008.5.1.4.1.1.88.22",   // enhanced structured report
    "1.2.840.10008.5.1.4.1.1.88.33",   // comprehensive structured report
    "1.2.840.10008.5.1.4.1.1.104.1",   // encapsulated PDF
    "1.2.840.10008.5.1.4.1.1.481.2"};  // radiotherapy dose

}  // namespace

std::vector<std::string> classes_of(std::span<const query::Instance> instances) {
  std::vector<std::string> classes;
  for (const query::Instance& instance : instances)
    if (!instance.sop_class.empty() &&
        std::ranges::find(classes, instance.sop_class) == classes.end())
      classes.push_back(instance.sop_class);
  if (classes.empty()) classes.assign(std::begin(kUsualClasses), std::end(kUsualClasses));
  return classes;
}

void propose_get(std::span<const std::string> classes, dimse::Proposal& proposal) {
  std::vector<dimse::ContextWish> wishes;
  dimse::propose_query(dimse::query_classes::kStudyRootGet, wishes);
  proposal.roles.clear();
  classes = classes.first(std::min(classes.size(), (kContextsMax - wishes.size()) / 2));
  for (const std::string& sop_class : classes) proposal.roles.push_back({sop_class, false, true});
  for (const std::string_view syntax : kSyntaxes) {
    if (wishes.size() + classes.size() > kContextsMax) break;
    for (const std::string& sop_class : classes) wishes.push_back({sop_class, std::string(syntax)});
  }
  proposal.contexts = dimse::plan_contexts(wishes);
}

}  // namespace slipring::retrieve
