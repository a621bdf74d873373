// Objects written by datasets/, scanned, made keys of and collated: as many as a test likes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "datasets/fixtures/slice.h"
#include "datasets/writer/attributes.h"
#include "engine/collate/collate.h"
#include "engine/collate/take_keys.h"
#include "engine/dicom/digest.h"
#include "engine/scan/scan.h"

namespace slipring::test {

namespace attributes = datasets::attributes;

using TestObject = datasets::Slice;

// Spills in memory.
class MemorySpills final : public dicom::SpillPlace {
 public:
  Result<std::unique_ptr<dicom::Spill>> create() override {
    ++made;
    return std::make_unique<MemorySpill>();
  }
  int made = 0;

 private:
  class MemorySpill final : public dicom::Spill {
   public:
    Result<void> append(Bytes bytes) override {
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
      return {};
    }
    Result<void> read(std::uint64_t offset, MutableBytes into) override {
      if (offset + into.size() > bytes_.size()) return fail(ErrorCode::Io, kNoOffset, "behind");
      std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
      return {};
    }

   private:
    std::vector<std::uint8_t> bytes_;
  };
};

struct Told {
  std::string path;
  dicom::Finding finding;
};

// What collate says of files; and what is wrong with a DICOMDIR alone.
class Collation {
 public:
  explicit Collation(const collate::Limits& limits = {}) : collator_(spills_, limits) {}

  void add(const std::string& path, Bytes file, bool whole = true) {
    dicom::Scanned scanned;
    scan::scan(file, file.size(), {}, scanned);
    EXPECT_FALSE(scanned.error) << scanned.error->what;
    const Bytes content = file.subspan(scanned.data_set_begin);
    const auto hash = load_le<std::uint64_t>(dicom::xxh128(content).bytes.data());
    dicom::ObjectKeys keys;
    dicom::Findings own;
    collate::take_keys(scanned, path, {hash, whole}, keys, own);
    for (const dicom::Finding& finding : own.kept()) told_.push_back({path, finding});
    // As through the ledger.
    const auto kept = dicom::decode_keys(dicom::encode(keys));
    ASSERT_TRUE(kept.has_value());
    ASSERT_TRUE(collator_.add(path, *kept).has_value());
  }
  void add(const TestObject& object) { add(object.path, object.bytes()); }

  [[nodiscard]] const std::vector<Told>& judge() {
    const auto judged = collator_.judge([&](std::string_view path, const dicom::Finding& finding) {
      told_.push_back({std::string(path), finding});
    });
    EXPECT_TRUE(judged.has_value());
    return told_;
  }
  [[nodiscard]] int spills_made() const { return spills_.made; }

 private:
  MemorySpills spills_;
  collate::Collator collator_;
  std::vector<Told> told_;
};

}  // namespace slipring::test
