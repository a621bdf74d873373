#include "engine/query/ask.h"

#include <unordered_set>

#include "engine/dimse/message/status.h"
#include "engine/dimse/pdu/pdu.h"

namespace slipring::query {

namespace {

using dicom::Tag;

constexpr Tag kLevel{0x0008, 0x0052};

Key level(const char* term) { return {{kLevel}, term}; }

bool is_uid(const std::string& text) { return !text.empty() && dimse::check_uid(text).has_value(); }

// The UIDs at `tag` of what matches, each once.
Result<std::vector<std::string>> find_uids(dimse::Association& association,
                                           std::span<const Key> keys, Tag tag) {
  std::vector<std::string> uids;
  std::unordered_set<std::string> seen;
  TRY(ask(association, dimse::query_classes::kStudyRootFind, keys, [&](const Answer& answer) {
    std::string uid = answer.text(tag);
    if (is_uid(uid) && seen.insert(uid).second) uids.push_back(std::move(uid));
  }));
  return uids;
}

}  // namespace

Result<void> ask(dimse::Association& association, std::string_view sop_class,
                 std::span<const Key> keys, const std::function<void(const Answer&)>& take,
                 const dimse::QueryLimits& limits) {
  TRY_ASSIGN(const dimse::Context* const context, dimse::query_context(association, sop_class));
  const dicom::TransferSyntax* const syntax = dicom::find_transfer_syntax(context->transfer_syntax);
  if (syntax == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "identifiers in this transfer syntax");
  Buffer identifier;
  TRY(append_identifier(identifier, keys, syntax->encoding));
  const auto taking = [&](const dimse::Match& match) -> Result<bool> {
    TRY_ASSIGN(const Answer answer, Answer::read(match.identifier, context->transfer_syntax));
    take(answer);
    return true;
  };
  TRY_ASSIGN(const dimse::FindOutcome outcome,
             dimse::find(association, *context, identifier.bytes(), taking, limits));
  if (dimse::class_of(outcome.status) != dimse::StatusClass::Success)
    return fail(ErrorCode::Mismatch, kNoOffset, "the peer did not carry out a query: status", 0,
                outcome.status);
  return {};
}

Result<std::vector<std::string>> find_studies(dimse::Association& association,
                                              std::span<const Key> keys) {
  std::vector<Key> all(keys.begin(), keys.end());
  all.push_back(level("STUDY"));
  bool asks_for_uid = false;
  for (const Key& key : keys)
    asks_for_uid = asks_for_uid || key.path == std::vector<Tag>{dicom::tags::StudyInstanceUID};
  if (!asks_for_uid) all.push_back({{dicom::tags::StudyInstanceUID}, ""});
  return find_uids(association, all, dicom::tags::StudyInstanceUID);
}

Result<std::vector<Instance>> list_study(dimse::Association& association,
                                         const std::string& study) {
  const Key of_study{{dicom::tags::StudyInstanceUID}, study};
  const Key series_keys[] = {level("SERIES"), of_study, {{dicom::tags::SeriesInstanceUID}, ""}};
  TRY_ASSIGN(const std::vector<std::string> all_series,
             find_uids(association, series_keys, dicom::tags::SeriesInstanceUID));
  std::vector<Instance> instances;
  std::unordered_set<std::string> seen;
  for (const std::string& series : all_series) {
    const Key image_keys[] = {level("IMAGE"),
                              of_study,
                              {{dicom::tags::SeriesInstanceUID}, series},
                              {{dicom::tags::SOPInstanceUID}, ""},
                              {{dicom::tags::SOPClassUID}, ""}};
    TRY(ask(association, dimse::query_classes::kStudyRootFind, image_keys,
            [&](const Answer& answer) {
              Instance one{answer.text(dicom::tags::SOPClassUID),
                           answer.text(dicom::tags::SOPInstanceUID), series};
              if (!is_uid(one.sop_class)) one.sop_class.clear();
              if (is_uid(one.sop_instance) && seen.insert(one.sop_instance).second)
                instances.push_back(std::move(one));
            }));
  }
  return instances;
}

}  // namespace slipring::query
