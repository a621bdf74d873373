// slipring bench codecs: every codec of this build on every kind of image, both ways.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>

#include "engine/cli/bench/figures.h"
#include "engine/cli/commands.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/ingest/summary.h"
#include "engine/measure/images.h"

namespace slipring::cli {

namespace {

using measure::Direction;

struct BenchOptions {
  std::vector<std::string> files;
  std::vector<std::string> codecs;  // names; none: all
  std::string filter;
  std::string save;
  std::string compare;
  measure::Effort effort;
};

class Bench {
 public:
  Bench(const Context& context, BenchOptions options)
      : context_(context), options_(std::move(options)), host_(measure::host()) {
    if (options_.effort.threads == 0) options_.effort.threads = host_.threads;
  }

  int run() {
    if (const int code = check_options(); code != kExitOk) return code;
    start();
    measure::ImageSet images;
    take_images(images);
    if (!context_.json && !images.groups().empty())
      fmt::print("{}", table_head(host_, options_.effort.threads, !baseline_.empty()));
    for (const measure::ImageGroup& group : images.groups())
      for (const codecs::FormatRow& codec : measure::codecs_here())
        if (is_wanted(codec.name)) measure_codec(codec, group);
    return finish();
  }

 private:
  // What keeps a run from starting: a codec that does not exist, files that cannot be opened.
  int check_options() {
    for (const std::string& name : options_.codecs)
      if (std::ranges::find(measure::codecs_here(), name, &codecs::FormatRow::name) ==
          measure::codecs_here().end()) {
        std::string known;
        for (const auto& row : measure::codecs_here()) known += fmt::format(" {}", row.name);
        log_error(fmt::format("slipring: there is no codec '{}'; there are{}", name, known));
        return kExitUsage;
      }
    if (!options_.compare.empty())
      if (const std::string why = baseline_.read(options_.compare); !why.empty()) {
        log_error(fmt::format("slipring: --compare {}: the file {}", options_.compare, why));
        return kExitUsage;
      }
    if (options_.save.empty()) return kExitOk;
    saved_.open(options_.save, std::ios::trunc);
    if (saved_) return kExitOk;
    log_error(fmt::format("slipring: --save {}: cannot be written", options_.save));
    return kExitDestination;
  }

  void tell(const Json& json) {
    if (context_.json) print(json);
    if (saved_.is_open())
      saved_ << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }

  void start() {
    Json json = line("start");
    json["cmd"] = "bench";
    json["job"] = "";
    json["ledger"] = "";
    json["threads"] = options_.effort.threads;
    json["version"] = SLIPRING_VERSION;
    json["processor"] = host_.processor;
    json["kernel_target"] = host_.kernel_target;
    json["compiler"] = host_.compiler;
    tell(json);
  }

  void take_images(measure::ImageSet& images) {
    if (options_.files.empty())
      return measure::draw_images(images,
                                  [&](std::string_view image) { return is_image_wanted(image); });
    measure::read_images(options_.files, images,
                         [&](const dicom::Record& record, dicom::FileKind kind) {
                           ++summary_.discovered;
                           summary_.count(record, kind);
                           tell_record(record);
                         });
  }

  void tell_record(const dicom::Record& record) {
    if (record.error && context_.json) print(error_line(record));
    if (context_.json) print(object_line(record));
    if (record.error)
      log_error(fmt::format("slipring: {}: {} ({})", dicom::terminal_text(record.path),
                            describe(*record.error), hint(*record.error)));
    else if (record.outcome == dicom::Outcome::Skipped && context_.verbosity > 0)
      log_info(fmt::format("{}: {}", dicom::terminal_text(record.path), record.reason));
  }

  [[nodiscard]] bool is_wanted(std::string_view codec) const {
    return options_.codecs.empty() ||
           std::ranges::find(options_.codecs, codec) != options_.codecs.end();
  }
  [[nodiscard]] bool is_row_wanted(std::string_view codec, Direction direction,
                                   std::string_view image) const {
    return name_of(codec, direction, image).find(options_.filter) != std::string::npos;
  }
  [[nodiscard]] bool is_image_wanted(std::string_view image) const {
    return std::ranges::any_of(measure::codecs_here(), [&](const codecs::FormatRow& codec) {
      return is_wanted(codec.name) && (is_row_wanted(codec.name, Direction::Decode, image) ||
                                       is_row_wanted(codec.name, Direction::Encode, image));
    });
  }

  void measure_codec(const codecs::FormatRow& codec, const measure::ImageGroup& group) {
    const bool decode = is_row_wanted(codec.name, Direction::Decode, group.name);
    const bool encode = is_row_wanted(codec.name, Direction::Encode, group.name);
    if (!decode && !encode) return;
    const auto work = measure::CodecWork::prepare(codec, group, options_.effort.batch);
    if (!work) return tell_failure(codec.name, group.name, work.error());
    if (!*work) return;
    for (const Direction direction : {Direction::Encode, Direction::Decode})
      if ((direction == Direction::Encode ? encode : decode) && (*work)->can(direction))
        time_row(codec, **work, group, direction);
  }

  void time_row(const codecs::FormatRow& codec, const measure::CodecWork& work,
                const measure::ImageGroup& group, Direction direction) {
    auto timings = work.time(direction, options_.effort);
    if (!timings) return tell_failure(codec.name, group.name, timings.error());
    Figures figures{std::string(codec.name),  direction,    group.name,
                    group.layout.bits_stored, work.ratio(), std::move(*timings)};
    ++rows_;
    for (const measure::Timing& timing : figures.timings) {
      tell(bench_line(figures, timing, baseline_));
      const auto compared = compare(figures, timing, baseline_);
      if (compared && compared->slower)
        slower_.push_back(
            fmt::format("{}  {:.2f}x", name_of(figures, timing), compared->times_old));
    }
    if (context_.json) return;
    fmt::print("{}", table_line(figures, baseline_));
    std::fflush(stdout);
  }

  void tell_failure(std::string_view codec, std::string_view image, const Error& error) {
    ++failed_;
    const std::string name = fmt::format("{}/{}", codec, image);
    if (context_.json) print(error_line(name, error));
    log_error(fmt::format("slipring: {}: {}; not timed", name, describe(error)));
  }

  [[nodiscard]] ingest::Exit exit() const {
    ingest::Exit exit = ingest::exits::kOk;
    if (!options_.files.empty()) exit = ingest::exit_of(summary_, std::nullopt);
    if (!options_.save.empty() && !saved_) return ingest::exits::kDestinationFailed;
    if (exit.code == kExitSource) return exit;
    if (failed_ > 0) return ingest::exits::kCodecFailed;
    if (exit.code == kExitOk && rows_ == 0) return ingest::exits::kNothingToMeasure;
    return exit;
  }

  int finish() {
    saved_.flush();
    summary_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    const ingest::Exit exit = this->exit();
    Json json = summary_line(summary_, exit);
    json["rows"] = rows_;
    json["slower"] = slower_.size();
    tell(json);
    if (context_.json) return exit.code;
    if (!slower_.empty())
      fmt::print("\nslower than in {} by more than the spread:\n", options_.compare);
    for (const std::string& row : slower_) fmt::print("  {}\n", row);
    if (!options_.save.empty() && exit.code != kExitDestination)
      fmt::print("\nsaved {}; compare: slipring bench --compare {}\n", options_.save,
                 options_.save);
    if (exit.code != kExitOk) fmt::print("exit {}: {}\n", exit.code, exit.reason);
    return exit.code;
  }

  const Context& context_;
  BenchOptions options_;
  measure::Host host_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Baseline baseline_;
  std::ofstream saved_;
  ingest::Summary summary_;
  std::size_t rows_ = 0;
  std::size_t failed_ = 0;
  std::vector<std::string> slower_;
};

void add_options(Command& command, BenchOptions& options) {
  command.add_option("--codec", options.codecs, "only this codec; may be given again");
  command.add_option("--filter", options.filter,
                     "only rows with this text in codec/direction/image");
  command.add_option("--seconds", options.effort.seconds, "for each figure, about (0.5)")
      .range(0.001, 3600.0);
  command
      .add_option("-j,--threads", options.effort.threads,
                  "of the figure with all threads; 0 is one per processor")
      .range(0, 4096)
      .envname("SLIPRING_THREADS");
  command.add_option("--batch", options.effort.batch, "frames in one call of the batch figure (8)")
      .range(1, 1024);
  command.add_option("--save", options.save, "write the JSON lines to this file too");
  command.add_option("--compare", options.compare, "hold against an earlier run's JSON lines");
}

}  // namespace

void add_bench(Command& app, Context& context) {
  auto options = std::make_shared<BenchOptions>();
  options->effort.threads = 0;
  const auto action = [options, &context] { return Bench(context, *options).run(); };
  Command bench = add_command(
      app, context, "bench", "how fast the codecs are here; without input, on a drawn set", action);
  add_options(bench, *options);
  Command codecs =
      add_command(bench, context, "codecs",
                  "the same on any DICOM files: MB/s, ratio, one and all threads", action);
  codecs.add_option("files", options->files, "files and directories; none: the drawn set");
  add_options(codecs, *options);
}

}  // namespace slipring::cli
