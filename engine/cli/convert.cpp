#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>

#include "engine/cli/dry_run.h"
#include "engine/cli/job_options.h"
#include "engine/cli/network/sending.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/transcode/targets.h"

namespace slipring::cli {

namespace {

struct ConvertOptions : JobOptions {
  std::vector<std::string> paths;  // sources, then the output
  std::string target;
  bool allow_lossy = false;
  double ratio = 0;
  unsigned quality_bits = 0;
  std::uint64_t error_max = 0;
  std::string send_to;  // a peer in place of the output
  SendWords sending;
};

const std::map<std::string, ingest::OnError> kOnError = {
    {"skip", ingest::OnError::Skip},
    {"copy", ingest::OnError::Copy},
    {"quarantine", ingest::OnError::Quarantine},
    {"stop", ingest::OnError::Stop}};
const std::map<std::string, ingest::TreeLayout> kLayouts = {{"mirror", ingest::TreeLayout::Mirror},
                                                            {"uid", ingest::TreeLayout::Uid}};
// What is lost is lost for ever: it takes three words that say the same. "" when they do, or when
// nothing is to be lost.
std::string_view take_loss(ConvertOptions& options) {
  const bool named = options.ratio != 0 || options.quality_bits != 0 || options.error_max != 0;
  if (!options.allow_lossy)
    return named ? "--ratio, --quality and --max-error are of --allow-lossy" : "";
  if (!named && !options.send_to.empty()) return {};  // as that of send: nothing more is lost
  if ((options.ratio != 0) == (options.quality_bits != 0))
    return "--allow-lossy takes either --ratio or --quality";
  if (options.ingest.recompress_lossy)
    return "--recompress-lossy is without further loss, --allow-lossy is not";
  transcode::Loss& loss = options.ingest.loss;
  loss.ratio = options.ratio;
  if (options.quality_bits != 0)
    loss.step = std::ldexp(1.0, -static_cast<int>(options.quality_bits));
  loss.error_max = options.error_max;
  return {};
}

// To a peer, without an output tree: what is made anew is proven in memory and sent from there.
int send_instead(const Context& context, ConvertOptions& options) {
  const ingest::Options& ingest = options.ingest;
  if (options.paths.empty() && ingest.files_from.empty()) {
    log_error("slipring: name a file or a directory, or give --files-from");
    return kExitUsage;
  }
  ingest::send::Options& send = options.sending.send;
  send.command = "convert";
  send.sources = options.paths;
  send.files_from = ingest.files_from;
  send.null_separated = ingest.null_separated;
  send.threads = ingest.threads;
  send.ledger = ingest.ledger;
  send.fresh = ingest.fresh;
  send.retry_failed = ingest.retry_failed;
  send.target = ingest.target;
  send.recompress_lossy = ingest.recompress_lossy;
  send.loss = ingest.loss;
  send.allow_lossy = options.allow_lossy;
  send.pixel_limits = ingest.pixel_limits;
  options.sending.dry_run = ingest.dry_run;
  return run_sending(context, options.sending, {&options.send_to, 1});
}

int convert(const Context& context, ConvertOptions options) {
  if (const std::string_view wrong = take_loss(options); !wrong.empty()) {
    log_error(fmt::format("slipring: {}", wrong));
    return kExitUsage;
  }
  const dicom::TransferSyntax* target = dicom::transfer_syntax_named(options.target);
  if (target == nullptr) {
    log_error("slipring: " + dicom::unknown_transfer_syntax_message(options.target));
    return kExitUsage;
  }
  const std::string_view why = transcode::why_not_a_target(*target, options.ingest.loss.allowed());
  if (!why.empty()) {
    log_error(fmt::format("slipring: cannot write {}: {}; see 'slipring list-ts'",
                          dicom::display(*target), why));
    return kExitUsage;
  }
  options.ingest.target = target;
  if (!options.send_to.empty()) return send_instead(context, options);
  if (options.paths.empty()) {
    log_error(
        "slipring: convert needs an output directory: slipring convert SOURCE... OUT --to SYNTAX");
    return kExitUsage;
  }
  if (options.paths.back().empty()) {
    log_error("slipring: the output directory is '': the name of nothing");
    return kExitUsage;
  }
  options.ingest.output = options.paths.back();
  options.paths.pop_back();
  options.ingest.sources = options.paths;
  for (const std::string& source : options.ingest.sources)
    if (same_directory(source, options.ingest.output)) {
      log_error("slipring: the output is the source; the source is never written to");
      return kExitUsage;
    }
  for (const std::string& source : options.ingest.sources)
    if (is_within(options.ingest.output, source))
      log_warning(
          fmt::format("slipring: {} lies in {}: this command passes it over, others of that "
                      "source find every object twice",
                      dicom::terminal_text(options.ingest.output), dicom::terminal_text(source)));
  if (options.ingest.dry_run) return dry_run(context, options);
  return run_job(context, "convert", options);
}

// What goes nowhere but to a peer has no names, no copies and no flushes.
void add_sending(Command& command, ConvertOptions& options) {
  command.add_option("--send", options.send_to,
                     "to this peer ([AET@]HOST:PORT, or a name of --config) by C-STORE in place "
                     "of an output directory");
  command.exclude("--send", {"--on-error", "--layout", "--fsync", "--fail-fast", "--memory",
                             "--drop-cache", "--fail-on"});
  add_sending_options(command, options.sending, "--associations");
}

void add_loss_options(Command& command, ConvertOptions& options) {
  constexpr double kRatioMax = 1000;
  constexpr unsigned kQualityMax = 24;
  command.add_flag("--allow-lossy", options.allow_lossy,
                   "with --to htj2k and --ratio or --quality: pixels are changed, objects get new "
                   "SOP Instance UIDs; with --send: objects compressed with loss may be decoded "
                   "for a peer that takes them in no other way");
  command.add_option("--ratio", options.ratio, "lossy: frames at least so many times smaller")
      .range(1.0, kRatioMax);
  command
      .add_option("--quality", options.quality_bits,
                  "lossy: so many bits kept of each sample, roughly; a quantizer step of 2^-N of "
                  "the range")
      .range(1U, kQualityMax);
  command.add_option("--max-error", options.error_max,
                     "lossy: an object with a sample further from its original fails");
}

}  // namespace

void add_convert(Command& app, Context& context) {
  auto options = std::make_shared<ConvertOptions>();
  Command command = add_command(app, context, "convert",
                                "writes an archive anew in another transfer syntax, and proves it",
                                [options, &context] { return convert(context, *options); });
  ingest::Options& ingest = options->ingest;
  ingest.command = ingest::Command::Convert;
  options->fail_on = "never";
  command.add_option("paths", options->paths,
                     "files and directories, then the output directory (none with --send)");
  command
      .add_option("--to,--ts", options->target,
                  "transfer syntax: UID, keyword or name; see list-ts")
      .required();
  command.add_flag("--recompress-lossy", ingest.recompress_lossy,
                   "lossy sources are re-encoded too, without further loss");
  add_loss_options(command, *options);
  command.add_choice("--on-error", ingest.on_error, kOnError,
                     "objects that cannot be converted: skip, copy, quarantine or stop");
  command.add_choice("--layout", ingest.layout, kLayouts,
                     "mirror the source tree, or uid: study/series/instance");
  add_fsync_option(command, ingest.fsync, "none, batch or file");
  command.add_flag("--fresh", ingest.fresh, "forget what a run before did");
  command.add_flag("--retry-failed", ingest.retry_failed, "try again what failed before");
  command.add_flag_callback(
      "--fail-fast", [options] { options->ingest.on_error = ingest::OnError::Stop; },
      "same as --on-error stop");
  command.add_flag("--dry-run", ingest.dry_run,
                   "what would be done, how large, how long; writes nothing");
  add_job_options(command, *options);
  add_sending(command, *options);
}

}  // namespace slipring::cli
