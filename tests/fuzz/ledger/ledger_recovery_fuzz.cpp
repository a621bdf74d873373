// Opening and using a damaged ledger: any bytes as the database and as its write-ahead log give
// rows or an Error. Input: 4 bytes, little endian, how many of the bytes that follow are the
// database; the rest is the log.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"

namespace {

using namespace slipring;
using ledger::Ledger;

// One directory a process, in memory where there is such a place.
struct Place {
  std::string directory =
      std::string(::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/slipring-fuzz-XXXXXX";
  std::string path;
  Place() {
    if (::mkdtemp(directory.data()) == nullptr) std::abort();
    path = directory + "/ledger.db";
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    clear();
    ::rmdir(directory.c_str());
  }
  void clear() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal", ".lock"})
      ::unlink((path + suffix).c_str());
  }
  void write(const std::string& file, Bytes bytes) const {
    std::FILE* out = std::fopen(file.c_str(), "wb");
    if (out == nullptr) std::abort();
    if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), out) != bytes.size())
      std::abort();
    std::fclose(out);
  }
};

void read_all(Ledger& ledger) {
  static_cast<void>(ledger.totals());
  static_cast<void>(ledger.jobs());
  std::string path;
  static_cast<void>(
      ledger.each_record([&](const dicom::Record& record) { path = record.path; }, true));
  static_cast<void>(ledger.record_of(path));
  static_cast<void>(ledger.known(path));
  static_cast<void>(ledger.each_known([](std::string_view, const ledger::Known&) {}));
  static_cast<void>(ledger.each_finding({}, [](std::string_view, const dicom::Finding&) {}));
  static_cast<void>(ledger.rule_groups());
  static_cast<void>(ledger.reason_groups());
  static_cast<void>(ledger.syntax_groups());
}

void write_some(Ledger& ledger) {
  const auto job = ledger.start_job({});
  if (!job) return;
  dicom::Record record;
  record.path = "d/f0";
  record.findings.add({{2, 1}, dicom::Severity::Error, {}, 5, "", "m"});
  const dicom::Record* one = &record;
  static_cast<void>(ledger.plan(*job, {&one, 1}));
  static_cast<void>(ledger.done(*job, {&one, 1}));
  static_cast<void>(ledger.add_cross(std::vector<Ledger::CrossFinding>{
      {"d/f0", {{6, 1}, dicom::Severity::Error, {}, 0, "", "m"}}}));
  static_cast<void>(ledger.forget_cross());
  static_cast<void>(ledger.forget(std::vector<std::string>{"d/f0"}));
  static_cast<void>(ledger.finish_job(*job));
  static_cast<void>(ledger.forget_all());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  if (size < 4) return 0;
  const Bytes rest(data + 4, size - 4);
  const std::size_t length = std::min<std::size_t>(load_le<std::uint32_t>(data), rest.size());
  for (const auto mode : {Ledger::Mode::Read, Ledger::Mode::Write}) {
    place.clear();
    place.write(place.path, rest.first(length));
    if (length != rest.size()) place.write(place.path + "-wal", rest.subspan(length));
    const auto ledger = Ledger::open(place.path, mode);
    if (!ledger) continue;
    read_all(**ledger);
    if (mode == Ledger::Mode::Write) write_some(**ledger);
  }
  return 0;
}
