// What many files have in common, a row of the table `shared` for all of them: what became of them
// and why, their device, class, study, series, modality and transfer syntaxes. Neighbours mostly
// have one. Ledger's own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "engine/dicom/record.h"
#include "engine/ledger/sqlite.h"
#include "engine/ledger/words.h"

namespace slipring::ledger {

// As the table has it, but for the id.
struct SharedIds {
  std::int64_t outcome = 0;
  std::int64_t device = 0;
  std::array<std::int64_t, 7> words{};  // of kSharedWords
  friend bool operator==(const SharedIds&, const SharedIds&) = default;
};

// The same for people.
struct SharedFacts {
  dicom::Outcome outcome = dicom::Outcome::Failed;
  std::uint64_t device = 0;
  std::array<std::string, 7> words;  // of kSharedWords
};

// In the order of the table's columns.
inline constexpr std::array kSharedWords = {&dicom::Record::reason,   &dicom::Record::sop_class,
                                            &dicom::Record::study,    &dicom::Record::series,
                                            &dicom::Record::modality, &dicom::Record::from,
                                            &dicom::Record::to};
inline constexpr std::size_t kSharedSopClass = 1;

class SharedRows {
 public:
  static constexpr std::size_t kRememberedMax = 1 << 13;

  [[nodiscard]] static Result<SharedRows> open(Database& database, bool writable);

  // Makes the row when there is none.
  [[nodiscard]] Result<std::int64_t> id_of(const SharedIds& ids);
  // Good until the next call. Errors: Malformed when there is none, or it holds what no row can.
  [[nodiscard]] Result<const SharedFacts*> facts_of(std::int64_t id, Words& words);

  // After a rollback or a deletion: what is remembered may not be there any more.
  void forget();

 private:
  struct Hash {
    std::size_t operator()(const SharedIds& ids) const;
  };
  [[nodiscard]] Result<std::int64_t> find(const SharedIds& ids);

  Database* database_ = nullptr;
  Statement select_id_;
  Statement select_facts_;
  Statement insert_;
  std::unordered_map<SharedIds, std::int64_t, Hash> ids_;
  std::unordered_map<std::int64_t, SharedFacts> facts_;
  std::int64_t last_id_ = 0;
  const SharedFacts* last_ = nullptr;
};

}  // namespace slipring::ledger
