// What a scan costs: the walk alone over headers in memory, by encoding and by number of elements;
// and a file opened, its head read and scanned, beside the same loop without the scan. Every row
// checks first that the scan found what was put there.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/dicom/dictionary.h"
#include "engine/scan/scan.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring {
namespace {

using dicom::Tag;
using dicom::VR;
using test::ObjectBuilder;

constexpr Tag kBeforePixelData{0x7FDF, 0xFFFF};

struct Object {
  std::vector<std::uint8_t> bytes;
  std::size_t entries = 0;  // on the tape, headers only
};

// A header as a CT has it: some 110 elements, short text for the most part, one code sequence, 512
// x 512 pixels.
Object image(std::string_view transfer_syntax, bool with_pixels) {
  ObjectBuilder builder;
  builder.preamble().meta(transfer_syntax, "1.2.840.10008.5.1.4.1.1.2", "1.2.826.0.1.3680043.8.1");
  Object object;
  const auto text = [&](Tag tag, VR vr, std::string_view value) {
    builder.text(tag, vr, value);
    ++object.entries;
  };
  text(dicom::tags::SpecificCharacterSet, VR::CS, "ISO_IR 100");
  text(dicom::tags::ImageType, VR::CS, "ORIGINAL\\PRIMARY\\AXIAL");
  text(dicom::tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.2");
  text(dicom::tags::SOPInstanceUID, VR::UI, "1.2.826.0.1.3680043.8.1");
  // The next `count` attributes of one VR that the dictionary has from `first` on.
  const auto fill = [&](Tag first, VR vr, int count, std::string_view value) {
    for (Tag tag = first; count > 0; tag = Tag(tag.value + 1)) {
      const dicom::DictionaryEntry* entry = dicom::find_in_dictionary(tag);
      if (entry == nullptr || entry->vr != vr) continue;
      text(tag, vr, value);
      --count;
    }
  };
  fill(Tag(0x0008, 0x0020), VR::DA, 4, "20240101");
  text(dicom::tags::Modality, VR::CS, "CT");
  builder.sequence(Tag(0x0008, 0x2218)).item().text(Tag(0x0008, 0x0100), VR::SH, "T-D4000");
  builder.text(Tag(0x0008, 0x0104), VR::LO, "Abdomen").end_item().end_sequence();
  object.entries += 6;
  fill(Tag(0x0010, 0x1000), VR::LO, 8, "value");
  fill(Tag(0x0018, 0x0050), VR::DS, 60, "12.500000");
  fill(Tag(0x0020, 0x0010), VR::IS, 15, "1");
  fill(Tag(0x0028, 0x0002), VR::US, 8, std::string_view("\0\2", 2));
  builder.header(dicom::tags::PixelData, VR::OW, 512 * 512 * 2);
  if (with_pixels) builder.zeros(std::size_t{512} * 512 * 2);
  object.bytes = builder.take();
  return object;
}

scan::Options headers_only(bool compare_vrs) {
  scan::Options options;
  options.stop_after = kBeforePixelData;
  options.compare_vrs = compare_vrs;
  return options;
}

bool right(const dicom::Scanned& scanned, std::size_t entries) {
  return !scanned.error && scanned.more_needed_bytes == 0 && scanned.tape.size() == entries &&
         scanned.findings.count(dicom::RuleId{2, 11}) == 0;
}

void scan_headers(benchmark::State& state, std::string_view syntax, bool compare_vrs) {
  const Object object = image(syntax, false);
  const scan::Options options = headers_only(compare_vrs);
  const std::uint64_t size = object.bytes.size() + std::uint64_t{512} * 512 * 2;
  dicom::Scanned scanned;
  scan::scan(object.bytes, size, options, scanned);
  if (!right(scanned, object.entries)) return state.SkipWithError("another tape");
  for (auto _ : state) {
    scan::scan(object.bytes, size, options, scanned);
    benchmark::DoNotOptimize(scanned.tape.data());
  }
  state.counters["elements"] = static_cast<double>(object.entries);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(object.entries));
}
BENCHMARK_CAPTURE(scan_headers, explicit_little, test::kExplicitLittleUid, false);
BENCHMARK_CAPTURE(scan_headers, explicit_little_vrs_compared, test::kExplicitLittleUid, true);
BENCHMARK_CAPTURE(scan_headers, implicit_little, test::kImplicitLittleUid, false);
BENCHMARK_CAPTURE(scan_headers, explicit_big, test::kExplicitBigUid, false);

// As an enhanced multi-frame object: a per-frame sequence of many small items.
void scan_functional_groups(benchmark::State& state) {
  ObjectBuilder builder;
  builder.preamble().meta(test::kExplicitLittleUid);
  builder.text(dicom::tags::SOPInstanceUID, VR::UI, "1.2.3").sequence(Tag(0x5200, 0x9230));
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    builder.item()
        .sequence(Tag(0x0020, 0x9113))
        .item()
        .text(Tag(0x0020, 0x0032), VR::DS, "1.5\\2.5\\3.5");
    builder.end_item().end_sequence().sequence(Tag(0x0020, 0x9116)).item();
    builder.text(Tag(0x0020, 0x0037), VR::DS, "1\\0\\0\\0\\1\\0")
        .end_item()
        .end_sequence()
        .end_item();
  }
  const auto bytes = builder.end_sequence().take();
  const auto entries = static_cast<std::size_t>(3 + 12 * state.range(0));
  dicom::Scanned scanned;
  scan::scan(bytes, bytes.size(), {}, scanned);
  if (!right(scanned, entries)) return state.SkipWithError("another tape");
  for (auto _ : state) scan::scan(bytes, bytes.size(), {}, scanned);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries));
}
BENCHMARK(scan_functional_groups)->Arg(1000)->Unit(benchmark::kMicrosecond);

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "scan-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    const Object object = image(test::kExplicitLittleUid, true);
    entries = object.entries;
    for (int i = 0; i < kFiles; ++i) {
      paths.push_back(path_ + "/" + std::to_string(i));
      std::ofstream(paths.back(), std::ios::binary)
          .write(reinterpret_cast<const char*>(object.bytes.data()),
                 static_cast<std::streamsize>(object.bytes.size()));
    }
    size = object.bytes.size();
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  static constexpr int kFiles = 200;
  std::vector<std::string> paths;
  std::size_t entries = 0;
  std::uint64_t size = 0;

 private:
  std::string path_;
};

// Open, read 4 KiB, close; with or without the scan of what was read.
void open_read_close(benchmark::State& state, bool scanning, bool compare_vrs) {
  const Folder folder;
  const scan::Options options = headers_only(compare_vrs);
  dicom::Scanned scanned;
  std::array<std::uint8_t, 4096> head{};
  std::size_t next = 0;
  for (auto _ : state) {
    const int file = ::open(folder.paths[next].c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t got = ::read(file, head.data(), head.size());
    if (got <= 0) return state.SkipWithError("a file cannot be read");
    if (scanning) {
      scan::scan(Bytes(head).first(static_cast<std::size_t>(got)), folder.size, options, scanned);
      if (!right(scanned, folder.entries)) return state.SkipWithError("another tape");
    }
    ::close(file);
    next = (next + 1) % folder.paths.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(open_read_close, bare, false, false);
BENCHMARK_CAPTURE(open_read_close, with_scan, true, false);
BENCHMARK_CAPTURE(open_read_close, with_scan_vrs_compared, true, true);

}  // namespace
}  // namespace slipring

BENCHMARK_MAIN();
