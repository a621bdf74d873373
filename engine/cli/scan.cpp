#include <memory>

#include "engine/cli/job_options.h"

namespace slipring::cli {

void add_scan(Command& app, Context& context) {
  auto options = std::make_shared<JobOptions>();
  Command command =
      add_command(app, context, "scan", "what is in an archive: kinds, transfer syntaxes, studies",
                  [options, &context] {
                    options->fail_on = options->fail_on == "error" ? "never" : options->fail_on;
                    return run_job(context, "scan", *options);
                  });
  options->ingest.command = ingest::Command::Scan;
  command.add_option("sources", options->ingest.sources, "files and directories");
  add_job_options(command, *options);
}

}  // namespace slipring::cli
