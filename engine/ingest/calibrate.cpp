#include "engine/ingest/calibrate.h"

#include <chrono>

#include "engine/map/map.h"
#include "engine/scan/scan.h"
#include "engine/transcode/transcode.h"

namespace slipring::ingest {

namespace {

class CountingSink final : public dicom::Sink {
 public:
  Result<void> append(Bytes bytes) override {
    size_ += bytes.size();
    return {};
  }
  Result<void> patch(std::uint64_t, Bytes) override { return {}; }
  [[nodiscard]] std::uint64_t size() const override { return size_; }

 private:
  std::uint64_t size_ = 0;
};

// One file: source digests while writing, and the decoding of what was written costs as much again.
Result<std::uint64_t> convert_one(const Options& options, const std::string& path,
                                  map::MappedFile& file, dicom::Scanned& scanned) {
  TRY(file.open(path, {}));
  scan::scan(file.bytes(), file.bytes().size(), {}, scanned);
  if (!dicom::is_dicom(scanned.kind)) return 0;
  const transcode::Options how{.target = options.target,
                               .recompress_lossy = options.recompress_lossy,
                               .limits = options.pixel_limits,
                               .loss = options.loss};
  TRY_ASSIGN(const transcode::Plan plan, transcode::plan(scanned, how));
  dicom::SerialSchedule schedule;
  if (plan.action != transcode::Action::Convert) return file.bytes().size();
  CountingSink sink;
  TRY(transcode::write(scanned, plan, how, schedule, sink));
  return sink.size();
}

}  // namespace

Calibration calibrate(const Options& options, std::span<const std::string> paths,
                      double seconds_max) {
  Calibration answer;
  map::MappedFile file;
  dicom::Scanned scanned;
  const auto started = std::chrono::steady_clock::now();
  for (const std::string& path : paths) {
    const auto written = convert_one(options, path, file, scanned);
    answer.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    if (written) {
      ++answer.files;
      answer.bytes_in += file.identity().size_bytes;
      answer.bytes_out += *written;
    }
    if (answer.seconds > seconds_max) break;
  }
  return answer;
}

}  // namespace slipring::ingest
