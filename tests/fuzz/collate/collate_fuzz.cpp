// Layer 6 over any input. First byte even: the rest is a file, whose key is taken and collated with
// itself and with a DICOMDIR's place. Odd: the rest is keys as a ledger keeps them, each behind its
// length in 2 bytes, little endian. Little memory, so that everything goes through spills.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "engine/collate/collate.h"
#include "engine/collate/take_keys.h"
#include "engine/scan/scan.h"
#include "engine/validate/rules.h"

namespace {

using namespace slipring;

class MemorySpills final : public dicom::SpillPlace {
 public:
  Result<std::unique_ptr<dicom::Spill>> create() override {
    return std::make_unique<MemorySpill>();
  }

 private:
  class MemorySpill final : public dicom::Spill {
   public:
    Result<void> append(Bytes bytes) override {
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
      return {};
    }
    Result<void> read(std::uint64_t offset, MutableBytes into) override {
      if (offset + into.size() > bytes_.size()) std::abort();
      std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
      return {};
    }

   private:
    std::vector<std::uint8_t> bytes_;
  };
};

void check(const dicom::Finding& finding) {
  if (finding.rule.layer != 6 || validate::find_rule(finding.rule) == nullptr ||
      finding.message.empty())
    std::abort();
}

void add(collate::Collator& collator, std::string_view path, const dicom::ObjectKeys& keys) {
  const auto kept = dicom::decode_keys(dicom::encode(keys));
  if (!kept || !collator.add(path, *kept)) std::abort();
}

void add_file(collate::Collator& collator, Bytes given) {
  const std::vector<std::uint8_t> bytes(given.begin(), given.end());
  dicom::Scanned scanned;
  scan::Options limits;
  limits.limits.inflated_bytes_max = 1 << 20;
  scan::scan(bytes, bytes.size(), limits, scanned);
  if (!dicom::is_dicom(scanned.kind)) return;
  dicom::ObjectKeys keys;
  dicom::Findings own;
  collate::take_keys(scanned, "d/DICOMDIR", {1, true}, keys, own);
  for (const dicom::Finding& finding : own.kept()) check(finding);
  add(collator, "d/DICOMDIR", keys);
  add(collator, "d/IM1", keys);
}

void add_keys(collate::Collator& collator, Bytes bytes) {
  for (int number = 0; bytes.size() >= 2; ++number) {
    const std::size_t length =
        std::min<std::size_t>(load_le<std::uint16_t>(bytes.data()), bytes.size() - 2);
    const auto keys = dicom::decode_keys(bytes.subspan(2, length));
    bytes = bytes.subspan(2 + length);
    if (keys) add(collator, "d/IM" + std::to_string(number % 100), *keys);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  MemorySpills spills;
  collate::Collator collator(spills,
                             {.memory_bytes = 1, .series_objects_max = 16, .directories_max = 3});
  const Bytes rest(data + 1, size - 1);
  data[0] % 2 == 0 ? add_file(collator, rest) : add_keys(collator, rest);
  const std::uint64_t added = collator.size();
  std::uint64_t told = 0;
  if (!collator.judge([&](std::string_view path, const dicom::Finding& finding) {
        check(finding);
        if (path.empty()) std::abort();
        ++told;
      }))
    std::abort();
  if (told > added * 16) std::abort();  // findings have a bound: the number of objects
  return 0;
}
