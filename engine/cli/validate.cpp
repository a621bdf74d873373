#include <memory>

#include "engine/cli/job_options.h"
#include "engine/cli/nightly/night_options.h"
#include "engine/ledger/ledger.h"

namespace slipring::cli {

void add_validate(Command& app, Context& context) {
  auto options = std::make_shared<JobOptions>();
  Command command = add_command(
      app, context, "validate",
      "checks every object: file, encoding, values, pixels, and objects against each other",
      [options, &context] {
        if (options->ingest.ledger.empty() && !options->no_ledger)
          options->ingest.ledger = ledger::state_path(options->ingest.sources);
        prepare_night(*options);
        return run_job(context, "validate", *options);
      });
  options->ingest.command = ingest::Command::Validate;
  command.add_option("sources", options->ingest.sources, "files and directories");
  command.add_flag_callback(
      "--no-pixels", [options] { options->ingest.decode_pixels = false; }, "do not decode pixels");
  command.add_flag("--digests", options->ingest.digests,
                   "give the pixel digest of every object that decodes");
  command.add_flag("--no-ledger", options->no_ledger, "keep no ledger");
  command.add_flag("--fresh", options->ingest.fresh, "forget what runs before found");
  add_job_options(command, *options);
  add_night_options(command, *options);
}

}  // namespace slipring::cli
