#include "engine/cli/query/query_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dicom/escape.h"
#include "engine/dicom/transfer_syntax.h"

namespace slipring::cli {

namespace {

using dicom::Tag;

constexpr Tag kQueryRetrieveLevel{0x0008, 0x0052};
constexpr Tag kModalitiesInStudy{0x0008, 0x0061};
constexpr Tag kStudyDescription{0x0008, 0x1030};
constexpr Tag kSeriesDescription{0x0008, 0x103E};
constexpr Tag kSeriesNumber{0x0020, 0x0011};
constexpr Tag kStudyInstances{0x0020, 0x1208};   // Number of Study Related Instances
constexpr Tag kSeriesInstances{0x0020, 0x1209};  // Number of Series Related Instances

constexpr Tag kPatientColumns[] = {dicom::tags::PatientID, dicom::tags::PatientName,
                                   dicom::tags::PatientBirthDate, dicom::tags::PatientSex};
constexpr Tag kStudyColumns[] = {
    dicom::tags::StudyDate,       kModalitiesInStudy, dicom::tags::PatientID,
    dicom::tags::PatientName,     kStudyDescription,  kStudyInstances,
    dicom::tags::StudyInstanceUID};
constexpr Tag kSeriesColumns[] = {dicom::tags::Modality, kSeriesNumber, kSeriesDescription,
                                  kSeriesInstances, dicom::tags::SeriesInstanceUID};
constexpr Tag kImageColumns[] = {dicom::tags::InstanceNumber, dicom::tags::SOPClassUID,
                                 dicom::tags::SOPInstanceUID};

constexpr QueryLevel kLevels[] = {
    {"patient", "PATIENT", dicom::tags::PatientID, kPatientColumns},
    {"study", "STUDY", dicom::tags::StudyInstanceUID, kStudyColumns},
    {"series", "SERIES", dicom::tags::SeriesInstanceUID, kSeriesColumns},
    {"image", "IMAGE", dicom::tags::SOPInstanceUID, kImageColumns}};

const QueryLevel& level_of(std::string_view word) {
  for (const QueryLevel& level : kLevels)
    if (word == level.name || word == level.term) return level;
  throw UsageError("--level", fmt::format("'{}' is none of patient, study, series and image",
                                          dicom::terminal_text(word)));
}

bool is_for(const query::Key& key, Tag tag) { return key.path.size() == 1 && key.path[0] == tag; }

void add_missing(std::vector<query::Key>& keys, Tag tag) {
  if (std::ranges::none_of(keys, [&](const query::Key& key) { return is_for(key, tag); }))
    keys.push_back({{tag}, ""});
}

}  // namespace

void add_key_option(Command& command, std::vector<std::string>& keys) {
  command
      .add_option("-k,--match", keys,
                  "what to match or to be told: PatientName=DOE*, StudyDate=20200101-20201231, "
                  "0020,000D, StudyDescription; within sequences A.B=x; may come several times")
      .one_word_each();
}

void add_level_options(Command& command, QueryWords& words) {
  command.add_option("--level", words.level, "patient, study, series or image")
      .one_of({"patient", "study", "series", "image"}, Case::Ignored)
      .shows_default();
  command.add_option("--root", words.root, "the information model: study or patient root")
      .one_of({"study", "patient"})
      .shows_default();
  command.add_flag_callback("-S", [&words] { words.root = "study"; }, "--root study");
  command.add_flag_callback("-P", [&words] { words.root = "patient"; }, "--root patient");
}

std::vector<query::Key> parse_keys(std::span<const std::string> words) {
  std::vector<query::Key> keys;
  for (const std::string& word : words) {
    auto key = query::parse_key(word);
    if (!key)
      throw UsageError("--match",
                       fmt::format("'{}': {}", dicom::terminal_text(word), key.error().what));
    keys.push_back(std::move(*key));
  }
  return keys;
}

LevelQuery level_query(const QueryWords& words, bool with_columns) {
  LevelQuery query;
  query.patient_root = words.root == "patient";
  std::string level_word = words.level;
  for (query::Key& key : parse_keys(words.keys)) {
    if (is_for(key, kQueryRetrieveLevel))
      level_word = key.value;
    else
      query.keys.push_back(std::move(key));
  }
  const QueryLevel& level = level_of(level_word);
  if (level.term == "PATIENT" && !query.patient_root)
    throw UsageError("--level", "patient is a level of --root patient only");
  if (with_columns) {
    const bool asked =
        std::ranges::any_of(query.keys, [](const query::Key& key) { return key.value.empty(); });
    if (!asked)
      for (const Tag tag : level.columns) add_missing(query.keys, tag);
    add_missing(query.keys, level.unique);
    query.columns = query.keys;
  }
  query.keys.push_back({{kQueryRetrieveLevel}, std::string(level.term)});
  return query;
}

Buffer identifier_of(std::span<const query::Key> keys, std::string_view transfer_syntax) {
  const dicom::TransferSyntax* const syntax = dicom::find_transfer_syntax(transfer_syntax);
  Buffer identifier;
  const auto made = query::append_identifier(
      identifier, keys, syntax == nullptr ? dicom::Encoding{} : syntax->encoding);
  if (!made) throw UsageError("--match", std::string(made.error().what));
  return identifier;
}

}  // namespace slipring::cli
