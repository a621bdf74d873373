#include "engine/retrieve/missing.h"

#include <vector>

namespace slipring::retrieve {

namespace {

constexpr std::string_view kFolder = ".slipring/missing/";

dicom::Record row(receive::Store& store, const std::string& study,
                  const query::Instance& instance) {
  dicom::Record record;
  record.sequence = store.take_sequence();
  record.path = missing_path(study, instance.sop_instance);
  record.sop_class = instance.sop_class;
  record.sop_instance = instance.sop_instance;
  record.study = study;
  record.series = instance.series;
  return record;
}

}  // namespace

std::string missing_path(const std::string& study, const std::string& instance) {
  return std::string(kFolder) + study + "/" + instance;
}

Result<std::unique_ptr<Missing>> Missing::open(receive::Store& store) {
  std::unique_ptr<Missing> missing(new Missing(store));
  Result<void> read;
  store.with_ledger([&](ledger::Ledger& ledger) {
    read = ledger.each_known([&](std::string_view path, const ledger::Known& known) {
      if (path.starts_with(kFolder) && known.outcome == dicom::Outcome::Failed)
        missing->open_rows_.emplace(path);
    });
  });
  TRY(read);
  return missing;
}

Result<void> Missing::settle(const std::string& study, std::span<const query::Instance> missing,
                             std::span<const query::Instance> held, const std::string& reason) {
  std::vector<dicom::Record> rows;
  {
    const std::lock_guard lock(mutex_);
    for (const query::Instance& instance : missing) {
      dicom::Record& record = rows.emplace_back(row(store_, study, instance));
      record.outcome = dicom::Outcome::Failed;
      record.reason = reason;
      open_rows_.insert(record.path);
    }
    for (const query::Instance& instance : held) {
      if (open_rows_.erase(missing_path(study, instance.sop_instance)) == 0) continue;
      dicom::Record& record = rows.emplace_back(row(store_, study, instance));
      record.outcome = dicom::Outcome::Skipped;
      record.reason = "was missing, and came by a later run";
    }
  }
  if (rows.empty()) return {};
  std::vector<const dicom::Record*> pointers;
  pointers.reserve(rows.size());
  for (const dicom::Record& record : rows) pointers.push_back(&record);
  Result<void> done;
  store_.with_ledger([&](ledger::Ledger& ledger) { done = ledger.done(store_.job(), pointers); });
  return done;
}

}  // namespace slipring::retrieve
